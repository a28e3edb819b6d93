"""A preview as HTML: which column is which field, what is masked, what will fail, and the first rows."""

from __future__ import annotations

from agent.batch.preview import FieldUse, Preview
from agent.workbench.batch.wording import EXPORTS, code_name, size
from agent.workbench.parts import chip, esc, notice

_CELL = 60  # characters of a cell in the sample
_HINTS = {
    "text": "必须有",
    "received_at": "没有就不计算办理时限",
    "order_no": "没有就用行号",
}


def preview_html(preview: Preview, name: str, file_bytes: int) -> str:
    """Lay out what scoring this file would do.

    Args:
        preview: Of the file.
        name: What the person calls it.
        file_bytes: Its size.
    """
    return (
        f"{_head(preview, name, file_bytes)}{_settle(preview)}"
        f'<div class="xz-map">{"".join(_field(preview, use) for use in preview.fields)}</div>'
        f"{_failing(preview)}{_remarks(preview)}{_sheets(preview)}{_columns(preview)}{_rows(preview)}"
    )


def unusable_html(name: str, message: str) -> str:
    """A file that cannot be scored, with the one sentence that says why."""
    return notice(name, message, style="xz-error")


def _head(preview: Preview, name: str, file_bytes: int) -> str:
    facts = [size(file_bytes), "行数过多" if preview.total is None else f"{preview.total:,} 行"]
    if preview.header_at > 1:
        facts.append(f"表头在第 {preview.header_at} 行")
    if preview.sheets:
        facts.append(f"工作表：{'、'.join(preview.sheets)}")
    return (
        f'<div class="xz-file"><b>{esc(name)}</b><span class="xz-dim">{esc(" · ".join(facts))}</span>'
        '<button type="button" class="xz-link" data-do="drop">换一个文件</button></div>'
    )


def _settle(preview: Preview) -> str:
    return "" if preview.ready else f'<p class="xz-settle" role="alert">{esc(preview.error)}</p>'


def _field(preview: Preview, use: FieldUse) -> str:
    """One field with a list of all columns; several candidates leave the choice open."""
    chosen = use.columns[0] if len(use.columns) == 1 else ""
    unsettled = (use.field == "text" and not chosen) or len(use.columns) > 1
    first = "请选择…" if unsettled else "（没有）" if not chosen else "（自动）"
    options = "".join(
        f'<option value="{esc(column.name)}"{" selected" if column.name == chosen else ""}>{esc(column.name)}</option>'
        for column in preview.columns
    )
    hint = f"<small>{_HINTS[use.field]}</small>" if use.field in _HINTS else ""
    return (
        f"<label{' data-unsettled' if unsettled else ''}><span>{esc(use.name)}{hint}</span>"
        f'<select class="xz-input" data-field="{esc(use.field)}"{" data-chosen" if use.chosen else ""}>'
        f'<option value="">{first}</option>{options}</select></label>'
    )


def _failing(preview: Preview) -> str:
    if not preview.ready:
        return ""
    whole = preview.total == preview.checked
    looked = f"{'' if whole else '前 '}{preview.checked:,} "
    if not preview.failing:
        line = f'<p class="xz-fine">{looked}行都可以研判。</p>'
    else:
        counts = "，".join(f"{code_name(code)} {count} 行" for code, count in preview.by_code.items())
        rows = "".join(f"<li>第 {problem.number} 行：{esc(problem.message)}</li>" for problem in preview.problems)
        more = preview.failing - len(preview.problems)
        rows += f'<li class="xz-dim">另有 {more:,} 行</li>' if more > 0 else ""
        line = (
            f'<details class="xz-fold"><summary class="xz-warn">{looked}行中有 {preview.failing:,} 行会失败：'
            f"{esc(counts)}；其余照常研判</summary><ul>{rows}</ul></details>"
        )
    if preview.without_time:
        line += f'<p class="xz-dim">{preview.without_time:,} 行没有可用的受理时间，不计算办理时限。</p>'
    return f'<div class="xz-failing">{line}</div>'


def _remarks(preview: Preview) -> str:
    """Rows that will be scored but that a person may want to mend first."""
    if not preview.by_remark:
        return ""
    counts = "，".join(f"{code_name(code)} {count:,} 行" for code, count in preview.by_remark.items())
    rows = "".join(f"<li>第 {row.number} 行：{esc(row.message)}</li>" for row in preview.remarks)
    more = sum(preview.by_remark.values()) - len(preview.remarks)
    rows += f'<li class="xz-dim">另有 {more:,} 处</li>' if more > 0 else ""
    return f'<details class="xz-fold"><summary>可先核对：{esc(counts)}</summary><ul>{rows}</ul></details>'


def _sheets(preview: Preview) -> str:
    """Sheets that are not read, and why."""
    skipped = f"没有诉求内容列、不读的工作表：{'、'.join(preview.skipped)}。" if preview.skipped else ""
    said = f"{skipped}{preview.note}"
    return f'<p class="xz-dim">{esc(said)}</p>' if said else ""


def _columns(preview: Preview) -> str:
    """What becomes of every column in the result."""
    styles = {"plain": "", "mask": "xz-good", "hide": "xz-stop"}
    parts = []
    for manner, words in EXPORTS.items():
        names = [use.name for use in preview.columns if use.exported == manner]
        if names:
            parts.append(f"<dt>{words}</dt><dd>{''.join(chip(name, styles[manner]) for name in names)}</dd>")
    title = f"结果文件里原有的 {len(preview.columns)} 列怎样处理"
    return f'<details class="xz-fold"><summary>{title}</summary><dl class="xz-uses">{"".join(parts)}</dl></details>'


def _rows(preview: Preview) -> str:
    if not preview.rows:
        return ""
    head = "".join(f"<th scope=col>{esc(use.name)}</th>" for use in preview.columns)
    body = "".join(f"<tr>{''.join(f'<td><div>{_cell(cell)}</div></td>' for cell in row)}</tr>" for row in preview.rows)
    return (
        f'<h4>前 {len(preview.rows)} 行（已打码）</h4><div class="xz-sample" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str) -> str:
    flat = " ".join(cell.split())
    return esc(flat if len(flat) <= _CELL else flat[: _CELL - 1] + "…")
