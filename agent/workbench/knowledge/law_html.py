"""Statutes as HTML: articles found, with the question's words marked, and citations checked in a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.schema import RegulationHit
from agent.wording import STATE_NAMES, article_name, cut_at_evidence
from agent.workbench.parts import GOOD_STATES, chip, esc, notice
from knowledge.citing import CheckedCitation
from knowledge.numerals import to_chinese
from knowledge.vocabulary import CitationState, Span

_LARGEST = 9999  # that `to_chinese` writes
_STYLES = {
    CitationState.VERIFIED: "xz-good",
    CitationState.PARTIAL: "xz-risk",
    CitationState.NOT_YET_IN_FORCE: "xz-risk",
    CitationState.OUT_OF_CORPUS: "",
}


def articles_html(hits: Sequence[RegulationHit], day: dt.date) -> str:
    """Articles that answer a question, best first."""
    if not hits:
        return notice(
            f"没有找到 {day.isoformat()} 有效的相关条文", "换个说法再试；知道法名和条号时可以直接写：民法典第1254条。"
        )
    return f'<ol class="xz-hits">{"".join(map(_hit, hits))}</ol>'


def _hit(hit: RegulationHit) -> str:
    state = chip(hit.status, "xz-good" if hit.status in GOOD_STATES else "xz-risk")
    since = f"{hit.effective.isoformat()} 起施行" if hit.effective else ""
    facts = " · ".join(filter(None, (hit.chapter, since, hit.reason)))
    whole = (
        f'<details class="xz-fold"><summary>全文</summary><p>{esc(hit.text)}</p></details>'
        if hit.snippet and hit.snippet != hit.text
        else ""
    )
    return (
        f'<li><h4>{esc(article_name(hit.law, hit.article))} {state}</h4><p class="xz-said">{_marked(hit)}</p>'
        f"<small>{esc(facts)}</small>{whole}</li>"
    )


def _marked(hit: RegulationHit) -> str:
    return _with_marks(hit.snippet or hit.text, hit.marks if hit.snippet else ())


def _with_marks(text: str, spans: Sequence[Span]) -> str:
    pieces = cut_at_evidence(text, spans)
    return "".join(f"<mark>{esc(piece.text)}</mark>" if piece.marked else esc(piece.text) for piece in pieces)


def citations_html(text: str, citations: Sequence[CheckedCitation], day: dt.date) -> str:
    """A text with its citations coloured by state, and what was found of each.

    Args:
        text: As it was checked.
        citations: In order of appearance; of a range several share one place.
        day: Whose law counted.
    """
    if not citations:
        return notice("没有找到法律引用", "写法如：《中华人民共和国民法典》第一千二百五十四条。")
    bad = sum(citation.state is not CitationState.VERIFIED for citation in citations)
    line = f"按 {day.isoformat()} 的法律：{len(citations)} 处引用，" + (f"{bad} 处要看" if bad else "全部核对无误")
    rows = "".join(_citation(number, citation) for number, citation in enumerate(citations, start=1))
    return (
        f'<p class="{"xz-warn" if bad else "xz-fine"}">{line}</p>'
        f'<div class="xz-cited">{_coloured(text, citations)}</div><ol class="xz-hits">{rows}</ol>'
    )


def _coloured(text: str, citations: Sequence[CheckedCitation]) -> str:
    """The text with a mark at every citation; what overlaps the one before is not marked again."""
    parts, done = [], 0
    for number, citation in enumerate(citations, start=1):
        if citation.start < done:
            continue
        parts.append(esc(text[done : citation.start]))
        words = esc(text[citation.start : citation.end])
        parts.append(
            f'<mark class="{_style(citation)}" title="{STATE_NAMES[citation.state]}">{words}<sup>{number}</sup></mark>'
        )
        done = citation.end
    return "".join([*parts, esc(text[done:])])


def _citation(number: int, citation: CheckedCitation) -> str:
    name = article_name(citation.law, citation.article)
    name += f"第{_number(citation.paragraph)}款" if citation.paragraph is not None else ""
    name += f"第（{_number(citation.item)}）项" if citation.item is not None else ""
    said = f"<p>{esc(citation.note)}</p>" if citation.note else ""
    if citation.replaced_by:
        said += f"<p>现在看：<b>《{esc(citation.replaced_by)}》</b></p>"
    whole = (
        f'<details class="xz-fold"><summary>条文</summary><p>{esc(citation.article_text)}</p></details>'
        if citation.article_text
        else ""
    )
    state = chip(STATE_NAMES[citation.state], _style(citation))
    return f"<li><h4><sup>{number}</sup> {esc(name)} {state}</h4>{said}{whole}</li>"


def _style(citation: CheckedCitation) -> str:
    return _STYLES.get(citation.state, "xz-wrong")


def _number(number: int) -> str:
    """As statutes write it; a citizen may cite a paragraph 123456."""
    return to_chinese(number) if number <= _LARGEST else str(number)
