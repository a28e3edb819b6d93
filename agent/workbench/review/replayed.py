"""A past suggestion made again, as HTML: the same, what differs, or what changed since. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.desk.records import Difference, Replay, ReplayState
from agent.desk.words import BASIS_NAMES, FIELD_NAMES
from agent.intake import mask
from agent.wording import moment, shorten
from agent.workbench.parts import chip, esc
from knowledge.workdays import SHANGHAI

_STATES: Mapping[ReplayState, tuple[str, str]] = {
    "identical": ("一致", "xz-good"),
    "differs": ("有不同", "xz-risk"),
    "not_rebuildable": ("依据已变", "xz-stop"),
}
# First words of a dotted path, the longest first.
_PATHS: tuple[tuple[str, str], ...] = (
    ("dispatch.lead", FIELD_NAMES["lead"]),
    ("dispatch.confidence", "主办把握"),
    ("dispatch.alternatives", "次选单位"),
    ("dispatch.assist", FIELD_NAMES["assist"]),
    ("dispatch.basis", "法规依据"),
    ("dispatch.reason", "主办理由"),
    ("category.confidence", "类别把握"),
    ("category.alternatives", "次选类别"),
    ("category", FIELD_NAMES["category"]),
    ("urgency", FIELD_NAMES["urgency"]),
    ("track", FIELD_NAMES["track"]),
    ("deadline", FIELD_NAMES["due"]),
    ("similar_cases", "相似工单"),
    ("regulations", "相关条文"),
    ("duplicates", "疑似重复"),
    ("questions", "要问的问题"),
    ("draft", FIELD_NAMES["reply"]),
    ("decision", "流转"),
    ("complaint", "诉求要点"),
    *BASIS_NAMES.items(),
)
_SHOWN = 80


def replay_html(replay: Replay) -> str:
    """State, one sentence, and two tables where there is something to tell."""
    name, style = _STATES[replay.state]
    when = moment(replay.made_at.astimezone(SHANGHAI))
    return (
        f"<p>{chip(name, style)}{esc(replay.message)} <small>{esc(f'当时：{when}')}</small></p>"
        + _table("当时的依据与今天", replay.changed, ("当时", "今天"))
        + _table("建议的不同", replay.differences, ("当时", "重放"))
    )


def _table(title: str, found: Sequence[Difference], heads: tuple[str, str]) -> str:
    if not found:
        return ""
    rows = "".join(
        f'<tr><th scope=row title="{esc(one.field)}">{esc(path_name(one.field))}</th><td>{_value(one.before)}</td>'
        f"<td>{_value(one.after)}</td></tr>"
        for one in found
    )
    return (
        f'<table class="xz-table"><caption>{title}</caption><thead><tr><th></th><th scope="col">{heads[0]}</th>'
        f'<th scope="col">{heads[1]}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _value(text: str) -> str:
    """One value; a suggestion may quote the citizen, so it is masked."""
    return esc(shorten(mask(text).text, _SHOWN)) or '<span class="xz-dim">无</span>'


def path_name(path: str) -> str:
    """A dotted path in Chinese; a path of no known part stays as it is."""
    return next((name for start, name in _PATHS if path == start or path.startswith(f"{start}.")), path)
