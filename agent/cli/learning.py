"""The commands that fit the classifier and measure it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from agent.classify.model import artifact_hash
from agent.cli.console import err, existing, one_line_errors, open_base, out, progress_bar
from agent.evaluation import evaluate as measure
from agent.evaluation.show import plot, show
from agent.settings import Settings
from agent.training.distil import questions
from agent.training.fit import train as fit
from agent.training.rows import Json, TrainingRow, matched, once, read_labels, read_training, without_near_duplicates
from agent.triage import TriageAgent
from knowledge.tables import Tables
from models.errors import InputError
from models.fit_distilled import fit_distilled

_STEPS = {"encode": "编码", "text": "文本模型", "evidence": "查证据"}


@one_line_errors
def train(
    cases: Annotated[list[Path], typer.Option("--cases", help="标注数据，JSON 行；可重复")],
    output: Annotated[Path, typer.Option("-o", "--output", help="模型文件，供 XIAOZHENG_CLASSIFIER 使用")],
    labels: Annotated[
        list[Path] | None, typer.Option("--labels", help="另存的标注（按 id 对应 --cases 中的文本）；可重复")
    ] = None,
    exclude: Annotated[list[Path] | None, typer.Option("--exclude", help="评测数据：相同和近似的行不参与训练")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子：同样的数据和种子，得到同样的模型")] = 0,
) -> None:
    """Fit category and department models from labelled cases; same data and knowledge, same artifact."""
    if not output.parent.is_dir():
        raise InputError(f"{output.parent} does not exist; make the folder or choose another --output")
    existing(*cases, *(labels or []), *(exclude or []))
    settings = Settings.load()
    base = open_base(settings)
    known = {name: label for path in labels or [] for name, label in read_labels(path).items()}
    rows = [row for path in cases for row in _rows(path, base.tables, known)]
    if labels:
        _say_matched(known, rows, out)
    held = [row for path in exclude or [] for row in _rows(path, base.tables)]
    kept = once(without_near_duplicates(rows, held))
    with progress_bar() as bar:
        tasks = {step: bar.add_task(name, total=None) for step, name in _STEPS.items()}
        model = fit(
            kept,
            base,
            rules_dir=settings.rules_dir,
            seed=seed,
            progress=lambda step, done, total: bar.update(tasks[step], completed=done, total=total),
        )
    model.save(output)
    out.print(f"{len(rows)} 行，剔除近似评测数据和重复 {len(rows) - len(kept)} 行", markup=False)
    out.print(f"{output} {output.stat().st_size / 1e6:.2f} MB {artifact_hash(output)}", markup=False)
    for name, value in model.card.held_out.items():
        out.print(f"留出 {name} {value:.4f}", markup=False)


@one_line_errors
def distil(
    texts: Annotated[list[Path], typer.Option("--texts", help="诉求文本，JSON 行，不需要标注；可重复")],
    output: Annotated[Path, typer.Option("-o", "--output", help="蒸馏编码器文件")],
    exclude: Annotated[list[Path] | None, typer.Option("--exclude", help="评测数据：相同和近似的行不用")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="最多用几段文本，随机选取")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子")] = 0,
) -> None:
    """Fit the cheap encoder of the fast profile from texts that the real one encodes; takes hours for many."""
    if not output.parent.is_dir():
        raise InputError(f"{output.parent} does not exist; make the folder or choose another --output")
    existing(*texts, *(exclude or []))
    base = open_base(Settings.load())
    rows = [row for path in texts for row in _rows(path, base.tables)]
    held = [row for path in exclude or [] for row in _rows(path, base.tables)]
    asked = questions(once(without_near_duplicates(rows, held)), limit=limit, seed=seed)
    vectors = []
    with progress_bar() as bar:
        task = bar.add_task("编码", total=len(asked))
        for text in asked:
            vectors.append(base.embedder.queries([text])[0])
            bar.update(task, advance=1)
    encoder, cosine = fit_distilled(asked, np.array(vectors, np.float32), base.embedder.name)
    encoder.save(output)
    out.print(f"{len(asked)} 段文本，留出文本与原编码器的余弦（去均值）{cosine:.4f}", markup=False)
    out.print(f"{output} {output.stat().st_size / 1e6:.2f} MB {encoder.name}", markup=False)


@one_line_errors
def evaluate(
    file: Annotated[Path, typer.Argument(help="标注数据，JSON 行")],
    target_precision: Annotated[
        float, typer.Option("--target-precision", min=0.5, max=0.999, help="自动派单要达到的准确率")
    ] = 0.95,
    plot_to: Annotated[Path | None, typer.Option("--plot", help="曲线图，.png")] = None,
    labels: Annotated[list[Path] | None, typer.Option("--labels", help="另存的标注（按 id 对应）；可重复")] = None,
    against: Annotated[
        list[Path] | None, typer.Option("--against", help="训练数据：评测中与之近似的行不计；可重复")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Measure the suggestions on labelled cases: accuracy with coverage, calibration, the dial, confusion."""
    if plot_to is not None and (plot_to.suffix.lower() != ".png" or not plot_to.absolute().parent.is_dir()):
        raise InputError(f"--plot {plot_to}: give a .png file in a folder that exists")
    existing(file, *(labels or []), *(against or []))
    settings = Settings.load()
    base = open_base(settings)
    agent = TriageAgent.from_settings(settings, base)
    known = {name: label for path in labels or [] for name, label in read_labels(path).items()}
    rows = _rows(file, base.tables, known)
    if labels:
        _say_matched(known, rows, err if as_json else out)
    trained = [row for path in against or [] for row in _rows(path, base.tables)]
    with progress_bar() as bar:
        task = bar.add_task("评测", total=None)
        report = measure(
            agent,
            rows,
            target=target_precision,
            against=trained,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        out.print_json(report.model_dump_json())
    else:
        show(report, out)
    if plot_to is not None:
        plot(report, plot_to)


def _rows(path: Path, tables: Tables, labels: Mapping[str, Json] | None = None) -> list[TrainingRow]:
    return list(read_training(path, tables, labels))


def _say_matched(labels: Mapping[str, Json], rows: Iterable[TrainingRow], console: Console) -> None:
    found = matched(labels, rows)
    console.print(f"标注 {len(labels)} 条，找到文本 {found} 条，无对应文本 {len(labels) - found} 条", markup=False)
