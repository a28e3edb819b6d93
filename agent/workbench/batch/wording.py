"""Chinese words of the batch page for what a job or a row can be; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from agent.batch.columns import Privacy
from agent.batch.job import JobState

STATES: Mapping[JobState, str] = {
    "waiting": "排队中",
    "running": "研判中",
    "done": "已完成",
    "failed": "未完成",
    "cancelled": "已取消",
}
EXPORTS: Mapping[Privacy, str] = {"plain": "原样保留", "mask": "打码保留", "hide": "整列隐去"}
_CODES = {
    "bad_row": "这一行读不出来",
    "empty_text": "没有诉求内容",
    "no_words": "没有文字",
    "too_short": "内容太短",
    "too_long": "内容太长",
    "model": "模型没有应答",
    "internal": "程序内部错误",
    "no_result": "公式没有计算结果",
    "duplicate_order": "工单编号重复",
    "bad_time": "受理时间读不懂",
    "damaged_text": "有损坏的字符",
    "lost_digits": "编号位数不全",
    "repeated_header": "又一行表头",
    "total_row": "合计行",
    "worker_crashed": "研判时进程退出",
}


def code_name(code: str) -> str:
    """What an error code means; the code itself where nobody has said."""
    return _CODES.get(code, code)


def duration(seconds: float) -> str:
    """3 分 20 秒; rough where it is long."""
    whole = round(seconds)
    if whole < 60:
        return f"{max(whole, 1)} 秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 10:
        return f"{minutes} 分 {rest} 秒"
    return f"{minutes} 分" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分"


def size(count: int) -> str:
    """1.2 MB."""
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(count / 2**10, 0.1):.1f} KB"
