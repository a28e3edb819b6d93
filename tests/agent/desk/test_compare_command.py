"""`xiaozheng compare` on a temporary ledger: the real agent against one with other rules, tables or classifier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent import Settings, TriageAgent
from agent.classify.model import SHIPPED
from agent.cli import cli
from agent.cli.console import UNUSABLE, open_base
from agent.desk import Comparison, Desk
from agent.ledger import Ledger
from knowledge.tables import DATA
from tests.agent.desk.support import OPERATOR, complaint

STALL = "老槐树旁的摊子卖的东西不好，还骂人"
NOISE = "管城回族区南关街道楼下烧烤摊每晚摆到凌晨两点，划拳声很大"
# every complaint that names the old tree goes to 市场监管
RULE = """
[[rule]]
id = "test-tree"
lead = "scj"
above = true
patterns = ["老槐树"]
source = "测试用"
"""


@pytest.fixture
def matters(
    real_agent: TriageAgent, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """A ledger of two matters, the stall's decided as proposed, and the ids of both."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(data_dir))
    monkeypatch.setenv("XIAOZHENG_DATABASE_URL", url)
    monkeypatch.setattr(
        "agent.cli.compare.open_base", lambda s: real_agent.base if s.data_dir == data_dir else open_base(s)
    )
    ledger = Ledger.open(url)
    desk = Desk(real_agent, ledger, Settings())
    stall, noise = (desk.take(complaint(text), OPERATOR) for text in (STALL, NOISE))
    desk.decide(stall.matter_id, stall.suggestion_id, "accept", desk.choice_of(stall.suggestion), OPERATOR)
    yield stall.matter_id, noise.matter_id
    ledger.close()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Rules that send what happens at the old tree to another lead."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "dispatch.toml").write_text(RULE, encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, arguments)], env={"COLUMNS": "200"})


def test_other_rules_in_json(matters: tuple[str, str], rules: Path) -> None:
    """The stall's lead differs, and is right today and wrong with the other rules."""
    result = run("--rules-dir", rules, "--json")
    assert result.exit_code == 0, result.output
    found = Comparison.model_validate_json(result.stdout)
    lead = next(one for one in found.fields if one.field == "lead")
    assert (found.matters, lead.known, lead.this_right, lead.other_right) == (2, 1, 1, 0)
    (stall,) = [one for one in found.changes if one.matter_id == matters[0]]
    assert [d.after for d in stall.differences if d.field == "lead"] == ["scj"]


def test_other_rules_in_words(matters: tuple[str, str], rules: Path) -> None:
    """Counts with intervals, what was left out, and the id of the differing matter with its leads by name."""
    result = run("--rules-dir", rules)
    assert result.exit_code == 0, result.output
    for words in ("2 件事项", "100.0%（20%–100%）", "0.0%（0%–80%）", "无法读取 0 件", "郑州市市场监督管理局"):
        assert words in result.output
    assert any(line.startswith(matters[0]) and "主办" in line for line in result.output.splitlines())


def test_the_same_classifier_differs_in_nothing(matters: tuple[str, str]) -> None:
    """The shipped model against itself, over one matter only."""
    found = Comparison.model_validate_json(run("--classifier", SHIPPED, "--limit", 1, "--json").stdout)
    assert (found.matters, found.changes, {one.changed for one in found.fields}) == (1, (), {0})


def test_other_tables_leave_the_index_alone(matters: tuple[str, str], data_dir: Path, tmp_path: Path) -> None:
    """Without the duties of street lights another table is in force; today's index stays and still opens."""
    own = tmp_path / "tables"
    own.mkdir()
    lines = (DATA / "duties.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (own / "duties.csv").write_text("".join(line for line in lines if "路灯" not in line), encoding="utf-8")
    before = {path: path.read_bytes() for path in sorted(data_dir.rglob("*")) if path.is_file()}
    result = run("--knowledge-dir", own, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["this"]["knowledge"] != found["other"]["knowledge"]
    assert {path: path.read_bytes() for path in sorted(data_dir.rglob("*")) if path.is_file()} == before


def test_since_leaves_out_what_is_older(matters: tuple[str, str], rules: Path) -> None:
    """No matter was recorded from that day on: said in one line, no table."""
    result = run("--rules-dir", rules, "--since", "2099-01-01")
    assert (result.exit_code, "比较了 0 件" in result.output, "正确" in result.output) == (0, True, False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to compare with"),
        (("--classifier", "no-such.npz"), "no-such.npz is no file"),
        (("--rules-dir", "no-such"), "--rules-dir no-such is no folder"),
        (("--knowledge-dir", "no-such"), "--knowledge-dir no-such is no folder"),
        (("--classifier", __file__), "is no classifier"),
        (("--classifier", SHIPPED, "--since", "soon"), "ISO 8601"),
    ],
    ids=["nothing", "classifier", "rules", "tables", "damaged", "day"],
)
def test_what_cannot_be_compared(matters: tuple[str, str], arguments: tuple[object, ...], says: str) -> None:
    """One line that says what is wrong, and exit code 2."""
    result = run(*arguments)
    assert result.exit_code == UNUSABLE
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_empty_ledger(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before the agent is opened."""
    monkeypatch.setenv("XIAOZHENG_DATA_DIR", str(data_dir))
    monkeypatch.setenv("XIAOZHENG_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    result = run("--classifier", SHIPPED)
    assert (result.exit_code, "holds no matter yet" in result.stderr) == (UNUSABLE, True)
