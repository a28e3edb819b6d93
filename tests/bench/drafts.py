"""Template drafts for real messages: does the guard pass them all, what do they cover, how varied are they.

    python tests/bench/drafts.py               # figures
    python tests/bench/drafts.py --show 20     # and some drafts, to be read

Messages: 300 of the answered ones, spread evenly; each is triaged as of the day it was received and drafted twice, as a
first reply, and as a final reply from one of three invented records. A demand is “named” when the draft holds most
pairs of characters of its short name, or, for one that only begs (请重视), the general name of what it begs for; the
rest falls under a sentence that says who answers. “Literally” counts the last six characters of a demand as they
stand. Square brackets hold 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np

from agent import Complaint, Suggestion, TriageAgent
from agent.drafting.demands import Demand, brief, find_demands, general, is_vague
from knowledge.vocabulary import CitationState
from knowledge.workdays import SHANGHAI

ROOT = Path(__file__).parents[2]
ANSWERED = ROOT.parent / "shared" / "data" / "messages" / "answered.jsonl"
SAMPLE = 300
NAMED = 0.7  # share of the pairs of a demand's short name
RECORDS = (
    "执法人员到现场查看，反映的情况存在。已向责任单位下达整改通知书，要求三日内整改。",
    "经与来电人联系并现场核实，设施损坏属实，维修人员已更换配件，恢复正常使用。",
    "经核查，该事项正在办理中，相关材料已转至区级主管部门审核。",
)
_BLANK_OR_QUOTE = re.compile(r"【[^】]*】|“[^”]*”")


def complaints() -> list[Complaint]:
    """The sample, with its times of receipt."""
    rows = [json.loads(line) for line in ANSWERED.read_text(encoding="utf-8").splitlines()]
    chosen = rows[:: len(rows) // SAMPLE][:SAMPLE]
    return [
        Complaint(
            id=row["id"],
            title=row["title"],
            text=row["text"],
            received_at=dt.datetime(*map(int, re.findall(r"\d+", row["received_at"])[:3]), 12, tzinfo=SHANGHAI),  # type: ignore[misc, arg-type]
        )
        for row in chosen
    ]


def share(flags: list[bool]) -> str:
    """Share with its interval."""
    values = np.array(flags, float)
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}] n={len(values)}"


def is_named(demand: Demand, text: str) -> bool:
    """Whether a draft speaks of a demand in words of its own."""
    name = brief(demand)
    if not name:
        wish = general(demand.text)
        return bool(wish) and (wish in text or (wish == "给予答复" and "答复" in text))
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    return name[-4:] in text or sum(pair in text for pair in pairs) >= NAMED * len(pairs)


def report(name: str, made: list[Suggestion]) -> None:
    """Guard, law, demands, variety and length of one form."""
    drafts = [s.draft for s in made if s.draft is not None]
    failed = Counter(check.name for draft in drafts for check in draft.checks if not check.ok)
    print(f"{name}: guard passes {share([all(c.ok for c in d.checks) for d in drafts])}")
    print(f"  failed checks               {dict(failed)}")
    cited = [citation for draft in drafts for citation in draft.citations]
    print(
        f"  citations                   {len(cited)}, VERIFIED {sum(c.state is CitationState.VERIFIED for c in cited)}"
    )
    asked = [
        (demand, suggestion.draft.text)
        for suggestion in made
        if suggestion.draft is not None and suggestion.complaint is not None
        for demand in find_demands(suggestion.complaint.masked_text, suggestion.complaint.kind)
    ]
    print(f"  demands named               {share([is_named(demand, text) for demand, text in asked])}")
    things = [(demand, text) for demand, text in asked if not is_vague(demand.text)]
    print(f"  of those with a thing       {share([is_named(demand, text) for demand, text in things])}")
    print(f"  literally                   {share([demand.text[-6:] in text for demand, text in asked])}")
    first = [_BLANK_OR_QUOTE.sub("", draft.text)[:12] for draft in drafts]
    sentences = Counter(s for draft in drafts for s in re.split(r"[。；\n]", draft.text) if len(s) > 5)
    print(f"  different beginnings        {len(set(first))} of {len(first)}")
    print(f"  different sentences         {len(sentences)} of {sentences.total()}")
    sizes = sorted(len(re.sub(r"\s", "", draft.text)) for draft in drafts)
    print(f"  characters                  {sizes[0]}-{sizes[-1]}, median {sizes[len(sizes) // 2]}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", type=int, default=0, help="print this many drafts")
    shown = parser.parse_args().show
    if not ANSWERED.is_file():
        print(f"{ANSWERED} is missing: nothing measured")
        return
    agent, sample = TriageAgent.from_settings(), complaints()
    first = [agent.triage(complaint) for complaint in sample]
    report("first reply", first)
    final = [agent.triage(complaint, record=RECORDS[i % len(RECORDS)]) for i, complaint in enumerate(sample)]
    report("final reply", final)
    for suggestion in (*first[:shown], *final[:shown]):
        if suggestion.draft is not None:
            print(f"\n[{suggestion.id}] {suggestion.draft.text}")


if __name__ == "__main__":
    main()
