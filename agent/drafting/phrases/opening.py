"""How a reply begins: the greeting and what was received, by kind of message and shape of the matter.

{matter} is `Plan.matter`.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.drafting.phrases import Wordings
from knowledge.vocabulary import Kind

GREETING: Wordings = ("您好！", "市民您好！", "市民朋友，您好！")

# The matter as a noun phrase (西郊幼儿园收费问题) or a plain clause (路灯整夜不亮).
RECEIVED: Mapping[Kind, Wordings] = {
    "投诉": (
        "您关于{matter}的投诉收悉。",
        "收到您关于{matter}的投诉。",
        "来件收悉，您投诉的是{matter}。",
    ),
    "求助": (
        "您关于{matter}的求助收悉，您的难处我们理解。",
        "收到您关于{matter}的求助。",
        "来件收悉，您求助的是{matter}。",
    ),
    "举报": (
        "您关于{matter}的举报收悉。",
        "收到您关于{matter}的举报线索。",
        "您举报{matter}的线索，我们已经收到。",
        "来件收悉，您举报的是{matter}。",
    ),
    "咨询": (
        "您关于{matter}的咨询收悉。",
        "收到您关于{matter}的咨询。",
        "来件收悉，您咨询的是{matter}。",
    ),
    "建议": (
        "您关于{matter}的建议收悉，谢谢您的关心。",
        "收到您关于{matter}的建议，感谢您建言献策。",
        "您的建议收悉，内容是{matter}，感谢您的热心。",
    ),
    "表扬": (
        "您关于{matter}的表扬收悉，谢谢您的肯定与鼓励。",
        "收到您关于{matter}的表扬，感谢您特意告诉我们。",
        "感谢您的肯定，您关于{matter}的来件收悉。",
    ),
}
# The matter as a clause with a comma, with 的, or about 您家: it does not fit between 关于 and 的.
RECEIVED_TOLD: Mapping[Kind, Wordings] = {
    "投诉": (
        "您投诉的情况收悉：{matter}。",
        "来件收悉，您反映的情况是：{matter}。",
        "收到您的投诉，所述情况为：{matter}。",
    ),
    "求助": (
        "您求助的情况收悉：{matter}。",
        "来件收悉，您遇到的困难是：{matter}。",
        "收到您的求助，所述情况为：{matter}。",
    ),
    "举报": (
        "您举报的线索收悉：{matter}。",
        "来件收悉，您举报的情况是：{matter}。",
        "收到您的举报，所述线索为：{matter}。",
    ),
    "咨询": (
        "您咨询的问题收悉：{matter}。",
        "来件收悉，您想了解的是：{matter}。",
        "收到您的咨询，所问事项为：{matter}。",
    ),
    "建议": (
        "您的建议收悉：{matter}。感谢您建言献策。",
        "来件收悉，您建议：{matter}。谢谢您的关心。",
        "收到您的建议：{matter}。感谢您的热心。",
    ),
    "表扬": ("您的表扬收悉：{matter}。谢谢您的鼓励。", "来件收悉，您表扬的是：{matter}。感谢您的肯定。"),
}
# The matter ends in 问题 or 情况, or begins with 请求, or is a question.
RECEIVED_ISSUE: Wordings = (
    "您{verb}的{matter}收悉。",
    "来件收悉，您{verb}的是{matter}。",
    "收到您的{kind}：{matter}。",
)
RECEIVED_WISH: Wordings = ("您{matter}的来件收悉。", "来件收悉，您{matter}。", "收到您的{kind}，您{matter}。")
# A suggestion that begins with 希望, 建议 or 请求; one that only tells what is wrong; a complaint that asks.
RECEIVED_HOPE: Wordings = (
    "您{matter}的来件收悉，感谢您建言献策。",
    "来件收悉，您{matter}。感谢您的关心。",
    "收到您的来件，您{matter}。谢谢您的热心。",
)
RECEIVED_SEEN: Wordings = (
    "来件收悉，您反映{matter}。感谢您提出改进建议。",
    "您反映的情况收悉：{matter}。感谢您的热心建议。",
    "收到您的建议，所述情况为：{matter}。感谢您的关心。",
)
RECEIVED_ASKED: Wordings = (
    "来件收悉，您询问{matter}。",
    "您询问的事项收悉：{matter}。",
    "收到您的来件，所问为：{matter}。",
)
RECEIVED_QUESTION: Wordings = (
    "来件收悉，您问：“{matter}？”",
    "您提出的问题收悉：“{matter}？”",
    "收到您的{kind}，您问：“{matter}？”",
)
RECEIVED_BARE: Mapping[Kind, Wordings] = {
    "投诉": ("您的投诉收悉。", "您反映的事项，我们已经收到。", "来件收悉，您反映的情况我们已经登记。"),
    "求助": ("您的求助收悉。", "您求助的事项，我们已经收到。", "来件收悉，您的难处我们理解。"),
    "举报": ("您的举报收悉。", "您举报的线索，我们已经收到。", "来件收悉，您举报的情况我们已经登记。"),
    "咨询": ("您的咨询收悉。", "您咨询的问题，我们已经收到。", "来件收悉，您的问题我们已经登记。"),
    "建议": (
        "您的建议收悉，感谢您建言献策。",
        "您的建议我们已经收到，谢谢您的关心。",
        "感谢您提出建议，来件收悉。",
    ),
    "表扬": ("您的表扬收悉，感谢您的肯定与鼓励。", "您的表扬我们已经收到，谢谢您的肯定。", "感谢您的肯定，来件收悉。"),
}
# No count: what a letter numbers and what goes to one department each are seldom the same number.
RECEIVED_SEVERAL_ABOUT: Wordings = (
    "您的来件收悉，主要内容是：{matter}。所提事项按职责分别交办如下：",
    "来件收悉，您反映：{matter}。所涉事项的主办单位分列如下：",
    "收到您的来件：{matter}。其中的事项，现按职责分别交办：",
)
RECEIVED_SEVERAL: Wordings = (
    "您提出的事项收悉，按职责分别交办如下：",
    "收到您反映的多项诉求，现按职责分别交办：",
    "来件收悉，所涉事项的主办单位分列如下：",
)
VERB: Mapping[Kind, str] = {
    "投诉": "反映",
    "求助": "求助",
    "举报": "举报",
    "咨询": "咨询",
    "建议": "建议",
    "表扬": "表扬",
}
