"""One job as HTML: how far it is, what came of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping

from agent.batch.job import Job, JobSummary
from agent.wording import ROUTE_NAMES
from agent.workbench.batch.wording import STATES, code_name, duration, size
from agent.workbench.parts import chip, esc, notice

_STYLES = {"running": "xz-risk", "done": "xz-good", "failed": "xz-stop"}
_LEADS = 6


def job_html(job: Job, departments: Mapping[str, str], *, owner: bool) -> str:
    """Lay one job out.

    Args:
        job: As it is now.
        departments: Names by id.
        owner: Say whose it is, for those who see everybody's.
    """
    whose = f'<span class="xz-dim">{esc(job.owner)}</span>' if owner else ""
    state = chip("正在取消" if job.stopping else STATES[job.state], _STYLES.get(job.state, ""))
    return (
        f'<header><b title="{esc(job.name)}">{esc(job.name)}</b>{state}{whose}</header>'
        f"{_body(job)}{_summary(job.summary, departments)}<footer>{_actions(job)}</footer>"
    )


def no_jobs_html() -> str:
    """Before the first job."""
    return notice("还没有任务", "放入一份表格，核对各列后开始；任务在服务器上运行，关掉页面也不会停。")


def _body(job: Job) -> str:
    if job.state == "waiting":
        ahead = job.place - 1
        return f'<p class="xz-dim">{f"前面还有 {ahead} 个任务" if ahead else "马上开始"} · {_when(job)} 提交</p>'
    if job.state == "running":
        return f"{_bar(job)}<p>{_pace(job)}</p>"
    if job.error:
        return f'<p class="xz-ended">{esc(job.error)}</p>'
    return ""


def _bar(job: Job) -> str:
    if not job.total:
        return '<div class="xz-progress" role="progressbar" aria-label="正在读文件"><i data-unknown></i></div>'
    share = 100 * job.done / job.total
    return (
        f'<div class="xz-progress" role="progressbar" aria-valuemin="0" aria-valuemax="{job.total}" '
        f'aria-valuenow="{job.done}"><i style="width:{share:.1f}%"></i></div>'
    )


def _pace(job: Job) -> str:
    if not job.total:
        return "正在读文件、数行数…"
    parts = [f"<b>{job.done:,}</b> / {job.total:,} 行（{100 * job.done // job.total}%）"]
    if job.rate:
        parts.append(f"每秒 {job.rate:.1f} 行")
    if job.remaining is not None:
        parts.append(f"约剩 {duration(job.remaining)}")
    if job.failed:
        parts.append(f'<span class="xz-warn">失败 {job.failed:,}</span>')
    return " · ".join(parts)


def _summary(summary: JobSummary | None, departments: Mapping[str, str]) -> str:
    """Counts of a finished run: routes, leads, errors."""
    if summary is None or not summary.rows:
        return ""
    rate = summary.rows / summary.seconds if summary.seconds else 0.0
    routes = [(name, summary.by_route.get(route, 0)) for route, name in ROUTE_NAMES.items()]
    leads = sorted(summary.by_lead.items(), key=lambda lead: (-lead[1], lead[0]))
    shown = [(departments.get(lead, lead), count) for lead, count in leads[:_LEADS]]
    if len(leads) > _LEADS:
        shown.append((f"其余 {len(leads) - _LEADS} 家", sum(count for _, count in leads[_LEADS:])))
    errors = [(f"{code_name(code)}（{code}）", count) for code, count in sorted(summary.by_error.items())]
    failed = f' · <span class="xz-warn">失败 {summary.failed:,}</span>' if summary.failed else ""
    return (
        f"<p>{summary.rows:,} 行 · 成功 {summary.ok:,}{failed} · 用时 {duration(summary.seconds)}"
        f" · 每秒 {rate:.1f} 行</p>"
        f'<details class="xz-fold"><summary>统计</summary><div class="xz-counts">'
        f"{_counts('处置建议', routes, summary.rows)}{_counts('建议主办', shown, summary.rows)}"
        f"{_counts('失败原因', errors, summary.rows)}</div></details>"
    )


def _counts(title: str, counted: list[tuple[str, int]], rows: int) -> str:
    lines = "".join(
        f"<li><span>{esc(name)}</span><b>{count:,}</b>"
        f'<span class="xz-bar" aria-hidden="true"><i style="width:{100 * count / rows:.1f}%"></i></span></li>'
        for name, count in counted
        if count
    )
    return f"<section><h4>{title}</h4><ul>{lines}</ul></section>" if lines else ""


def _actions(job: Job) -> str:
    if job.stopping:
        return '<span class="xz-dim">做完手上这几行就停，已完成的部分可以下载。</span>'
    if not job.over:
        return f'<button type="button" class="xz-button" data-do="cancel" data-job="{esc(job.id)}">取消</button>'
    ready = ""
    if job.result is not None:
        words = "下载结果" if job.state == "done" else "下载已完成的部分"
        style = " xz-main" if job.state == "done" else ""
        ready = (
            f'<a class="xz-button{style}" href="./batch/result/{esc(job.id)}" download>{words}'
            f"<small>{esc(job.options.ending)} · {size(job.result_bytes)}</small></a>"
        )
    finished = f'<span class="xz-dim">{_when(job)}</span>'
    return (
        f"{ready}{finished}<span class='xz-grow'></span>"
        f'<button type="button" class="xz-link" data-do="remove" data-job="{esc(job.id)}">删除</button>'
    )


def _when(job: Job) -> str:
    return f"{job.finished_at or job.created_at:%m-%d %H:%M}"
