"""Classes of handling: what a draft may say was done, and by which words of a record that is borne out.

Tables for `acts`, no decision. The words that bear a class out are many more than those that claim it: a record says
收 where a reply says 清理, and 停派单 where it says 暂停接单; but no rewording turns a warning into a fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.drafting.guard.patterns import pattern


@dataclass(frozen=True, slots=True)
class ActClass:
    """One class: `says` finds it in a draft, `bears` the words of a record that bear it out."""

    says: re.Pattern[str]
    bears: re.Pattern[str]


_TABLE = {
    "visit": (
        r"现场[核检查勘调]|到场|到店|上门|入户|登门|实地",
        r"现场|到|上门|入户|登门|实地|[检勘巡排]查|查[看勘扣封处]|调查|核[查实]|走访|前往|赶|看|执法|劝|清|拆|修|换|装|测|诱",
    ),
    "test": (
        r"检测|监测|检验|鉴定|抽检|采样|取样|化验|实测|测得|复测|测量",
        r"[检监实复]测|检验|鉴定|抽[检样查]|[采取]样|化验|测|分贝|送检|合格|达标|超标|超限|超过|浓度|分贝|试验|报告",
    ),
    "talk": (
        r"约谈|告诫|警告(?![标牌线])|训诫|批评教育|谈话",
        r"约[谈见了]?|谈|告诫|警告|训诫|诫勉|批评|教育|劝|提醒|普法|责令",
    ),
    "prosecute": (r"立案", r"立案|案件|处罚|罚|查处"),
    "fine": (r"罚款|处罚|罚单|处以|拘留|[记扣]\d+分", r"罚|处以|拘|记\d*分|扣\d*分|吊销|没收|处分|依法处理"),
    "seize": (r"查封|扣押|查扣|暂扣|收缴|没收|拖[移走]", r"封|扣|收缴|拖|没收|登记保存|移"),
    "close": (
        r"取缔|停业|停产|关停|停工|吊销|停运|暂停|停[派止]|(?<!处于)关闭(?!状态)",
        r"取缔|停|关|吊销|封|歇|搬|撤|不[得再]|断",
    ),
    "discipline": (
        r"追责|问责|处分|开除|辞退|解聘|调离|免职|通报|扣发|扣除",
        r"追责|问责|处分|开除|辞退|解|调离|免|通报|考核|扣|批评|停|培训|处理|罚|内部",
    ),
    "refer": (r"移[送交](?!机)", r"移[送交]|转|交[由给]|抄"),
    "repair": (
        r"维修(?![工人基资费单])|修[复好缮剪]|抢修|更换|换[装好新成上掉]|(?<!未)安装|加装|补装|疏通|填补|加固|检修|施划|补[种栽]|增设|铺设|回填|抽排|消杀",
        r"""
            修|换|装|通|填|补|固|划|栽|设|铺|抽|消[杀毒]|恢复|施工|整[改修平治]|调[整试]|焊|涂|刷|加|替|处理|处置|贴|挂|完工|竣工|排|
            改|剪|保养|清|接|建|喷|挡|盖|到位|浇|拉|增|重|扶
        """,
    ),
    "clear": (
        r"清[理运除扫走洗淤空掏]|拆[除掉走]|打捞|搬[离走]|冲洗|收容|捕[捉获]|挪[走开]|腾[空退]",
        r"""
            清|拆|捞|撤|搬|移|挪|收|改正|腾|洗|捕|驱|冲|抽|扫|运|规整|整[改治理]|取[缔走]|除|修剪|剪|铲|拖|捡|处理|处置|保洁|推平|倒|捉|领走|
            打扫|归位|恢复|刷|覆盖|畅通
        """,
    ),
    "pay": (
        r"退[还款费回赔钱货换]|支付|补[发偿足]|(?<!开)发放|赔[偿付礼]|返还|结清|到账|核减|减免|垫付|兑付|付清|打[入到]",
        r"退|赔|付|补|还|返|元|到[账卡]|发(?![现生])|缴|减|免|垫|汇|拨|结|清|兑|差价|款|钱|抵|折|扣|转|理",
    ),
    "give": (r"配发|赠送|慰问|奖励|补助了|减半", r"配|赠|慰问|奖|补|发(?![现生])|减|送"),
    "mediate": (r"调解|和解|达成|签[订署]", r"调|协|和解|达成|商|座谈|同意|约|签|见面|对账|双方|劝|撮合|一致|谈"),
    "apologise": (r"道歉|致歉|赔礼|认错", r"歉|赔礼|认错|赔不是"),
    "admit": (r"承认|认账", r"认|属实|同意|表示|称|说|答|解释|查实|确"),
    "agree": (
        r"同意|答应|承诺|保证|愿意|接受(?!调查|检查|处[理罚]|监督)",
        r"同意|答应|承诺|保证|愿|接受|协议|认可|不再|书|签|表示|允|将|达成|商定|约定|协商|调解|要求|拟|计划|可以?|愿|表决",
    ),
    "content": (
        r"(?<!不)满意|无异议|没有异议|撤诉|撤回|好评|致谢",
        r"满意|认可|无异议|没有异议|感谢|理解|好评|谢|撤|知[悉晓]|(?:予以|签字|已|乘客)确认|无意见",
    ),
    "solved": (
        r"""
            (?:得到|得以|获得|圆满|妥善|彻底|全部|已经?|完全)[^，。；]{0,4}(?:解决|消除|根治|化解)|解决了|根治|完全恢复|
            (?:完成|落实)整改|整改(?:完|到位|结束)|恢复[正原]
        """,
        r"完|恢复|解决|消除|已|正常|好|通|合格|到位|清|不再|达成|妥|化解|了|落实",
    ),
    "grant": (
        r"审核[^，。；]{0,4}通过|已(?:经)?批准|获批|获[^，。；]{0,8}批准|核准|办妥|已领取|录取",
        r"通过|批|核准|办[好结理妥成]|领|录取|合格|成功|入学|发[放证]",
    ),
}  # fmt: skip
CLASSES: Mapping[str, ActClass] = {
    name: ActClass(pattern(says), pattern(bears)) for name, (says, bears) in _TABLE.items()
}


def claimed(text: str) -> Iterator[str]:
    """Names of the classes that a clause of a draft claims."""
    return (name for name, words in CLASSES.items() if words.says.search(text))


def borne(text: str) -> Iterator[str]:
    """Names of the classes that a clause of a record bears out."""
    return (name for name, words in CLASSES.items() if words.bears.search(text))
