"""Suggestion, operator's choice and result side by side, with what differs marked; or the result being corrected.

Pure: what is known of a matter in, HTML out. Buttons carry `data-set` and `data-value`, as on the operator page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.desk.choices import changes
from agent.desk.words import ACTION_NAMES
from agent.ledger.records import Choice, Decision, Outcome, Review
from agent.schema import Suggestion
from agent.wording import ROUTE_NAMES, URGENCY_NAMES, percent
from agent.workbench.operator.fields import TRACKS, Names
from agent.workbench.parts import bar, chip, esc
from knowledge.workdays import SHANGHAI

_OTHERS = 3
_ROWS = (
    ("lead", "主办单位", "Z"),
    ("category", "事项类别", "L"),
    ("urgency", "紧急程度", ""),
    ("assist", "协办单位", "X"),
    ("track", "办理通道", ""),
    ("due", "办理时限", ""),
    ("place", "事发地点", ""),
    ("reply", "答复", ""),
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of one matter.

    Attributes:
        suggestion: The one that the operator saw.
        proposed: What accepting it means.
        decision: The operator's, None while there is none.
        review: The last one.
        editing: The correction as it stands on the page; None when nothing is being corrected.
    """

    suggestion: Suggestion
    proposed: Choice
    decision: Decision | None
    review: Review | None
    outcomes: tuple[Outcome, ...]
    names: Names = field(repr=False)
    editing: Choice | None = None

    def rewritten(self, choice: Choice) -> bool:
        """Whether a person wrote this reply: not the draft, and not the draft made anew for other labels."""
        if choice.reply in ("", self.proposed.reply):
            return False
        judged = (self.decision, self.review)
        found = {one.choice.reply for one in judged if one and any(each.field == "reply" for each in one.changes)}
        return choice.reply in found

    @property
    def chosen(self) -> Choice | None:
        """What the operator sent out; None where nothing was sent."""
        decision = self.decision
        return None if decision is None or decision.action == "return" else decision.choice


def sides_html(sides: Sides) -> str:
    """The table of three sides."""
    head = (
        f'<thead><tr><th></th><th scope="col">建议{_proposed_head(sides)}</th>'
        f'<th scope="col">受理员的选择{_chosen_head(sides)}</th><th scope="col">{_last_head(sides)}</th></tr></thead>'
    )
    body = "".join(_row(at, name, title, key, sides) for at, (name, title, key) in enumerate(_ROWS))
    state = ' data-editing=""' if sides.editing is not None else ""
    return f'<table class="xz-sides"{state}>{head}<tbody>{body}</tbody></table>'


def _proposed_head(sides: Sides) -> str:
    decision = sides.suggestion.decision
    return f'<small title="{esc(decision.reason)}">{ROUTE_NAMES[decision.route]}</small>' if decision else ""


def _chosen_head(sides: Sides) -> str:
    decision = sides.decision
    if decision is None:
        return "<small>还没有人决定</small>"
    took = f" · 用时{decision.seconds:.0f}秒" if decision.seconds is not None else ""
    said = f'<q title="受理员写的理由">{esc(decision.reason)}</q>' if decision.reason else ""
    line = f"{decision.operator} · {_day(decision.decided_at)} · {ACTION_NAMES[decision.action]}{took}"
    return f"<small>{esc(line)}</small>{said}"


def _last_head(sides: Sides) -> str:
    """Above the third column: the outcomes, unless they fill it, and what a reviewer said."""
    if sides.editing is not None:
        return f"改判<small>改好后选理由</small>{outcomes_html(sides.outcomes, sides.names)}"
    if sides.review is None:
        return "结果"
    verdict = "同意" if sides.review.verdict == "agree" else "改判"
    line = f"{sides.review.reviewer} · {_day(sides.review.reviewed_at)} · {verdict}"
    said = f"<q>{esc(sides.review.reason)}</q>" if sides.review.reason else ""
    return f"结果：已复核<small>{esc(line)}</small>{said}{outcomes_html(sides.outcomes, sides.names)}"


