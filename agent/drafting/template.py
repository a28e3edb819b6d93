"""A reply draft from a plan alone: sentences chosen by a hash of the seed, no model.

States what the plan holds and leaves the rest as 【承办单位填写：…】 for the unit that signs. Which wordings exist
is `_phrases`; whether a text may go out is `checks`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafting import _phrases as say
from agent.drafting._matter import cut
from agent.drafting.plan import MAX_CHARS, OUT, Plan, PlanIssue
from agent.schema import Draft
from knowledge.numerals import article_label
from knowledge.vocabulary import Citation

GENERATOR = "template"
_MAX_LAWS = 2  # a citizen reads no more; the card shows all of them
_MAX_ASSISTS = 2
_MAX_HAZARDS = 2
# Share of each quotation kept, and issues listed: tried in this order until the draft is short enough.
_TIGHTER = ((1.0, 4), (0.6, 4), (0.4, 4), (0.4, 3), (0.3, 2))


def write_draft(plan: Plan, seed: str) -> Draft:
    """Word the reply to one complaint.

    Args:
        plan: All that may be said.
        seed: Chooses among wordings, e.g. the complaint's id; the same seed and plan give the same text.

    Returns:
        A draft of at most 350 characters in short paragraphs; `blanks` holds the words of each blank in it.
        `checks` is empty: they need the complaint (`check_draft`).
    """
    text = ""
    for share, listed in _TIGHTER:
        text = _fit(_Writer(plan, seed, share, listed).paragraphs())
        if count_chars(text) <= MAX_CHARS:
            break
    return Draft(
        text=text,
        generator=GENERATOR,
        citations=tuple(citation for citation in plan.citations[:_MAX_LAWS] if _cited(citation, text)),
        blanks=tuple(blank for blank in plan.blanks if mark(blank) in text),
    )


def mark(blank: str) -> str:
    """A blank as it stands in a draft: 【承办单位填写：现场核查时间】."""
    return f"【承办单位填写：{blank}】"


def cite(citations: Sequence[Citation]) -> str:
    """Articles as they stand in a draft, each law named once: 《某某法》第五条、第七条和《某某条例》第九条."""
    articles: dict[str, list[str]] = {}
    for citation in citations:
        articles.setdefault(citation.law, []).append(article_label(citation.article))
    return "和".join(f"《{law}》{'、'.join(labels)}" for law, labels in articles.items())


def count_chars(text: str) -> int:
    """Length of a draft: characters without white space."""
    return len("".join(text.split()))


def _cited(citation: Citation, text: str) -> bool:
    return f"《{citation.law}》" in text and article_label(citation.article) in text


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`spare` 0 must stay; of the others the highest goes first when the draft is too long."""

    text: str
    spare: int = 0


_Paragraph = tuple[_Sentence, ...]


def _fit(paragraphs: Sequence[_Paragraph]) -> str:
    """Leave out the most spare sentences until the text fits, or only needed ones are left."""
    ranks = sorted({s.spare for paragraph in paragraphs for s in paragraph if s.spare}, reverse=True)
    text = _join(paragraphs, limit=max(ranks, default=0))
    for rank in ranks:
        if count_chars(text) <= MAX_CHARS:
            break
        text = _join(paragraphs, limit=rank - 1)
    return text


