"""Past cases, what is held, and what an import did, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.schema import SimilarCase
from agent.workbench.knowledge.holdings import Holdings
from agent.workbench.parts import alike, esc, fold, notice
from knowledge.importing import ImportReport, Remark

_SHOWN = 50


def cases_html(cases: Sequence[SimilarCase], departments: Mapping[str, str], categories: Mapping[str, str]) -> str:
    """Past cases like a question, best first.

    Args:
        cases: As found.
        departments: Names by id.
        categories: Paths by code.
    """
    if not cases:
        return notice("没有找到相似的历史工单", "换个说法再试；复核员更正过的工单也会进到这里。")
    return f'<ol class="xz-hits">{"".join(_case(case, departments, categories) for case in cases)}</ol>'


def _case(case: SimilarCase, departments: Mapping[str, str], categories: Mapping[str, str]) -> str:
    who = departments.get(case.lead, case.lead)
    what, near = categories.get(case.category, case.category), alike(f"相似 {case.score:.2f}")
    return (
        f'<li><h4>{esc(case.title or case.id)} <span class="xz-chip">{near}</span></h4>'
        f"<p>由 <b>{esc(who)}</b> 办理 · {esc(what)}</p>{fold('当时的答复', case.reply) if case.reply else ''}"
        f"<small>{esc(case.id)}</small></li>"
    )


def holdings_html(held: Holdings) -> str:
    """Everything held as a table."""
    rows = "".join(
        f"<tr><th scope=row>{esc(row.name)}</th><td>{esc(row.count)}</td><td><code>{esc(row.version)}</code></td></tr>"
        for row in held.rows
    )
    doubts = "".join(f"<li>{esc(doubt)}</li>" for doubt in held.doubts)
    summary = f'<summary class="xz-warn">{len(held.doubts)} 处存疑</summary>'
    folded = f'<details class="xz-fold">{summary}<ul>{doubts}</ul></details>' if doubts else ""
    head = "<thead><tr><th>内容</th><th>数量</th><th>版本</th></tr></thead>"
    return f'<table class="xz-held">{head}<tbody>{rows}</tbody></table>{folded}'


def report_html(report: ImportReport) -> str:
    """What an import did, file by file where there is something to say."""
    counts = (
        ("读入", report.read),
        ("新增", report.new),
        ("更新", report.replaced),
        ("未变", report.unchanged),
        ("跳过", len(report.skipped)),
        ("存疑", len(report.doubtful)),
        ("条文", report.articles),
        ("库中合计", report.laws),
    )
    numbers = "".join(f"<div><b>{count:,}</b><small>{name}</small></div>" for name, count in counts)
    if report.new or report.replaced:
        after = '<p class="xz-fine">已存入。重新启动服务后可以检索，也用来核对引用。</p>'
    elif report.read:
        after = '<p class="xz-dim">没有变化：这些法规都已在库中。</p>'
    else:
        after = '<p class="xz-warn">没有一份文件能导入。</p>'
    return (
        f'<div class="xz-numbers">{numbers}</div>{after}{_remarks("跳过", report.skipped)}'
        f"{_remarks('存疑，请人看一下', report.doubtful)}"
    )


def _remarks(title: str, remarks: Sequence[Remark]) -> str:
    if not remarks:
        return ""
    rows = "".join(f"<li><b>{esc(remark.file)}</b>：{esc(remark.reason)}</li>" for remark in remarks[:_SHOWN])
    more = f'<li class="xz-dim">另有 {len(remarks) - _SHOWN} 条</li>' if len(remarks) > _SHOWN else ""
    return f"<h4>{title}</h4><ul>{rows}{more}</ul>"
