"""Search over statutes: only law in force, home law first, and every reason to rank a law counted as promised.

Invented statutes and weights of our own: how well real statutes are found is measured by the benchmark.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from knowledge.entries import article_entries, matter_entries
from knowledge.index import Query
from knowledge.law_features import ARTICLE_FEATURES, LAW_FEATURES, Scores, law_features
from knowledge.law_layout import KINDS, Layout, kind_of
from knowledge.law_search import LAWS, RANKERS, ArticleHit, LawRankers, LawSearch, load_rankers
from knowledge.law_tables import Basis, LawMatters
from knowledge.regulations import Regulations
from knowledge.shelves import build_shelf
from knowledge.tables import Tables
from knowledge.validity import begin
from knowledge.vector_stores import Stores
from knowledge.vocabulary import Article, Law
from models.errors import KnowledgeError
from models.fakes import HashEmbedder
from models.lexical import tokens
from models.ranker import Ranker

DAY = dt.date(2026, 5, 1)
MADE_NEW = dt.date(2022, 7, 1)
LAMPS, LIFTS, RIVER, BIKES = "路灯看护条例", "电梯养护办法", "河道游泳规定", "共享单车停放条例"
OURS, THEIRS, IMPORTED = "郑州市广场音响规定", "洛阳市广场音响规定", "井盖养护办法"
EMPTY = np.empty(0, np.float32)
NO_STORES = Stores(None, None, None)
NEUTRAL = "这件事归谁管"

_ARTICLE_WEIGHTS = dict.fromkeys(ARTICLE_FEATURES, 0.0) | {"law": 1.0, "vector": 1.0, "words": 0.5, "matter": 0.5}
HAND = LawRankers(
    law=Ranker(names=LAW_FEATURES, weights=(2.0, 1.0, 0.5, 2.0, 1.0)),
    article=Ranker(names=ARTICLE_FEATURES, weights=tuple(_ARTICLE_WEIGHTS.values())),
    law_words=Ranker(names=LAW_FEATURES, weights=(2.0, 1.0, 0.0, 2.0, 1.0)),
    article_words=Ranker(names=ARTICLE_FEATURES, weights=tuple(_ARTICLE_WEIGHTS.values())),
)


@dataclass(frozen=True)
class Statute:
    """One version of one invented statute; articles are numbered from 1."""

    id: str
    title: str
    articles: tuple[str, ...]
    begins: str = "2010-01-01"
    ends: str = ""
    place: str = ""
    source: str = ""

    @property
    def law(self) -> Law:
        """The version with its days."""
        first = dt.date.fromisoformat(self.begins)
        end = dt.date.fromisoformat(self.ends) if self.ends else None
        return Law(
            id=self.id, title=self.title, level="其他", issuer="", effective=first, version=first, valid_from=first,
            valid_to=end, place=self.place, source=self.source,
        )  # fmt: skip


STATUTES = (
    Statute(
        "lamps",
        LAMPS,
        ("为了看护路灯，制定本条例。", "路灯损坏的，看护人应当在二日内修复。", "撞断灯杆的，处二百元罚款。"),
    ),
    Statute("lifts-1", LIFTS, ("为了养护电梯，制定本办法。", "电梯困人的，应当在三十分钟内赶到。"), ends="2022-07-01"),
    Statute(
        "lifts-2", LIFTS, ("为了养护电梯，制定本办法。", "电梯困人的，应当在十五分钟内赶到。"), begins="2022-07-01"
    ),
    Statute("river", RIVER, ("金水河禁止下河游泳。", "游泳者应当自备救生圈。"), ends="2020-01-01"),
    Statute("bikes", BIKES, ("共享单车应当停放在白线内。", "共享单车不得驶入绿城广场。"), begins="2030-01-01"),
    Statute("ours", OURS, ("广场音响晚上十点以后应当关闭。", "音响过响的，责令改正。"), place="郑州"),
    Statute("theirs", THEIRS, ("广场音响晚上十点以后应当关闭。", "音响过响的，责令改正。"), place="洛阳"),
)
COVERS = Statute("imp:covers", IMPORTED, ("井盖丢失的，应当立即围挡。", "井盖应当编号。"), source="井盖养护办法.txt")
MATTERS = (
    LawMatters(law=LAMPS, articles=("2",), matters=("到处黑灯瞎火",)),
    LawMatters(law=LIFTS, articles=("2",), matters=("被关在里面出不来",)),
    LawMatters(law="没有收录的办法", articles=("1",), matters=("家里进了马蜂",)),
    LawMatters(law=OURS, matters=("跳舞的太吵",)),
)
Make = Callable[..., LawSearch]
Ask = Callable[[str], Query]


def articles_of(statutes: Sequence[Statute]) -> list[Article]:
    return [
        Article(id=f"{s.id}:{number}", law_id=s.id, law=s.title, number=str(number), text=text)
        for s in statutes
        for number, text in enumerate(s.articles, 1)
    ]


def laid_out(
    few: Tables,
    statutes: Sequence[Statute] = STATUTES,
    matters: Sequence[LawMatters] = MATTERS,
    bases: Sequence[Basis] = (),
) -> Layout:
    articles = articles_of(statutes)
    held = Regulations(tuple(s.law for s in statutes), tuple(articles), "small", (), {})
    return Layout.of(articles, held, few, bases, matters)


@pytest.fixture(scope="module")
def few(tables: Tables) -> Tables:
    """One topic, with the categories of its second level and one of another first level."""
    own = tables.duties[0].category.code
    near = tuple(c for c in tables.categories if c.code[:4] == own[:4])
    far = next(c for c in tables.categories if c.code[:2] != own[:2])
    return dataclasses.replace(tables, duties=tables.duties[:1], categories=(*near, far))


@pytest.fixture(scope="module")
def make(few: Tables, embedder: HashEmbedder) -> Make:
    """Makes a search over invented statutes; imported ones come last and wait for their vectors."""

    def search(
        statutes: Sequence[Statute] = STATUTES,
        *,
        matters: Sequence[LawMatters] = MATTERS,
        bases: Sequence[Basis] = (),
        rankers: LawRankers = HAND,
        encoder: HashEmbedder = embedder,
    ) -> LawSearch:
        parts = {
            "articles": articles_of([s for s in statutes if not s.source]),
            "imported": articles_of([s for s in statutes if s.source]),
        }
        shelves = [build_shelf(name, article_entries(part), encoder, NO_STORES, {}) for name, part in parts.items()]
        said = build_shelf("matters", matter_entries(matters), encoder, NO_STORES, {})
        codes = [category.code for category in few.categories]
        return LawSearch(laid_out(few, statutes, matters, bases), shelves, said, matters, codes, rankers)

    return search


@pytest.fixture(scope="module")
def search(make: Make) -> LawSearch:
    """The statutes and matters above."""
    return make()


@pytest.fixture
def ask(embedder: HashEmbedder) -> Ask:
    """A question with its vector."""
    return lambda text: Query(tuple(tokens(text)), embedder.queries([text])[0])


def words(text: str) -> Query:
    """The same question without a vector."""
    return Query(tuple(tokens(text)), EMPTY)


def ids(hits: Sequence[ArticleHit]) -> list[str]:
    return [hit.article.id for hit in hits]


# --- days ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnDay:
    """A question in an article's own words, whether that article governs on the day, and its law."""

    id: str
    question: str
    law: str
    day: str
    governs: bool


