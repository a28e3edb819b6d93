"""What happens with a matter: who acts, who answers what was asked, under which law, by when, what is left blank."""

from __future__ import annotations

from collections.abc import Mapping

from agent.drafting.phrases import Wordings
from knowledge.vocabulary import Kind

# {assist} is '' or an ASSIST phrase that begins with a comma.
LEAD: Mapping[Kind, Wordings] = {
    "投诉": (
        "按照职责分工，此事由{lead}主办{assist}。",
        "现将此事交由{lead}主办{assist}。",
        "此事属于{lead}的职责范围，由其主办{assist}。",
    ),
    "求助": (
        "按照职责分工，此事由{lead}主办{assist}。",
        "现将此事交由{lead}帮您办理{assist}。",
        "此事由{lead}负责办理{assist}。",
    ),
    "举报": (
        "该线索现交由{lead}依法核查{assist}。",
        "按照职责分工，由{lead}负责核查该线索{assist}。",
        "该线索属于{lead}的职责范围，由其依法核查{assist}。",
    ),
    "咨询": (
        "按照职责分工，此问题由{lead}负责解答{assist}。",
        "此问题现交由{lead}答复{assist}。",
        "您问的事项由{lead}主管，由其答复您{assist}。",
    ),
    "建议": (
        "您的建议现送{lead}研究{assist}。",
        "按照职责分工，您的建议由{lead}研究办理{assist}。",
        "我们将您的建议转给{lead}，供其改进工作时研究参考{assist}。",
    ),
    "表扬": (
        "您的肯定将由{lead}转达给本人或所在集体。",
        "我们将您的表扬转给{lead}，由其向受表扬的单位或人员转达。",
        "现将您的表扬转交{lead}，请其一并转达给受表扬的单位或人员。",
    ),
}
LEAD_URGENT: Wordings = (
    "此事情况紧急，现立即交由{lead}先行处置{assist}。",
    "按照紧急事项办理要求，现立即派单至{lead}处置{assist}。",
    "因可能危及人身安全，现立即派单，由{lead}牵头处置{assist}。",
)
LEAD_OPEN: Wordings = (
    "此事的主办单位需按职责分工进一步确认，确认后由其与您联系。",
    "我们将按职责分工确定主办单位，由其办理并与您联系。",
)
LEAD_OPEN_URGENT: Wordings = (
    "此事情况紧急，我们将立即确定主办单位并派单处置，请保持电话畅通。",
    "按照紧急事项办理要求，立即按职责分工派单处置，请保持电话畅通。",
)
ASSIST: Wordings = ("，{names}协办", "，{names}配合")
ISSUE: Wordings = ("{number}. 关于{matter}，由{lead}主办。", "{number}. {matter}：由{lead}办理。")
# After a line that named the same unit, in turn.
ISSUE_SAME: Wordings = (
    "{number}. 关于{matter}，由该单位一并办理。",
    "{number}. 关于{matter}，也由其办理。",
    "{number}. 关于{matter}，同由上述单位承办。",
)
ISSUE_SAME_BARE = "{number}. 来件所述相关事项，由该单位一并办理。"
ISSUE_BARE = "{number}. 来件所述相关事项，由{lead}主办。"
ISSUE_OPEN = "{number}. 关于{matter}，主办单位按职责分工确认。"
ISSUE_OPEN_BARE = "{number}. 来件所述相关事项，主办单位按职责分工确认。"
ISSUE_OUT = "{number}. 关于{matter}，不属热线受理范围，请依法向{authority}提出。"
ISSUE_OUT_BARE = "{number}. 来件所述相关事项，不属热线受理范围，请依法向{authority}提出。"
ISSUES_REST = "其余诉求按职责分别交相关单位办理。"

