"""A person's choice: the closed lists, and what differs from the proposal."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agent.desk.choices import changes, check_choice, choice_of, judged
from agent.ledger.records import Action, Choice
from knowledge.tables import Tables, load_tables
from models.errors import InputError
from tests import suggestions

PROPOSED = choice_of(suggestions.suggestion())


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The shipped tables."""
    return load_tables()


def test_choice_of_a_suggestion() -> None:
    """Accepting unchanged means every label of the card, the draft and the place in one line."""
    assert (PROPOSED.category, PROPOSED.lead, PROPOSED.unit) == ("010202", "cgj", "金水区城市管理局")
    assert (PROPOSED.assist, PROPOSED.urgency, PROPOSED.track) == (("scj", "jiedao"), 2, "督办快办")
    assert PROPOSED.place == "金水区文化路街道任砦北街附近"
    assert "【承办单位填写" in PROPOSED.reply


def test_choice_of_an_error_is_empty() -> None:
    """A suggestion without labels proposes nothing."""
    assert choice_of(suggestions.error()) == Choice()


@dataclass(frozen=True)
class Bad:
    """A choice that must be refused, and the word that says why."""

    id: str
    update: dict[str, object]
    word: str
    action: Action = "change"


BAD = [
    Bad("no-lead", {"lead": ""}, "主办单位"),
    Bad("unknown-lead", {"lead": "nasa"}, "单位清单"),
    Bad("lead-by-name", {"lead": "郑州市城市管理局"}, "单位清单"),
    Bad("unknown-lead-in-return", {"lead": "nasa"}, "单位清单", "return"),
    Bad("unknown-category", {"category": "999999"}, "类别"),
    Bad("category-prefix", {"category": "0102"}, "类别"),
    Bad("unknown-assist", {"assist": ("scj", "'; drop table matters; --")}, "协办"),
    Bad("assist-is-lead", {"assist": ("cgj",)}, "协办"),
    Bad("assist-twice", {"assist": ("scj", "scj")}, "协办"),
    Bad("unknown-track", {"track": "马上就办"}, "办理通道"),
    Bad("endless-place", {"place": "金" * 201}, "地点"),
    Bad("endless-reply", {"reply": "您" * 20_001}, "答复"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.id)
def test_outside_the_closed_lists(bad: Bad, tables: Tables) -> None:
    """A label that does not exist is refused by name, and no more than its first words are repeated."""
    with pytest.raises(InputError, match=bad.word) as caught:
        check_choice(PROPOSED.model_copy(update=bad.update), tables, bad.action)
    assert len(str(caught.value)) < 90


def test_the_proposal_itself_passes(tables: Tables) -> None:
    """What the agent proposes is within the lists, and a return needs no lead."""
    check_choice(PROPOSED, tables, "accept")
    check_choice(Choice(), tables, "return")


@dataclass(frozen=True)
class Edit:
    """A change of a choice, and what is recorded and judged of it."""

    id: str
    update: dict[str, object]
    fields: tuple[str, ...]
    judged: tuple[str, ...]


EDITS = [
    Edit("nothing", {}, (), ()),
    Edit("lead-and-what-follows", {"lead": "scj", "unit": "金水区市场监督管理局"}, ("lead", "unit"), ("lead",)),
    Edit("unit-alone", {"unit": "郑州市城市管理局"}, ("unit",), ("unit",)),
    Edit("due-alone", {"due": None}, ("due",), ("due",)),
    Edit("urgency-and-due", {"urgency": 0, "due": None}, ("urgency", "due"), ("urgency",)),
    Edit("assist-in-another-order", {"assist": ("jiedao", "scj")}, (), ()),
    Edit("assist-dropped", {"assist": ("scj",)}, ("assist",), ("assist",)),
    Edit("place-left-alone", {"place": ""}, (), ()),
    Edit("reply-left-alone", {"reply": ""}, (), ()),
    Edit("reply-written", {"reply": "您好，张伟13800000000"}, ("reply",), ()),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)
def test_changes(edit: Edit) -> None:
    """Every field set otherwise is recorded; only what the person judged counts as a judgement."""
    found = changes(PROPOSED, PROPOSED.model_copy(update=edit.update))
    assert tuple(change.field for change in found) == edit.fields
    assert judged(found) == edit.judged


def test_no_words_of_a_reply_among_the_changes() -> None:
    """A reply may name the citizen: the change tells its length only."""
    (change,) = changes(PROPOSED, PROPOSED.model_copy(update={"reply": "您好，张伟"}))
    assert (change.proposed, change.chosen) == (f"{len(PROPOSED.reply)}字", "5字")
