"""The open matter apart from its three sides: the masked words with their evidence, law, cases, drafts, what happened.

Pure: a masked history in, HTML out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.desk.titles import title_of
from agent.desk.words import ACTION_NAMES
from agent.ledger.records import Choice, History, Review
from agent.schema import Suggestion
from agent.wording import MODE_NAMES, URGENCY_NAMES, cut_at_evidence, moment
from agent.workbench.operator.evidence import cases_html, law_html, notes_html
from agent.workbench.operator.fields import Names
from agent.workbench.parts import chip, citation, esc
from knowledge.vocabulary import Span
from knowledge.workdays import SHANGHAI


@dataclass(frozen=True, slots=True)
class _Event:
    when: dt.datetime
    what: str
    said: str = ""


def head_html(history: History, suggestion: Suggestion) -> str:
    """Title, kind, channel, when it came in, risks."""
    matter, reading, urgency = history.matter, suggestion.complaint, suggestion.urgency
    title = title_of(reading) or matter.title or "（文字已清除）"
    labels = [chip(reading.kind)] if reading else []
    labels += [chip(matter.channel)] if matter.channel else []
    labels += [chip(f"{MODE_NAMES[matter.mode]}模式")] if matter.mode != "daily" else []
    if urgency is not None:
        labels += [chip(URGENCY_NAMES[urgency.level], "xz-risk")] if urgency.level else []
        labels += [chip(risk, "xz-risk") for risk in urgency.risks]
    came = moment((matter.received_at or matter.recorded_at).astimezone(SHANGHAI))
    number = f" · 工单号 {matter.external_id}" if matter.external_id else ""
    return f"<h3>{esc(title)}</h3><div>{''.join(labels)}<small>{esc(f'{came} 受理{number}')}</small></div>"


def text_html(history: History, suggestion: Suggestion) -> str:
    """The masked complaint with its evidence marked."""
    text = history.matter.masked_text
    if not text:
        return '<p class="xz-dim">文字已按规定清除，标签和时间仍在。</p>'
    spans = placed(text, suggestion.urgency.evidence if suggestion.urgency else ())
    pieces = cut_at_evidence(text, spans)
    return "".join(f"<mark>{esc(piece.text)}</mark>" if piece.marked else esc(piece.text) for piece in pieces)


def placed(masked: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of the text as given, found again in the masked one: the nearest place with the same words.

    Masking changes lengths, so that places move; a span whose words are masked is left out.
    """
    found = []
    for span in spans:
        start = _nearest(masked, span)
        if start >= 0:
            found.append(Span(text=span.text, start=start, end=start + len(span.text)))
    return tuple(found)


def _nearest(text: str, span: Span) -> int:
    if not span.text:
        return -1
    before, after = text.rfind(span.text, 0, span.start + len(span.text)), text.find(span.text, span.start)
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: abs(place - span.start), default=-1)


def folds_html(history: History, suggestion: Suggestion, proposed: Choice, chosen: Choice | None, names: Names) -> str:
    """What opens on a click: ground, law, similar cases, replies, what happened."""
    dispatch = suggestion.dispatch
    ground = f"<p>{esc(dispatch.reason)}</p>" + "".join(map(citation, dispatch.basis)) if dispatch else ""
    law = law_html(suggestion)
    cases = cases_html(suggestion, names)
    many = len(suggestion.similar_cases)
    # a draft that was made anew for other labels is nobody's own
    own = any(change.field == "reply" for last in history.decisions[-1:] for change in last.changes)
    return (
        _fold("主办依据", ground)
        + _fold("相关条文", law, f"{len(suggestion.regulations)}条")
        + _fold("相似工单", cases, f"{many}件" + ("，疑似有重复" if suggestion.duplicates else ""))
        + _fold("答复", _replies(proposed, chosen, own=own) + notes_html(suggestion.draft), "受理员改过" if own else "")
        + _fold("经过", _past(history), f"{len(history.suggestions)}次建议、{len(history.decisions)}次决定")
    )


def _fold(title: str, body: str, note: str = "") -> str:
    small = f" <small>{esc(note)}</small>" if note else ""
    return (
        f'<details class="xz-fold xz-part"><summary>{title}{small}</summary><div>{body}</div></details>' if body else ""
    )


def _replies(proposed: Choice, chosen: Choice | None, *, own: bool) -> str:
    """The draft, and beside it what became of it, by the operator's hand or not, with the new sentences marked."""
    if not proposed.reply and (chosen is None or not chosen.reply):
        return ""
    drafted = f'<div><h4>初稿</h4><p class="xz-reply-text">{esc(proposed.reply)}</p></div>'
    if chosen is None or chosen.reply in ("", proposed.reply):
        return f'<div class="xz-replies">{drafted}</div>'
    known = set(_sentences(proposed.reply))
    sent = "".join(esc(one) if one in known else f"<mark>{esc(one)}</mark>" for one in _sentences(chosen.reply))
    title = "受理员的稿" if own else "随改动重拟的初稿"
    return f'<div class="xz-replies">{drafted}<div><h4>{title}</h4><p class="xz-reply-text">{sent}</p></div></div>'


def _sentences(text: str) -> Sequence[str]:
    """Sentences with their stops; put together they are the text."""
    pieces, begin = [], 0
    for at, char in enumerate(text):
        if char in "。！？；\n":
            pieces.append(text[begin : at + 1])
            begin = at + 1
    return [*pieces, text[begin:]] if begin < len(text) else pieces


def _past(history: History) -> str:
    """What happened, in order of time."""
    events = [_Event(one.created_at, "AI小郑 给出建议") for one in history.suggestions]
    events += [
        _Event(one.decided_at, f"{one.operator} {ACTION_NAMES[one.action]}", one.reason) for one in history.decisions
    ]
    events += [
        _Event(one.recorded_at, "承办单位退回" if one.kind == "returned" else "承办单位办结", one.reason)
        for one in history.outcomes
    ]
    events += [_Event(one.reviewed_at, _reviewed(one), one.reason) for one in history.reviews]
    return f'<ul class="xz-past">{"".join(map(_event, sorted(events, key=lambda event: event.when)))}</ul>'


def _reviewed(review: Review) -> str:
    verdict = "同意" if review.verdict == "agree" else "改判"
    return f"{review.reviewer} {verdict}{'，成为案例' if review.case_id else ''}"


def _event(event: _Event) -> str:
    said = f" <q>{esc(event.said)}</q>" if event.said else ""
    return f"<li><time>{event.when.astimezone(SHANGHAI):%m-%d %H:%M}</time> {esc(event.what)}{said}</li>"
