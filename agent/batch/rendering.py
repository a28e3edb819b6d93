"""One scored row as one line of text: what a part of a job keeps and a writer takes.

Rendered where the row is scored, so that the assembly of a million rows is copying. Whether the row repeats an
earlier one is known only when all are scored: the writer adds that.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from agent.batch._flat import Layout
from agent.batch._source import SourceRow
from agent.batch.readers import Kind
from agent.schema import Suggestion

Line = Callable[[SourceRow, Suggestion], str]


def make_line(kind: Kind, layout: Layout) -> Line:
    """How rows become lines for one output.

    Args:
        kind: The format of the output. For `jsonl` a line is the Suggestion as one JSON object, its `repeats` left
            out; for tables it is one JSON array of the values in the order of the layout, without the columns
            that tell of repeats.
        layout: What the output holds.

    Returns:
        A function whose lines hold no line break.
    """
    if kind == "jsonl":
        # always the keys of the contract but the last: a set is looked up, the order is the model's
        keys = set(layout.keys) - {"repeats"}
        return lambda row, suggestion: suggestion.model_dump_json(include=keys)
    return lambda row, suggestion: _array(layout, row, suggestion)


def _array(layout: Layout, row: SourceRow, suggestion: Suggestion) -> str:
    return json.dumps(layout.values(row, suggestion), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