ON_DAYS = [
    OnDay("eve-of-the-end", "金水河禁止下河游泳", "river", "2019-12-31", True),
    OnDay("first-day-without", "金水河禁止下河游泳", "river", "2020-01-01", False),
    OnDay("eve-of-the-start", "共享单车应当停放在白线内", "bikes", "2029-12-31", False),
    OnDay("first-day", "共享单车应当停放在白线内", "bikes", "2030-01-01", True),
    OnDay("old-version", "电梯困人应当在三十分钟内赶到", "lifts-1", "2022-06-30", True),
    OnDay("old-version-after", "电梯困人应当在三十分钟内赶到", "lifts-1", "2022-07-01", False),
    OnDay("new-version-before", "电梯困人应当在十五分钟内赶到", "lifts-2", "2022-06-30", False),
    OnDay("new-version", "电梯困人应当在十五分钟内赶到", "lifts-2", "2022-07-01", True),
]


@pytest.mark.parametrize("form", ["vector", "words"])
@pytest.mark.parametrize("case", ON_DAYS, ids=lambda c: c.id)
def test_only_law_in_force_is_found(search: LawSearch, ask: Ask, case: OnDay, form: str) -> None:
    """An article that does not govern on the day is never found, even by its own words; one that does comes first."""
    query = ask(case.question) if form == "vector" else words(case.question)
    hits = search.search(query, dt.date.fromisoformat(case.day), 50)
    laws = [hit.article.law_id for hit in hits]
    assert (laws[0] == case.law) is (case.law in laws) is case.governs


