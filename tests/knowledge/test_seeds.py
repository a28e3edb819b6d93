"""The shipped cases: valid, varied, and safe to show to anyone."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from knowledge.cases import SEEDS, CaseRepository, read_cases
from knowledge.tables import Tables
from knowledge.vocabulary import PastCase

NUMBERS = {
    "mobile": r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
    "landline": r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)",
    "identity": r"(?<!\d)\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)",
    "long": r"(?<!\d)\d{7,}",
    "plate": r"[豫京冀晋陕鲁皖鄂苏沪浙][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Z0-9])",
    "mail": r"[\w.]+@[\w.]+\.\w+",
}


@pytest.fixture(scope="module")
def cases(tables: Tables) -> list[PastCase]:
    """Every shipped case; reading them checks category, departments, kind, urgency and risks."""
    return [case for file in sorted(SEEDS.glob("*.jsonl")) for case in read_cases(file, tables)]


def test_enough_and_unique(cases: list[PastCase], tables: Tables) -> None:
    """At least 2,000 cases, each with an id, a text and a title of its own."""
    assert len(cases) >= 2000
    for field in ("id", "text", "title"):
        assert [value for value, n in Counter(getattr(c, field) for c in cases).items() if n > 1] == []
    assert len(CaseRepository(tables, None)) == len(cases)


def test_every_first_level(cases: list[PastCase], tables: Tables) -> None:
    """All 15 first levels have examples, ten or more each."""
    counts = Counter(tables.category[case.category].level1 for case in cases)
    assert set(counts) == {category.level1 for category in tables.categories}
    assert len(counts) == 15
    assert min(counts.values()) >= 10


def test_every_kind_and_urgency(cases: list[PastCase]) -> None:
    """All six kinds and three urgencies occur, and most matters are ordinary."""
    assert len({case.kind for case in cases}) == 6
    urgencies = Counter(case.urgency for case in cases)
    assert set(urgencies) == {0, 1, 2}
    assert urgencies[0] > 0.8 * len(cases)


def test_most_categories_and_every_safe_topic(cases: list[PastCase], tables: Tables) -> None:
    """At least 400 of 517 categories occur, and six cases for each duty topic whose statute and mapping are sure."""
    assert len({case.category for case in cases}) >= 400
    topics = Counter(case.topic for case in cases)
    thin = {topic: topics[topic] for topic, duty in tables.duty.items() if duty.safe and topics[topic] < 6}
    assert thin == {}


def test_channels(cases: list[PastCase]) -> None:
    """Call notes, web texts, transcripts and chat messages all have their share."""
    counts = Counter(case.channel for case in cases)
    assert set(counts) == {"电话", "网站", "转写", "微信"}
    assert min(counts.values()) > 0.1 * len(cases)


def test_several_matters(cases: list[PastCase], tables: Tables) -> None:
    """At least 100 cases hold further matters, of other categories than the main one."""
    several = [case for case in cases if case.further]
    assert len(several) >= 100
    for case in several:
        assert case.category not in case.further, case.id
        assert all(code in tables.category for code in case.further), case.id


def test_complete(cases: list[PastCase], tables: Tables) -> None:
    """A closed case has title, reply, outcome, author and dates in order; its topic is in the duty table."""
    for case in cases:
        assert all((case.title, case.reply, case.author)), case.id
        assert case.outcome in {"已解决", "部分解决", "解释说明", "不予受理", "转办"}, case.id
        assert case.received_at is not None, case.id
        assert case.closed_at is not None, case.id
        assert case.received_at < case.closed_at, case.id
        assert not case.topic or case.topic in tables.duty, case.id
        assert case.lead not in case.assist, case.id


def test_no_near_duplicates(cases: list[PastCase]) -> None:
    """No two cases share half of their character 5-grams: each is a matter of its own."""
    grams = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.int32)
    matrix = grams.fit_transform(re.sub(r"\s+", "", case.text) for case in cases)
    shared = (matrix @ matrix.T).toarray()
    sizes = shared.diagonal()
    jaccard = np.triu(shared / (sizes[:, None] + sizes[None, :] - shared), 1)
    assert [(cases[i].id, cases[j].id) for i, j in np.argwhere(jaccard >= 0.5)] == []


@pytest.mark.parametrize(
    ("field", "start", "stop", "share"),
    [
        ("text", 0, 4, 0.03),
        ("text", -5, None, 0.02),
        ("title", 0, 4, 0.03),
        ("reply", 0, 6, 0.03),
        ("reply", -6, None, 0.02),
    ],
    ids=["opening", "closing", "title", "reply-opening", "reply-closing"],
)
def test_phrases_vary(cases: list[PastCase], field: str, start: int, stop: int | None, share: float) -> None:
    """No author fell into a template: openings and closings are hardly ever shared (transcripts all open alike)."""
    texts = [getattr(case, field) for case in cases if field != "text" or case.channel != "转写"]
    phrase, count = Counter(text[start:stop] for text in texts).most_common(1)[0]
    assert count <= share * len(texts), phrase


def test_lengths_vary(cases: list[PastCase]) -> None:
    """Short, middling and long complaints all have their share."""
    lengths = np.array([len(case.text) for case in cases])
    shares = np.histogram(lengths, [0, 20, 60, 160, 350, 2000])[0] / len(cases)
    assert shares[0] == 0
    assert shares[1] > 0.1
    assert shares[2] > 0.25
    assert shares[3] > 0.15
    assert shares[4] > 0.03
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("pattern", NUMBERS.values(), ids=NUMBERS)
def test_no_personal_numbers(cases: list[PastCase], pattern: str) -> None:
    """No phone, identity, plate or account number and no address of a mailbox stands unmasked anywhere."""
    shown = {(case.id, field): getattr(case, field) for case in cases for field in ("title", "text", "reply")}
    assert {key: text for key, text in shown.items() if re.search(pattern, text)} == {}


def test_places_exist(cases: list[PastCase], tables: Tables) -> None:
    """Districts are official, streets lie in their district or the zone that runs them, communities in their street."""
    names = {district.id: district.name for district in tables.districts}
    streets = {(s.name, names[i]) for s in tables.streets for i in (s.district_id, s.zone) if i}
    zones = {(s.name, s.district_id): s.zone for s in tables.streets}
    communities = {
        (c.name, c.street, names[i])
        for c in tables.communities
        for i in (c.district_id, zones.get((c.street, c.district_id)))
        if i
    }
    wrong = [
        case.id
        for case in cases
        if (case.district and case.district not in names.values())
        or (case.street and (case.street, case.district) not in streets)
        or (case.community and (case.community, case.street, case.district) not in communities)
    ]
    assert wrong == []


def test_some_places_are_unknown(cases: list[PastCase]) -> None:
    """Real callers often name no place: a good part of the cases has none, and most have one."""
    share = sum(not case.district for case in cases) / len(cases)
    assert 0.1 < share < 0.5
