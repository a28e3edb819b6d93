"""Chinese words of the desk's own: names of fields, measures, grounds and states, as pages and workbooks show them."""

from __future__ import annotations

from collections.abc import Mapping

from agent.desk.records import Measured
from agent.ledger.records import Action, MatterState

FIELD_NAMES: Mapping[str, str] = {
    "category": "类别",
    "lead": "主办单位",
    "unit": "承办机构",
    "assist": "协办单位",
    "urgency": "紧急程度",
    "track": "办理通道",
    "due": "办理时限",
    "place": "地点",
    "reply": "答复",
}
# What a suggestion rests on; the parts of its provenance, and what came in.
BASIS_NAMES: Mapping[str, str] = {
    "version": "程序版本",
    "knowledge.tables": "职责、分类等表格",
    "knowledge.laws": "法规库",
    "knowledge.cases": "以往工单",
    "classifier": "分类模型",
    "embedder": "编码模型",
    "llm": "语言模型",
    "rules": "规则文件",
    "received_at": "受理时间",
    "text": "诉求原文",
}
MEASURE_NAMES: Mapping[Measured, str] = {
    "lead": "主办单位",
    "category": "类别（三级）",
    "level2": "类别（二级）",
    "level1": "类别（一级）",
    "urgency": "紧急程度",
}
ACTION_NAMES: Mapping[Action, str] = {"accept": "照建议派出", "change": "改后派出", "return": "退回未派"}
MATTER_STATE_NAMES: Mapping[MatterState, str] = {
    "open": "待受理",
    "decided": "已派出",
    "returned": "退回未派",
    "reviewed": "已复核",
    "erased": "已清除",
}
