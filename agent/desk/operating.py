"""The operator's part of the desk: take a complaint, choose, decide, note what came back."""

from __future__ import annotations

import datetime as dt

from agent.desk.choices import changes, check_choice, choice_of, judged
from agent.desk.records import Effect, Ticket
from agent.desk.replay import shaping
from agent.desk.shared import REASON_CHARS, RECORD_CHARS, Shared, short
from agent.ledger import NotFoundError
from agent.ledger.columns import storable
from agent.ledger.records import Action, Actor, Change, Choice, Decision, Matter, Outcome, OutcomeKind
from agent.schema import Complaint, Suggestion
from models.errors import InputError
from models.ngrams import ngram_counts

# Share of a text's n-grams that are still there when an operator only corrects it or adds answers; judgement.
SAME_FROM = 0.5


class Operating(Shared):
    """What operators do."""

    def take(
        self,
        complaint: Complaint,
        actor: Actor,
        *,
        record: bool = True,
        language: bool = True,
        continues: str = "",
    ) -> Ticket:
        """Triage a complaint, and record both.

        A complaint that comes again under the same number with the same words gives a later suggestion for the
        matter that is there, so that a request sent twice makes one matter. So does a text to which the caller's
        answers were added, when `continues` names its matter.

        Args:
            complaint: As given; a time of receipt is needed for a time limit.
            actor: Who takes it.
            record: False stores nothing.
            language: Let the language model help; False never waits for it, see `refine`.
            continues: Matter that was just asked about; it is revised when this actor recorded it, nobody decided it
                and most of its words are still there. Else this is a new matter.

        Returns:
            Without ids where nothing was stored: a suggestion of an error never is.

        Raises:
            LedgerError: it could not be written; then nothing was.
        """
        given = complaint.model_copy(update={"text": storable(complaint.text), "title": storable(complaint.title)})
        before = self._continued(continues, given, actor)
        if before is not None:  # the clock runs from the first word
            given = given.model_copy(update={"received_at": before.received_at})
        suggestion = self.agent.triage(given, language=language)
        if suggestion.status == "error" or not record:
            return Ticket(suggestion=suggestion)
        known = self.ledger.find(external_id=given.id) if given.id else None
        if known is not None and (known.text, known.title) == (given.text, given.title):
            again = self.ledger.suggest_again(known.id, suggestion, actor, shaping(self.settings))
            return Ticket(matter_id=known.id, suggestion_id=again.id, suggestion=suggestion)
        if before is not None:
            made = self.ledger.revise(before.id, given, suggestion, actor, shaping(self.settings))
        else:
            made = self.ledger.record(given, suggestion, actor, shaping(self.settings))
        return Ticket(matter_id=made.matter.id, suggestion_id=made.suggestion.id, suggestion=suggestion)

    def _continued(self, matter_id: str, given: Complaint, actor: Actor) -> Matter | None:
        """The undecided matter of this actor that a text only adds to or corrects; None where it is another one."""
        if not matter_id:
            return None
        before = self.ledger.matter(matter_id)
        old, new = (set(ngram_counts(text)[0].tolist()) for text in (before.text, given.text))
        own = before.state == "open" and before.recorded_by == actor.name and bool(old)
        return before if own and len(old & new) >= SAME_FROM * len(old) else None

    def refine(self, ticket: Ticket, actor: Actor) -> Ticket:
        """The same matter with the language model's help, stored as its later suggestion.

        `agent.has_language` says whether it is worth asking; without a language model, and where it cannot answer,
        the ticket comes back as it is.

        Raises:
            InputError: the ticket was never recorded.
            NotFoundError: no such matter.
            LedgerError: it was erased meanwhile.
        """
        if not ticket.matter_id:
            raise InputError("这件诉求没有登记，不能补充研判；请先登记。", code="not_recorded")
        if not self.agent.has_language:
            return ticket
        matter = self.ledger.matter(ticket.matter_id)
        complaint = matter.complaint().model_copy(update={"id": ticket.suggestion.id})
        suggestion = self.agent.triage(complaint, language=True)
        if suggestion.status == "error":
            return ticket
        stored = self.ledger.suggest_again(matter.id, suggestion, actor, shaping(self.settings))
        return Ticket(matter_id=matter.id, suggestion_id=stored.id, suggestion=suggestion)

    def choice_of(self, suggestion: Suggestion) -> Choice:
        """What accepting a suggestion unchanged means."""
        return choice_of(suggestion)

    def with_lead(
        self,
        suggestion: Suggestion,
        lead_id: str,
        *,
        choice: Choice | None = None,
        received_at: dt.datetime | None = None,
    ) -> Choice:
        """The choice with another lead: its office and its time limit come along, and it no longer assists itself.

        Args:
            suggestion: What was proposed.
            lead_id: Department id.
            choice: What stands so far; what was proposed when not given.
            received_at: When the matter came in; without it a changed time limit stays unknown.

        Raises:
            InputError: there is no such department.
        """
        proposed = choice_of(suggestion)
        so_far = choice or proposed
        # who led until now helps again where that was proposed: clicking there and back changes nothing
        helping = {*so_far.assist, so_far.lead}
        back = [helper for helper in proposed.assist if helper in helping]
        added = [helper for helper in so_far.assist if helper not in back]
        assist = tuple(helper for helper in (*back, *added) if helper != lead_id)
        other = so_far.model_copy(update={"lead": lead_id, "assist": assist, "due": None})
        return self.effect(suggestion, other, received_at).choice

    def with_category(
        self,
        suggestion: Suggestion,
        code: str,
        *,
        choice: Choice | None = None,
        received_at: dt.datetime | None = None,
    ) -> Choice:
        """The choice with another category, and the time limit that follows; the lead stays.

        Raises:
            InputError: there is no such category.
        """
        other = (choice or choice_of(suggestion)).model_copy(update={"category": code, "due": None})
        return self.effect(suggestion, other, received_at).choice

    def effect(self, suggestion: Suggestion, choice: Choice, received_at: dt.datetime | None = None) -> Effect:
        """Office, time limit, law and duty topic of any choice.

        Raises:
            InputError: a label is outside the closed lists.
        """
        check_choice(choice, self.agent.base.tables, "return")
        return self.grounds.effect(suggestion, choice_of(suggestion), choice, received_at)

    def decide(
        self,
        matter_id: str,
        suggestion_id: str,
        action: Action,
        choice: Choice,
        actor: Actor,
        *,
        reason: str = "",
        seconds: float | None = None,
        replaces: str | None = None,
    ) -> Decision:
        """Record what an operator does with a suggestion.

        What differs from the suggestion is worked out here, and so is whether that makes it accepted or changed.
        Personal data in the reason is masked; text, place and reply stay as the operator needs them.

        Args:
            matter_id: The matter.
            suggestion_id: The suggestion that the operator saw.
            action: `return` sends the matter back to the caller, which needs a reason; else accepted or changed.
            choice: The labels; its unit follows from lead and place.
            actor: The operator.
            reason: Why a field was changed, or the matter returned.
            seconds: From the suggestion shown to the decision.
            replaces: Id of the decision that this one replaces; None for the first.

        Raises:
            InputError: a label is outside the closed lists, the lead or the reason of a return is missing.
            NotFoundError: no such matter, or the suggestion belongs to another.
            ConflictError: another decision stands than the one named.
            LedgerError: the matter was erased.
        """
        said = short(reason, REASON_CHARS, "理由")
        if action == "return" and not said:
            raise InputError("退回需要写明理由。", code="missing")
        if seconds is not None and not 0 <= seconds < float("inf"):
            raise InputError("受理用时必须是非负的秒数。", code="seconds")
        check_choice(choice, self.agent.base.tables, action)
        suggestion = self._suggestion(matter_id, suggestion_id)
        made: tuple[Change, ...] = ()
        if action == "return":  # nobody is sent there, so it carries no label and nothing follows
            choice = Choice(place=choice.place, reply=choice.reply)
        else:
            received = self.ledger.matter(matter_id).received_at
            choice = self._followed(suggestion, choice, received)
            made = self.grounds.own_changes(suggestion, changes(choice_of(suggestion), choice), choice, received)
            action = "change" if judged(made) else "accept"
        return self.ledger.decide(
            matter_id,
            suggestion_id,
            action,
            choice,
            actor,
            changes=made,
            reason=said,
            seconds=seconds,
            replaces=replaces,
        )

    def outcome(
        self,
        matter_id: str,
        kind: OutcomeKind,
        actor: Actor,
        *,
        unit: str = "",
        reason: str = "",
        record: str = "",
        solved: bool | None = None,
        satisfied: bool | None = None,
    ) -> Outcome:
        """Record what came back from the handling unit; its record and reason are masked.

        Raises:
            InputError: the unit is no department, or a text is too long.
            NotFoundError: no such matter.
            LedgerError: it was erased.
        """
        if unit and unit not in self.agent.base.tables.department:
            raise InputError(f"单位“{unit[:20]}”不在单位清单中；请从清单中选择。", code="closed_list")
        return self.ledger.outcome(
            matter_id,
            kind,
            actor,
            unit=unit,
            reason=short(reason, REASON_CHARS, "理由"),
            record=short(record, RECORD_CHARS, "办理记录"),
            solved=solved,
            satisfied=satisfied,
        )

    def _followed(self, suggestion: Suggestion, choice: Choice, received_at: dt.datetime | None) -> Choice:
        whole = self.grounds.effect(suggestion, choice_of(suggestion), choice, received_at).choice
        if whole.due is not None and received_at is not None and whole.due <= received_at:
            raise InputError("办理时限早于受理时间；请改到受理之后。", code="due")
        return whole

    def _suggestion(self, matter_id: str, suggestion_id: str) -> Suggestion:
        stored = self.ledger.suggestion(suggestion_id)
        if stored.matter_id != matter_id:
            raise NotFoundError(f"suggestion {suggestion_id} does not belong to matter {matter_id}; check the ids")
        return stored.suggestion
