"""Pieces of HTML that several pages show: labels, confidences, folded texts, notices.

Strings in, one string out. Every value from outside passes `esc`; markup is only what stands in this package.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping, Sequence

from agent.ledger.records import Role
from agent.wording import STATE_NAMES, article_name, cut_at_evidence, percent, visible
from knowledge.vocabulary import Citation, CitationState, Span

ROLE_NAMES: Mapping[Role, str] = {"operator": "受理员", "reviewer": "复核员", "admin": "管理员"}
GOOD_STATES = frozenset({CitationState.VERIFIED.value, "现行有效"})


def esc(value: str) -> str:
    """Make any text safe as HTML content and as a quoted attribute; hidden characters become visible."""
    return html.escape(visible(value), quote=True)


def chip(text: str, style: str = "") -> str:
    """A small label; `style` is one of our own classes, such as `xz-risk`, `xz-good`, `xz-stop`."""
    return f'<span class="xz-chip {style}">{esc(text)}</span>'


def bar(confidence: float) -> str:
    """A confidence as bar and number; the number is for eyes, the bar for a glance."""
    return (
        f'<span class="xz-bar" aria-hidden="true"><i style="width:{100 * confidence:.1f}%"></i></span>'
        f'<b class="xz-percent" title="校准后的把握">{esc(percent(confidence))}</b>'
    )


def alike(shown: str) -> str:
    """How near a past case is, as it is shown; says on a pointer's rest what the number is not."""
    return f'<span title="词句相近程度，不是准确率">{esc(shown)}</span>'


def section(title: str, body: str, *, extra: str = "") -> str:
    """A titled part of a card, '' without a body; `title` and `extra` (beside it) are HTML of ours."""
    return f'<section class="xz-section"><h4>{title}{extra}</h4>{body}</section>' if body else ""


def fold(line: str, text: str, *, unfolded: bool = False) -> str:
    """A line of safe HTML that opens to a text; a plain line when there is no text."""
    if not text:
        return f'<div class="xz-fold">{line}</div>'
    state = " open" if unfolded else ""
    return f'<details class="xz-fold"{state}><summary>{line}</summary><p>{esc(text)}</p></details>'


def article(law: str, number: str, state: str, text: str, *, good: bool, unfolded: bool = False) -> str:
    """One article that opens to its text, with its state as a label."""
    return fold(
        f"{esc(article_name(law, number))} {chip(state, 'xz-good' if good else 'xz-risk')}", text, unfolded=unfolded
    )


def citation(cited: Citation, *, unfolded: bool = False) -> str:
    """A checked citation that opens to the article."""
    good = cited.state is CitationState.VERIFIED
    return article(cited.law, cited.article, STATE_NAMES[cited.state], cited.text, good=good, unfolded=unfolded)


def marked(text: str, spans: Sequence[Span]) -> str:
    """A text with spans of it marked, character for character: made to lie behind a text box.

    Unlike `esc` it keeps hidden characters, because both layers must hold the same ones.
    """
    pieces = cut_at_evidence(text, spans)
    return "".join(
        f"<mark>{html.escape(piece.text)}</mark>" if piece.marked else html.escape(piece.text) for piece in pieces
    )


def notice(title: str, message: str = "", *, style: str = "") -> str:
    """An empty or error state; `style` is `xz-error` for errors."""
    role = ' role="alert"' if style == "xz-error" else ""
    text = f"<p>{esc(message)}</p>" if message else ""
    return f'<div class="xz-notice {style}"{role}><h3>{esc(title)}</h3>{text}</div>'


def due_html(due: dt.datetime | None, instead: str) -> str:
    """A due time, with room for the remaining time that `xz.due` keeps current; `instead` where there is none."""
    if due is None:
        return f'<span class="xz-warn">{esc(instead)}</span>'
    day = "一二三四五六日"[due.weekday()]
    return (
        f'<time datetime="{due.isoformat()}">{due:%m-%d}（周{day}）{due:%H:%M}</time>'
        f'<b class="xz-left" data-due="{due.isoformat()}"></b>'
    )
