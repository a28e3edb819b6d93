"""The separate matters of one complaint, each with its own category, department and urgency."""

from __future__ import annotations

import datetime as dt

from agent.choose import Choice, Chooser, Matter
from agent.judge import UrgencyJudge
from agent.read import Reading
from agent.reading import split_issues
from agent.schema import CategoryGuess, Issue, UrgencyGuess

# Below this the best of 517 categories is hardly better than the next; none is named.
ABSTAIN_BELOW = 0.1


def part_issues(
    chooser: Chooser, judge: UrgencyJudge, reading: Reading, choice: Choice, urgency: UrgencyGuess, day: dt.date
) -> tuple[Choice, tuple[Issue, ...]]:
    """Separate matters, the main one first, and the choice for it.

    Parts of one level-2 category and lead are one matter. With several matters the whole complaint is
    dispatched by its first one.

    Args:
        chooser: Asked for each part.
        judge: Asked for the urgency of each further part.
        reading: The complaint.
        choice: For the complaint as a whole.
        urgency: Of the complaint as a whole.
        day: Day of receipt.
    """
    seen: dict[str, Choice] = {}

    def chosen(text: str) -> Choice:
        if text not in seen:
            danger = judge.rules.judge(text).level == 2
            seen[text] = chooser.choose(Matter("", text, reading.address, day, emergency=danger))
        return seen[text]

    def same(a: str, b: str) -> bool:
        one, two = chosen(a), chosen(b)
        return one.category.code[:4] == two.category.code[:4] and one.dispatch.lead.id == two.dispatch.lead.id

    parts = split_issues(reading.plain, same)
    main = choice if len(parts) < 2 else chosen(parts[0].text)
    text = reading.masked[: parts[0].end] if len(parts) > 1 else reading.masked
    issues = [Issue(text=text, category=sure(main.category), dispatch=main.dispatch, urgency=urgency)]
    for part in parts[1:]:
        own = chosen(part.text)
        level = judge.guess_part(part.text, own.read.tone)
        shown = reading.masked[part.start : part.end]
        issues.append(Issue(text=shown, category=sure(own.category), dispatch=own.dispatch, urgency=level))
    return main, tuple(issues)


def sure(category: CategoryGuess) -> CategoryGuess | None:
    """The category, or None where even the best one is a guess: the model abstains."""
    return category if category.confidence >= ABSTAIN_BELOW else None
