"""The row of filters above a list or a report: HTML, and the closed lists behind it; the script is `filter.js`."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from agent.workbench.operator.fields import Names
from agent.workbench.operator.lists import Item, category_items, department_items, search_keys
from agent.workbench.operator.page import CHANNELS
from agent.workbench.parts import esc
from agent.workbench.shell import Answer

_DAYS = ((1, "近1天"), (7, "近7天"), (30, "近30天"), (90, "近90天"), (365, "近一年"))
_TOGGLES = (("changed", "true", "有改动"), ("returned", "true", "被退回"), ("reviewed", "false", "未复核"))


def filter_bar(*, toggles: bool, before: str = "", after: str = "") -> str:
    """The controls; `toggles` adds those that only make sense for a list. `before` and `after` are HTML of ours."""
    channels = "".join(f"<option>{esc(name)}</option>" for name in CHANNELS)
    days = "".join(f'<option value="{n}">{name}</option>' for n, name in _DAYS)
    switches = "".join(
        f'<button type="button" class="xz-option" data-toggle="{field}" data-value="{value}" aria-pressed="false">'
        f"{name}</button>"
        for field, value, name in (_TOGGLES if toggles else ())
    )
    return (
        f'<div class="xz-filter" role="search">{before}'
        f'<select class="xz-input" data-key="days" aria-label="时间"><option value="">全部时间</option>{days}</select>'
        f"{_opener('department', '单位')}{_opener('category', '类别')}"
        f'<select class="xz-input" data-key="channel" aria-label="渠道"><option value="">全部渠道</option>{channels}'
        "</select>"
        '<input class="xz-input" data-key="operator" aria-label="受理员" placeholder="受理员" maxlength="40" '
        'autocomplete="off" spellcheck="false">'
        + (
            '<input class="xz-input" data-key="text" aria-label="文中有" placeholder="文中有…" maxlength="100" '
            'autocomplete="off" spellcheck="false">'
            if toggles
            else ""
        )
        + f'{switches}<div class="xz-chips" data-slot="chips"></div>{after}</div>'
    )


def _opener(which: str, name: str) -> str:
    return (
        f'<span class="xz-pick"><button type="button" class="xz-option xz-more" data-find="{which}">{name}…</button>'
        f'<span id="xz-find-{which}"></span></span>'
    )


def filter_lists(names: Names) -> Answer:
    """What the filters' pickers hold: departments; categories with their upper levels."""
    categories = tuple(names.categories.values())
    levels: dict[str, str] = {}
    for category in categories:
        levels.setdefault(category.code[:2], category.level1)
        levels.setdefault(category.code[:4], category.level2)
    upper = [Item(id=code, text=name, sub="整类", keys=search_keys((name,))) for code, name in sorted(levels.items())]
    return {
        "department": _dumped(department_items(tuple(names.departments.values()))),
        "category": _dumped([*upper, *category_items(categories)]),
    }


def _dumped(items: Sequence[Item]) -> list[JsonValue]:
    return [item.model_dump(mode="json") for item in items]
