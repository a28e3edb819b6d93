"""How many words two stretches of text share, as pairs of characters; words that every complaint has count nothing."""

from __future__ import annotations

_COMMON = frozenset(
    {
        "我们",
        "小区",
        "希望",
        "领导",
        "问题",
        "没有",
        "解决",
        "影响",
        "居民",
        "严重",
        "业主",
        "相关",
        "部门",
        "有关",
        "政府",
        "尽快",
        "处理",
        "现在",
        "一个",
        "请问",
        "什么",
        "可以",
        "已经",
    }
)


def overlap(left: str, right: str) -> float:
    """Share of the smaller side's pairs that the other side has too, 0 to 1; 0 when a side has none."""
    a, b = _pairs(left), _pairs(right)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _pairs(text: str) -> set[str]:
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return {pair for pair in pairs if pair.isalnum() and pair not in _COMMON}
