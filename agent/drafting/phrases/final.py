"""The final reply, after handling: {lead} is the unit that handled the matter."""

from __future__ import annotations

from agent.drafting.phrases import Wordings

FINAL_INTRO: Wordings = (
    "现将{lead}的办理情况答复如下：",
    "此事由{lead}办理，情况如下：",
    "根据{lead}的办理记录，现答复如下：",
)
FINAL_INTRO_OPEN: Wordings = ("现将承办单位的办理情况答复如下：", "根据承办单位的办理记录，现答复如下：")
FINAL_REST: Wordings = ("其余办理详情，可向{lead}了解。", "更多细节可向{lead}了解。")
FINAL_UNANSWERED: Wordings = (
    "关于{asks}{more}，办理记录未写明结果，由{lead}继续跟进并逐项答复您。",
    "就{asks}{link}诉求，现有记录尚无结论，由{lead}继续跟进并逐项答复您。",
)
FINAL_UNANSWERED_ALL: Wordings = (
    "您提出的诉求中，办理记录未写明结果的，由{lead}继续跟进并逐项答复您。",
    "对于您所提诉求，现有记录尚无结论的部分，由{lead}继续跟进并逐项答复您。",
)
FINAL_ANSWERED: Wordings = (
    "以上是对您所提诉求的答复。",
    "您提出的各项诉求，一并答复如上。",
)
FINAL_PENDING: Wordings = (
    "上述尚在办理的事项，由{lead}继续跟进。",
    "其中未办结的部分，{lead}将继续跟进。",
)
FINAL_CONTACT: Wordings = (
    "对以上答复仍有疑问或情况有变化的，可拨打12345热线反映。",
    "如您对办理情况还有疑问，请拨打12345热线提出。",
    "如情况出现反复，请随时拨打12345热线告诉我们。",
)
FINAL_UNIT = "承办单位"
