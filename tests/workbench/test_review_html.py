"""What the reviewer page shows: sides with their differences, evidence in masked words, filters as words and links."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import unquote

import pytest

from agent.desk.choices import changes, choice_of
from agent.desk.records import Difference, QueueFilter, Replay
from agent.ledger.records import Choice, Decision, History, Matter, Outcome, Review, StoredSuggestion
from agent.schema import Suggestion
from agent.workbench.operator.fields import Names
from agent.workbench.review.filterbar import filter_lists
from agent.workbench.review.matter import folds_html, head_html, placed, text_html
from agent.workbench.review.page import KEYS, REASONS, layout
from agent.workbench.review.replayed import path_name, replay_html
from agent.workbench.review.rows import Row, age, nothing_html, rows_html
from agent.workbench.review.sides import Sides, sides_html
from agent.workbench.review.wanted import checked, chips, link, number
from knowledge.tables import load_tables
from knowledge.vocabulary import Span
from knowledge.workdays import SHANGHAI
from models.errors import InputError
from tests.suggestions import COMPLAINT, suggestion
from tests.workbench.pages import HOSTILE, Parsed, everywhere

TABLES = load_tables()
NAMES = Names(TABLES.department, TABLES.category)
NOW = dt.datetime(2026, 3, 6, 17, 0, tzinfo=SHANGHAI)


def decision(choice: Choice, **fields: object) -> Decision:
    """What an operator did."""
    whole: dict[str, object] = {
        "id": "d1",
        "matter_id": "m1",
        "suggestion_id": "s1",
        "decided_at": NOW,
        "operator": "张静",
        "action": "change",
        "choice": choice,
        "changes": changes(PROPOSED, choice),
    }
    return Decision.model_validate({**whole, **fields})


def review(choice: Choice, reason: str = "") -> Review:
    """A correction."""
    return Review(
        id="r1",
        matter_id="m1",
        decision_id="d1",
        reviewed_at=NOW,
        reviewer="李岩",
        verdict="correct",
        choice=choice,
        reason=reason,
        case_id="rv-m1",
    )


def outcome(**fields: object) -> Outcome:
    """What came back."""
    whole = {"id": "o1", "matter_id": "m1", "recorded_at": NOW, "recorded_by": "clerk", "kind": "returned"}
    return Outcome.model_validate({**whole, **fields})


def sides(made: Suggestion, *, decided: Decision | None = None, **fields: object) -> Sides:
    """Sides of one matter."""
    whole: dict[str, object] = {"review": None, "outcomes": (), "names": NAMES, **fields}
    return Sides(suggestion=made, proposed=choice_of(made), decision=decided, **whole)  # type: ignore[arg-type]  # fields of the class, given by name


def differing(html: str) -> list[str]:
    """Side and row of every cell that is marked."""
    found = []
    for line in html.split("<tr>")[1:]:
        name = re.findall(r'<th scope="row">([^<]+)', line)
        found += [f"{side}:{name[0]}" for side in re.findall(r'<td data-side="([^"]+)" data-differs>', line)]
    return found


PROPOSED = choice_of(suggestion())


@pytest.mark.parametrize(
    ("change", "marks"),
    [
        ({}, []),
        ({"lead": "gaj", "unit": "郑州市公安局金水分局"}, ["受理员:主办单位"]),
        ({"unit": "二七区城市管理局"}, ["受理员:主办单位"]),
        ({"category": "040206", "urgency": 0}, ["受理员:事项类别", "受理员:紧急程度"]),
        ({"assist": tuple(reversed(PROPOSED.assist))}, []),
        ({"track": "协同联办", "due": None}, ["受理员:办理通道", "受理员:办理时限"]),
        ({"place": "经三路", "reply": "您好。"}, ["受理员:事发地点", "受理员:答复"]),
    ],
    ids=["same", "lead", "office", "category-urgency", "assist-order", "track-due", "place-reply"],
)
def test_operators_differences_are_marked(change: dict[str, object], marks: list[str]) -> None:
    """A cell is marked where the operator chose otherwise than proposed, and nowhere else."""
    chosen = PROPOSED.model_copy(update=change)
    html = sides_html(sides(suggestion(), decided=decision(chosen)))
    assert Parsed(html).stack == []
    assert differing(html) == marks


def test_correction_is_marked_against_the_operator() -> None:
    """The third side is held against what went out, not against the suggestion."""
    sent = PROPOSED.model_copy(update={"lead": "gaj", "unit": "郑州市公安局"})
    html = sides_html(sides(suggestion(), decided=decision(sent), review=review(PROPOSED, "职责不属于所派单位")))
    assert differing(html) == ["受理员:主办单位", "结果:主办单位"]
    assert "李岩" in html
    assert "职责不属于所派单位" in html


def test_result_says_what_came_back() -> None:
    """Without a review the third side is what the handling unit reported; without that it says so."""
    back = outcome(unit="gaj", reason="不属于本单位职责", solved=False, satisfied=False)
    html = sides_html(sides(suggestion(), decided=decision(PROPOSED), outcomes=(back,)))
    assert all(words in html for words in ("退回", "郑州市公安局", "不属于本单位职责", "未解决", "不满意"))
    assert "还没有反馈" in sides_html(sides(suggestion(), decided=decision(PROPOSED)))


def test_nobody_decided_or_sent_back() -> None:
    """Where nothing went out the second side says why, and marks nothing."""
    assert "还没有人决定" in sides_html(sides(suggestion()))
    returned = sides_html(sides(suggestion(), decided=decision(Choice(), action="return", reason="缺少地点")))
    assert "退回未派" in returned
    assert differing(returned) == []


def test_editing_offers_what_was_said_and_the_lists() -> None:
    """A correction offers the proposal, the operator's choice and likely others at once, then the closed list."""
    sent = PROPOSED.model_copy(update={"lead": "gaj", "unit": "郑州市公安局"})
    edited = sent.model_copy(update={"lead": "hbj", "unit": "郑州市生态环境局"})
    html = sides_html(sides(suggestion(), decided=decision(sent), editing=edited))
    lead = html[html.index("主办单位") : html.index("事项类别")]
    values = [part.split('"')[0] for part in lead.split('data-set="lead" data-value="')[1:]]
    assert values == ["cgj", "gaj", "scj"]
    assert 'data-open="lead"' in lead
    assert differing(html) == ["受理员:主办单位", "改判:主办单位"]


