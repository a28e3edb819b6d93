"""The knowledge page without a browser: questions answered, hostile input refused, imports reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue, ValidationError

from agent.ledger.records import Actor
from agent.schema import RegulationHit, SimilarCase
from agent.workbench.knowledge import Holdings, KnowledgeWork, knowledge_routes
from agent.workbench.knowledge.holdings import Holding
from agent.workbench.knowledge.page import layout
from agent.workbench.shell import Asking, Shell
from agent.workbench.uploads import Uploads
from knowledge.citing import CheckedCitation
from knowledge.importing import StatuteStore, import_folder
from knowledge.tables import load_tables
from knowledge.vocabulary import CitationState, Span
from models.errors import InputError

ADMIN, OPERATOR = Actor(name="boss", role="admin"), Actor(name="op")
SCRIPT = "<img src=x onerror=alert(1)>"
TEXT = "依据《郑州市示例办法》第二条，又依据《郑州市示例办法》第九条。"
STATUTE = (
    "# 郑州市示例管理办法\n\n（2025年3月1日郑州市人民政府令第1号公布 自2025年5月1日起施行）\n\n"
    "第一条 为了示例，制定本办法。\n\n第二条 示例活动适用本办法。\n\n第三条 本办法自2025年5月1日起施行。\n"
)


class Shelf:
    """Answers every question with the same, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dt.date | None]] = []
        self.hits: tuple[RegulationHit, ...] = (
            RegulationHit(
                law="郑州市示例办法",
                article="2",
                text=f"第一句说夜间。第二句说施工{SCRIPT}。",
                status="现行有效",
                effective=dt.date(2025, 5, 1),
                score=0.9,
                chapter="第一章 总则",
                snippet="第一句说夜间。",
                marks=(Span(text="夜间", start=4, end=6),),
                reason="与问题的用词和含义相近",
            ),
        )

    def search(self, question: str, day: dt.date | None = None, k: int = 8) -> tuple[RegulationHit, ...]:
        """One article, or none."""
        self.asked.append((question, day))
        return self.hits

    def similar(self, question: str, k: int = 5) -> tuple[SimilarCase, ...]:
        """One case."""
        case = SimilarCase(id="c1", score=0.83, title=SCRIPT, category="010202", lead="cgj", reply="已修好。")
        return (case,) if "路灯" in question else ()

    def cite_check(self, text: str, day: dt.date | None = None) -> tuple[CheckedCitation, ...]:
        """Two citations of `TEXT`."""
        self.asked.append((text, day))
        places = [(text.find("《"), text.find("，")), (text.rfind("《"), text.rfind("。"))]
        states = [CitationState.VERIFIED, CitationState.REPEALED]
        return tuple(
            CheckedCitation(
                law="郑州市示例办法",
                article="2",
                state=state,
                start=start,
                end=end,
                text=text[start:end],
                paragraph=123_456 if state is CitationState.REPEALED else 3,
                note="2024年1月1日起由新办法取代" if state is CitationState.REPEALED else "",
                replaced_by="郑州市新示例办法" if state is CitationState.REPEALED else "",
                article_text="示例活动适用本办法。",
            )
            for (start, end), state in zip(places, states, strict=True)
            if start >= 0
        )


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def work(tmp_path: Path, shelf: Shelf) -> KnowledgeWork:
    store = StatuteStore(tmp_path / "statutes.sqlite")
    held = Holdings(rows=(Holding(name="分类", count="517", version=SCRIPT),), doubts=("某法存疑",))
    importer = partial(import_folder, store=store)
    return KnowledgeWork(shelf, load_tables(), lambda: held, importer, Uploads(tmp_path / "up", max_bytes=100_000))


def upload(work: KnowledgeWork, name: str, content: str, owner: Actor = ADMIN) -> str:
    async def stream() -> AsyncIterator[bytes]:
        yield content.encode()

    async def run() -> str:
        return (await work.uploads.receive(stream(), name, owner.name, (".md", ".txt", ".docx"))).token

    return anyio.run(run)


def test_article_found(work: KnowledgeWork, shelf: Shelf) -> None:
    """An article comes with its state, chapter, day, marked words and whole text; the day asked for is used."""
    html = str(work.search(OPERATOR, {"question": "夜间施工", "day": "2026-01-31"})["html"])
    assert shelf.asked == [("夜间施工", dt.date(2026, 1, 31))]
    for words in (
        "《郑州市示例办法》第二条",
        "现行有效",
        "第一章 总则",
        "2025-05-01 起施行",
        "<mark>夜间</mark>",
        "全文",
    ):
        assert words in html
    assert SCRIPT not in html
    assert "&lt;img" in html


def test_nothing_found(work: KnowledgeWork, shelf: Shelf) -> None:
    """No article is said in words, with the day."""
    shelf.hits = ()
    assert "没有找到 2026-01-31 有效的相关条文" in str(
        work.search(OPERATOR, {"question": "夜间", "day": "2026-01-31"})["html"]
    )


def test_today_when_no_day_is_given(work: KnowledgeWork, shelf: Shelf) -> None:
    """Without a day today's law counts."""
    work.search(OPERATOR, {"question": "夜间"})
    assert shelf.asked[0][1] is not None


def test_cases(work: KnowledgeWork) -> None:
    """A past case names who took it and what it was, in words; none is said in words."""
    html = str(work.similar(OPERATOR, {"question": "路灯不亮"})["html"])
    for words in ("城市管理局", "›", "已修好。", "相似 0.83"):
        assert words in html
    assert SCRIPT not in html
    assert "没有找到相似的历史工单" in str(work.similar(OPERATOR, {"question": "其他"})["html"])


