"""The command that fits the classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.classify.model import artifact_hash
from agent.cli.console import one_line_errors, open_base, out, progress_bar
from agent.settings import Settings
from agent.training.fit import train as fit
from agent.training.rows import TrainingRow, once, read_training, without_near_duplicates
from knowledge.tables import Tables
from models.errors import InputError


@one_line_errors
def train(
    cases: Annotated[list[Path], typer.Option("--cases", help="标注数据，JSON 行；可重复")],
    output: Annotated[Path, typer.Option("-o", "--output", help="模型文件，供 XIAOZHENG_CLASSIFIER 使用")],
    exclude: Annotated[list[Path] | None, typer.Option("--exclude", help="评测数据：相同和近似的行不参与训练")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子：同样的数据和种子，得到同样的模型")] = 0,
) -> None:
    """Fit category and department models from labelled cases; same data and knowledge, same artifact."""
    if not output.parent.is_dir():
        raise InputError(f"{output.parent} does not exist; make the folder or choose another --output")
    settings = Settings.load()
    base = open_base(settings)
    rows = [row for path in cases for row in _rows(path, base.tables)]
    held = [row for path in exclude or [] for row in _rows(path, base.tables)]
    kept = once(without_near_duplicates(rows, held))
    with progress_bar() as bar:
        task = bar.add_task("训练", total=len(kept))
        model = fit(
            kept,
            base,
            rules_dir=settings.rules_dir,
            seed=seed,
            progress=lambda _, done, total: bar.update(task, completed=done, total=total),
        )
    model.save(output)
    out.print(f"{len(rows)} 行，剔除近似评测数据和重复 {len(rows) - len(kept)} 行", markup=False)
    out.print(f"{output} {output.stat().st_size / 1e6:.2f} MB {artifact_hash(output)}", markup=False)
    for name, value in model.card.held_out.items():
        out.print(f"留出准确率 {name} {value:.4f}", markup=False)


def _rows(path: Path, tables: Tables) -> list[TrainingRow]:
    if not path.is_file():
        raise InputError(f"{path} does not exist; give a JSON-lines file of labelled cases")
    return list(read_training(path, tables))