def test_everything_found_governs(search: LawSearch, ask: Ask) -> None:
    """On any day exactly the articles in force that day are in the list when there is room for all."""
    query = ask("电梯 路灯 游泳 单车")
    for day in (dt.date(2010, 1, 1), dt.date(2021, 1, 1), MADE_NEW, DAY, dt.date(2031, 1, 1)):
        expected = [
            a.id
            for s in STATUTES
            for a in articles_of([s])
            if begin(s.law) <= day and (s.law.valid_to is None or day < s.law.valid_to)
        ]
        assert sorted(ids(search.search(query, day, 50))) == sorted(expected)


@pytest.mark.parametrize("form", ["vector", "words"])
def test_no_law_no_hits(search: LawSearch, ask: Ask, form: str) -> None:
    """On a day before all law nothing is found, and nothing breaks."""
    query = ask("路灯损坏") if form == "vector" else words("路灯损坏")
    day = dt.date(2009, 12, 31)
    assert search.search(query, day) == []
    candidates = search.candidates(query, day, None, HAND.law)
    assert candidates.rows.size == 0
    assert candidates.article.shape == (0, len(ARTICLE_FEATURES))


# --- scores -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["路灯损坏看护人修复", "到处黑灯瞎火", NEUTRAL, "", "🙂"],
    ids=["article", "matter", "neutral", "empty", "emoji"],
)
@pytest.mark.parametrize("form", ["vector", "words"])
def test_scores_are_chances(search: LawSearch, ask: Ask, question: str, form: str) -> None:
    """Scores lie in [0, 1] and sum to one; the best come first, but for the third article of a law."""
    query = ask(question) if form == "vector" else words(question)
    hits = search.search(query, DAY, 50)
    scores = [hit.score for hit in hits]
    seen = Counter[str]()
    first: list[ArticleHit] = []
    later: list[ArticleHit] = []
    for hit in hits:
        seen[hit.article.law] += 1
        (first if seen[hit.article.law] <= 2 else later).append(hit)
    home = [hit.score for hit in first if hit.article.law != THEIRS]
    assert home == sorted(home, reverse=True)
    home = [hit.score for hit in later if hit.article.law != THEIRS]
    assert home == sorted(home, reverse=True)
    assert all(0 <= score <= 1 for score in (*scores, *(hit.law_score for hit in hits)))
    assert sum(scores) == pytest.approx(1, abs=0.001)
    assert sum({hit.article.law: hit.law_score for hit in hits}.values()) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("k", [0, 1, 3])
def test_no_more_than_asked(search: LawSearch, ask: Ask, k: int) -> None:
    """The `k` best are the beginning of the whole list."""
    query = ask("路灯损坏")
    assert search.search(query, DAY, k) == search.search(query, DAY, 50)[:k]


