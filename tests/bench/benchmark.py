"""The public benchmark on the seed cases: baselines and our system, split by author and topic.

    python tests/bench/benchmark.py

Our system is trained on the training part alone, and remembers only its cases; no real message takes part.
Takes some minutes. docs/benchmark.md shows what this printed.

Splits are fixed by hashes, not by chance. `author`: cases of two authors of whom nothing is in the training
part. `topic`: duty topics of the other authors that the training part never shows. `known`: other cases of
authors and topics that it does show.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent import Complaint, TriageAgent
from agent.classify.model import Model
from agent.settings import Settings
from agent.training.fit import train
from agent.training.rows import read_training
from knowledge.base import KnowledgeBase
from knowledge.cases import CaseRepository
from knowledge.tables import Tables, load_tables
from knowledge.vocabulary import PastCase
from models.lexical import Bm25, tokens
from models.measures import figure

Split = Literal["train", "author", "topic", "known"]
TESTS: tuple[Split, ...] = ("author", "topic", "known")
HELD_OUT_AUTHORS = frozenset({"sx", "yw"})
_ONE_TOPIC_IN, _ONE_CASE_IN = 6, 10


def split_of(case: PastCase) -> Split:
    """Which part a case belongs to; the same on every machine and for every later case."""
    if case.author in HELD_OUT_AUTHORS:
        return "author"
    if _digest(case.topic or case.category) % _ONE_TOPIC_IN == 0:
        return "topic"
    return "known" if _digest(case.id) % _ONE_CASE_IN == 0 else "train"


def parts(cases: Iterable[PastCase]) -> dict[Split, list[PastCase]]:
    """All cases by split."""
    found: dict[Split, list[PastCase]] = {"train": [], "author": [], "topic": [], "known": []}
    for case in cases:
        found[split_of(case)].append(case)
    return found


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Answer:
    """What a system says of one case."""

    category: str
    lead: str
    assist: frozenset[str]
    urgency: int
    district: str
    issues: int = 1


System = Callable[[PastCase], Answer]


def majority(train_cases: Sequence[PastCase]) -> System:
    """The commonest label of each field, whatever the text says."""
    category = Counter(c.category for c in train_cases).most_common(1)[0][0]
    lead = Counter(c.lead for c in train_cases).most_common(1)[0][0]
    return lambda case: Answer(category, lead, frozenset(), 0, "")


def neighbour(train_cases: Sequence[PastCase]) -> System:
    """The labels of the nearest training case by BM25."""
    bm25 = Bm25()
    bm25.add([tokens(f"{c.title} {c.text}") for c in train_cases])

    def answer(case: PastCase) -> Answer:
        found = train_cases[int(bm25.scores(tokens(f"{case.title} {case.text}")).argmax())]
        return Answer(found.category, found.lead, frozenset(found.assist), found.urgency, found.district)

    return answer


def keywords(train_cases: Sequence[PastCase], tables: Tables) -> System:
    """The duty topic most of whose keywords the text contains; official district names for the place."""
    fallback = majority(train_cases)

    def answer(case: PastCase) -> Answer:
        text = f"{case.title}。{case.text}"
        hits = {t: sum(len(k) for k in (d.topic, *d.keywords) if k in text) for t, d in tables.duty.items()}
        best = max(hits, key=lambda t: hits[t])
        district = next((d.name for d in tables.districts if d.name in text), "")
        if not hits[best]:
            return Answer(**{**fallback(case).__dict__, "district": district})
        duty = tables.duty[best]
        return Answer(duty.category.code, duty.lead, frozenset(duty.assist), 0, district)

    return answer


def ours(agent: TriageAgent) -> System:
    """What `xiaozheng triage` suggests."""

    def answer(case: PastCase) -> Answer:
        got = agent.triage(Complaint(text=case.text, title=case.title), draft=False)
        if got.complaint is None or got.dispatch is None or got.urgency is None:
            return Answer("", "", frozenset(), 0, "")
        return Answer(
            category=got.category.code if got.category else "",
            lead=got.dispatch.lead.id,
            assist=frozenset(a.id for a in got.dispatch.assist),
            urgency=got.urgency.level,
            district=got.complaint.address.district,
            issues=len(got.complaint.issues),
        )

    return answer


def show(name: str, system: System, cases: Sequence[PastCase]) -> None:
    """Print one line a figure."""
    answers = [(case, system(case)) for case in cases]
    values = {
        "level1": [float(a.category[:2] == c.category[:2]) for c, a in answers],
        "level3": [float(a.category == c.category) for c, a in answers],
        "lead": [float(a.lead == c.lead) for c, a in answers],
        "assist recall": [len(a.assist & {*c.assist}) / len(c.assist) for c, a in answers if c.assist],
        "assist precision": [len(a.assist & {*c.assist, c.lead}) / len(a.assist) for c, a in answers if a.assist],
        "urgency": [float(a.urgency == c.urgency) for c, a in answers],
        "urgent recall": [float(a.urgency >= 1) for c, a in answers if c.urgency],
        "urgent precision": [float(c.urgency >= 1) for c, a in answers if a.urgency],
        "district": [float(a.district == c.district) for c, a in answers],
        "issues": [float(min(a.issues, 2) == min(1 + len(c.further), 2)) for c, a in answers],
    }
    for field, found in values.items():
        one = figure(field, found)
        shown = "-" if one.value is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
        print(f"{name:28s} {field:18s} {shown} n={one.n}")


def trained(train_cases: Sequence[PastCase], folder: Path, tables: Tables) -> TriageAgent:
    """An agent that knows the training part only."""
    seeds = folder / "seeds"
    seeds.mkdir()
    lines = [json.dumps(case.model_dump(mode="json"), ensure_ascii=False) for case in train_cases]
    (seeds / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    base = KnowledgeBase.open(folder / "data", seeds=seeds)
    model: Model = train(list(read_training(seeds / "train.jsonl", tables)), base)
    model.save(folder / "model.npz")
    return TriageAgent.from_settings(Settings(classifier=folder / "model.npz", data_dir=folder / "data"), base)


def main() -> int:
    """Print every system on every test part."""
    tables = load_tables()
    split = parts(CaseRepository(tables, None))
    print({name: len(cases) for name, cases in split.items()})
    with tempfile.TemporaryDirectory() as folder:
        systems = {
            "majority": majority(split["train"]),
            "BM25 neighbour": neighbour(split["train"]),
            "keyword rules": keywords(split["train"], tables),
            "AI小郑": ours(trained(split["train"], Path(folder), tables)),
        }
        for test in TESTS:
            for name, system in systems.items():
                show(f"{test} · {name}", system, split[test])
    return 0


if __name__ == "__main__":
    sys.exit(main())
