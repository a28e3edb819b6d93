"""Two nodes on loopback give the bytes of one process, also when one of them is killed: `make test-ray`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.batch import BatchOptions, Progress, ScoreSummary, in_workers, score_file
from agent.batch._ray_node import Factory
from agent.batch.ray_engine import RayOptions, on_ray
from agent.settings import Settings
from models.errors import InputError
from tests.agent.batch.backlogs import CHUNK, ROWS, answer, write_backlog
from tests.agent.batch.fakes import OneByOne
from tests.ray.fakes import (
    DEADLY,
    ONCE,
    build,
    build_deadly,
    build_nothing,
    build_other,
    build_slow,
    build_unlucky,
    deadly,
)

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when Ray is imported
pytest.importorskip("ray.data")
pytestmark = [
    pytest.mark.ray,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.data.context"),  # of its own names
]
MEGABYTE = 2**20
NODE = {"num_cpus": 2, "object_store_memory": 100 * MEGABYTE, "memory": 1024 * MEGABYTE}


@dataclass(frozen=True)
class Nodes:
    """A head and one more node, on this machine."""

    cluster: Any  # ray.cluster_utils.Cluster

    @property
    def options(self) -> RayOptions:
        """Two actors on them."""
        return RayOptions(self.cluster.address, actors=2, actor_bytes=100 * MEGABYTE)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    from ray.cluster_utils import Cluster

    head = {**NODE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(**NODE)
    yield Nodes(cluster)
    cluster.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_backlog(tmp_path / "in.csv")


def unbroken(source: Path, output: Path) -> bytes:
    """What one process makes of it."""
    score_file(source, output, OneByOne(answer), BatchOptions(chunk_rows=CHUNK))
    return output.read_bytes()


def on_nodes(
    nodes: Nodes, source: Path, output: Path, factory: Factory = build, *, resume: bool = False, **watch: Any
) -> ScoreSummary:
    """Score on the cluster; the driver's own agent answers nothing."""
    options = BatchOptions(chunk_rows=CHUNK, resume=resume)
    settings = Settings.load({"XIAOZHENG_DATA_DIR": str(output.parent)})
    engine = on_ray(options.folder(output).path, settings, nodes.options, factory=factory)
    return score_file(source, output, OneByOne(answer), options, engine=engine, **watch)


def left_in(output: Path) -> list[str]:
    return sorted(path.name for path in output.with_name(f"{output.name}.job").iterdir())


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "parquet"])
def test_same_bytes(nodes: Nodes, tmp_path: Path, source: Path, ending: str) -> None:
    """Every format comes out as from one process, and neither rows nor parts are left behind."""
    whole = unbroken(source, tmp_path / f"whole.{ending}")
    output = tmp_path / f"out.{ending}"
    summary = on_nodes(nodes, source, output)
    assert output.read_bytes() == whole
    assert summary.scored == ROWS
    assert left_in(output) == ["lock", "manifest.json", "summary.json"]


def test_node_killed_half_way(nodes: Nodes, tmp_path: Path) -> None:
    """A node that is killed half way costs neither a row nor a byte."""
    rows = 400
    source = write_backlog(tmp_path / "long.csv", rows)
    whole = unbroken(source, tmp_path / "whole.jsonl")
    victim = nodes.cluster.add_node(**NODE)
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if progress.done > rows / 2 and not killed:
            killed.append(progress.done)
            nodes.cluster.remove_node(victim, allow_graceful=False)

    output = tmp_path / "out.jsonl"
    summary = on_nodes(nodes, source, output, build_slow, on_progress=kill)
    assert killed
    assert (output.read_bytes(), summary.rows) == (whole, rows)