def outcomes_html(outcomes: Sequence[Outcome], names: Names) -> str:
    """What came back from the handling units, in order of time; '' for nothing."""
    return "".join(_outcome(one, names) for one in outcomes)


def _outcome(outcome: Outcome, names: Names) -> str:
    returned = outcome.kind == "returned"
    said = [("已解决", "xz-good") if outcome.solved else ("未解决", "xz-risk")] if outcome.solved is not None else []
    if outcome.satisfied is not None:
        said.append(("满意", "xz-good") if outcome.satisfied else ("不满意", "xz-risk"))
    labels = chip("退回" if returned else "办结", "xz-stop" if returned else "") + "".join(chip(*one) for one in said)
    who = f"{names.department(outcome.unit)} · {_day(outcome.recorded_at)}".removeprefix(" · ")
    text = "".join(f"<q>{esc(words)}</q>" for words in (outcome.reason, outcome.record) if words)
    return f'<div class="xz-outcome">{labels}<small>{esc(who)}</small>{text}</div>'


def _row(at: int, name: str, title: str, key: str, sides: Sides) -> str:
    chosen = sides.chosen
    ours = _cell(name, sides.proposed, sides, sure=_sure(name, sides.suggestion))
    if chosen is None:
        gone = "退回未派" if sides.decision is not None else "待定"
        theirs = f'<td class="xz-dim" data-side="受理员">{gone if name == "lead" else ""}</td>'
    else:
        theirs = _marked(name, sides.proposed, chosen, "受理员", _cell(name, chosen, sides), sides)
    hint = f'<kbd class="xz-key">{key}</kbd>' if key and sides.editing is not None else ""
    last = _last(at, name, sides)
    return f'<tr><th scope="row">{title}{hint}</th><td data-side="建议">{ours}</td>{theirs}{last}</tr>'


def _last(at: int, name: str, sides: Sides) -> str:
    if sides.editing is not None:
        before = sides.chosen or sides.proposed
        return _marked(name, before, sides.editing, "改判", _editor(name, sides.editing, sides), sides)
    if sides.review is not None:
        before = sides.chosen or Choice()
        return _marked(name, before, sides.review.choice, "结果", _cell(name, sides.review.choice, sides), sides)
    if at:
        return ""
    came = outcomes_html(sides.outcomes, sides.names)
    return f'<td class="xz-came" data-side="结果" rowspan="{len(_ROWS)}">{came or _NOTHING_CAME}</td>'


_NOTHING_CAME = '<p class="xz-dim">承办单位还没有反馈。</p>'


def _marked(name: str, before: Choice, after: Choice, side: str, html: str, sides: Sides) -> str:
    """A cell, marked where it differs from the one before; a reply only where a person wrote it."""
    differs = name in _differing(before, after) and (name != "reply" or sides.rewritten(after))
    return f'<td data-side="{side}"{" data-differs" if differs else ""}>{html}</td>'


def _differing(before: Choice, after: Choice) -> frozenset[str]:
    """Rows that differ; another office of the same lead is a difference of the lead's row."""
    found = {change.field for change in changes(before, after)}
    return frozenset(found | ({"lead"} if "unit" in found else set()))


def _sure(name: str, suggestion: Suggestion) -> str:
    if name == "lead" and suggestion.dispatch is not None:
        return bar(suggestion.dispatch.confidence)
    if name == "category" and suggestion.category is not None:
        return bar(suggestion.category.confidence)
    return ""


def _cell(name: str, choice: Choice, sides: Sides, *, sure: str = "") -> str:
    """One field of a choice, to look at."""
    names = sides.names
    if name == "lead":
        unit = choice.unit or names.department(choice.lead)
        above = names.department(choice.lead)
        small = f"<small>{esc(above)}</small>" if above not in ("", unit) else ""
        return f"<strong>{esc(unit) or '未定'}</strong>{sure}{small}"
    if name == "category":
        return f"{esc(names.category(choice.category)) or '未归类'}{sure}"
    if name == "reply":
        return _reply(choice, sides)
    return esc(_plain(name, choice, names))