# {asks} are demands in the citizen's own words, each in quotation marks; {unit} answers them.
ASKED: Mapping[Kind, Wordings] = {
    "投诉": (
        "您提出的{asks}{link}诉求，由{unit}核实后一并答复。",
        "对于{asks}{link}要求，{unit}核实后将逐项答复。",
        "就您所提{asks}{link}诉求，请{unit}核实处理并一并答复。",
        "您要求{asks}{more}，由{unit}核实后逐项答复。",
    ),
    "求助": (
        "您提出的{asks}{link}请求，由{unit}了解情况后一并答复。",
        "对于{asks}{link}请求，{unit}了解情况后将逐项答复。",
        "就您所提{asks}{link}诉求，请{unit}帮助办理并一并答复。",
    ),
    "举报": (
        "您提出的{asks}{link}要求，由{unit}核查后依法一并答复。",
        "对于{asks}{link}要求，{unit}核查后将逐项答复。",
        "您要求{asks}{more}，由{unit}依法核查后一并答复。",
    ),
    "咨询": (
        "您问的{asks}{more}，由{unit}一并答复。",
        "对于{asks}{link}问题，{unit}将逐项答复。",
        "就{asks}{link}问题，请{unit}逐项答复。",
    ),
    "建议": (
        "您提出的{asks}{link}建议，由{unit}研究后一并答复。",
        "对于{asks}{link}想法，{unit}研究后将逐项答复。",
        "就您所提{asks}{link}建议，请{unit}研究并一并答复。",
    ),
    "表扬": ("您提出的{asks}{more}，也请{unit}一并研究答复。", "对于{asks}{more}，请{unit}一并研究答复。"),
}
# {wishes} are general: 妥善解决、给予答复.
WISHED: Mapping[Kind, Wordings] = {
    "投诉": (
        "您希望{wishes}，{unit}核实后将一并答复。",
        "您提出的{wishes}{link}诉求，由{unit}核实后一并答复。",
        "对您{wishes}{link}要求，{unit}核实后将逐项答复。",
    ),
    "求助": (
        "您希望{wishes}，{unit}了解情况后将一并答复。",
        "您提出的{wishes}{link}请求，由{unit}了解情况后一并答复。",
    ),
    "举报": (
        "您希望{wishes}，{unit}核查后将依法一并答复。",
        "您提出的{wishes}{link}要求，由{unit}核查后依法一并答复。",
    ),
}
# Where no demand can be named: the words of `demands.covers`. ASKED_ALL is for more than one, ASKED_ONE for one.
ASKED_ALL: Mapping[Kind, Wordings] = {
    "投诉": (
        "您提出的{all}诉求，由{unit}一并核实答复。",
        "对于您所提{all}诉求，{unit}核实后将一并答复。",
        "其中的{all}诉求，请{unit}逐项答复。",
        "请{unit}就您的{all}诉求分别答复。",
        "{unit}将对{all}要求逐项答复。",
    ),
    "求助": (
        "您提出的{all}诉求，由{unit}一并研究答复。",
        "对于您所提{all}诉求，{unit}了解情况后将一并答复。",
        "其中的{all}请求，请{unit}逐项答复。",
        "请{unit}就您的{all}诉求分别答复。",
    ),
    "举报": (
        "您提出的{all}诉求，由{unit}核查后一并依法答复。",
        "对于您所提{all}诉求，{unit}核查后将一并依法答复。",
        "其中的{all}要求，请{unit}依法逐项答复。",
        "请{unit}就您的{all}诉求依法分别答复。",
    ),
    "咨询": (
        "您提出的{all}问题，由{unit}一并答复。",
        "对于您所提{all}问题，{unit}将一并答复。",
        "其中的{all}问题，请{unit}逐项答复。",
        "请{unit}就您的{all}问题分别答复。",
    ),
    "建议": (
        "您提出的{all}建议，由{unit}一并研究答复。",
        "对于您所提{all}建议，{unit}研究后将一并答复。",
        "其中的{all}建议，请{unit}逐项答复。",
        "请{unit}就您的{all}想法分别答复。",
    ),
    "表扬": ("您提出的{all}诉求，由{unit}一并研究答复。",),
}
ASKED_ONE: Mapping[Kind, Wordings] = {
    "投诉": ("您的诉求，由{unit}核实后答复。", "对您的要求，{unit}核实后答复。", "关于您的诉求，请{unit}核实后答复。"),
    "求助": ("您的请求，由{unit}了解情况后答复。", "对您的诉求，{unit}研究后答复。"),
    "举报": ("您的要求，由{unit}核查后依法答复。", "对您的要求，{unit}核查后依法答复。"),
    "咨询": ("您的问题，由{unit}研究后答复。",),
    "建议": ("您的建议，由{unit}研究后答复。",),
    "表扬": ("您的诉求，由{unit}研究后答复。",),
}
ASKED_ELSEWHERE: Wordings = (
    "您提出的{asks}{link}诉求，请一并向上述机关提出。",
    "对于{asks}{link}诉求，也请在办理时一并向其提出。",
)
ASKED_ELSEWHERE_ALL: Wordings = ("您提出的{all}诉求，请一并向其提出。", "对于您所提诉求，也请一并向其提出。")

# Where the complaint is about an office or its people.
IMPARTIAL: Wordings = (
    "涉及有关单位及其工作人员的问题，由其上级机关核查，不交被反映单位自行处理。",
    "来件涉及有关单位及其工作人员的，按规定由上级机关核查，不转被反映单位自查。",
)

