"""What the reviewer page's script can ask for, one method each; everything is looked up anew and judged by the desk.

Nobody's name reaches this page: what is shown comes from masked histories, whatever the role. Each method is wrapped by
`Shell.answers`, which finds the actor and checks the right.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from agent.desk.records import QueueFilter
from agent.desk.shared import Clock, now
from agent.ledger.errors import ConflictError, NotFoundError
from agent.ledger.records import Action, Actor, Choice, Decision, History, Review
from agent.schema import Suggestion
from agent.wording import URGENCY_NAMES
from agent.workbench.operator.fields import TRACKS, Names
from agent.workbench.review.door import Asked, Awaited, Corrected, Edited, Judged, ReviewDesk
from agent.workbench.review.filterbar import filter_lists
from agent.workbench.review.matter import folds_html, head_html, text_html
from agent.workbench.review.replayed import replay_html
from agent.workbench.review.rows import Row, nothing_html, rows_html
from agent.workbench.review.sides import Sides, sides_html
from agent.workbench.review.wanted import checked, chips
from agent.workbench.shell import Answer
from models.errors import InputError, KnowledgeError

QUEUED, LISTED = 50, 200


@dataclass(frozen=True, slots=True)
class _Open:
    """One matter as it stands in the ledger: what the operator saw, chose, and a reviewer said last."""

    history: History
    suggestion_id: str
    suggestion: Suggestion
    decision: Decision | None
    review: Review | None

    @property
    def chosen(self) -> Choice | None:
        """What was sent out."""
        return self.decision.choice if self.decision is not None and self.decision.action != "return" else None


class ReviewWork:
    """The reviewer's desk as the page sees it.

    Args:
        desk: Ranks, judges, remembers.
        names: Departments and categories.
        clock: Time of now.
    """

    def __init__(self, desk: ReviewDesk, names: Names, *, clock: Clock = now) -> None:
        self._desk, self._names, self._clock = desk, names, clock

    @cached_property
    def _lists(self) -> Answer:
        """Spelled in pinyin when the first reader comes: it takes half a second."""
        return filter_lists(self._names)

    def start(self, actor: Actor, data: JsonValue) -> Answer:
        """The closed lists."""
        return {"lists": self._lists}

    def find(self, actor: Actor, data: JsonValue) -> Answer:
        """The queue, or the plain list of a filter."""
        asked = Asked.model_validate(data)
        wanted, moment = checked(asked.filter), self._clock()
        mark = self._desk.mark()  # before the list is read: what comes meanwhile is told twice rather than never
        rows = self._rows(wanted, moment, listed=asked.listed)
        shown = LISTED if asked.listed else QUEUED
        many = f"{len(rows)} 件" if len(rows) < shown else f"前 {shown} 件"
        empty = nothing_html(filtered=wanted != QueueFilter(), listed=asked.listed)
        return {
            "rows": rows_html(rows, self._names, moment),
            "empty": "" if rows else empty,
            "count": f"{many} · {'新的在前' if asked.listed else '须立即处置的在前，再按预期损失'}",
            "chips": chips(wanted, self._names),
            "mark": mark,
        }

    def news(self, actor: Actor, data: JsonValue) -> Answer:
        """Which matters came into the list since it was read: ids, and whether somebody must act at once."""
        asked = Awaited.model_validate(data)
        found = self._desk.news(checked(asked.filter), asked.after, listed=asked.listed)
        return {"mark": found.mark, "arrivals": [one.model_dump(mode="json") for one in found.arrivals]}

    def open(self, actor: Actor, data: JsonValue) -> Answer:
        """One matter, masked."""
        if not isinstance(data, str):
            raise InputError("没有这件工单。")
        return self._shown(self._open(actor, data))

    def change(self, actor: Actor, data: JsonValue) -> Answer:
        """Begin a correction, or set one field of it, and what follows from that."""
        given = Edited.model_validate(data)
        matter = self._open(actor, given.matter)
        start = matter.chosen or self._desk.choice_of(matter.suggestion)
        choice = given.choice or start
        if given.field is not None:
            choice = self._changed(matter, choice, given.field, given.value)
        table = sides_html(self._sides(matter, choice))
        return {"sides": table, "choice": choice.model_dump(mode="json")}

    def judge(self, actor: Actor, data: JsonValue) -> Answer:
        """Agree or correct: recorded by the desk before this answers."""
        given = Judged.model_validate(data)
        if given.verdict == "correct" and not given.reason.strip():
            raise InputError("改判请选一个理由，或写一句。", code="reason")
        with _said_in_chinese():
            try:
                review = self._review(given, actor)
            except KnowledgeError:
                return {"line": "复核已记录，但没有写入案例库，请管理员检查数据目录。", "learned": False}
        done = "已同意" if given.verdict == "agree" else "已改判"
        learned = "；已成为案例，下一条相似诉求即生效" if review.case_id else ""
        return {"line": f"{done}{learned}", "learned": bool(review.case_id)}

    def replay(self, actor: Actor, data: JsonValue) -> Answer:
        """The suggestion made again; takes as long as a triage."""
        if not isinstance(data, str):
            raise InputError("没有这条建议。")
        with _said_in_chinese():
            return {"html": replay_html(self._desk.replay(data))}

    def export(self, actor: Actor, data: JsonValue) -> Answer:
        """The list as a workbook, in base64; labels only, no citizen's words."""
        asked = Asked.model_validate(data)
        content = self._desk.list_xlsx(checked(asked.filter))
        return {"name": f"工单清单_{self._clock():%Y%m%d_%H%M}.xlsx", "data": base64.b64encode(content).decode()}

    # ---- inside

    def _rows(self, wanted: QueueFilter, moment: dt.datetime, *, listed: bool) -> list[Row]:
        if listed:
            return [Row.of_entry(entry, moment) for entry in self._desk.entries(wanted, LISTED)]
        return [Row.of_item(item) for item in self._desk.queue(wanted, QUEUED)]

    def _open(self, actor: Actor, matter_id: str) -> _Open:
        with _said_in_chinese():
            history = self._desk.history(matter_id, actor, names=False)
        if not history.suggestions:
            raise InputError("这件工单没有建议，不能复核。")
        decision = history.decisions[-1] if history.decisions else None
        seen = next(
            (one for one in history.suggestions if decision is not None and one.id == decision.suggestion_id),
            history.suggestions[-1],
        )
        # a review counts for the decision that it was said of
        said = [one for one in history.reviews if decision is not None and one.decision_id == decision.id]
        return _Open(history, seen.id, seen.suggestion, decision, said[-1] if said else None)

    def _sides(self, matter: _Open, editing: Choice | None = None) -> Sides:
        return Sides(
            suggestion=matter.suggestion,
            proposed=self._desk.choice_of(matter.suggestion),
            decision=matter.decision,
            review=matter.review,
            outcomes=matter.history.outcomes,
            names=self._names,
            editing=editing,
        )

    def _shown(self, matter: _Open) -> Answer:
        history, suggestion = matter.history, matter.suggestion
        sides = self._sides(matter)
        erased = history.matter.state == "erased"
        return {
            "matter": history.matter.id,
            "suggestion": matter.suggestion_id,
            "decision": matter.decision.id if matter.decision else "",
            "review": matter.review.id if matter.review else "",
            "closed": erased,
            "note": _note(matter, erased=erased),
            "slots": {
                "head": head_html(history, suggestion),
                "text": text_html(history, suggestion),
                "sides": sides_html(sides),
                "folds": folds_html(history, suggestion, sides.proposed, matter.chosen, self._names),
            },
        }

    def _changed(self, matter: _Open, choice: Choice, field: Corrected, value: str) -> Choice:
        """The correction with one field set; lead and category bring unit and deadline along.

        Raises:
            InputError: the value is none of its closed list.
        """
        received = matter.history.matter.received_at
        if field == "lead":
            return self._desk.with_lead(matter.suggestion, value, choice=choice, received_at=received)
        if field == "category":
            return self._desk.with_category(matter.suggestion, value, choice=choice, received_at=received)
        return choice.model_copy(update={field: self._value(choice, field, value)})

    def _value(self, choice: Choice, field: Corrected, value: str) -> object:
        if field == "urgency" and value in map(str, URGENCY_NAMES):
            return int(value)
        if field == "track" and value in TRACKS:
            return value
        if field == "assist" and value in self._names.departments:
            rest = tuple(each for each in choice.assist if each != value)
            return rest if value in choice.assist else (*rest, value)
        if field == "place":
            return value.strip()
        raise InputError("只能从列表中选。")

    def _review(self, given: Judged, actor: Actor) -> Review:
        decision, verdict, choice = given.decision, given.verdict, given.choice
        if not decision:
            # a matter that waited for a reviewer: what the reviewer says is the decision, and is right
            decision, verdict, choice = self._decided(given, actor), "agree", None
        elif verdict == "correct" and choice is not None:
            choice = self._as_written(given, choice, actor)
        return self._desk.review(
            decision,
            verdict,
            choice,
            actor,
            reason=given.reason.strip(),
            matter_id=given.matter,
            replaces=given.review or None,
        )

    def _as_written(self, given: Judged, choice: Choice, actor: Actor) -> Choice:
        """Place and reply as the operator wrote them, where the reviewer left alone what the page showed masked."""
        shown, written = (
            next((one.choice for one in history.decisions if one.id == given.decision), choice)
            for history in (self._desk.history(given.matter, actor, names=names) for names in (False, True))
        )
        left = [name for name in ("place", "reply") if getattr(choice, name) == getattr(shown, name)]
        return choice.model_copy(update={name: getattr(written, name) for name in left})

    def _decided(self, given: Judged, actor: Actor) -> str:
        matter = self._open(actor, given.matter)
        if given.suggestion != matter.suggestion_id:
            raise ConflictError("another suggestion came meanwhile")
        proposed = self._desk.choice_of(matter.suggestion)
        if given.verdict == "correct" and given.choice in (None, proposed):
            raise InputError("改判与建议相同；请改动至少一项，或选择同意。", code="same")
        choice = given.choice if given.verdict == "correct" and given.choice is not None else proposed
        action: Action = "accept" if given.verdict == "agree" else "change"
        made = self._desk.decide(given.matter, given.suggestion, action, choice, actor, reason=given.reason.strip())
        return made.id


def _note(matter: _Open, *, erased: bool) -> str:
    """What a reviewer should know before judging; '' for nothing."""
    if erased:
        return "文字已按规定清除，不能再复核。"
    if matter.decision is None:
        return "还没有受理员决定过：您的判断就是派单决定，同时记为复核。"
    if matter.review is not None:
        return "这件已经复核过；再次判断会替代前一次，前一次仍留在记录里。"
    return ""


@contextmanager
def _said_in_chinese() -> Iterator[None]:
    """The ledger speaks to programs; people get a sentence that says what to do."""
    try:
        yield
    except ConflictError:
        raise InputError("这件工单刚被别人处理过，已重新打开，请再看一遍。", code="conflict") from None
    except NotFoundError:
        raise InputError("没有这件工单，请刷新列表。", code="not_found") from None