@pytest.mark.parametrize(
    ("masked", "span", "found"),
    [
        ("楼道有煤气味", Span(text="煤气味", start=3, end=6), ("煤气味", 3)),
        ("【姓名】说有煤气味", Span(text="煤气味", start=5, end=8), ("煤气味", 6)),
        ("煤气味，【手机号】，煤气味", Span(text="煤气味", start=15, end=18), ("煤气味", 10)),
        ("煤气味，【手机号】，煤气味", Span(text="煤气味", start=0, end=3), ("煤气味", 0)),
        ("电话【手机号】", Span(text="13900001111", start=2, end=13), None),
        ("随便", Span(text="", start=0, end=0), None),
    ],
    ids=["same-place", "moved", "nearest-last", "nearest-first", "masked", "empty"],
)
def test_evidence_is_found_again_in_masked_words(masked: str, span: Span, found: tuple[str, int] | None) -> None:
    """A span moves with the masking before it, and goes with its words."""
    spans = placed(masked, [span])
    assert [(one.text, one.start) for one in spans] == ([found] if found else [])
    assert all(masked[one.start : one.end] == one.text for one in spans)


def history(made: Suggestion, text: str = COMPLAINT, **fields: object) -> History:
    """One matter with its suggestion."""
    matter = Matter(id="m1", recorded_at=NOW, recorded_by="张静", text=text, masked_text=text, channel=text[:30])
    stored = StoredSuggestion(id="s1", matter_id="m1", created_at=NOW, suggestion=made)
    return History.model_validate({"matter": matter, "suggestions": (stored,), **fields})


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_text(words: str) -> None:
    """Whatever a complaint, a reason, a unit or an operator says is shown as text in every part of the page."""
    made = everywhere(words)
    sent = choice_of(made).model_copy(update={"lead": words, "unit": words, "place": words, "reply": words})
    done = decision(sent, reason=words, operator=words)
    whole = sides(
        made, decided=done, review=review(sent, words), outcomes=(outcome(unit=words, reason=words, record=words),)
    )
    past = history(made, words, decisions=(done,), reviews=(review(sent, words),))
    row = Row("m", words, words, words, words, 0.5, 0.1, NOW, "decided", (words,))
    replay = Replay(
        suggestion_id="s1",
        matter_id="m1",
        state="differs",
        made_at=NOW,
        differences=(Difference(field=words, before=words, after=words),),
        message=words,
    )
    parts = (
        sides_html(whole),
        head_html(past, made),
        text_html(past, made),
        folds_html(past, made, choice_of(made), sent, NAMES),
        rows_html([row], NAMES, NOW),
        replay_html(replay),
        chips(QueueFilter(text=words, reason=words, operator=words, department=words), NAMES),
        number("3", QueueFilter(text=words)) if "\udc80" not in words else "",
    )
    for part in parts:
        page = Parsed(part)
        assert page.stack == []
        assert not {"script", "img", "h1", "b-"} & set(page.tags)
        assert not {name for name in page.attributes if name.startswith("on")}


def test_changed_reply_marks_new_sentences() -> None:
    """Sentences that the operator wrote are marked, those of the draft are not."""
    chosen = PROPOSED.model_copy(update={"reply": PROPOSED.reply.replace("感谢您的监督。", "请保留票据。")})
    html = folds_html(history(suggestion()), suggestion(), PROPOSED, chosen, NAMES)
    assert "<mark>请保留票据。</mark>" in html
    assert html.count("<mark>") == 1