def test_only_articles_of_the_best_laws_are_ranked(make: Make, ask: Ask) -> None:
    """Of many laws the articles of the first `LAWS` are candidates, the one asked for among them."""
    many = tuple(Statute(f"s{n}", f"第{n}号规定", (f"第{n}号灯杆应当刷漆。",)) for n in range(LAWS + 5))
    hits = make((*many, *STATUTES[:1])).search(ask("路灯损坏看护人修复"), DAY, 100)
    assert len({hit.article.law for hit in hits}) == LAWS
    assert hits[0].article.law == LAMPS


@pytest.mark.parametrize("ranked", [True, False], ids=["ranked", "first-feature"])
def test_candidate_arrays_line_up(make: Make, ask: Ask, ranked: bool) -> None:
    """Row for row, candidates are the features of titles and of articles in force, with the law's score first."""
    search = make((*STATUTES, COVERS))
    found = search.candidates(ask("电梯困人"), DAY, None, HAND.law if ranked else None)
    layout = search.layout
    assert found.law.shape == (len(layout.titles), len(LAW_FEATURES))
    assert found.article.shape == (len(found.rows), len(ARTICLE_FEATURES))
    np.testing.assert_array_equal(found.rows, np.flatnonzero(layout.in_force(DAY)))
    law = HAND.law.log_proba(found.law) if ranked else found.law[:, 0]
    np.testing.assert_allclose(found.article[:, 0], law[layout.title_of[found.rows]], rtol=1e-6)
    kinds = found.article[:, ARTICLE_FEATURES.index(KINDS[1]) :]
    named = [KINDS[1:].index(k) if (k := kind_of(layout.articles[row].text)) != KINDS[0] else -1 for row in found.rows]
    assert [int(row.argmax()) if row.any() else -1 for row in kinds] == named


def test_candidates_are_what_search_ranks(make: Make, ask: Ask, few: Tables) -> None:
    """Weights fitted on the candidates' features rank as search does with them."""
    statutes = [s for s in STATUTES if not s.place]
    search, query = make(statutes), ask("路灯损坏困人")
    categories = {few.categories[0].code: 0.5}
    found = search.candidates(query, MADE_NEW, categories, HAND.law)
    chances = HAND.article.log_proba(found.article)
    order = np.argsort(-chances, kind="stable")
    hits = search.search(query, MADE_NEW, 50, categories=categories)
    wanted = {search.layout.articles[row].id: chance for row, chance in zip(found.rows, np.exp(chances), strict=True)}
    assert hits[0].article.id == search.layout.articles[found.rows[order[0]]].id
    assert {hit.article.id: hit.score for hit in hits} == pytest.approx(wanted, abs=1e-4)


# --- whose rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["vector", "words"])
def test_rules_of_another_city_come_last(search: LawSearch, ask: Ask, form: str) -> None:
    """The same words in another city's rules stand behind everything that can govern here."""
    question = "广场音响晚上太响"
    query = ask(question) if form == "vector" else words(question)
    places = [hit.article.law for hit in search.search(query, DAY, 50, text=question)]
    assert places[0] == OURS
    assert places[-2:] == [THEIRS, THEIRS]


def test_a_city_that_is_named_is_asked_for(make: Make, ask: Ask) -> None:
    """Who asks about 洛阳 finds 洛阳's rules; the same query without the name in the text finds ours."""
    question = "洛阳市广场音响晚上几点关闭"
    search, query = make(matters=MATTERS[:3]), ask(question)
    assert search.search(query, DAY, 1, text=question)[0].article.law == THEIRS
    assert search.search(query, DAY, 1)[0].article.law == OURS


@pytest.mark.parametrize(
    ("place", "home"),
    [("", True), ("河南", True), ("郑州", True), ("洛阳", False), ("上海", False)],
    ids=["nation", "province", "city", "neighbour", "far"],
)
def test_home(few: Tables, place: str, home: bool) -> None:
    """Rules of the nation, the province and the city can govern here."""
    layout = laid_out(few, [Statute("s", "某规定", ("应当如此。",), place=place)])
    assert (layout.places, layout.home.tolist()) == ((place,), [home])


# --- what speaks for a law ----------------------------------------------------------------------------------


