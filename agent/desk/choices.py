"""A person's choice against the closed lists, and against what was proposed.

Pure functions; what follows from a choice (office, time limit, law) is `agent.desk.grounds`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import get_args

from agent.ledger.records import Action, Change, Choice
from agent.schema import Suggestion, Track
from knowledge.tables import Tables
from knowledge.vocabulary import Address
from models.errors import InputError

TRACKS: tuple[Track, ...] = get_args(Track)
# Another lead brings another office and another time limit: then these two are no judgement of the person's.
_DERIVED = frozenset({"unit", "due"})
_FOLLOWING = _DERIVED | {"reply"}
_MOST_ASSISTS = 10
_PLACE_CHARS, _REPLY_CHARS = 200, 20_000


def choice_of(suggestion: Suggestion) -> Choice:
    """What accepting a suggestion unchanged means; empty for one without labels."""
    dispatch, complaint = suggestion.dispatch, suggestion.complaint
    return Choice(
        category=suggestion.category.code if suggestion.category else "",
        lead=dispatch.lead.id if dispatch else "",
        unit=dispatch.lead.unit if dispatch else "",
        assist=tuple(one.id for one in dispatch.assist) if dispatch else (),
        urgency=suggestion.urgency.level if suggestion.urgency else 0,
        track=suggestion.track or "",
        due=suggestion.deadline.due if suggestion.deadline else None,
        place=place_of(complaint.address) if complaint else "",
        reply=suggestion.draft.text if suggestion.draft else "",
    )


def place_of(address: Address) -> str:
    """The address in one line, from the district to the spot."""
    return "".join((address.district, address.street, address.community, address.place))


def check_choice(choice: Choice, tables: Tables, action: Action) -> None:
    """Refuse labels outside the closed lists.

    Raises:
        InputError: says which field; the codes are `closed_list` and `missing`.
    """
    if not choice.lead and action != "return":
        raise InputError("没有选定主办单位；请从单位清单中选一个。", code="missing")
    if choice.lead and choice.lead not in tables.department:
        raise InputError(f"主办单位{_said(choice.lead)}不在单位清单中；请从清单中选择。", code="closed_list")
    if choice.category and choice.category not in tables.category:
        raise InputError(f"类别编码{_said(choice.category)}不存在；请从分类表中选择。", code="closed_list")
    for helper in choice.assist:
        if helper not in tables.department:
            raise InputError(f"协办单位{_said(helper)}不在单位清单中；请从清单中选择。", code="closed_list")
        if helper == choice.lead:
            raise InputError("协办单位与主办单位相同；请去掉其中一个。", code="closed_list")
    if len(set(choice.assist)) < len(choice.assist) or len(choice.assist) > _MOST_ASSISTS:
        raise InputError(f"协办单位有重复或超过{_MOST_ASSISTS}个；请精简。", code="closed_list")
    if choice.track and choice.track not in TRACKS:
        raise InputError(f"办理通道{_said(choice.track)}不存在；请从{'、'.join(TRACKS)}中选择。", code="closed_list")
    if len(choice.place) > _PLACE_CHARS or len(choice.reply) > _REPLY_CHARS:
        raise InputError(f"地点超过{_PLACE_CHARS}字或答复超过{_REPLY_CHARS}字；请缩短。", code="too_long")


def changes(proposed: Choice, chosen: Choice) -> tuple[Change, ...]:
    """The fields that differ, in the order of a card.

    An empty place or reply means that the person left it alone. Of a reply only the lengths are told: its words
    stand in the choice.
    """
    pairs = (
        ("category", proposed.category, chosen.category),
        ("lead", proposed.lead, chosen.lead),
        ("unit", proposed.unit, chosen.unit),
        ("assist", ";".join(sorted(proposed.assist)), ";".join(sorted(chosen.assist))),
        ("urgency", str(proposed.urgency), str(chosen.urgency)),
        ("track", proposed.track, chosen.track),
        ("due", _moment(proposed.due), _moment(chosen.due)),
        ("place", proposed.place, chosen.place or proposed.place),
    )
    found = [Change(field=field, proposed=before, chosen=after) for field, before, after in pairs if before != after]
    if chosen.reply and chosen.reply != proposed.reply:
        found.append(Change(field="reply", proposed=f"{len(proposed.reply)}字", chosen=f"{len(chosen.reply)}字"))
    return tuple(found)


def judged(found: Sequence[Change]) -> tuple[str, ...]:
    """The labels that the person judged otherwise: not those that merely follow, and not the wording of a reply."""
    fields = [change.field for change in found]
    follows = any(field not in _FOLLOWING for field in fields)
    return tuple(field for field in fields if field != "reply" and not (follows and field in _DERIVED))


def _moment(moment: dt.datetime | None) -> str:
    return "" if moment is None else moment.astimezone(dt.UTC).isoformat(timespec="minutes")


def _said(value: str) -> str:
    """The value as it came, shortened: it may be anything."""
    return f"“{value[:20]}”"