def _join(paragraphs: Sequence[_Paragraph], limit: int) -> str:
    lines = ("".join(s.text for s in paragraph if s.spare <= limit) for paragraph in paragraphs)
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Words one plan; `share` shortens its quotations, `listed` its list of issues."""

    plan: Plan
    seed: str
    share: float
    listed: int

    def paragraphs(self) -> tuple[_Paragraph, ...]:
        if self.plan.outside_city:
            return self._other_city()
        if self.plan.issues:
            return self._several()
        if self.plan.excluded:
            return self._other_authority()
        return self._single()

    def _single(self) -> tuple[_Paragraph, ...]:
        return (
            (*self._opening(), *self._safety()),
            (_Sentence(self._lead()), *self._early(), *self._basis()),
            (*self._next(), *self._blanks()),
            (*self._confidential(), *self._place(), *self._ending()),
        )

    def _several(self) -> tuple[_Paragraph, ...]:
        plan = self.plan
        greeting = _Sentence(self._pick("greeting", say.GREETING))
        received = _Sentence(self._pick("several", say.RECEIVED_SEVERAL).format(count=len(plan.issues)))
        lines = [(_Sentence(line),) for line in self._issue_lines()]
        return (
            (greeting, received),
            *lines,
            tuple(self._safety()),
            (*self._early(), *self._basis()),
            (*self._next(), *self._blanks()),
            (*self._confidential(), *self._ending()),
        )

    def _other_city(self) -> tuple[_Paragraph, ...]:
        city = self.plan.outside_city
        return (
            (*self._opening(), *self._safety()),
            (_Sentence(self._pick("outside", say.OUTSIDE).format(city=city)),),
            (_Sentence(self._pick("outside_where", say.OUTSIDE_WHERE).format(city=city)),),
            (
                _Sentence(self._pick("outside_mistaken", say.OUTSIDE_MISTAKEN)),
                _Sentence(self._pick("referral_closing", say.REFERRAL_CLOSING)),
            ),
        )

    def _other_authority(self) -> tuple[_Paragraph, ...]:
        authority = self.plan.authority or say.ANY_AUTHORITY
        return (
            (*self._opening(), *self._safety()),
            (
                _Sentence(self._pick("excluded", say.EXCLUDED)),
                _Sentence(self._pick("excluded_where", say.EXCLUDED_WHERE).format(authority=authority)),
                *self._basis(),
            ),
            (_Sentence(self._pick("excluded_advice", say.EXCLUDED_ADVICE)),),
            (
                _Sentence(self._pick("excluded_else", say.EXCLUDED_ELSE)),
                _Sentence(self._pick("referral_closing", say.REFERRAL_CLOSING)),
            ),
        )

    def _opening(self) -> Iterator[_Sentence]:
        kind, matter = self.plan.kind, self._quoted(self.plan.matter)
        yield _Sentence(self._pick("greeting", say.GREETING))
        if matter:
            yield _Sentence(self._pick("received", say.RECEIVED[kind]).format(matter=matter))
        else:
            yield _Sentence(self._pick("received", say.RECEIVED_BARE[kind]))

    def _safety(self) -> Iterator[_Sentence]:
        if self.plan.urgent:
            known = [say.HAZARD[hazard] for hazard in self.plan.hazards[:_MAX_HAZARDS]]
            advice = "；".join(known) or self._pick("hazard", say.HAZARD_ANY)
            yield _Sentence(self._pick("safety", say.SAFETY).format(advice=advice))

    def _lead(self) -> str:
        plan = self.plan
        if plan.lead is None:
            return self._pick("lead", say.LEAD_OPEN_URGENT if plan.urgent else say.LEAD_OPEN)
        names = "、".join(plan.assists[:_MAX_ASSISTS]) + ("等单位" if len(plan.assists) > _MAX_ASSISTS else "")
        assist = self._pick("assist", say.ASSIST).format(names=names) if names else ""
        wordings = say.LEAD_URGENT if plan.urgent else say.LEAD[plan.kind]
        return self._pick("lead", wordings).format(lead=plan.lead.unit, assist=assist)

    def _issue_lines(self) -> Iterator[str]:
        wording = self._pick("issue", say.ISSUE)  # one form for the whole list
        for number, issue in enumerate(self.plan.issues[: self.listed], start=1):
            yield self._issue_line(number, issue, wording)
        if len(self.plan.issues) > self.listed:
            yield say.ISSUES_REST

    def _issue_line(self, number: int, issue: PlanIssue, wording: str) -> str:
        matter = self._quoted(issue.matter)
        if issue.lead is None:
            return (say.ISSUE_OPEN if matter else say.ISSUE_OPEN_BARE).format(number=number, matter=matter)
        if issue.lead.id == OUT:
            form = say.ISSUE_OUT if matter else say.ISSUE_OUT_BARE
            return form.format(number=number, matter=matter, authority=self.plan.authority or say.ANY_AUTHORITY)
        return (wording if matter else say.ISSUE_BARE).format(number=number, matter=matter, lead=issue.lead.unit)

    def _early(self) -> Iterator[_Sentence]:
        plan = self.plan
        if plan.urgent and plan.issues:
            yield _Sentence(self._pick("early", say.SEVERAL_URGENT))
        if plan.urgency == 1 and plan.kind in ("投诉", "求助", "举报"):
            yield _Sentence(self._pick("early", say.EARLY), spare=2)
        if plan.track == "督办快办" and plan.kind != "表扬":
            yield _Sentence(self._pick("supervised", say.SUPERVISED), spare=4)

    def _basis(self) -> Iterator[_Sentence]:
        if self.plan.citations and self.plan.kind != "表扬":
            laws = cite(self.plan.citations[:_MAX_LAWS])
            yield _Sentence(self._pick("basis", say.BASIS).format(laws=laws), spare=1)

    def _next(self) -> Iterator[_Sentence]:
        plan = self.plan
        due = plan.due_text
        dated = say.NEXT_URGENT if plan.urgent else say.NEXT[plan.kind]
        wordings = dated if due else say.NEXT_UNDATED[plan.kind]
        yield _Sentence(self._pick("next", wordings).format(due=due))

    def _blanks(self) -> Iterator[_Sentence]:
        clauses = [
            self._pick(blank, say.BLANK.get(blank, (say.BLANK_OTHER,))).format(blank=mark(blank))
            for blank in self.plan.blanks
        ]
        if clauses:
            yield _Sentence("；".join(clauses) + "。")

    def _confidential(self) -> Iterator[_Sentence]:
        if self.plan.kind == "举报":
            yield _Sentence(self._pick("confidential", say.CONFIDENTIAL))

    def _place(self) -> Iterator[_Sentence]:
        if self.plan.kind not in ("投诉", "求助", "举报"):
            return
        if self.plan.place:
            yield _Sentence(self._pick("place", say.PLACE).format(place=self.plan.place), spare=3)
        else:
            yield _Sentence(self._pick("place", say.PLACE_UNKNOWN), spare=5)

    def _ending(self) -> Iterator[_Sentence]:
        if not self.plan.urgent:  # who stands in a gas leak need not be told to keep the receipts
            yield _Sentence(self._pick("note", say.NOTE[self.plan.kind]), spare=7)
        yield _Sentence(self._pick("contact", say.CONTACT[self.plan.kind]))
        yield _Sentence(self._pick("closing", say.CLOSING[self.plan.kind]), spare=6)

    def _quoted(self, matter: str) -> str:
        return cut(matter, max(12, int(len(matter) * self.share)))

    def _pick(self, slot: str, wordings: Sequence[str]) -> str:
        """The slot's wording for this seed; each slot turns on its own."""
        digest = hashlib.sha256(f"{slot}\0{self.seed}".encode()).digest()
        return wordings[int.from_bytes(digest[:4]) % len(wordings)]
