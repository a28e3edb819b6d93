"""One Suggestion as a card in HTML, for the workbench.

Strings in, one string out: no widget, no style sheet (`agent.card_style`), nothing decided. Every value from
outside passes `_esc`; markup is only what stands in this file.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from agent.schema import (
    Assist,
    CategoryChoice,
    Decision,
    Dispatch,
    Draft,
    Issue,
    QuotedLaw,
    RegulationHit,
    SimilarCase,
    Suggestion,
    UrgencyGuess,
)
from agent.wording import (
    MODE_NAMES,
    ROUTE_NAMES,
    STATE_NAMES,
    URGENCY_NAMES,
    address_line,
    article_name,
    category_path,
    cut_at_evidence,
    deadline_line,
    percent,
    shorten,
    visible,
)
from knowledge.vocabulary import Citation, CitationState

_RUNNERS_UP = 3
_GOOD_STATES = frozenset({CitationState.VERIFIED.value, "现行有效"})


def suggestion_html(suggestion: Suggestion, text: str, departments: Mapping[str, str] | None = None) -> str:
    """Lay one suggestion out as HTML.

    Args:
        suggestion: What the agent proposed.
        text: The input as given; evidence spans point into it.
        departments: Names by id for the similar cases, which carry ids only; an id stays where it is unknown.

    Returns:
        One `<article class="xz-card">`; safe whatever the complaint holds.
    """
    if suggestion.status == "error":
        message = suggestion.error.message if suggestion.error else "没有给出原因。"
        return _error(message)
    sections = (
        _banner(suggestion.decision),
        _head(suggestion),
        _grid(suggestion),
        _original(text, suggestion.urgency),
        _issues(suggestion),
        _law(suggestion),
        _cases(suggestion, departments or {}),
        _provenance(suggestion),
    )
    return f'<article class="xz-card">{"".join(sections)}</article>'


def _error(message: str) -> str:
    return (
        '<article class="xz-card xz-error" role="alert"><h3>这次没有给出建议</h3>'
        f"<p>{_esc(message)}</p><p class='xz-dim'>原文还在左边，修改后可以再试一次。</p></article>"
    )


def empty_html() -> str:
    """The card before the first complaint."""
    steps = ("把诉求或通话记录粘贴到左边", "按 Ctrl+Enter，或点“研判”", "核对建议，修改初稿，由人决定")
    items = "".join(f"<li>{step}</li>" for step in steps)
    return f'<article class="xz-card xz-empty"><h3>还没有诉求</h3><ol>{items}</ol></article>'


def draft_notes_html(draft: Draft | None) -> str:
    """What is left to fill in and which checks the draft failed; '' when there is nothing to say."""
    if draft is None:
        return ""
    blanks = "".join(f'<span class="xz-chip">{_esc(blank)}</span>' for blank in draft.blanks)
    failed = "".join(
        f'<p class="xz-warn">未通过检查：{_esc(check.name)} {_esc(check.detail)}</p>'
        for check in draft.checks
        if not check.ok
    )
    todo = f'<p class="xz-dim">待承办单位填写：{blanks}</p>' if blanks else ""
    return f'<div class="xz-notes">{todo}{failed}</div>' if todo or failed else ""


def _esc(value: str) -> str:
    """Make any text safe as HTML content and as a quoted attribute."""
    return html.escape(visible(value), quote=True)


def _section(title: str, body: str) -> str:
    return f'<section class="xz-section"><h4>{title}</h4>{body}</section>' if body else ""


def _banner(decision: Decision | None) -> str:
    if decision is None:
        return ""
    return (
        f'<div class="xz-banner xz-{decision.route}"><strong>{ROUTE_NAMES[decision.route]}</strong>'
        f"<span>{_esc(decision.reason)}</span></div>"
    )


def _head(suggestion: Suggestion) -> str:
    reading = suggestion.complaint
    if reading is None:
        return ""
    chips = [f'<span class="xz-chip">{_esc(reading.kind)}</span>']
    if suggestion.track:
        chips.append(f'<span class="xz-chip">{_esc(suggestion.track)}</span>')
    chips.append(f'<span class="xz-chip">{MODE_NAMES[suggestion.mode]}模式</span>')
    return f'<header class="xz-head"><h3>{_esc(reading.title)}</h3><div>{"".join(chips)}</div></header>'


def _grid(suggestion: Suggestion) -> str:
    """The answers that an operator looks for first, two a row."""
    cells = (
        _category(suggestion),
        _lead(suggestion.dispatch),
        _urgency(suggestion.urgency),
        _assist(suggestion.dispatch.assist if suggestion.dispatch else ()),
        _place(suggestion),
        _deadline(suggestion),
    )
    return f'<div class="xz-grid">{"".join(cells)}</div>'


def _bar(confidence: float) -> str:
    """A confidence as bar and number; the number is for eyes, the bar for a glance."""
    width = round(100 * confidence)
    return (
        f'<span class="xz-bar" aria-hidden="true"><i style="width:{width}%"></i></span>'
        f'<b class="xz-percent" title="校准后的把握">{_esc(percent(confidence))}</b>'
    )


def _runners_up(names: Iterable[tuple[str, float]]) -> str:
    items = "".join(f"<li><span>{_esc(name)}</span><b>{_esc(percent(share))}</b></li>" for name, share in names)
    return f'<ul class="xz-others" aria-label="其次可能">{items}</ul>' if items else ""


def _category(suggestion: Suggestion) -> str:
    category = suggestion.category
    if category is None:
        return _section("事项类别", '<p class="xz-dim">未能归类，请人工选择</p>')
    others: Iterable[CategoryChoice] = category.alternatives[:_RUNNERS_UP]
    return _section(
        "事项类别",
        f'<p class="xz-dim">{_esc(f"{category.level1} › {category.level2}")}</p>'
        f'<p class="xz-answer"><span>{_esc(category.level3)}</span>{_bar(category.confidence)}</p>'
        + _runners_up((_short_path(choice), choice.confidence) for choice in others),
    )


def _short_path(choice: CategoryChoice) -> str:
    """The last two levels: the third alone is often just 其他."""
    return f"{choice.level2} › {choice.level3}"


def _lead(dispatch: Dispatch | None) -> str:
    if dispatch is None:
        return _section("主办单位", '<p class="xz-dim">未能确定，请人工选择</p>')
    lead = dispatch.lead
    others = ((other.name, other.confidence) for other in dispatch.alternatives[:_RUNNERS_UP])
    above = lead.name if lead.unit != lead.name else "市级"
    return _section(
        "主办单位",
        f'<p class="xz-dim">{_esc(above)}</p>'
        f'<p class="xz-answer"><span>{_esc(lead.unit)}</span>{_bar(dispatch.confidence)}</p>'
        + _runners_up(others)
        + f'<p class="xz-reason">{_esc(dispatch.reason)}</p>',
    )


def _assist(helpers: tuple[Assist, ...]) -> str:
    items = "".join(f"<li>{_esc(h.name)}<small>{_esc(h.reason)}</small></li>" for h in helpers)
    body = f'<ul class="xz-list">{items}</ul>' if items else '<p class="xz-dim">无需协办</p>'
    return _section("协办单位", body)


def _urgency(urgency: UrgencyGuess | None) -> str:
    if urgency is None:
        return ""
    risks = "".join(f'<span class="xz-chip xz-risk">{_esc(risk)}</span>' for risk in urgency.risks)
    level = f'<p class="xz-answer xz-level{urgency.level}">{URGENCY_NAMES[urgency.level]}</p>'
    words = "、".join(f"“{_esc(shorten(span.text, 24))}”" for span in urgency.evidence)
    said = f'<p class="xz-dim">原话：{words}</p>' if words else ""
    return _section("紧急程度", f"{level}<p>{risks}</p>{said}" if risks else level + said)


def _place(suggestion: Suggestion) -> str:
    reading = suggestion.complaint
    if reading is None:
        return ""
    place = address_line(reading.address)
    body = f"<p>{_esc(place)}</p>" if place else '<p class="xz-dim">文中未写明，请向来电人核实</p>'
    when = f'<p class="xz-dim">发生时间：{_esc(reading.occurred)}</p>' if reading.occurred else ""
    return _section("事发地点", body + when)


def _deadline(suggestion: Suggestion) -> str:
    deadline = suggestion.deadline
    if deadline is None:
        return ""
    rule = f'<p class="xz-dim">{_esc(deadline.rule)}</p>' if deadline.rule else ""
    style = "" if deadline.due else ' class="xz-warn"'
    return _section("办结时限", f"<p{style}>{_esc(deadline_line(deadline))}</p>{rule}")


def _original(text: str, urgency: UrgencyGuess | None) -> str:
    """The text as pasted, not the masked one: evidence positions count in it."""
    pieces = cut_at_evidence(text, urgency.evidence if urgency else ())
    marked = "".join(f"<mark>{_esc(p.text)}</mark>" if p.marked else _esc(p.text) for p in pieces)
    return _section("诉求原文", f'<p class="xz-original">{marked}</p>')


def _issues(suggestion: Suggestion) -> str:
    issues = suggestion.complaint.issues if suggestion.complaint else ()
    if len(issues) < 2:
        return ""
    return _section(f"含 {len(issues)} 件事", f'<ol class="xz-list">{"".join(map(_issue, issues))}</ol>')


def _issue(issue: Issue) -> str:
    unit = issue.dispatch.lead.unit if issue.dispatch else "主办待定"
    path = category_path(issue.category) if issue.category else "未归类"
    level = f" · {URGENCY_NAMES[issue.urgency.level]}" if issue.urgency.level else ""
    return f"<li>{_esc(shorten(issue.text, 60))}<small>{_esc(f'{unit} · {path}{level}')}</small></li>"


def _law(suggestion: Suggestion) -> str:
    """The ground of the dispatch first, then what search found beyond it."""
    basis = suggestion.dispatch.basis if suggestion.dispatch else ()
    cited = {(citation.law, citation.article) for citation in basis}
    more = [hit for hit in suggestion.regulations if (hit.law, hit.article) not in cited]
    quoted = suggestion.complaint.citations if suggestion.complaint else ()
    wrong = [c for c in quoted if c.state not in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS)]
    first = _section("诉求引用的法规", "".join(map(_quoted, wrong)))
    return (
        first
        + _section("法律依据", "".join(map(_citation, basis)))
        + _section("可能相关的条文", "".join(map(_regulation, more)))
    )


def _quoted(cited: QuotedLaw) -> str:
    """Law that the complaint cites and that does not hold, with what took its place."""
    return _article(article_name(cited.law, cited.article), STATE_NAMES[cited.state], cited.note, good=False)


def _citation(citation: Citation) -> str:
    return _article(
        article_name(citation.law, citation.article),
        STATE_NAMES[citation.state],
        citation.text,
        good=citation.state in _GOOD_STATES,
    )


def _regulation(hit: RegulationHit) -> str:
    since = f"，{hit.effective:%Y-%m-%d}起" if hit.effective else ""
    return _article(article_name(hit.law, hit.article), hit.status + since, hit.text, good=hit.status in _GOOD_STATES)


def _article(name: str, state: str, text: str, *, good: bool) -> str:
    style = "xz-chip xz-good" if good else "xz-chip xz-risk"
    line = f'{_esc(name)} <span class="{style}">{_esc(state)}</span>'
    return _unfold(line, text)


def _cases(suggestion: Suggestion, departments: Mapping[str, str]) -> str:
    same = {duplicate.id for duplicate in suggestion.duplicates}
    cases = (_case(case, departments, repeated=case.id in same) for case in suggestion.similar_cases)
    return _section("相似工单", "".join(cases))


def _case(case: SimilarCase, departments: Mapping[str, str], *, repeated: bool) -> str:
    flag = ' <span class="xz-chip xz-risk">疑似同一件事</span>' if repeated else ""
    who = departments.get(case.lead, case.lead)
    line = f"{_esc(shorten(case.title or case.id, 60))}{flag}<small>由{_esc(who)}办理</small>"
    return _unfold(line, case.reply)


def _unfold(line: str, text: str) -> str:
    """A line of safe HTML that opens to a text; a plain line when there is no text."""
    if not text:
        return f'<div class="xz-fold">{line}</div>'
    return f'<details class="xz-fold"><summary>{line}</summary><p>{_esc(text)}</p></details>'


def _provenance(suggestion: Suggestion) -> str:
    total = suggestion.timing_ms.get("total")
    parts = [f"用时 {total:.0f} 毫秒"] if total is not None else []
    if suggestion.provenance is not None:
        made = suggestion.provenance
        parts += [f"版本 {made.version}", f"知识 {made.knowledge}", f"分类 {made.classifier}", f"规则 {made.rules}"]
    parts.append("仅供参考，由人决定")
    return f'<footer class="xz-small">{_esc(" · ".join(parts))}</footer>'
