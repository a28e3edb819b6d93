"""A past suggestion made again, or what keeps it from being made again.

A suggestion rests on versions (program, tables, statutes, past cases, classifier, encoder, rules, language model), on
settings, on the text and on the time of receipt. Only where all of these are as they were does a difference mean
anything. Past cases change with every review: when they are the one thing that changed, the cases of that moment are
put together again from the reviews, proved by their hash, and the suggestion is made with those.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from pydantic import JsonValue

from agent.desk.lessons import learned_of, lesson, matter_of
from agent.desk.records import Difference, Replay, ReplayState
from agent.desk.words import BASIS_NAMES
from agent.ledger import Ledger, NotFoundError
from agent.ledger.records import Matter, StoredSuggestion
from agent.schema import Provenance, Suggestion
from agent.settings import Settings
from agent.triage import TriageAgent
from knowledge.base import KnowledgeBase
from knowledge.cases import CaseRepository
from knowledge.entries import case_entries
from knowledge.shelves import LEXICAL_WEIGHT, put_entries
from knowledge.vocabulary import PastCase
from models.vectors import embed_passages

# Settings that shape a suggestion; the versions of rules, tables and models are in its provenance.
SHAPING = ("mask_doors", "max_chars", "target_precision", "llm__word", "llm__arbitrate", "llm__condense")
_LANGUAGE_ONLY = frozenset({"llm__word", "llm__arbitrate", "llm__condense"})
_CASES = "knowledge.cases"
_FIRST = ("category", "dispatch", "urgency", "track", "deadline", "decision", "draft")  # what a person looks at
_SHOWN = 200  # differences
_CHARS = 120


@dataclass(frozen=True, slots=True)
class _Past:
    """An agent as it was at a moment, and the cases that it does not know."""

    agent: TriageAgent
    without: tuple[str, ...]


def shaping(settings: Settings) -> dict[str, str]:
    """What of the settings is stored with a suggestion."""
    return {name: str(getattr(settings, name)) for name in SHAPING}


class Replayer:
    """Makes past suggestions again with one agent."""

    def __init__(self, agent: TriageAgent, ledger: Ledger, settings: Settings) -> None:
        self._agent, self._ledger, self._settings = agent, ledger, settings

    def replay(self, suggestion_id: str) -> Replay:
        """Make one suggestion again.

        Raises:
            NotFoundError: no such suggestion.
        """
        stored = self._ledger.suggestion(suggestion_id)
        matter = self._ledger.matter(stored.matter_id)
        language = stored.provenance is not None and bool(stored.provenance.llm)
        if not matter.text:
            return self._answer(stored, "not_rebuildable", (Difference(field="text", before="有", after="已清除"),))
        changed = tuple(self._changed(stored, matter, language=language))
        again = self._again(self._agent, stored, matter, language=language)
        if not changed:
            different = differences(stored.suggestion, again)
            return self._answer(stored, "differs" if different else "identical", (), different)
        if [one.field for one in changed] == [_CASES] and not language:
            past = self._past(stored)
            if past is not None:
                different = differences(stored.suggestion, self._again(past.agent, stored, matter, language=False))
                state: ReplayState = "differs" if different else "identical"
                return self._answer(stored, state, changed, different, past.without)
        return self._answer(stored, "not_rebuildable", changed, differences(stored.suggestion, again))

    def _changed(self, stored: StoredSuggestion, matter: Matter, *, language: bool) -> Iterator[Difference]:
        """What the suggestion rested on and is otherwise now."""
        if stored.provenance is None:
            yield Difference(field="version", before="", after=self._agent.provenance(language=False).version)
            return
        then, now = parts(stored.provenance), parts(self._agent.provenance(language=language))
        yield from (Difference(field=f, before=then[f], after=now.get(f, "")) for f in then if then[f] != now.get(f))
        for name, value in shaping(self._settings).items():
            if name in stored.settings and stored.settings[name] != value and (language or name not in _LANGUAGE_ONLY):
                yield Difference(field=name, before=stored.settings[name], after=value)
        told = stored.suggestion.complaint
        if told is not None and told.masked_text != matter.masked_text:
            yield Difference(field="text", before="当时的原文", after="后来补充过")
        if matter.received_at is None:
            # “昨晚”, the law and the time limit then hung on the moment of asking
            yield Difference(
                field="received_at", before=stored.created_at.isoformat(timespec="seconds"), after="未记录"
            )

    def _again(self, agent: TriageAgent, stored: StoredSuggestion, matter: Matter, *, language: bool) -> Suggestion:
        # the id chooses among wordings of the draft
        complaint = matter.complaint().model_copy(update={"id": stored.suggestion.id})
        return agent.triage(complaint, draft=stored.suggestion.draft is not None, language=language)

    def _past(self, stored: StoredSuggestion) -> _Past | None:
        """The agent with the cases of that moment; None where they cannot be had again."""
        base = self._agent.base
        learned = {case.id: case for case in learned_of(base.cases)}
        then = {case.id: case for case in self._learned_by(learned.values(), stored.created_at)}
        others = [case for case in base.cases if base.cases.is_added(case.id) and case.id not in learned]
        cases = CaseRepository(base.tables, None)
        cases.add([*others, *then.values()])
        if stored.provenance is None or cases.content_hash() != parts(stored.provenance)[_CASES]:
            return None
        changed = [case_id for case_id, case in learned.items() if then.get(case_id) != case]
        # no language model: it had no part in the suggestion, and opening one again is dear
        plain = self._settings.model_copy(update={"llm__base_url": "", "llm__path": None})
        agent = TriageAgent.from_settings(plain, with_cases(base, cases, changed))
        return _Past(agent, tuple(sorted(changed))) if agent.provenance() == stored.provenance else None

    def _learned_by(self, learned: Iterable[PastCase], moment: dt.datetime) -> Iterator[PastCase]:
        """The cases of reviews as they were at a moment."""
        for case in learned:
            try:
                history = self._ledger.history(matter_of(case))
            except NotFoundError:
                yield case  # of another ledger: taken as it is, the hash decides
                continue
            earlier = [one for one in history.reviews if one.case_id and one.reviewed_at <= moment]
            was = lesson(history, earlier[-1]) if earlier else None
            if was is not None:
                yield was

    def _answer(
        self,
        stored: StoredSuggestion,
        state: ReplayState,
        changed: tuple[Difference, ...],
        different: tuple[Difference, ...] = (),
        without: tuple[str, ...] = (),
    ) -> Replay:
        return Replay(
            suggestion_id=stored.id,
            matter_id=stored.matter_id,
            state=state,
            made_at=stored.created_at,
            changed=changed,
            differences=different,
            without_cases=without,
            message=_message(state, changed, different, without),
        )


def parts(provenance: Provenance) -> dict[str, str]:
    """Provenance by part; knowledge falls into tables, laws and cases."""
    fields = {name: str(value) for name, value in provenance.model_dump().items() if name != "knowledge"}
    for part in provenance.knowledge.split():
        name, _, value = part.partition(":")
        fields[f"knowledge.{name}"] = value
    return fields


def differences(before: Suggestion, after: Suggestion) -> tuple[Difference, ...]:
    """Every field that differs, without times taken and provenance; what weighs most first, at most 200."""
    left = {"timing_ms", "provenance"}
    old, new = (dict(_leaves("", one.model_dump(mode="json", exclude=left))) for one in (before, after))
    found = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    shown = sorted(found, key=lambda name: not name.startswith(_FIRST))[:_SHOWN]
    return tuple(
        Difference(field=name, before=old.get(name, "")[:_CHARS], after=new.get(name, "")[:_CHARS]) for name in shown
    )


def _leaves(path: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from _leaves(f"{path}.{at}", inner)
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def with_cases(base: KnowledgeBase, cases: CaseRepository, changed: Sequence[str]) -> KnowledgeBase:
    """The same knowledge with other past cases, in memory.

    Args:
        base: What is known now; it is left alone.
        cases: All past cases of the other knowledge.
        changed: Ids of those that differ from the ones in `base`.
    """
    shelf = deepcopy(base.shelf("cases"))
    shelf.remove(set(changed))
    kept = case_entries(cases.get(case_id) for case_id in changed if case_id in cases)
    if kept:
        put_entries(shelf, kept, embed_passages(base.embedder, None, [entry.passage for entry in kept]))
    shelves = {name: base.shelf(name) for name in LEXICAL_WEIGHT} | {"cases": shelf}
    return KnowledgeBase(
        base.tables,
        base.regulations,
        cases,
        base.embedder,
        shelves,
        None,
        base.unit_patterns,
        base.calendar,
        base.bases,
        base.matters,
    )


def _message(
    state: ReplayState, changed: Sequence[Difference], different: Sequence[Difference], without: Sequence[str]
) -> str:
    aside = f"（不计其后新增或改动的{len(without)}件以往工单）" if without else ""
    if state == "identical":
        return f"重放结果与当时逐项一致{aside}。"
    if state == "differs":
        return f"依据未变，重放结果却有{len(different)}处不同{aside}，请交给维护人员查看。"
    what = "、".join(dict.fromkeys(BASIS_NAMES.get(one.field, f"设置 {one.field}") for one in changed))
    more = f"；按今天的版本重做，有{len(different)}处不同" if different else ""
    return f"{what}已与当时不同，无法按原样重放{more}。"
