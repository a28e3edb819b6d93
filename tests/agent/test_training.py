"""Fitting: weak labels, rows of every completeness, near-duplicates kept out, same data same artifact."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import TriageAgent
from agent.classify.model import Model, artifact_hash
from agent.cli import cli
from agent.training.fit import train
from agent.training.rows import TrainingRow, read_labels, read_training, without_near_duplicates
from agent.training.weak import lead_from_reply
from knowledge.base import KnowledgeBase
from knowledge.tables import Tables, load_tables
from models.errors import InputError
from models.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "knowledge" / "data" / "cases"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "messages"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.mark.parametrize(
    ("reply", "lead"),
    [
        ("您好，经区教育局核实，该校招生范围已经公示。", "jyj"),
        ("市交警支队已增设信号灯，请您理解。", "jjzd"),
        ("收悉。区人社局劳动监察大队已立案。", "rsj"),
        ("经查，该路段归市住建局和市交通运输局共同负责。", "jtj"),
        ("区城管局会同市公安局夜查。", ""),
        ("感谢您的来信，我们会认真研究。", ""),
        ("", ""),
    ],
    ids=["education", "traffic-police", "labour", "one-known-of-two", "two-departments", "none", "empty"],
)
def test_lead_is_read_off_a_reply_that_names_one(reply: str, lead: str) -> None:
    """Exactly one department in the opening gives a weak label; two or none give nothing."""
    assert lead_from_reply(reply) == lead


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared messages are not beside this checkout")
def test_weak_leads_agree_with_people() -> None:
    """Where a reply gives a weak lead and people labelled the message, nine in ten agree."""
    gold = {row["id"]: row for row in map(json.loads, (SHARED / "gold_dev.jsonl").open(encoding="utf-8"))}
    hits = []
    for row in map(json.loads, (SHARED / "answered.jsonl").open(encoding="utf-8")):
        weak = lead_from_reply(row["reply"])
        if weak and row["id"] in gold:
            hits.append(weak in [gold[row["id"]]["lead"], *gold[row["id"]]["lead_alt"]])
    assert len(hits) >= 25
    assert sum(hits) / len(hits) >= 0.9


def test_rows_of_any_completeness_are_read(tmp_path: Path, tables: Tables) -> None:
    """A whole category, a first level only, a reply only: each says what it knows."""
    rows = [
        {
            "id": "1",
            "text": "楼道堆满杂物",
            "category": "城乡建设/安全生产/安全隐患",
            "alt": [["政法", "社会治安", "消防安全"]],
            "lead": "xfjy",
            "lead_alt": ["jiedao"],
            "assist": ["zfbz"],
            "assist_any": ["zfbz", "gaj"],
            "kind": "举报",
            "urgency": 1,
            "urgency_alt": [0],
            "author": "t",
        },
        {"id": "2", "words": "公交 站台 取消", "level1": "交通运输"},
        {"text": "孩子上学", "reply": "经区教育局研究，可以就近入学。"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    full, words, reply = read_training(path, tables)
    assert (full.level1, len(full.categories), full.leads) == ("城乡建设", 2, ("xfjy", "jiedao"))
    assert full.assist == ("zfbz",)
    assert full.helpers == {"zfbz", "gaj", "jiedao"}
    assert (full.kinds, full.urgencies, full.weak_lead, full.real) == (("举报",), (1, 0), False, False)
    assert (words.text, words.natural, words.level1, words.categories) == ("公交站台取消", False, "交通运输", ())
    assert (words.leads, words.assist, words.kinds, words.urgencies) == ((), None, (), ())
    assert (len(reply.id), reply.leads, reply.weak_lead, reply.real) == (12, ("jyj",), True, True)


def test_labels_may_lie_apart_from_the_texts(tmp_path: Path, tables: Tables) -> None:
    """A message whose text may not be copied gets its labels by id; they win over its own."""
    texts, labels = tmp_path / "texts.jsonl", tmp_path / "labels.jsonl"
    texts.write_text('{"id": "a", "text": "路灯不亮", "kind": "咨询"}\n{"id": "b", "text": "停水"}\n', encoding="utf-8")
    labels.write_text('{"id": "a", "kind": "投诉", "lead": "cgj"}\n', encoding="utf-8")
    labelled, bare = read_training(texts, tables, read_labels(labels))
    assert (labelled.kinds, labelled.leads, labelled.real) == (("投诉",), ("cgj",), True)
    assert (bare.kinds, bare.leads) == ((), ())


@pytest.mark.parametrize(
    ("ids", "printed", "fault"),
    [
        (("a", "b", "zz"), "标注 3 条，找到文本 2 条，无对应文本 1 条", "too few to train on"),
        (("yy", "zz"), "", "none of the 2 labels has the id of a text"),
        ((), "", "none of the 0 labels has the id of a text"),
    ],
    ids=["some", "none", "empty"],
)
def test_train_says_how_many_labels_found_their_text(
    real_agent: TriageAgent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ids: tuple[str, ...],
    printed: str,
    fault: str,
) -> None:
    """Labels of other texts are told of before the long fit; where none belongs, nothing is fitted."""
    monkeypatch.setattr("agent.cli.learning.open_base", lambda *_: real_agent.base)
    texts, labels = tmp_path / "texts.jsonl", tmp_path / "labels.jsonl"
    texts.write_text('{"id": "a", "text": "路灯不亮"}\n{"id": " b", "text": "停水"}\n', encoding="utf-8")
    labels.write_text("".join(f'{{"id": "{name}", "lead": "cgj"}}\n' for name in ids), encoding="utf-8")
    paths = ("--cases", str(texts), "--labels", str(labels), "-o", str(tmp_path / "m.npz"))
    result = CliRunner().invoke(cli, ["train", *paths])
    assert result.exit_code == 2
    assert result.stdout.strip() == printed
    assert fault in result.stderr


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": "a", "lead": "nobody"}', "department 'nobody'"),
        ('{"id": "a", "kind": "闲聊"}', "kind '闲聊'"),
        ('{"id": "a", "urgency": 3}', "urgency '3'"),
        ('{"id": "a", "category": "一/二/三"}', "category '一/二/三'"),
    ],
    ids=["department", "kind", "urgency", "category"],
)
def test_a_label_outside_the_closed_lists_is_refused(tmp_path: Path, tables: Tables, line: str, fault: str) -> None:
    """Whatever the label, the message names it and its place."""
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=rf"bad\.jsonl, line 1: .*{fault}"):
        list(read_training(path, tables))


def test_bad_row_names_file_and_line(tmp_path: Path, tables: Tables) -> None:
    """A label outside the closed lists stops with the place."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "好", "level1": "民政"}\n{"text": "坏", "lead": "nobody"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.jsonl, line 2: department 'nobody'"):
        list(read_training(path, tables))


