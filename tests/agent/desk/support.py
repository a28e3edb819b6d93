"""A desk for tests: scripted suggestions over real tables, and facts made by hand."""

from __future__ import annotations

import datetime as dt

from agent.choose import Read
from agent.desk.facts import Facts, Labels
from agent.ledger.records import Actor
from agent.schema import (
    CategoryChoice,
    CategoryGuess,
    Complaint,
    Deadline,
    Decision,
    Dispatch,
    Draft,
    LeadAlternative,
    Provenance,
    Route,
    Suggestion,
    Unit,
)
from agent.triage import TriageAgent
from knowledge.workdays import SHANGHAI
from tests import suggestions

OPERATOR = Actor(name="zhang")
REVIEWER = Actor(name="li", role="reviewer")
MORNING = dt.datetime(2026, 3, 5, 9, 0, tzinfo=SHANGHAI)
PROVENANCE = Provenance(
    version="9.9", knowledge="tables:t laws:l cases:c", classifier="k", embedder="e", llm="", rules="r"
)


class ScriptedAgent(TriageAgent):
    """Says what it is told; a text it was not told of gets the ready-made suggestion. It reads as the real one."""

    def __init__(
        self, reader: TriageAgent, said: dict[str, Suggestion] | None = None, *, language: bool = False
    ) -> None:
        self.base = reader.base
        self.reader = reader
        self.said = said or {}
        self.language_model = language

    @property
    def has_language(self) -> bool:
        """As told."""
        return self.language_model

    def threshold(self, precision: float) -> float:
        """A round number."""
        return 0.8

    def read(self, text: str) -> Read:
        """As the real one."""
        return self.reader.read(text)

    def redraft(self, suggestion: Suggestion, dispatch: Dispatch, deadline: Deadline, *, day: dt.date) -> Draft | None:
        """As the real one."""
        return self.reader.redraft(suggestion, dispatch, deadline, day=day)

    def provenance(self, *, language: bool = True) -> Provenance:
        """Always the same but for the language model."""
        return PROVENANCE.model_copy(update={"llm": "scripted" if language and self.language_model else ""})

    def triage(
        self, complaint: str | Complaint, *, draft: bool = True, record: str = "", language: bool = True
    ) -> Suggestion:
        """What it was told for this text."""
        assert isinstance(complaint, Complaint)
        if not complaint.text.strip():
            return suggestions.error()
        made = self.said.get(complaint.text) or suggestion_for(complaint.text)
        return made.model_copy(update={"id": complaint.id or "t-1", "provenance": self.provenance(language=language)})


def suggestion_for(
    text: str,
    *,
    lead: str = "cgj",
    category: str = "010202",
    sure: float = 0.9,
    route: Route = "operator",
    unit: str = "",
) -> Suggestion:
    """A complete suggestion for a text."""
    made = suggestions.suggestion(text)
    names = {"cgj": "郑州市城市管理局", "scj": "郑州市市场监督管理局", "hbj": "郑州市生态环境局"}
    guess = CategoryChoice(code=category, level1="城乡建设", level2="城市建设和市政管理", level3="x", confidence=sure)
    return made.model_copy(
        update={
            "category": CategoryGuess(**guess.model_dump()),
            "dispatch": Dispatch(
                lead=Unit(id=lead, name=names[lead], unit=unit or names[lead]),
                confidence=sure,
                alternatives=(LeadAlternative(id="hbj", name=names["hbj"], confidence=round((1 - sure) / 2, 4)),),
                reason="测试用。",
            ),
            "decision": Decision(route=route, reason="测试用。"),
            "duplicates": (),
        }
    )


def complaint(text: str = suggestions.COMPLAINT, **fields: str) -> Complaint:
    """A complaint received in the morning."""
    return Complaint(text=text, received_at=MORNING, **fields)


def facts(
    at: int,
    *,
    proposed: str = "cgj",
    chosen: str | None = None,
    final: str | None = None,
    category: tuple[str, str] = ("010202", "010202"),
    recorded_at: dt.datetime = MORNING,
    **fields: object,
) -> Facts:
    """One matter: what was proposed, chosen and, where it was reviewed, right."""
    decided = Labels(category[1], chosen, 0) if chosen is not None else None
    whole: dict[str, object] = {
        "matter_id": f"m{at:03}",
        "suggestion_id": f"s{at:03}",
        "decision_id": f"d{at:03}" if decided else "",
        "title": "占道经营",
        "place": "金水区",
        "recorded_at": recorded_at,
        "state": "decided" if decided else "open",
        "channel": "",
        "route": "operator",
        "operator": "zhang" if decided else "",
        "action": None if decided is None else "accept" if chosen == proposed else "change",
        "proposed": Labels(category[0], proposed, 0),
        "chosen": decided,
        "final": Labels(category[1], final, 0) if final is not None else decided,
        "reviewed": final is not None,
        "lead_confidence": 0.9,
        "category_confidence": 0.9,
        "runner_up": 0.05,
        "urgency": 0,
        "risks": (),
        "changed": ("lead",) if chosen not in (None, proposed) else (),
        "reason": "",
        "seconds": None,
        "failed_checks": 0,
        "due": None,
        "returned": False,
        "after_review": False,
        "finished": False,
        "unsolved": False,
        "unsatisfied": False,
    }
    return Facts(**{**whole, **fields})  # type: ignore[arg-type]  # each field is given by name above
