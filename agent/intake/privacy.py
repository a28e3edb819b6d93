"""Personal data masked before a text is shown, exported or sent to a model.

What is masked is replaced whole by its kind (【手机号】): nothing of it remains. What a dispatcher needs
stays: places, shops, companies, departments, public numbers, record numbers, amounts and dates. Rules
only, so it can miss a name that no word announces; it is no anonymisation in the sense of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.intake._names import find_names
from agent.intake._numbers import Kind, find_doors, find_numbers, public_ranges, view
from agent.intake._numbers import PersonalData as PersonalData

_LABELS: dict[Kind, str] = {
    "mobile": "【手机号】",
    "landline": "【座机】",
    "id_card": "【身份证号】",
    "bank_card": "【银行卡号】",
    "plate": "【车牌号】",
    "email": "【邮箱】",
    "name": "【姓名】",
    "passport": "【护照号】",
    "wechat": "【微信号】",
    "qq": "【QQ号】",
    "door": "【门牌号】",
}
_MAX_PASSES = 8  # a mask may bare what touched it; bounded, so that time stays linear


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal data, and where in the given text it was."""

    text: str
    found: tuple[PersonalData, ...]


def mask(text: str, *, door_numbers: bool = False) -> Masked:
    """Replace personal data by its kind in 【】.

    Args:
        text: Cleaned or raw text; full-width letters and digits are understood.
        door_numbers: Mask building, unit and room numbers too (a dispatcher needs them, a public export
            does not).

    Returns:
        The masked text, and what was found, in order, with positions in `text`. Masking a masked text
        changes nothing.
    """
    found = _find(text, door_numbers)
    masked = blank_out(text, found)
    for _ in range(_MAX_PASSES):
        more = _find(masked, door_numbers)
        if not more:
            break
        found = sorted([*found, *_carried_back(found, more)], key=lambda hit: hit.start)
        masked = blank_out(text, found)
    return Masked(masked, tuple(found))


def _find(text: str, door_numbers: bool) -> list[PersonalData]:
    seen = view(text)
    taken = bytearray(len(text))
    for start, end in public_ranges(seen):
        taken[start:end] = b"\1" * (end - start)
    found: list[PersonalData] = []
    for hit in _candidates(text, seen, door_numbers):
        if hit.end > hit.start and not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            found.append(hit)
    return sorted(found, key=lambda hit: hit.start)


def _candidates(text: str, seen: str, door_numbers: bool) -> Iterator[PersonalData]:
    yield from find_numbers(seen)
    yield from (PersonalData("name", start, end) for start, end in find_names(text))
    if door_numbers:
        yield from find_doors(seen)


def blank_out(text: str, found: Iterable[PersonalData]) -> str:
    """Replace each place by its kind in 【】; for a text of the same length in other characters, too."""
    parts, at = [], 0
    for hit in found:
        parts += [text[at : hit.start], _LABELS[hit.kind]]
        at = hit.end
    return "".join([*parts, text[at:]])


def _carried_back(found: Iterable[PersonalData], more: Iterable[PersonalData]) -> Iterator[PersonalData]:
    """Move finds in the masked text to the text that was given."""
    earlier = iter(found)
    hit = next(earlier, None)
    shift = 0
    for new in more:
        while hit is not None and hit.start - shift < new.start:
            shift += (hit.end - hit.start) - len(_LABELS[hit.kind])
            hit = next(earlier, None)
        yield PersonalData(new.kind, new.start + shift, new.end + shift)
