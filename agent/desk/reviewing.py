"""The reviewer's part of the desk: what to look at, what is right, and what the system learns and forgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice

from agent.desk.choices import changes, check_choice, choice_of
from agent.desk.facts import Facts, entry_filter, matches
from agent.desk.lessons import case_id, case_of, learned_of, lesson, matter_of, teaches
from agent.desk.masking import masked_entry, masked_history
from agent.desk.news import news
from agent.desk.queue import queue
from agent.desk.records import News, QueueFilter, QueueItem
from agent.desk.shared import REASON_CHARS, Shared, short
from agent.intake import mask
from agent.ledger import NotFoundError
from agent.ledger.records import Actor, Change, Choice, Decision, Entry, EntryFilter, History, Review, Verdict
from agent.schema import Suggestion
from models.errors import InputError

_ALL = QueueFilter()


class Reviewing(Shared):
    """What reviewers do, and everybody who looks something up."""

    def history(self, matter_id: str, actor: Actor, *, names: bool = False) -> History:
        """Everything that happened to one matter.

        Args:
            matter_id: The matter.
            actor: Who asks.
            names: The asker may see names and phones; else every text is masked.

        Raises:
            NotFoundError: no such matter.
        """
        whole = self.ledger.history(matter_id)
        return whole if names else masked_history(whole)

    def entries(self, filter: QueueFilter, limit: int = 200, *, names: bool = False) -> tuple[Entry, ...]:
        """The matters that pass a filter, newest first: the list behind every number of `quality`."""
        passed = self._entries(filter)
        chosen = islice(passed, max(limit, 0))
        return tuple(chosen) if names else tuple(masked_entry(entry) for entry in chosen)

    def queue(self, filter: QueueFilter = _ALL, k: int = 50) -> tuple[QueueItem, ...]:
        """The matters whose second look saves most, the highest expected loss first; see `agent.desk.queue`."""
        return queue(self.ledger, filter, max(k, 0), self.clock())

    def mark(self) -> int:
        """Where `news` of a list that is read after this begins."""
        return self.ledger.status().events

    def news(self, filter: QueueFilter, after: int, *, listed: bool = False) -> News:
        """What came into the queue of a filter since a mark, or with `listed` into its plain list."""
        return news(self.ledger, filter, max(after, 0), self.clock(), listed=listed)

    def review(
        self,
        decision_id: str,
        verdict: Verdict,
        choice: Choice | None,
        actor: Actor,
        *,
        reason: str = "",
        matter_id: str = "",
        replaces: str | None = None,
    ) -> Review:
        """Record what a reviewer says of a decision; what it teaches the next complaint knows at once.

        Every correction becomes a past case, and agreement where it teaches something (`agent.desk.lessons` says
        when): the masked text with the labels that are right. `case_id` of the review names it, '' when there is
        none.

        Args:
            decision_id: The decision.
            verdict: `correct` needs a choice that differs.
            choice: What is right; not read when the reviewer agrees.
            actor: The reviewer.
            reason: In the reviewer's words; personal data is masked.
            matter_id: Its matter; saves a search when given.
            replaces: Id of the review that this one replaces; None for the first.

        Raises:
            InputError: no or the same choice in a correction, or a label outside the closed lists.
            NotFoundError: no such decision.
            ConflictError: the decision was replaced meanwhile, or another review stands than the one named.
            LedgerError: the matter was erased.
            KnowledgeError: the review is stored but its case is not, because the data folder cannot be written;
                `relearn` adds it later.
        """
        history = self.ledger.history(matter_id or self.ledger.decision(decision_id).matter_id)
        decision = next((one for one in history.decisions if one.id == decision_id), None)
        if decision is None:
            raise NotFoundError(f"decision {decision_id} does not belong to matter {matter_id}; check the ids")
        suggestion = next(one.suggestion for one in history.suggestions if one.id == decision.suggestion_id)
        right = decision.choice if verdict == "agree" else self._corrected(suggestion, decision, choice, history)
        known = case_id(history.matter.id) in self.agent.base.cases
        lead_from = self.agent.threshold(self.settings.target_precision)
        worth = teaches(verdict, suggestion, decision, lead_from=lead_from, known=known)
        case = case_of(history.matter, suggestion, right) if worth else None
        stored = self.ledger.review(
            history.matter.id,
            decision_id,
            verdict,
            right,
            actor,
            changes=self._own_changes(suggestion, decision.choice, right, history),
            reason=short(reason, REASON_CHARS, "理由"),
            case_id=case.id if case is not None else "",
            replaces=replaces,
        )
        if case is not None:
            self.agent.base.add_cases([case])
        elif known:  # what the case said is not held to be right any more
            self.agent.base.remove_case(case_id(history.matter.id))
        return stored

    def relearn(self) -> int:
        """Add the past cases of reviews that memory lacks: of another process, or of a crash between two writes.

        Returns:
            How many were added.

        Raises:
            KnowledgeError: the data folder cannot be written.
        """
        held = self.agent.base.cases
        missing = []
        for entry in self.ledger.entries(EntryFilter(reviewed=True)):
            if entry.review is not None and entry.review.case_id and entry.review.case_id not in held:
                case = lesson(self.ledger.history(entry.matter.id), entry.review)
                missing += [] if case is None else [case]
        return self.agent.base.add_cases(missing) if missing else 0

    def erase(self, matter_ids: Iterable[str], actor: Actor, reason: str) -> int:
        """Take a person's words out of the ledger and out of memory; labels, counts and times stay.

        Returns:
            How many matters were emptied now.

        Raises:
            NotFoundError: one is not there; then none is erased.
            LedgerError: the reason is empty or names a number.
            KnowledgeError: the data folder cannot be written.
        """
        done = self.ledger.erase(tuple(matter_ids), actor, reason)
        self._forget_erased()
        return done

    def retain(self, before: dt.datetime, actor: Actor) -> int:
        """Take all words of matters recorded before a moment out of the ledger and out of memory.

        Returns:
            How many matters were emptied now.

        Raises:
            KnowledgeError: the data folder cannot be written.
        """
        done = self.ledger.retain(before, actor)
        self._forget_erased()
        return done

    def _forget_erased(self) -> None:
        for case in learned_of(self.agent.base.cases):
            try:
                erased = self.ledger.matter(matter_of(case)).state == "erased"
            except NotFoundError:  # learned under another ledger
                continue
            if erased:
                self.agent.base.remove_case(case.id)

    def _corrected(self, suggestion: Suggestion, decision: Decision, choice: Choice | None, history: History) -> Choice:
        if choice is None:
            raise InputError("改判需要给出正确的类别和主办单位。", code="missing")
        check_choice(choice, self.agent.base.tables, "change")
        choice = _unmasked(choice, decision.choice)
        right = self.grounds.effect(suggestion, choice_of(suggestion), choice, history.matter.received_at).choice
        if not changes(decision.choice, right):
            raise InputError("改判与受理员的决定相同；请改动至少一项，或选择同意。", code="same")
        return right

    def _own_changes(
        self, suggestion: Suggestion, before: Choice, right: Choice, history: History
    ) -> tuple[Change, ...]:
        received = history.matter.received_at
        return self.grounds.own_changes(suggestion, changes(before, right), right, received)

    def _entries(self, wanted: QueueFilter) -> Iterable[Entry]:
        passed = self.ledger.entries(entry_filter(wanted, self.clock()))
        return (entry for entry in passed if matches(Facts.of(entry), wanted))


def _unmasked(seen: Choice, stored: Choice) -> Choice:
    """The choice with the stored place and reply where a reviewer only left alone what was masked for them."""
    return seen.model_copy(
        update={
            "place": stored.place if seen.place == mask(stored.place).text else seen.place,
            "reply": stored.reply if seen.reply == mask(stored.reply).text else seen.reply,
        }
    )