def _plain(name: str, choice: Choice, names: Names) -> str:
    texts = {
        "urgency": URGENCY_NAMES[choice.urgency],
        "assist": "、".join(map(names.department, choice.assist)) or "无",
        "track": choice.track or "未定",
        "due": _moment(choice.due),
        "place": choice.place or "未写明",
    }
    return texts[name]


def _reply(choice: Choice, sides: Sides) -> str:
    if not choice.reply:
        return "无"
    if sides.rewritten(choice):
        return f"改过，{len(choice.reply)}字（见下）"
    return "初稿" if choice.reply == sides.proposed.reply else "初稿（随所选单位、时限重拟）"


def _editor(name: str, choice: Choice, sides: Sides) -> str:
    """One field of the correction, to change."""
    if name in ("lead", "category"):
        return _cell(name, choice, sides) + _options(
            name, str(getattr(choice, name)), _likely(name, sides), sides.names
        )
    if name == "urgency":
        return _segments("urgency", {str(level): text for level, text in URGENCY_NAMES.items()}, str(choice.urgency))
    if name == "track":
        return _segments("track", {track: track for track in TRACKS}, choice.track)
    if name == "assist":
        return _helpers(choice, sides.names)
    if name == "place":
        return (
            '<input class="xz-input" data-input="place" aria-label="事发地点" maxlength="200" autocomplete="off" '
            f'value="{esc(choice.place)}">'
        )
    return _cell(name, choice, sides)


def _likely(name: str, sides: Sides) -> dict[str, str]:
    """Values that a person or the machine named, and who, the first to speak first."""
    suggestion = sides.suggestion
    said = [(str(getattr(sides.proposed, name)), "原建议")]
    if sides.chosen is not None:
        said.append((str(getattr(sides.chosen, name)), "受理员"))
    if name == "lead":
        said += [(one.unit, "办结单位") for one in sides.outcomes if one.kind == "closed"]
        guesses = suggestion.dispatch.alternatives if suggestion.dispatch else ()
        said += [(other.id, percent(other.confidence)) for other in guesses]
    else:
        others = suggestion.category.alternatives if suggestion.category else ()
        said += [(other.code, percent(other.confidence)) for other in others]
    likely: dict[str, str] = {}
    for value, note in said:
        likely.setdefault(value, note)
    return likely


def _options(which: str, current: str, likely: Mapping[str, str], names: Names) -> str:
    """The likeliest values to pick at once, and the whole list."""
    name = names.department if which == "lead" else names.category
    found = [(value, note) for value, note in likely.items() if value and value != current]
    buttons = "".join(
        f'<button type="button" class="xz-option" data-set="{which}" data-value="{esc(value)}">{esc(name(value))}'
        f"<b>{esc(note)}</b></button>"
        for value, note in found[:_OTHERS]
    )
    more = f'<button type="button" class="xz-option xz-more" data-open="{which}">另选…</button>'
    return f'<div class="xz-options">{buttons}{more}</div><div id="xz-right-{which}"></div>'


def _helpers(choice: Choice, names: Names) -> str:
    held = "".join(
        f'<button type="button" class="xz-option" data-set="assist" data-value="{esc(each)}" title="去掉">'
        f'{esc(names.department(each))}<b aria-label="去掉">×</b></button>'
        for each in choice.assist
    )
    more = '<button type="button" class="xz-option xz-more" data-open="assist">添加…</button>'
    return f'<div class="xz-options">{held}{more}</div><div id="xz-right-assist"></div>'


def _segments(which: str, labels: Mapping[str, str], chosen: str) -> str:
    buttons = "".join(
        f'<button type="button" data-set="{which}" data-value="{esc(value)}" '
        f'aria-pressed="{"true" if value == chosen else "false"}">{esc(label)}</button>'
        for value, label in labels.items()
    )
    return f'<div class="xz-segments" role="group">{buttons}</div>'


def _day(moment: dt.datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


def _moment(due: dt.datetime | None) -> str:
    return f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if due is not None else "未定"
