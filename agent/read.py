"""From the input as given to what every later step reads: cleaned, spoken or written, masked, located.

Joins intake and reading; chooses nothing. Positions in `Reading.text` lead back to the raw input by `span`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from agent.intake import (
    CleanText,
    Statement,
    blank_orders,
    blank_out,
    check_text,
    clean,
    find_orders,
    mask,
    read_transcript,
    simplify,
)
from agent.reading import find_manner, find_occurred, fired_cues, make_summary, make_title
from agent.schema import Complaint
from knowledge.places import Gazetteer
from knowledge.vocabulary import Address, Span
from models.errors import InputError


@dataclass(frozen=True, slots=True)
class Reading:
    """One complaint, read.

    Attributes:
        source: Leads positions of `text` back to the raw input.
        text: The caller's words, cleaned, in simplified characters; not masked, stays inside this process.
        plain: `text` with personal data masked and orders to the machine blanked: what is searched and classified.
        masked: The masked text in the characters as given: what is shown. As long as `plain`, sign for sign.
        title: The given title, or one made from the text; masked.
        given_title: The title as it came, cleaned and masked; '' without one.
        cues: Names of the cues for the kind of message that hold.
        manner: What in the wording itself a person should see, in words for the operator.
    """

    source: CleanText | Statement
    text: str
    plain: str
    masked: str
    title: str
    given_title: str
    summary: str
    cues: tuple[str, ...]
    address: Address
    occurred: str
    manner: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The raw substring behind `text[start:end]`."""
        return self.source.span(start, end)


def read_complaint(
    complaint: Complaint, gazetteer: Gazetteer, *, max_chars: int, mask_doors: bool, now: dt.datetime
) -> Reading:
    """Read one complaint.

    Args:
        complaint: The input.
        gazetteer: Finds places.
        max_chars: Longest text taken, counted after cleaning.
        mask_doors: Also mask house and flat numbers.
        now: Time to which “昨晚” refers when the complaint carries no time of its own.

    Raises:
        InputError: empty, too short, too long, or without words; the code says which.
    """
    cleaned = check_text(complaint.text, limit=max_chars)
    statement = read_transcript(cleaned)
    source: CleanText | Statement = cleaned if statement is None else statement
    text = simplify(source.text)
    hidden = mask(text, door_numbers=mask_doors)
    masked = blank_out(source.text, hidden.found)
    headed = mask(clean(complaint.title).text, door_numbers=mask_doors).text.strip()
    orders = find_orders(text)
    given, plain = blank_orders(headed, find_orders(simplify(headed))).strip(), blank_orders(hidden.text, orders)
    heard = blank_orders(masked, orders)
    if orders and not any(char.isalpha() for char in given + heard):
        raise InputError("除了针对系统的指令，没有识别出诉求，请用文字说明反映的问题。", code="no_words")
    told = blank_orders(text, orders)
    return Reading(
        source=source,
        text=text,
        plain=plain,
        masked=masked,
        title=given or make_title(heard),
        given_title=given,
        summary=make_summary(heard),
        cues=fired_cues(simplify(given), plain),
        address=gazetteer.locate(f"{simplify(given)}\n{told}" if given else told),
        occurred=find_occurred(plain, complaint.received_at or now),
        manner=find_manner(f"{given}\n{told}", ordered=bool(orders) or given != headed),
    )