def test_matters_lead_to_the_law(make: Make, search: LawSearch) -> None:
    """What citizens say leads to a law that shares no word with it, and to the article that the row names."""
    query = words("到处黑灯瞎火")
    best = search.search(query, DAY, 1)[0]
    assert (best.article.id, search.rows[best.matter].matters) == ("lamps:2", ("到处黑灯瞎火",))
    without = make(matters=MATTERS[1:]).search(query, DAY, 50)
    assert next(hit.law_score for hit in without if hit.article.law == LAMPS) < best.law_score / 2


def test_matter_is_a_row_that_names_the_article(make: Make, ask: Ask) -> None:
    """`matter` is a row of this very law and article, the nearest of several; -1 where no row names it."""
    further = (LawMatters(law=LAMPS, articles=("2", "3"), matters=("灯杆被车撞断",)), *MATTERS)
    search = make(matters=further)
    hits = {hit.article.id: hit for hit in search.search(ask("灯杆被车撞断了"), DAY, 50)}
    assert {key: hit.matter for key, hit in hits.items() if hit.matter >= 0} == {
        "lamps:2": 0, "lamps:3": 0, "lifts-2:2": 2,
    }  # fmt: skip
    assert search.search(ask("到处黑灯瞎火"), DAY, 1)[0].matter == 1


def test_matters_are_tied_to_every_version(few: Tables) -> None:
    """A row speaks for its article in each version held; a row of a law that is not held speaks for none."""
    layout = laid_out(few)
    pairs = {(layout.articles[a].id, int(m)) for m, a in zip(layout.tie_matter, layout.tie_article, strict=True)}
    assert pairs == {("lamps:2", 0), ("lifts-1:2", 1), ("lifts-2:2", 1)}
    assert [layout.titles[row] if row >= 0 else "" for row in layout.matter_title] == [LAMPS, LIFTS, "", OURS]


def test_without_a_vector_the_words_decide(make: Make, search: LawSearch) -> None:
    """A question of words alone is answered by words, whatever the vectors are, with weights of its own."""
    best = search.search(words("撞断灯杆罚款"), DAY, 50)
    assert best[0].article.id == "lamps:3"
    none = Ranker(names=LAW_FEATURES, weights=(0.0,) * len(LAW_FEATURES))
    nothing = Ranker(names=ARTICLE_FEATURES, weights=(0.0,) * len(ARTICLE_FEATURES))
    other = HAND.model_copy(update={"law": none, "article": nothing})
    assert make(rankers=other, encoder=HashEmbedder(8)).search(words("撞断灯杆罚款"), DAY, 50) == best
    other = HAND.model_copy(update={"law_words": none, "article_words": nothing})
    assert make(rankers=other).search(words("撞断灯杆罚款"), DAY, 50) != best


@pytest.mark.parametrize("form", ["vector", "words"])
def test_a_waiting_article_can_be_found(make: Make, ask: Ask, form: str) -> None:
    """An imported article without a vector yet is found by its words, beside others that have theirs."""
    query = ask("井盖丢失没人围挡") if form == "vector" else words("井盖丢失没人围挡")
    assert make((*STATUTES, COVERS)).search(query, DAY, 1)[0].article.id == "imp:covers:1"


def test_all_articles_may_wait(make: Make, ask: Ask) -> None:
    """Where no article has a vector the words alone tell them apart."""
    lamps = Statute("imp:lamps", LAMPS, STATUTES[0].articles, source="路灯看护条例.txt")
    hits = make((COVERS, lamps)).search(ask("井盖丢失没人围挡"), DAY, 5)
    assert (hits[0].article.id, len(hits)) == ("imp:covers:1", 5)


@dataclass(frozen=True)
class Guess:
    """Chances of categories (by their place below), and whether they move the law up."""

    id: str
    chances: tuple[tuple[str, float], ...]
    moves: bool


GUESSES = [
    Guess("its-own", (("own", 0.9),), True),
    Guess("same-second-level", (("sibling", 0.9),), True),
    Guess("another", (("far", 0.9),), False),
    Guess("none", (), False),
    Guess("unknown-code", (("999999", 1.0),), False),
]