def test_erased_matter_says_so() -> None:
    """Without words the page says that they were erased."""
    made = suggestion().model_copy(update={"complaint": None, "urgency": None})
    assert "已按规定清除" in text_html(history(made, ""), made)
    assert "文字已清除" in head_html(history(made, ""), made)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (dt.timedelta(seconds=20), "0分钟前"),
        (dt.timedelta(minutes=59), "59分钟前"),
        (dt.timedelta(hours=23, minutes=59), "23小时前"),
        (dt.timedelta(days=3, hours=1), "3天前"),
        (dt.timedelta(minutes=-5), "0分钟前"),
    ],
    ids=["seconds", "minutes", "hours", "days", "future"],
)
def test_age(ago: dt.timedelta, words: str) -> None:
    """The largest unit that fits."""
    assert age(NOW - ago, NOW) == words


def test_empty_states_say_what_to_do() -> None:
    """Three reasons for an empty list, three sentences."""
    shown = {
        nothing_html(filtered=filtered, listed=listed)
        for filtered, listed in ((False, False), (False, True), (True, False))
    }
    assert len(shown) == 3
    assert all("<p>" in one for one in shown)


def test_layout_closes_its_tags_and_names_every_key() -> None:
    """The static page is well formed and its help lists the keys."""
    page = Parsed(layout())
    assert page.stack == []
    assert all(what in page.text for _, what in KEYS)
    assert all(reason in page.text for reason in REASONS)


# ---- filters


FULL = QueueFilter(
    department="cgj",
    category="0102",
    channel="郑好拍",
    days=7,
    since=NOW,
    until=NOW,
    operator="张静",
    text="煤气",
    states=("reviewed",),
    decided=True,
    action="change",
    changed=True,
    returned=True,
    reviewed=False,
    route="auto",
    field="lead",
    reason="类别选错",
    proposed_lead="cgj",
    final_lead="hbj",
    wrong="lead",
    known="category",
    confidence_from=0.6,
    confidence_below=0.7,
)


def test_every_condition_has_words_and_can_be_dropped() -> None:
    """No field of a filter works unseen: each stands among the chips."""
    html = chips(FULL, NAMES)
    dropped = {name for part in html.split('data-drop="')[1:] for name in part.split('"')[0].split()}
    assert dropped | {"confidence_of"} == set(QueueFilter.model_fields)
    assert "城市建设和市政管理" in html
    assert chips(QueueFilter(), NAMES) == ""


def test_link_carries_the_filter_behind_the_hash() -> None:
    """A list's address holds its filter where no server log sees it, and nothing that is not set."""
    address = link(FULL)
    page, _, carried = address.partition("#list=")
    assert page == "./review"
    assert QueueFilter.model_validate(json.loads(unquote(carried))) == FULL
    assert link(QueueFilter(wrong="lead")).endswith("%7B%22wrong%22%3A%22lead%22%7D")


@pytest.mark.parametrize(
    "given",
    [
        {"text": "长" * 2001},
        {"days": 10**9},
        {"since": "0001-01-01T00:00:00+00:00"},
        {"until": "9999-12-31T00:00:00"},
    ],
    ids=["long", "days", "early", "late"],
)
def test_filter_out_of_range_is_refused(given: dict[str, object]) -> None:
    """What would break the ledger's arithmetic is refused with a sentence."""
    with pytest.raises(InputError):
        checked(QueueFilter.model_validate(given))


def test_filter_is_made_fit() -> None:
    """Times get a zone and broken characters are replaced."""
    made = checked(QueueFilter.model_validate({"since": "2026-03-01T00:00:00", "text": "坏\x00字"}))
    assert made.since == dt.datetime(2026, 3, 1, tzinfo=SHANGHAI)
    assert "\x00" not in made.text


def test_lists_hold_upper_levels_too() -> None:
    """A category filter may be a whole level; every department is there."""
    lists = filter_lists(NAMES)
    codes = {str(item["id"]) for item in lists["category"] if isinstance(item, dict)}  # type: ignore[union-attr]  # a list of objects
    assert {"01", "0102", "010202"} <= codes
    assert len(lists["department"]) == len(TABLES.departments)  # type: ignore[arg-type]  # a list


# ---- replay


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("dispatch.lead.id", "主办单位"),
        ("category.alternatives.0.code", "次选类别"),
        ("category.code", "类别"),
        ("knowledge.cases", "以往工单"),
        ("textual", "textual"),
    ],
)
def test_paths_in_chinese(path: str, name: str) -> None:
    """The longest known beginning names a path; an unknown one stays."""
    assert path_name(path) == name


def test_replay_masks_what_it_quotes() -> None:
    """A difference may quote the citizen: a phone number is masked."""
    replay = Replay(
        suggestion_id="s",
        matter_id="m",
        state="differs",
        made_at=NOW,
        differences=(Difference(field="complaint.title", before="王先生13912345678", after=""),),
        message="有1处不同。",
    )
    html = replay_html(replay)
    assert "13912345678" not in html
    assert "有不同" in html