def test_near_duplicates_of_test_rows_are_dropped() -> None:
    """Same id or nearly the same words: out; another matter stays."""
    test = TrainingRow("t", "路灯", "中原路与嵩山路口的路灯坏了半个月没人修，晚上过马路很危险")
    rows = [
        replace(test, id="copy", text="中原路与嵩山路口路灯坏了半个多月没人来修，晚上过马路危险"),
        replace(test, text="完全不同的内容，但是编号相同"),
        TrainingRow("other", "医保", "异地就医的医保报销比例是多少，去哪里备案"),
    ]
    assert [row.id for row in without_near_duplicates(rows, [test])] == ["other"]


def fit_seeds(base: KnowledgeBase, path: Path) -> int:
    """Fit a few rows of every shipped file, save the model at `path`, and say how many rows there were."""
    rows = [row for file in sorted(SEEDS.glob("*.jsonl")) for row in list(read_training(file, base.tables))[:8]]
    quick = copy.copy(base)
    quick.embedder = HashEmbedder(dim=384)  # what is fitted does not matter here, only that it repeats
    train(rows, quick).save(path)
    return len(rows)


def test_same_rows_same_artifact(real_agent: TriageAgent, data_dir: Path, tmp_path: Path) -> None:
    """Another process, whose sets have another order, writes the same bytes; and what it writes loads."""
    here, there = tmp_path / "here.npz", tmp_path / "there.npz"
    rows = fit_seeds(real_agent.base, here)
    code = f"""from pathlib import Path
from knowledge.base import KnowledgeBase
from tests.agent.test_training import fit_seeds
fit_seeds(KnowledgeBase.open(Path({str(data_dir)!r})), Path({str(there)!r}))"""
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    assert artifact_hash(here) == artifact_hash(there)
    assert Model.load(there).card.rows["text_level1"] == rows


def test_too_few_rows_are_refused(real_agent: TriageAgent) -> None:
    """A dozen weights cannot be fitted on three rows; the message says how many are needed."""
    with pytest.raises(InputError, match="too few to train on"):
        train([TrainingRow("1", "", "路灯不亮", level1="城乡建设", leads=("cgj",))] * 3, real_agent.base)
