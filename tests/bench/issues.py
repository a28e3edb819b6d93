"""How well separate matters are found, on the seed cases whose `further` matters were labelled with care.

    python tests/bench/issues.py [--agent] [--show]

Plainly: `split_issues` with its own word overlap, on the text that the agent would read. `--agent`: the matters of
whole suggestions, where category and lead decide what is one matter; two minutes. Cases of odd number were read when
the rules were written; of those of even number only these figures were seen, but more than once. `--show`
names the odd cases that went wrong. With `--agent` the compared cases are left out of the memory; a classifier that
was trained on them still leans to their main label.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent import Complaint, TriageAgent
from agent.intake import check_text, mask, read_transcript, simplify
from agent.reading import split_issues
from knowledge.base import KnowledgeBase
from knowledge.cases import SEEDS, CaseRepository, read_cases
from knowledge.tables import Tables, load_tables
from knowledge.vocabulary import PastCase
from models.measures import Figure, figure

# The authors who were asked for `further`, and whose answers were reviewed.
AUTHORS = frozenset({"zy", "hm", "lq", "sx", "yw", "bd", "zz"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One case: matters labelled, matters found, and how often two parts would have to be compared."""

    case: PastCase
    found: int
    calls: int

    @property
    def true(self) -> int:
        """Matters labelled, the main one counted."""
        return 1 + len(self.case.further)

    @property
    def odd(self) -> bool:
        """Whether the rules were written with this case in sight."""
        return int(self.case.id[-4:]) % 2 == 1


def by_words(case: PastCase) -> Answer:
    """Split the text by itself; counts how many parts would have to be classified."""
    cleaned = check_text(case.text)
    text = mask(simplify((read_transcript(cleaned) or cleaned).text)).text
    calls = 0

    def counted(_left: str, _right: str) -> bool:
        nonlocal calls
        calls += 1
        return True

    split_issues(text, counted)
    return Answer(case, len(split_issues(text)), calls)


def by_agent(asked: Sequence[Answer], tables: Tables, folder: Path) -> list[Answer]:
    """The same answers from the whole agent, with none of the cases in its memory."""
    ids = {a.case.id for a in asked}
    seeds = folder / "seeds"
    seeds.mkdir()
    lines = [case.model_dump_json() for case in CaseRepository(tables, None) if case.id not in ids]
    (seeds / "others.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    agent = TriageAgent.from_settings(base=KnowledgeBase.open(folder / "data", seeds=seeds))

    def answer(plain: Answer) -> Answer:
        case = plain.case
        complaint = Complaint(text=case.text, title=case.title, received_at=case.received_at)
        reading = agent.triage(complaint, draft=False).complaint
        return Answer(case, len(reading.issues) if reading is not None else 1, plain.calls)

    return [answer(a) for a in asked]


def figures(answers: Iterable[Answer]) -> list[Figure]:
    """Counts right, recall and precision of “several”, and cuts in cases of one matter."""
    rows = list(answers)
    found = [
        figure(f"count right, {name}", [float(min(a.found, 3) == n) for a in rows if min(a.true, 3) == n])
        for n, name in ((1, "one"), (2, "two"), (3, "three or more"))
    ]
    found.insert(0, figure("count right", [float(min(a.found, 3) == min(a.true, 3)) for a in rows]))
    found.append(figure("several: recall", [float(a.found > 1) for a in rows if a.true > 1]))
    found.append(figure("several: precision", [float(a.true > 1) for a in rows if a.found > 1]))
    found.append(figure("false splits of one", [float(a.found > 1) for a in rows if a.true == 1]))
    found.append(figure("several: compared at all", [float(a.calls > 0) for a in rows if a.true > 1]))
    found.append(figure("one: compared at all", [float(a.calls > 0) for a in rows if a.true == 1]))
    return found


def line(one: Figure) -> str:
    """Name, value, n, interval; a dash where no case counts."""
    value = "-" if one.value is None else f"{one.value:.4f} n={one.n} [{one.low:.3f}, {one.high:.3f}]"
    return f"  {one.name:28s} {value}"


def main(whole: bool, show: bool) -> int:
    """Print the figures of the odd and of the even cases."""
    tables = load_tables()
    cases = [case for file in sorted(SEEDS.glob("*.jsonl")) for case in read_cases(file, tables)]
    answers = [by_words(case) for case in cases if case.author in AUTHORS]
    if whole:  # where nothing would be classified it is one matter for any classifier
        with tempfile.TemporaryDirectory() as folder:
            compared = by_agent([a for a in answers if a.calls], tables, Path(folder))
        answers = [a for a in answers if not a.calls] + compared
    for name, odd in (("odd numbers (read)", True), ("even numbers (held out)", False)):
        print(name)
        for one in figures(a for a in answers if a.odd is odd):
            print(line(one))
    for a in answers:
        if show and a.odd and a.found != a.true:
            print(a.case.id, f"labelled {a.true}, found {a.found}:", a.case.title)
    return 0


if __name__ == "__main__":
    sys.exit(main("--agent" in sys.argv, "--show" in sys.argv))
