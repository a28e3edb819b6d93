"""The fields of a dispatch as HTML: what is chosen now, what was proposed, what else is likely.

Pure: a suggestion, a choice and what follows from it in, strings out. Buttons carry `data-set` and `data-value`;
what they mean is the script's and the desk's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from agent.desk.records import Effect
from agent.ledger.records import Choice
from agent.schema import Suggestion, Track
from agent.wording import URGENCY_NAMES, percent, shorten
from agent.workbench.parts import bar, chip, citation, due_html, esc
from knowledge.vocabulary import Category, Citation, CitationState, Department

_OTHERS = 3
TRACKS: tuple[Track, ...] = get_args(Track)


@dataclass(frozen=True, slots=True)
class Names:
    """Departments and categories by id."""

    departments: Mapping[str, Department]
    categories: Mapping[str, Category]

    def department(self, department_id: str) -> str:
        """The official name; the id where it is unknown."""
        known = self.departments.get(department_id)
        return known.name if known else department_id

    def category(self, code: str) -> str:
        """The last two levels: the third alone is often just 其他."""
        known = self.categories.get(code)
        return f"{known.level2} › {known.level3}" if known else code


@dataclass(frozen=True, slots=True)
class Shown:
    """One suggestion and what a person has made of it so far.

    Attributes:
        proposed: What accepting unchanged means.
        choice: What stands on the page.
        effect: What follows from `choice`.
    """

    suggestion: Suggestion
    proposed: Choice
    choice: Choice
    effect: Effect
    names: Names = field(repr=False)


def field_slots(shown: Shown) -> dict[str, str]:
    """HTML of every field by name."""
    return {
        "danger": danger_html(shown.choice),
        "lead": lead_html(shown),
        "category": category_html(shown),
        "urgency": urgency_html(shown),
        "clock": clock_html(shown),
        "place": place_html(shown),
        "assist": assist_html(shown),
        "stale": f'<p class="xz-warn">{esc(shown.effect.note)}</p>' if shown.effect.note else "",
    }


def danger_html(choice: Choice) -> str:
    """What must be done before anything else; '' where nothing must."""
    if choice.urgency < 2:
        return ""
    return (
        '<div class="xz-danger" role="alert"><strong>立即处置</strong>'
        "<span>来电人有危险的，先转110、119或120，再派单</span></div>"
    )


def lead_html(shown: Shown) -> str:
    """Who leads, who else might, and on what ground."""
    dispatch, chosen = shown.suggestion.dispatch, shown.choice.lead
    changed = chosen != shown.proposed.lead
    name = shown.names.department(chosen) if chosen else ""
    if not chosen:
        answer = '<p class="xz-dim">未能确定，请人工选择</p>'
    else:
        sure = bar(dispatch.confidence) if dispatch and not changed else ""
        above = f'<span class="xz-dim">{esc(name)}</span>' if name not in ("", shown.choice.unit) else ""
        answer = f'<p class="xz-answer"><span>{esc(shown.choice.unit or name)}</span>{sure}{above}</p>'
    others = [(other.id, other.name, other.confidence) for other in dispatch.alternatives] if dispatch else []
    body = answer + _options("lead", _alternatives(shown.proposed.lead, chosen, others, shown.names.department))
    ground = _ground(shown, changed=changed)
    return _field("lead", "主办单位", body + ground, "Alt+Z", _was(changed, _proposed_unit(shown)))


def _proposed_unit(shown: Shown) -> str:
    return shown.proposed.unit or shown.names.department(shown.proposed.lead) or "未定"


def _ground(shown: Shown, *, changed: bool) -> str:
    """The reason and the clause; after a change those of the new choice."""
    dispatch, basis = shown.suggestion.dispatch, shown.effect.basis
    if not changed and dispatch is not None:
        return f'<p class="xz-reason">{esc(dispatch.reason)}</p>{_clauses(dispatch.basis)}'
    if shown.effect.topic:
        return f'<p class="xz-reason">对应职责清单“{esc(shown.effect.topic)}”。</p>{_clauses(basis)}'
    return _clauses(basis) or '<p class="xz-reason xz-dim">职责清单没有列明该单位主办此类事项，请写明改派理由。</p>'


def _clauses(basis: Sequence[Citation]) -> str:
    """The first clause in force unfolded, the others folded."""
    first = next((at for at, cited in enumerate(basis) if cited.state is CitationState.VERIFIED), -1)
    return "".join(citation(cited, unfolded=at == first) for at, cited in enumerate(basis))


def category_html(shown: Shown) -> str:
    """What it is, and what else it might be."""
    guess, chosen = shown.suggestion.category, shown.choice.category
    changed = chosen != shown.proposed.category
    known = shown.names.categories.get(chosen)
    if known is None:
        answer = '<p class="xz-dim">未能归类，请人工选择</p>'
    else:
        sure = bar(guess.confidence) if guess and not changed else ""
        path = f"{known.level1} › {known.level2}"
        answer = (
            f'<p class="xz-answer"><span>{esc(known.level3)}</span>{sure}<span class="xz-dim">{esc(path)}</span></p>'
        )
    others = [(c.code, f"{c.level2} › {c.level3}", c.confidence) for c in guess.alternatives] if guess else []
    body = answer + _options("category", _alternatives(shown.proposed.category, chosen, others, shown.names.category))
    was = shown.names.category(shown.proposed.category) or "未归类"
    return _field("category", "事项类别", body, "Alt+L", _was(changed, was))


@dataclass(frozen=True, slots=True)
class _Option:
    value: str
    label: str
    note: str


def _alternatives(
    proposed: str, chosen: str, others: Iterable[tuple[str, str, float]], name: Callable[[str], str]
) -> list[_Option]:
    """The proposed one first when it is no longer chosen, then the runners-up that are not chosen."""
    first = [_Option(proposed, name(proposed), "原建议")] if proposed and proposed != chosen else []
    rest = [_Option(value, label, percent(share)) for value, label, share in others if value != chosen]
    return first + rest[:_OTHERS]


def _options(which: str, options: Sequence[_Option]) -> str:
    buttons = "".join(
        f'<button type="button" class="xz-option" data-set="{which}" data-value="{esc(option.value)}">'
        f"{esc(option.label)}<b>{esc(option.note)}</b></button>"
        for option in options
    )
    more = f'<button type="button" class="xz-option xz-more" data-open="{which}">另选…</button>'
    return f'<div class="xz-options">{buttons}{more}</div><div id="xz-pick-{which}"></div>'


def urgency_html(shown: Shown) -> str:
    """How fast, which risks, and the words that say so."""
    urgency = shown.suggestion.urgency
    changed = shown.choice.urgency != shown.proposed.urgency
    labels = {str(level): name for level, name in URGENCY_NAMES.items()}
    body = _segments("urgency", labels, str(shown.choice.urgency))
    if urgency is not None:
        body += "".join(chip(risk, "xz-risk") for risk in urgency.risks)
        words = "、".join(f"“{esc(shorten(span.text, 24))}”" for span in urgency.evidence)
        body += f'<p class="xz-dim">原话：{words}</p>' if words else ""
    return _field("urgency", "紧急程度", body, "", _was(changed, URGENCY_NAMES[shown.proposed.urgency]))


def _segments(which: str, labels: Mapping[str, str], chosen: str) -> str:
    buttons = "".join(
        f'<button type="button" data-set="{which}" data-value="{esc(value)}" '
        f'aria-pressed="{"true" if value == chosen else "false"}">{esc(label)}</button>'
        for value, label in labels.items()
    )
    return f'<div class="xz-segments" role="group">{buttons}</div>'


def clock_html(shown: Shown) -> str:
    """Track, due time with what is left of it, and the rule behind it."""
    choice, proposed = shown.choice, shown.proposed
    deadline = shown.effect.deadline or shown.suggestion.deadline
    same = deadline is not None and deadline.due == choice.due
    instead = (deadline.error if deadline and same else "") or "未定，请人工填写"
    rule = f'<p class="xz-dim">{esc(deadline.rule)}</p>' if deadline and same and deadline.rule else ""
    value = f"{choice.due:%Y-%m-%dT%H:%M}" if choice.due else ""
    body = (
        _segments("track", {track: track for track in TRACKS}, choice.track)
        + f'<div class="xz-due">{due_html(choice.due, instead)}<details><summary>改时限</summary>'
        f'<input class="xz-input" type="datetime-local" data-input="due" aria-label="办结时限" value="{value}">'
        f"</details></div>{rule}"
    )
    was = []
    if choice.track != proposed.track:
        was.append(proposed.track or "未定")
    if choice.due != proposed.due:
        was.append(f"{proposed.due:%m-%d %H:%M}" if proposed.due else "时限未定")
    return _field("clock", "轨道与时限", body, "", _was(bool(was), "，".join(was)))


def place_html(shown: Shown) -> str:
    """Where and when."""
    reading = shown.suggestion.complaint
    changed = shown.choice.place != shown.proposed.place
    box = (
        f'<input class="xz-input" data-input="place" aria-label="事发地点" maxlength="200" autocomplete="off" '
        f'placeholder="文中未写明，请向来电人核实" value="{esc(shown.choice.place)}">'
    )
    when = f'<p class="xz-dim">发生时间：{esc(reading.occurred)}</p>' if reading and reading.occurred else ""
    return _field("place", "事发地点", box + when, "", _was(changed, shown.proposed.place or "未写明"))


def assist_html(shown: Shown) -> str:
    """Who helps and why; each can be taken away, others added."""
    reasons = {a.id: a.reason for a in shown.suggestion.dispatch.assist} if shown.suggestion.dispatch else {}
    rows = "".join(
        f'<li><button type="button" class="xz-option" data-set="assist" data-value="{esc(each)}" '
        f'title="去掉">{esc(shown.names.department(each))}<b aria-label="去掉">×</b></button>'
        f"<small>{esc(reasons.get(each, '受理员添加'))}</small></li>"
        for each in shown.choice.assist
    )
    body = f'<ul class="xz-helpers">{rows}</ul>' if rows else '<span class="xz-dim">无需协办 </span>'
    more = '<button type="button" class="xz-option xz-more" data-open="assist">添加…</button>'
    changed = set(shown.choice.assist) != set(shown.proposed.assist)
    was = "、".join(map(shown.names.department, shown.proposed.assist)) or "无"
    return _field("assist", "协办单位", f'{body}{more}<div id="xz-pick-assist"></div>', "", _was(changed, was))


def _was(changed: bool, proposed: str) -> str:
    return f'<span class="xz-was">已改<span>原建议：{esc(proposed)}</span></span>' if changed else ""


def _field(name: str, title: str, body: str, key: str, was: str) -> str:
    hint = f'<kbd class="xz-key">{key}</kbd>' if key else ""
    state = ' data-changed=""' if was else ""
    return (
        f'<section class="xz-section xz-field" data-field="{name}"{state}><h4>{title}{hint}{was}</h4>{body}</section>'
    )
