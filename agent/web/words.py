"""Errors in Chinese: what is wrong with a field that does not fit its schema, and sentences for stable codes.

One language an error: the message is Chinese, the code English. Errors of the ledger and the knowledge base are
written for engineers, in English; a caller gets the sentence of their code instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNUSABLE = "这个值不能用，请对照 /openapi.json 改正"
_TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "请求有误",
        401: "未登录",
        403: "无权操作",
        404: "找不到",
        405: "方法不允许",
        409: "有冲突",
        413: "内容过大",
        415: "媒体类型不支持",
        422: "内容无法使用",
        429: "请求过于频繁",
        500: "程序出错",
        503: "暂时不可用",
    }
)
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "not_found": "没有这条记录，请核对编号。",
        "conflict": "这里已有另一条记录，请先查看；要更正，请在 replaces 里写明它的编号（见 current）。",
        "bad_request": "请求读不懂，请检查写法。",
        "login_required": "请登录，或者发送接口令牌。",
        "forbidden": "这个账号没有这项权限。",
        "method_not_allowed": "这个地址不支持这种方法，允许的方法见 Allow。",
        "too_large": "请求的内容过大，请缩小后重发。",
        "media_type": "不支持这种媒体类型，请发送 application/json。",
        "busy": "正忙，请稍后再试。",
    }
)
_BY_STATUS: Mapping[int, str] = MappingProxyType(
    {422: "请求的内容无法使用，请检查后重发。", 503: "服务暂时不可用，请稍后再试；一直如此请告诉管理员。"}
)
# pydantic's types of error; names in braces are of its context
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "缺少这个字段",
        "extra_forbidden": "没有这个字段，请删去",
        "json_invalid": "不是完整的 JSON",
        "string_type": "须是文字",
        "string_too_short": "至少 {min_length} 个字符",
        "string_too_long": "最多 {max_length} 个字符",
        "string_pattern_mismatch": "写法不对，须符合 {pattern}",
        "greater_than_equal": "不得小于 {ge}",
        "less_than_equal": "不得大于 {le}",
        "literal_error": "只能是 {expected}",
        "enum": "只能是 {expected}",
        "too_long": "最多 {max_length} 项",
        "too_short": "至少 {min_length} 项",
        "finite_number": "须是有限的数",
    }
)
_KINDS = (
    ("int_", "须是整数"),
    ("float_", "须是数"),
    ("bool_", "须是 true 或 false"),
    ("datetime_", "须是 ISO 8601 时间，例如 2026-03-14T09:30"),
    ("date_", "须是 ISO 8601 日期，例如 2026-03-14"),
    ("timezone_", "须是 ISO 8601 时间，例如 2026-03-14T09:30"),
    ("tuple_", "须是数组"),
    ("list_", "须是数组"),
    ("model_", "须是 JSON 对象"),
    ("dict_", "须是 JSON 对象"),
)


def title(status: int) -> str:
    """The kind of a problem, by its HTTP status."""
    return _TITLES.get(status, HTTPStatus(status).phrase)


def sentence(code: str, status: int, given: str = "") -> str:
    """What a caller reads: the given message where it is Chinese, else the sentence of its code."""
    if _CHINESE.search(given):
        return given
    return _SENTENCES.get(code) or _BY_STATUS.get(status) or f"{title(status)}。"


def field_message(kind: str, context: Mapping[str, object]) -> str:
    """What is wrong with one field.

    Args:
        kind: The type of a pydantic error, e.g. `string_too_long`.
        context: Its context, e.g. `max_length`; never what was sent.
    """
    if kind == "value_error":
        said = str(context.get("error", ""))
        return said if _CHINESE.search(said) else _UNUSABLE
    found = _FIELDS.get(kind) or next((words for start, words in _KINDS if kind.startswith(start)), _UNUSABLE)
    try:
        return found.format_map({name: str(value).replace(" or ", " 或 ") for name, value in context.items()})
    except KeyError:
        return _UNUSABLE