@pytest.fixture(scope="module")
def codes(few: Tables) -> Mapping[str, str]:
    """The category of a topic, one of the same second level, and one of another first level."""
    own = few.duties[0].category.code
    sibling = next(c.code for c in few.categories if c.code[:4] == own[:4] and c.code != own)
    return {"own": own, "sibling": sibling, "far": next(c.code for c in few.categories if c.code[:2] != own[:2])}


@pytest.mark.parametrize("form", ["vector", "words"])
@pytest.mark.parametrize("case", GUESSES, ids=lambda c: c.id)
def test_categories_move_their_law(
    make: Make, ask: Ask, few: Tables, codes: Mapping[str, str], case: Guess, form: str
) -> None:
    """A law that the topics of a likely category name moves up; other categories leave it where it is."""
    query = ask(NEUTRAL) if form == "vector" else words(NEUTRAL)
    search = make(bases=[Basis(topic=few.duties[0].topic, statute=LIFTS, articles=("2",))])
    chances = {codes.get(name, name): chance for name, chance in case.chances}

    def score(categories: Mapping[str, float] | None) -> float:
        hits = search.search(query, DAY, 50, categories=categories)
        return next(hit.law_score for hit in hits if hit.article.law == LIFTS)

    assert (score(chances) > score(None) + 0.01) is case.moves
    if not case.moves:
        assert score(chances) == score(None)


def test_category_shares(few: Tables, codes: Mapping[str, str]) -> None:
    """Of the held laws that a category's topics name each has its share; a category without any has none."""
    topic = few.duties[0].topic
    bases = [Basis(topic=topic, statute=s, articles=("1",)) for s in (LAMPS, f"《{LIFTS}》", "没有收录的办法")]
    layout = laid_out(few, bases=bases)
    at = {category.code: row for row, category in enumerate(few.categories)}
    halves = [0.5 if title in {LAMPS, LIFTS} else 0.0 for title in layout.titles]
    assert layout.by_category[at[codes["own"]]].tolist() == halves
    assert not layout.by_category[at[codes["sibling"]]].any()
    for name in ("own", "sibling"):
        assert layout.by_level2[at[codes[name]]].tolist() == halves
    assert not layout.by_level2[at[codes["far"]]].any()


def test_three_articles_speak_for_a_law(few: Tables) -> None:
    """A title's score is the mean of its three best articles in force, each at least what is near the mean."""
    statutes = [*STATUTES, Statute("long", "灯杆编号规定", tuple(f"第{n}号。" for n in range(9)))]
    layout, rng = laid_out(few, statutes), np.random.default_rng(7)
    for day in (MADE_NEW - dt.timedelta(1), DAY):
        vector = rng.normal(size=len(layout.articles)).astype(np.float32)
        force, said = layout.in_force(day), np.zeros(len(MATTERS), np.float32)
        found = law_features(layout, Scores(vector, vector, said, said, None), force)
        assert found.shape == (len(layout.titles), len(LAW_FEATURES))
        for row in range(len(layout.titles)):
            own = sorted(vector[force & (layout.title_of == row)].tolist(), reverse=True)
            best = [max(score, 1.0) for score in (own + [1.0] * 3)[:3]]
            assert found[row, 0] == pytest.approx(np.mean(best), abs=1e-5)


# --- kinds --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kinded:
    """An article of our own and what it is."""

    id: str
    text: str
    kind: str


