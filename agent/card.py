"""One Suggestion as a card for the terminal.

Lays out and colours; decides nothing and prints nothing. Text from outside only ever enters through
`rich.text.Text`, so that `[red]` or an escape sequence in a complaint is shown, not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.schema import Dispatch, Draft, Route, Suggestion, UrgencyGuess
from agent.wording import (
    MODE_NAMES,
    ROUTE_NAMES,
    STATE_NAMES,
    URGENCY_NAMES,
    Piece,
    address_line,
    article_name,
    category_path,
    cut_at_evidence,
    deadline_line,
    percent,
    shorten,
    visible,
)
from knowledge.vocabulary import CitationState, Urgency

_ROUTE_STYLES: Mapping[Route, str] = {"auto": "green", "operator": "yellow", "reviewer": "magenta"}
_URGENCY_STYLES: Mapping[Urgency, str] = {0: "default", 1: "bold yellow", 2: "bold red"}
_MARK = "bold black on yellow"
# A terminal card is for a glance: runners-up, cases and articles beyond these are in `--json`.
_RUNNERS_UP = 3
_CASES = 3
_ARTICLES = 4
_RELATED = 2  # found by search, not the ground: enough to show that there may be more
_CONTEXT = 60  # characters kept on each side of evidence in a long complaint


def render_card(suggestion: Suggestion, complaint: str, departments: Mapping[str, str] | None = None) -> RenderableType:
    """Lay one suggestion out for a terminal.

    Args:
        suggestion: What the agent proposed.
        complaint: The input as given; evidence spans point into it.
        departments: Names by id for the similar cases, which carry ids only; an id stays where it is unknown.

    Returns:
        A panel that fits any width from about 60 columns on.
    """
    if suggestion.status == "error":
        return _error_panel(suggestion)
    route: Route = suggestion.decision.route if suggestion.decision else "reviewer"
    rows = Table.grid(padding=(0, 2, 0, 0), expand=True)
    rows.add_column(no_wrap=True, style="dim", width=8)
    rows.add_column(ratio=1, overflow="fold")
    for label, lines in _rows(suggestion, complaint, departments or {}):
        for index, line in enumerate(lines):
            rows.add_row(label if index == 0 else "", line)
    title = suggestion.complaint.title if suggestion.complaint else ""
    return Panel(
        Group(rows, *_draft(suggestion.draft)),
        title=Text(f"AI小郑 · {shorten(visible(title), 30) or visible(suggestion.id)}", style="bold"),
        subtitle=Text(_footer(suggestion), style="dim") if _footer(suggestion) else None,
        title_align="left",
        subtitle_align="right",
        border_style=_ROUTE_STYLES[route],
        box=box.ROUNDED,
    )


def _error_panel(suggestion: Suggestion) -> Panel:
    message = suggestion.error.message if suggestion.error else "没有给出原因"
    code = suggestion.error.code if suggestion.error else "error"
    return Panel(
        Text(visible(message)),
        title=Text(f"未能研判（{visible(code)}）", style="bold"),
        title_align="left",
        border_style="red",
        box=box.ROUNDED,
    )


def _rows(suggestion: Suggestion, complaint: str, departments: Mapping[str, str]) -> Iterable[tuple[str, list[Text]]]:
    """Label and lines of each part that the suggestion has."""
    yield "处理方式", _decision(suggestion)
    yield "事项类别", _category(suggestion)
    yield from _dispatch(suggestion.dispatch)
    if suggestion.urgency is not None:
        yield "紧急程度", _urgency(suggestion.urgency)
        yield "诉求原文", [_complaint(complaint, suggestion.urgency)]
    yield from _reading(suggestion)
    yield "还需询问", [Text(question) for question in suggestion.questions]
    yield "办理时限", _clock(suggestion)
    yield "引用法规", _quoted(suggestion)
    yield "法律依据", _basis(suggestion)
    yield "相关条文", _related(suggestion)
    yield "相似工单", _cases(suggestion, departments)


def _decision(suggestion: Suggestion) -> list[Text]:
    decision = suggestion.decision
    if decision is None:
        return []
    name = Text(f"● {ROUTE_NAMES[decision.route]}", style=f"bold {_ROUTE_STYLES[decision.route]}")
    return [name, Text(visible(decision.reason))]


def _category(suggestion: Suggestion) -> list[Text]:
    category = suggestion.category
    if category is None:
        return [Text("未能归类", style="dim")]
    others = (f"{choice.level3} {percent(choice.confidence)}" for choice in category.alternatives[:_RUNNERS_UP])
    return [_chosen(category_path(category), category.confidence), *_runners_up(others)]


def _dispatch(dispatch: Dispatch | None) -> Iterable[tuple[str, list[Text]]]:
    if dispatch is None:
        yield "主办单位", [Text("未能确定", style="dim")]
        return
    others = (f"{other.name} {percent(other.confidence)}" for other in dispatch.alternatives[:_RUNNERS_UP])
    lead = _chosen(dispatch.lead.unit, dispatch.confidence)
    if dispatch.lead.unit != dispatch.lead.name:
        lead.append(f"  ({dispatch.lead.name})", style="dim")
    yield "主办单位", [lead, Text(visible(dispatch.reason)), *_runners_up(others)]
    yield "协办单位", [Text(visible(f"{helper.name}：{helper.reason}")) for helper in dispatch.assist]


def _chosen(name: str, confidence: float) -> Text:
    return Text.assemble((visible(name), "bold"), f"  {percent(confidence)}")


def _runners_up(names: Iterable[str]) -> list[Text]:
    line = "；".join(names)
    return [Text(visible(f"其次：{line}"), style="dim")] if line else []


def _urgency(urgency: UrgencyGuess) -> list[Text]:
    """Level and risks, and the words behind them: marks alone are lost where there is no colour."""
    head = Text(f"{urgency.level}级 {URGENCY_NAMES[urgency.level]}", style=_URGENCY_STYLES[urgency.level])
    if urgency.risks:
        head.append("  风险：" + "、".join(urgency.risks), style="default")
    words = "、".join(f"“{shorten(span.text, 20)}”" for span in urgency.evidence)
    return [head, Text(visible(f"原话：{words}"))] if words else [head]


def _complaint(complaint: str, urgency: UrgencyGuess) -> Text:
    """The complaint with its evidence marked; a long stretch without evidence is cut in the middle."""
    text = Text()
    for piece in cut_at_evidence(complaint, urgency.evidence):
        text.append(visible(_clipped(piece)), style=_MARK if piece.marked else None)
    return text


def _clipped(piece: Piece) -> str:
    if piece.marked or len(piece.text) <= 4 * _CONTEXT:
        return piece.text
    return f"{piece.text[: 2 * _CONTEXT]} …… {piece.text[-_CONTEXT:]}"


def _reading(suggestion: Suggestion) -> Iterable[tuple[str, list[Text]]]:
    reading = suggestion.complaint
    if reading is None:
        return
    place = address_line(reading.address)
    yield "事发地点", [Text(visible(place))] if place else [Text("文中未写明", style="dim")]
    yield "发生时间", [Text(visible(reading.occurred))] if reading.occurred else []
    if len(reading.issues) > 1:
        lines = []
        for number, issue in enumerate(reading.issues, start=1):
            unit = issue.dispatch.lead.unit if issue.dispatch else "待定"
            lines.append(Text(visible(f"{number}. {shorten(issue.text, 48)} → {unit}")))
        yield f"含{len(lines)}件事", lines


def _clock(suggestion: Suggestion) -> list[Text]:
    head = " · ".join(part for part in (suggestion.track, f"{MODE_NAMES[suggestion.mode]}模式") if part)
    if suggestion.deadline is None:
        return [Text(head)]
    line = Text(f"{head} · ").append(visible(deadline_line(suggestion.deadline)), style="bold")
    rule = suggestion.deadline.rule
    return [line, Text(visible(rule), style="dim")] if rule else [line]


def _quoted(suggestion: Suggestion) -> list[Text]:
    """Law that the complaint cites and that is not what it was taken for; what is right needs no line."""
    quoted = suggestion.complaint.citations if suggestion.complaint else ()
    return [
        Text(visible(f"{article_name(c.law, c.article)}［{STATE_NAMES[c.state]}］{c.note}"), style="yellow")
        for c in quoted
        if c.state not in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS)
    ][:_ARTICLES]


def _basis(suggestion: Suggestion) -> list[Text]:
    """The ground of the dispatch, with what a check of it found."""
    basis = suggestion.dispatch.basis if suggestion.dispatch else ()
    return [_article(c.law, c.article, STATE_NAMES[c.state], c.text) for c in basis][:_ARTICLES]


def _related(suggestion: Suggestion) -> list[Text]:
    """Articles that may help, found by search; the operator judges whether they do."""
    basis = suggestion.dispatch.basis if suggestion.dispatch else ()
    cited = {(citation.law, citation.article) for citation in basis}
    hits = [hit for hit in suggestion.regulations if (hit.law, hit.article) not in cited]
    return [_article(hit.law, hit.article, hit.status, hit.snippet or hit.text) for hit in hits][:_RELATED]


def _article(law: str, article: str, state: str, text: str) -> Text:
    return Text(visible(f"{article_name(law, article)}［{state}］{shorten(text, 60)}"))


def _cases(suggestion: Suggestion, departments: Mapping[str, str]) -> list[Text]:
    same = {duplicate.id for duplicate in suggestion.duplicates}
    lines = []
    for case in suggestion.similar_cases[:_CASES]:
        line = Text(visible(f"{shorten(case.title or case.id, 40)} → {departments.get(case.lead, case.lead)}"))
        lines.append(line.append("  疑似同一件事", style="bold yellow") if case.id in same else line)
    return lines


def _draft(draft: Draft | None) -> list[RenderableType]:
    if draft is None:
        return []
    title = Text("回复初稿，由承办人修改后发出", style="bold")
    failed = [f"未通过检查：{check.name} {check.detail}".rstrip() for check in draft.checks if not check.ok]
    body = Text(visible(draft.text))
    for line in failed:
        body.append(f"\n{visible(line)}", style="bold red")
    return [Panel(body, title=title, title_align="left", border_style="dim", box=box.SQUARE)]


def _footer(suggestion: Suggestion) -> str:
    total = suggestion.timing_ms.get("total")
    took = f"{total:.0f} 毫秒" if total is not None else ""
    version = f"版本 {suggestion.provenance.version}" if suggestion.provenance else ""
    return visible(" · ".join(part for part in (took, version) if part))