def test_deadly_rows(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """Of a chunk whose actor dies again and again only the rows that kill are lost, as with workers."""
    text = source.read_text(encoding="utf-8").splitlines()
    for at in (10, 12, 40):  # two of them in one chunk
        text[at] += DEADLY
    source.write_text("\n".join(text), encoding="utf-8")
    output, other = tmp_path / "out.csv", tmp_path / "workers.csv"
    summary = on_nodes(nodes, source, output, build_deadly)
    assert summary.by_error["worker_crashed"] == 3
    score_file(source, other, OneByOne(deadly), BatchOptions(chunk_rows=CHUNK), engine=in_workers(2))
    assert output.read_bytes() == other.read_bytes()


def test_one_death_loses_nothing(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """A chunk whose actor dies once is scored whole again."""
    source.write_text(source.read_text(encoding="utf-8") + f"A99,,建设路{ONCE}\n", encoding="utf-8")
    output = tmp_path / "out.csv"
    summary = on_nodes(nodes, source, output, build_unlucky)
    assert (tmp_path / "died").exists()
    assert "worker_crashed" not in summary.by_error
    assert output.read_bytes() == unbroken(source, tmp_path / "whole.csv")


def test_stop_and_resume(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """Stopped on the cluster, a job goes on there with what is missing, and no row is staged afterwards."""
    output = tmp_path / "out.csv"
    kept: list[int] = []
    stopped = on_nodes(
        nodes, source, output, on_progress=lambda progress: kept.append(progress.done), stop=lambda: len(kept) > 3
    )
    assert stopped.stopped
    assert left_in(output) == ["lock", "manifest.json", "parts"]
    resumed = on_nodes(nodes, source, output, resume=True)
    assert 0 < resumed.scored < ROWS
    assert output.read_bytes() == unbroken(source, tmp_path / "whole.csv")


def test_other_versions_are_refused(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """A node with another knowledge base ends the job with one sentence that names it."""
    with pytest.raises(InputError, match=r"节点 .*knowledge 应为 k-1，实为 k-2") as caught:
        on_nodes(nodes, source, tmp_path / "out.csv", build_other)
    assert caught.value.code == "ray_node"


def test_actors_that_never_come_up(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """Actors that die while they load end the job, not the evening."""
    with pytest.raises(InputError, match="在装载时意外退出") as caught:
        on_nodes(nodes, source, tmp_path / "out.csv", build_nothing)
    assert caught.value.code == "ray_node"


def test_too_small_a_cluster(nodes: Nodes, tmp_path: Path, source: Path) -> None:
    """A cluster whose nodes cannot hold one agent is refused before anything waits for it."""
    options = BatchOptions(chunk_rows=CHUNK)
    output = tmp_path / "out.csv"
    large = RayOptions(nodes.cluster.address, actor_bytes=2**50)
    engine = on_ray(options.folder(output).path, Settings.load({}), large, factory=build)
    with pytest.raises(InputError, match="放不下"):
        score_file(source, output, OneByOne(answer), options, engine=engine)


def test_no_cluster(tmp_path: Path, source: Path) -> None:
    """An address where nobody listens is said in one sentence."""
    options = BatchOptions(chunk_rows=CHUNK)
    output = tmp_path / "out.csv"
    engine = on_ray(options.folder(output).path, Settings.load({}), RayOptions("127.0.0.1:1"), factory=build)
    with pytest.raises(InputError, match=r"连不上 Ray 集群 127\.0\.0\.1:1"):
        score_file(source, output, OneByOne(answer), options, engine=engine)


def test_cluster_of_its_own(tmp_path: Path, source: Path) -> None:
    """`local` needs no cluster and leaves none."""
    options = BatchOptions(chunk_rows=CHUNK)
    output = tmp_path / "out.jsonl"
    own = RayOptions("local", actors=1, actor_bytes=100 * MEGABYTE)
    engine = on_ray(options.folder(output).path, Settings.load({}), own, factory=build)
    score_file(source, output, OneByOne(answer), options, engine=engine)
    assert output.read_bytes() == unbroken(source, tmp_path / "whole.jsonl")