def test_citations_are_coloured(work: KnowledgeWork) -> None:
    """The text is shown whole, each citation in the colour of its state, with the reason and what took its place."""
    html = str(work.check(OPERATOR, {"text": TEXT})["html"])
    assert "2 处引用，1 处要看" in html
    assert '<mark class="xz-good" title="已核，现行有效">《郑州市示例办法》第二条<sup>1</sup></mark>，又依据' in html
    assert '<mark class="xz-wrong" title="已废止">' in html
    for words in ("第三款", "第123456款", "由新办法取代", "《郑州市新示例办法》", "示例活动适用本办法。"):
        assert words in html


def test_text_around_citations_is_only_text(work: KnowledgeWork) -> None:
    """Markup in the pasted text comes out as text."""
    html = str(work.check(OPERATOR, {"text": f"{SCRIPT}{TEXT}{SCRIPT}"})["html"])
    assert SCRIPT not in html
    assert html.count("&lt;img") == 2


def test_no_citation(work: KnowledgeWork) -> None:
    """A text that cites nothing says so."""
    assert "没有找到法律引用" in str(work.check(OPERATOR, {"text": "路灯不亮"})["html"])


@pytest.mark.parametrize("handler", ["search", "similar", "check"])
def test_empty(work: KnowledgeWork, handler: str) -> None:
    """Blanks are no question."""
    name = "text" if handler == "check" else "question"
    with pytest.raises(InputError, match="先写几个字"):
        getattr(work, handler)(OPERATOR, {name: " \n"})


@pytest.mark.parametrize(
    ("handler", "data"),
    [
        ("search", None),
        ("search", {"question": "x" * 3000}),
        ("search", {"question": "x", "day": "0001-01-01"}),
        ("search", {"question": "x", "day": "gestern"}),
        ("check", {"text": 3}),
        ("add", {"uploads": ["x"] * 100}),
    ],
    ids=["nothing", "long", "early", "no-day", "number", "many"],
)
def test_malformed(work: KnowledgeWork, handler: str, data: JsonValue) -> None:
    """What a script of ours would never send is refused."""
    with pytest.raises(ValidationError):
        getattr(work, handler)(ADMIN, data)


def test_status(work: KnowledgeWork) -> None:
    """What is held is a table with its doubts; only who may import is shown the import."""
    answer = work.status(ADMIN, None)
    assert "517" in str(answer["html"])
    assert "1 处存疑" in str(answer["html"])
    assert SCRIPT not in str(answer["html"])
    assert answer["imports"]
    assert not work.status(OPERATOR, None)["imports"]


def test_import(work: KnowledgeWork, tmp_path: Path) -> None:
    """A statute is taken in, a broken file costs only itself, the same again changes nothing, uploads are deleted."""
    sent: list[JsonValue] = [upload(work, "郑州市示例管理办法.md", STATUTE), upload(work, "坏.docx", "no word file")]
    html = str(work.add(ADMIN, {"uploads": sent})["html"])
    for words in ("<b>1</b><small>新增</small>", "<b>1</b><small>跳过</small>", "坏.docx", "重新启动服务后"):
        assert words in html
    assert list((tmp_path / "up").iterdir()) == []
    again = str(work.add(ADMIN, {"uploads": [upload(work, "郑州市示例管理办法.md", STATUTE)]})["html"])
    assert "没有变化" in again


def test_import_names_are_no_paths(work: KnowledgeWork) -> None:
    """Folders, markup and equal names in file names do no harm."""
    names = ["../../etc/办法.md", "办法.md", f"{SCRIPT}.md", ".md.md"]
    sent: list[JsonValue] = [upload(work, name, STATUTE) for name in names]
    html = str(work.add(ADMIN, {"uploads": sent})["html"])
    assert "<b>4</b><small>读入</small>" in html
    assert SCRIPT not in html


def test_import_of_nothing(work: KnowledgeWork) -> None:
    """No file is one sentence, and another's upload is none."""
    with pytest.raises(InputError, match="还没有选择文件"):
        work.add(ADMIN, {"uploads": []})
    with pytest.raises(InputError, match="重新选择文件"):
        work.add(ADMIN, {"uploads": [upload(work, "a.md", STATUTE, OPERATOR)]})


@pytest.mark.parametrize(("role", "code"), [(None, "login"), ("reviewer", "forbidden")], ids=["nobody", "reviewer"])
def test_upload_asks_for_the_right(work: KnowledgeWork, tmp_path: Path, role: str | None, code: str) -> None:
    """Without the right to import nothing is received."""

    def identify(request: Asking) -> Actor | None:
        return Actor.model_validate({"name": "x", "role": role}) if role else None

    app = FastAPI()
    app.include_router(knowledge_routes(Shell(identify), work))
    with TestClient(app) as client:
        answer = client.post("/knowledge/upload?name=a.md", content=STATUTE.encode())
    assert answer.json()["error"]["code"] == code
    assert not (tmp_path / "up").exists()


def test_layout() -> None:
    """Every tab has its panel, and the import is hidden until the server says otherwise."""
    html = layout()
    for name in ("law", "cases", "cite", "held", "import"):
        assert f'aria-controls="xz-panel-{name}"' in html
        assert f'id="xz-panel-{name}"' in html
    assert 'data-tab="import" aria-selected="false" hidden' in html