# {term} stands in the complaint and in the article.
BASIS_TERM: Wordings = (
    "关于{term}，{laws}有规定，可供查阅。",
    "涉及{term}的规定，可查阅{laws}。",
    "{laws}对{term}有相应规定。",
)
BASIS: Wordings = ("此事的职责依据见{laws}。", "有关职责规定可查阅{laws}。", "办理此事的职责依据为{laws}。")
BASIS_QUOTED: Wordings = (
    "就您的问题，{laws}规定：“{sentence}”。",
    "按照{laws}，“{sentence}”。",
    "先供您参考的是，{laws}规定：“{sentence}”。",
)

NEXT: Mapping[Kind, Wordings] = {
    "投诉": (
        "承办单位将依法核实处理，办理时限为{due}前。",
        "按规定，承办单位应于{due}前办理并向您反馈。",
        "承办单位核实后提出处理意见，于{due}前向您反馈。",
    ),
    "求助": (
        "承办单位将了解情况、协助办理，办理时限为{due}前。",
        "按规定，承办单位应于{due}前办理并向您反馈。",
        "承办单位将尽力协助，于{due}前向您反馈办理情况。",
    ),
    "举报": (
        "承办单位将依法核查，办理时限为{due}前。",
        "按规定，承办单位应于{due}前完成核查，依法反馈。",
        "核查情况于{due}前依法反馈。",
    ),
    "咨询": (
        "按规定，承办单位应于{due}前答复您。",
        "此问题由承办单位答复，时限为{due}前。",
        "承办单位答复您的时限为{due}前。",
    ),
    "建议": (
        "研究情况于{due}前向您反馈。",
        "承办单位应于{due}前反馈研究意见。",
        "承办单位将认真研究，反馈时限为{due}前。",
    ),
    "表扬": ("转达时限为{due}前。", "承办单位应于{due}前转达。"),
}
NEXT_URGENT: Wordings = ("处置和反馈的时限为{due}前。", "承办单位应于{due}前处置并向您反馈。")
# Each says 将按规定时限办理: no date is promised that nobody counted.
NEXT_UNDATED: Mapping[Kind, Wordings] = {
    "投诉": ("此事将按规定时限办理并反馈。", "承办单位核实后，将按规定时限办理，并向您反馈。"),
    "求助": ("此事将按规定时限办理并反馈。", "承办单位会与您联系，将按规定时限办理。"),
    "举报": ("该线索将按规定时限办理，依法反馈。", "承办单位将按规定时限办理，核查情况依法反馈。"),
    "咨询": ("此问题将按规定时限办理，由承办单位答复您。", "承办单位将按规定时限办理，并答复您。"),
    "建议": ("您的建议将按规定时限办理，并反馈研究意见。", "承办单位将按规定时限办理并反馈。"),
    "表扬": ("转达事宜将按规定时限办理。", "您的表扬将按规定时限办理。"),
}
EARLY: Wordings = (
    "此事按较急事项优先办理。",
    "此事较为紧急，由承办单位优先办理。",
    "此事由承办单位优先安排、先行处置。",
)
SEVERAL_URGENT: Wordings = ("其中情况紧急的，现立即派单处置。", "因情况紧急，上述事项立即派单处置。")
SUPERVISED: Wordings = ("办理进度列入督办，由热线平台跟踪。", "同时按督办事项办理，由热线平台跟踪督促。")

# Keyed by the blank's own words; {blank} is the whole 【承办单位填写：…】.
BLANK: Mapping[str, Wordings] = {
    "现场核查时间": ("现场核查安排在{blank}", "到场核查的时间为{blank}"),
    "核实处理安排": ("核实处理的安排为{blank}", "下一步核实工作安排：{blank}"),
    "承办人和联系电话": ("需要补充材料的，请联系{blank}", "具体承办联系方式为{blank}"),
    "与您联系的时间": ("与您联系的时间为{blank}", "联系您的时间安排在{blank}"),
    "处置安排": ("具体安排为{blank}", "下一步安排：{blank}"),
    "核查时间": ("具体核查安排在{blank}", "开展核查的时间为{blank}"),
    "政策依据和答复要点": ("答复要点：{blank}",),
    "咨询窗口和办公电话": ("如需当面或电话咨询，请联系：{blank}", "办理和进一步咨询的地点：{blank}"),
    "各承办单位的联系人和电话": ("各承办单位联系方式：{blank}", "需要补充材料的，请联系{blank}"),
    "办理结果": ("办理结果为：{blank}", "现将结果告知如下：{blank}"),
}
BLANK_OTHER = "需由承办单位补充：{blank}"
