"""Scoring a backlog on many machines: the chunks of a job as tasks of Ray Data, parts in the job folder.

The driver stages the missing chunks as Parquet files in the job folder and hands their indices to actors, each with
an agent of its own, on whatever nodes there are. A chunk is one task, never split or merged, so floats come out as
they would here. Complaints never pass through Ray: not its object store, its spill files nor its logs.

Ray is an extra and imported when an engine is made. What runs on the nodes is `agent.batch._ray_node`.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import signal
import socket
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from agent.batch._attempts import Attempts
from agent.batch._ray_node import (
    Factory,
    NodeScorer,
    ScorerOptions,
    attempts_folder,
    build_scorer,
    fingerprint,
    rows_folder,
)
from agent.batch._staged_rows import StagedRows
from agent.batch.engines import Engine, Kept, Work
from agent.batch.run_folder import RunFolder
from agent.settings import Settings
from models.errors import InputError, XiaozhengError

_ADDRESS = re.compile(r"auto|local|[^\s/:]+:[0-9]{1,5}")
AGENT_BYTES = 2 * 2**30  # memory that an actor asks for; measured, see docs/ray.md
_BARREN = 2  # passes over the missing chunks that may break off without getting anywhere
_KNOCK_SECONDS = 5.0
_log = logging.getLogger(__name__)
_IN_FLIGHT = 2  # chunks sent to an actor: one is scored, one waits


@dataclass(frozen=True, slots=True)
class RayOptions:
    """How to use a cluster.

    Attributes:
        address: `auto` for the cluster that this machine belongs to, `HOST:PORT` of its head, or `local` for a
            cluster of this machine alone that ends with the job.
        actors: Agents at once; None for as many as cores and memory of the nodes allow.
        actor_bytes: Memory that one is reckoned with.
        dashboard: Start Ray's dashboard, with `local` only.
    """

    address: str = "auto"
    actors: int | None = None
    actor_bytes: int = AGENT_BYTES
    dashboard: bool = False


def on_ray(
    folder: Path, settings: Settings, options: RayOptions = RayOptions(), *, factory: Factory = build_scorer
) -> Engine:
    """An engine that scores on a cluster.

    Args:
        folder: The job folder; every node must see it under the same path.
        settings: For the agents of the nodes; passwords are not sent.
        options: Which cluster, and how much of it.
        factory: Builds the scorer on a node; importable there.

    Returns:
        An engine that connects, stages and scores when it is run, and disconnects however it ends.

    Raises:
        InputError: Ray is not installed, or the address is none.
    """
    if not _ADDRESS.fullmatch(options.address):
        raise InputError(f"--address {options.address!r} 写法不对，请写 auto、local 或 主机:端口。", code="ray_address")
    ray = _import_ray()
    job_folder = RunFolder(folder.resolve())

    def engine(work: Work) -> Generator[Kept, None, None]:
        rows, attempts = StagedRows(rows_folder(job_folder)), Attempts(attempts_folder(job_folder))
        try:
            with _connected(ray, options):
                attempts.clear()
                missing = rows.stage(work.chunks)
                if missing:
                    packed = ScorerOptions(manifest=work.manifest, header=work.columns.header, settings=settings)
                    arguments = (str(job_folder.path), fingerprint(work.manifest), packed.packed(), factory)
                    yield from _Cluster(ray, options, arguments, attempts).score(missing)
        finally:
            rows.clear()
            attempts.clear()

    return engine


class _Cluster:
    """A connected cluster that scores chunks until none is missing."""

    def __init__(
        self, ray: ModuleType, options: RayOptions, arguments: tuple[str, str, str, Factory], attempts: Attempts
    ) -> None:
        self._ray, self._options, self._arguments, self._attempts = ray, options, arguments, attempts

    def score(self, indices: list[int]) -> Generator[Kept, None, None]:
        """Pass over the missing chunks, again where a pass broke off, as long as that gets anywhere."""
        missing, barren = set(indices), 0
        while missing:
            before, reason = (len(missing), self._attempts.size()), ""
            try:
                with closing(self._pass(sorted(missing))) as answers:
                    for kept in answers:
                        if kept.index in missing:
                            missing.discard(kept.index)
                            yield kept
            except self._ray.exceptions.RayError as error:
                reason = _last_line(error)  # of loading: a task brings nothing that could be quoted but an index
                _log.warning("a pass over %d chunks broke off: %s", before[0], reason)
            barren = 0 if (len(missing), self._attempts.size()) != before else barren + 1
            if missing and barren == _BARREN:
                raise XiaozhengError(
                    f"Ray 集群没有完成任务（{reason or '没有结果'}），还差 {len(missing)} 片；"
                    "请检查各节点的安装和 ray status，再加 --resume 重新运行。",
                    code="ray_failed",
                )

    def _pass(self, indices: list[int]) -> Generator[Kept, None, None]:
        data, options = self._ray.data, self._options
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        places = min(_places(nodes, options), len(indices))
        pool = data.ActorPoolStrategy(
            min_size=1, initial_size=places, max_size=options.actors, max_tasks_in_flight_per_actor=_IN_FLIGHT
        )
        tasks = data.from_items([{"index": index} for index in indices], override_num_blocks=len(indices))
        answers = tasks.map_batches(
            NodeScorer,
            fn_constructor_args=self._arguments,
            batch_size=1,
            batch_format="pyarrow",
            compute=pool,
            num_cpus=1,
            memory=options.actor_bytes,
            # Ray Data restarts actors and tries again without limit: `Attempts` ends what would never end
        )
        for batch in answers.iter_batches(batch_size=None, prefetch_batches=0, batch_format="pyarrow"):
            for answer in batch.to_pylist():
                if answer["refusal"]:
                    raise InputError(answer["refusal"], code="ray_node")
                yield Kept(answer["index"], answer["rows"], answer["errors"])


def _places(nodes: Sequence[Mapping[str, float]], options: RayOptions) -> int:
    """How many actors the nodes hold at once, by cores and memory, as far as they are wanted.

    Raises:
        InputError: not a single one.
    """
    fits = sum(int(min(has.get("CPU", 0), has.get("memory", 0) // options.actor_bytes)) for has in nodes)
    if not fits:
        raise InputError(
            f"Ray 集群的 {len(nodes)} 个节点都放不下一个研判进程（需要 1 个核和 {options.actor_bytes >> 20} MB 内存），"
            "请增加节点。",
            code="ray_too_small",
        )
    return fits if options.actors is None else min(fits, options.actors)


@contextmanager
def _connected(ray: ModuleType, options: RayOptions) -> Iterator[None]:
    """Belong to the cluster for the length of a `with` block.

    Raises:
        InputError: there is no such cluster, or it does not take us.
    """
    try:
        with _own_sigterm():
            _knock(options.address)
            # Ray listens on every interface, but asks for a token where it starts the cluster itself
            own = {"include_dashboard": options.dashboard} if options.address == "local" else {}
            ray.init(address=options.address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (OSError, OverflowError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        ray.shutdown()
        raise InputError(
            f"连不上 Ray 集群 {options.address}（{_last_line(error)}），"
            "请先运行 ray start，并检查地址和 RAY_AUTH_MODE。",
            code="ray_unreachable",
        ) from error
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See whether somebody listens at a head's address; Ray itself would try for minutes.

    Raises:
        OSError: nobody does.
        OverflowError: the port is none.
    """
    if address not in {"auto", "local"}:
        host, _, port = address.rpartition(":")
        socket.create_connection((host, int(port)), _KNOCK_SECONDS).close()


def _last_line(error: Exception) -> str:
    """Ray puts tracebacks before the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" ^")]
    return (lines[-1] if lines else type(error).__name__)[:200]


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Keep the caller's handler of SIGTERM, which `ray.init` replaces with its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


def _import_ray() -> ModuleType:
    """Ray, with its telemetry off before it can look.

    Raises:
        InputError: it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise InputError(
            f"没有安装 Ray（{error.name}），请运行 pip install 'xiaozheng[ray]'。", code="ray_missing"
        ) from error
