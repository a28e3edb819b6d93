"""A backlog of invented complaints and a deterministic answer to each, also for processes that are killed."""

from __future__ import annotations

import hashlib
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from agent.batch import BatchOptions, score_file
from agent.batch.engines import in_workers
from agent.batch.parts import ScoredRow
from agent.batch.tally import Tally
from agent.schema import Complaint, Draft, Suggestion
from models.errors import ModelError
from tests.agent.batch.fakes import OneByOne
from tests.suggestions import suggestion

CHUNK = 4
ROWS = 61
_PLACES = ("桐柏路", "文化路", "嵩山路", "航海路", "花园路", "农业路", "郑上路")
_MATTERS = ("路灯不亮", "井盖缺失", "夜间施工", "垃圾没人清运", "河水发黑", "公交站牌倒了")


def write_backlog(path: Path, rows: int = ROWS) -> Path:
    """Complaints A1, A2 ...; every eleventh is empty, and every seventh makes the model fail."""
    lines = ["编号,受理时间,诉求内容"]
    for number in range(1, rows + 1):
        text = f"{_PLACES[number % 7]}{number % 13}号门前{_MATTERS[number % 6]}"
        text = "" if number % 11 == 0 else f"坏模型{text}" if number % 7 == 0 else text
        lines.append(f"A{number},2026-03-{1 + number % 28:02d} 09:30,{text}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def answer(complaint: Complaint, *, draft: bool = True) -> Suggestion:
    """The same for the same complaint."""
    if "坏模型" in complaint.text:
        raise ModelError("模型没有应答，请稍后重试。")
    made = suggestion(complaint.text)
    assert made.category is not None
    assert made.complaint is not None
    confidence = int.from_bytes(hashlib.sha256(complaint.text.encode()).digest()[:2]) / 65536
    return made.model_copy(
        update={
            "id": complaint.id,
            "category": made.category.model_copy(update={"confidence": confidence}),
            "draft": Draft(text=f"您好：{complaint.text}", generator="template") if draft else None,
            "timing_ms": {"total": time.perf_counter()},
        }
    )


def slow_answer(complaint: Complaint, *, draft: bool = True) -> Suggestion:
    """The same, in a time in which a process can be killed."""
    time.sleep(0.01)
    return answer(complaint, draft=draft)


def run_slowly(source: Path, output: Path, workers: int, slow: str) -> None:
    """Score in a process of its own, resuming what is there.

    Args:
        source: The backlog.
        output: Where the results go.
        workers: 1 is the process itself.
        slow: What takes so long that the process can be killed in it: `scoring`, `assembling` the output, or
            `finishing` after the output has its name.
    """
    answering = slow_answer if slow == "scoring" else answer
    with ExitStack() as stack:
        if slow == "assembling":
            stack.enter_context(patch.object(Tally, "add", _slow_add))
        if slow == "finishing":
            stack.enter_context(patch("agent.batch.run.file_hash", lambda path: time.sleep(60)))
        options = BatchOptions(chunk_rows=CHUNK, resume=True)
        score_file(source, output, OneByOne(answering), options, engine=in_workers(workers))


def _slow_add(tally: Tally, row: ScoredRow, *, repeats: bool = False) -> None:
    time.sleep(1)
