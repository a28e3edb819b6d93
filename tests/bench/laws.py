"""How well plain-language questions find the law: real replies, written questions, duty topics; with and without words.

    python tests/bench/laws.py                     # shipped law
    python tests/bench/laws.py --laws ../shared/data/laws   # with these statutes imported into a scratch folder

Real replies: the law is what the authority cited to the citizen, found by the citation checker as of the message's
date; the question is the title and the first 150 characters. A reply counts when it cites a national law that is
held and governs on that day; how many cite one whose held text is younger is printed. Written questions
(`law_questions.jsonl`) were made by an author who saw neither the code nor the questions of the fit; the answers are
looked-up articles. Duty topics are the product's own table: they show that the table is used, not that search is
clever. Square brackets hold 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent import TriageAgent
from agent.law import words_search
from agent.schema import RegulationHit
from agent.settings import Settings
from agent.training.laws import LawQuestion, read_questions
from knowledge.importing import STATUTES, StatuteStore, import_folder
from knowledge.vocabulary import CitationState

ROOT = Path(__file__).parents[2]
ANSWERED = ROOT.parent / "shared" / "data" / "messages" / "answered.jsonl"
QUESTIONS = Path(__file__).with_name("law_questions.jsonl")
DAY = dt.date(2026, 11, 21)
DEPTH, CHARS = 60, 150
NATIONAL = frozenset({"法律", "宪法"})
Search = Callable[[str, dt.date], Sequence[RegulationHit]]


def answered(agent: TriageAgent) -> list[LawQuestion]:
    """Messages whose reply cites national law that is held, with the laws that govern on the day."""
    regulations = agent.base.regulations
    rows, younger = [], 0
    for line in ANSWERED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        day = dt.date(*map(int, re.findall(r"\d+", row["received_at"])[:3]))
        cited = [c for c in agent.base.citations.check(row["reply"], day) if c.law in regulations.versions]
        national = [c for c in cited if regulations.versions[c.law][-1].level in NATIONAL]
        good = {c.law for c in national if c.state is not CitationState.NOT_YET_IN_FORCE}
        younger += bool(national) and not good
        if good:
            text = f"{row['title']} {row['text'][:CHARS]}"
            rows.append(LawQuestion(row["id"], text, day, frozenset((law, "") for law in good)))
    print(f"real replies that cite held national law: {len(rows)}; beside them {younger} whose held text is younger")
    return rows


def topics(agent: TriageAgent) -> list[LawQuestion]:
    """Duty topics whose statute is held and in force, as questions."""
    base = agent.base
    rows = []
    for duty in base.tables.duties:
        law = base.regulations.full_title(duty.statute) if duty.statute else ""
        version = base.regulations.version_on(law, DAY) if law else None
        if version is not None and base.regulations.status(version, DAY).value == "现行有效":
            question = re.sub(r"\(.*?\)", "", duty.topic)
            rows.append(LawQuestion(duty.topic, question, DAY, frozenset({(law, "")})))
    return rows


@dataclass(frozen=True)
class Ranks:
    """Place of the first right answer of each question, counted from 0; `DEPTH` when it was not found."""

    law: np.ndarray[tuple[int], np.dtype[np.intp]]
    law_in_list: np.ndarray[tuple[int], np.dtype[np.intp]]
    article: np.ndarray[tuple[int], np.dtype[np.intp]]


def ranks(questions: Iterable[LawQuestion], search: Search) -> Ranks:
    """Ask every question."""
    rows = []
    for question in questions:
        hits = search(question.question, question.day)
        laws = {law for law, _ in question.accepted}
        order = list(dict.fromkeys(hit.law for hit in hits))
        rows.append((
            next((i for i, law in enumerate(order) if law in laws), DEPTH),
            next((i for i, hit in enumerate(hits) if hit.law in laws), DEPTH),
            next((i for i, hit in enumerate(hits) if (hit.law, hit.article) in question.accepted), DEPTH),
        ))  # fmt: skip
    table = np.array(rows, np.intp).reshape(-1, 3)
    return Ranks(table[:, 0], table[:, 1], table[:, 2])


def share(places: np.ndarray[tuple[int], np.dtype[np.intp]], k: int) -> str:
    """Share found among the first k, with its interval."""
    hit = (places < k).astype(float)
    draws = np.random.default_rng(0).choice(hit, (2000, len(hit))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{hit.mean():.3f} [{low:.3f}, {high:.3f}]"


def show(name: str, questions: Sequence[LawQuestion], search: Search, *, articles: bool) -> None:
    """Print one line a measure."""
    found = ranks(questions, search)
    print(f"{name}, n={len(questions)}")
    lines = [
        ("different laws, right one @1/@5/@10", found.law),
        ("list of articles, right law @1/@5/@10", found.law_in_list),
    ]
    if articles:
        lines.append(("list of articles, right article @1/@5/@10", found.article))
    for label, places in lines:
        print(f"  {label:44s} {'  '.join(share(places, k) for k in (1, 5, 10))}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--laws", type=Path, help="import these statutes first, into a scratch folder")
    folder = parser.parse_args().laws
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings.load()
        if folder is not None:
            settings = settings.model_copy(update={"data_dir": Path(scratch)})
            report = import_folder(folder, StatuteStore(Path(scratch) / STATUTES))
            print(f"imported {report.laws} statutes, {report.articles} articles; words only, no vectors")
        agent = TriageAgent.from_settings(settings)
        held = len(agent.base.regulations.versions)
        print(f"titles held: {held}")

        def full(question: str, day: dt.date) -> Sequence[RegulationHit]:
            return agent.search(question, day, DEPTH)

        def words(question: str, day: dt.date) -> Sequence[RegulationHit]:
            return words_search(agent.base, question, day, DEPTH)

        sets: list[tuple[str, list[LawQuestion], bool]] = [
            ("written questions (held out)", read_questions(QUESTIONS), True),
            ("duty topics", topics(agent), False),
        ]
        if ANSWERED.is_file():
            sets.insert(0, ("real replies", answered(agent), False))
        for name, questions, articles in sets:
            show(name, questions, full, articles=articles)
            show(f"{name}, words only", questions, words, articles=articles)


if __name__ == "__main__":
    main()