LONG = "看护人应当记录每一盏路灯的编号、位置、功率和更换日期。" * 20
KINDED = [
    Kinded("duty", "路灯损坏的，看护人应当在二日内修复。", "rule"),
    Kinded("right", "居民可以要求查看巡查记录。", "rule"),
    Kinded("ban", "禁止在灯杆上私拉电线。", "rule"),
    Kinded("fine", "在灯杆上私拉电线的，处二百元罚款。", "penalty"),
    Kinded("order", "逾期不修的，责令改正。", "penalty"),
    Kinded("aim", "国家鼓励居民参与路灯看护。", "principle"),
    Kinded("principle", "路灯看护遵循节约的原则。", "principle"),
    Kinded("office", "区城市照明主管部门负责本辖区的路灯看护。", "authority"),
    Kinded("definition", "本条例所称看护人，是指负责巡查和维修路灯的单位。", "definition"),
    Kinded("terms", "本条例下列用语的含义：\n（一）灯杆，支撑灯具的杆。", "definition"),
    Kinded("definition-with-ban", "飞线充电是指从窗口拉线充电，禁止飞线充电。", "rule"),
    Kinded("purpose", "为了看护路灯，方便居民夜间出行，制定本条例。", "scope"),
    Kinded("scope", "本市行政区域内路灯的看护，适用本条例。", "scope"),
    Kinded("scope-said-late", LONG[:100] + "农村路灯适用本条例。", "rule"),
    Kinded("commencement", "本条例自2021年3月1日起施行。", "commencement"),
    Kinded("repeal", "本条例自公布之日起实施，《路灯管理办法》同时废止。", "commencement"),
    Kinded("long-with-a-start", LONG + "本条自2021年3月1日起施行。", "rule"),
    Kinded("fact", "路灯编号由八位数字组成。", "other"),
    Kinded("empty", "", "other"),
]


@pytest.mark.parametrize("case", KINDED, ids=lambda c: c.id)
def test_kind(case: Kinded) -> None:
    """What an article is for follows from its words: rules and penalties are told from purposes and definitions."""
    assert kind_of(case.text) == case.kind


def test_layout_holds_the_kinds(few: Tables) -> None:
    """Each article of the layout has its own kind, in the order of the articles."""
    layout = laid_out(few, [Statute("s", "某规定", tuple(case.text for case in KINDED))])
    assert [KINDS[kind] for kind in layout.kind] == [case.kind for case in KINDED]


# --- weights ------------------------------------------------------------------------------------------------


def test_shipped_weights_fit() -> None:
    """The shipped weights are those that this version asks for, and a copy reads the same."""
    shipped = load_rankers()
    assert (shipped.law.names, shipped.article_words.names) == (LAW_FEATURES, ARTICLE_FEATURES)
    assert load_rankers(RANKERS) == shipped


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[1]", b"\xff\xfe", b"{}"],
    ids=["missing", "empty", "cut", "list", "bytes", "no-weights"],
)
def test_damaged_weights(tmp_path: Path, content: bytes | None) -> None:
    """A missing or damaged file is one KnowledgeError that says what to do."""
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KnowledgeError, match=r"weights\.json holds no weights for law search; restore it"):
        load_rankers(path)


@pytest.mark.parametrize("field", ["law", "article", "law_words", "article_words"])
@pytest.mark.parametrize("fault", ["renamed", "swapped", "short", "missing", "uneven", "unknown"])
def test_weights_of_another_version(tmp_path: Path, field: str, fault: str) -> None:
    """Weights for other features, or for fewer, are refused before anything is ranked with them."""
    weights: dict[str, dict[str, object]] = json.loads(HAND.model_dump_json())
    names, values = getattr(HAND, field).names, getattr(HAND, field).weights
    faults: dict[str, dict[str, object]] = {
        "renamed": {"names": ("moon", *names[1:])},
        "swapped": {"names": (names[1], names[0], *names[2:])},
        "short": {"names": names[:-1], "weights": values[:-1]},
        "missing": {"names": None},
        "uneven": {"weights": values[:-1]},
        "unknown": {"bias": 1.0},
    }
    weights[field] |= faults[fault]
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(weights), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"holds no weights|this version asks for .*; reinstall the package"):
        load_rankers(path)


def test_weights_are_kept_exactly(tmp_path: Path) -> None:
    """What a fit writes is what search reads."""
    path = tmp_path / "weights.json"
    path.write_text(HAND.model_dump_json(), encoding="utf-8")
    assert load_rankers(path) == HAND
