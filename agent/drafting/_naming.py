"""A demand said back in a few words: 希望领导尽快给我们小区修好路灯 becomes 尽快修好路灯.

Cut and turned, never worded anew: request words, offices, stress and purpose go, 我 becomes 您. What would be torn,
rude or hard to understand by itself is not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.drafting._asking import OPENS, QUESTION, core
from agent.drafting._person import ADDRESSES, OFFICER, to_you

_SHORTEST, _LONGEST, _LONGEST_QUESTION = 4, 30, 32  # characters of a name
_BARELY = 5  # a core shorter than this is named with its request word: 要求退押金

_CLAUSE = re.compile(r"(?:[^，,：:；;、]|(?<=[^，,：:；;])、)+")
_ASIDE = re.compile(r"（[^（）]{0,60}）|\([^()]{0,60}\)")
_MARKS = re.compile(r"[“”‘’\"'「」『』\s]|_x000D_")
_STRESS = re.compile(
    r"^(?:(?:还有|就是|那么|那(?![些个里边种年天])|然后|另外|以及|而且|但是|但|并且|并(?!非|不)|同时|再就是|所以|首先|其次|最后|一是|二是|三是|也|都|就|能够?(?!不|否)"
    r"|可以(?![^，]*吗)|务必|一定要?|切实|真正|认真|必须|得以|抽空|抽出时间|在?百忙之中|(?:帮忙|帮助|帮|给|替|为)(?:我们?|咱们?|俺们?|本人|大家|业主|居民|村民)们?"
    r"|(?:引起|给予)?(?:高度)?重视(?:[并和、](?!度))|(?:继续)?(?:多)?考虑(?:一下)?(?=[增加设修建开延把将在给对调])|想请问|想问|请问|想?问问|问(?=[^题号卷答候过][^，]{5})|咨询一?下?|问一?下|现在|还是(?=可|再|要|能)|现(?![有行场金状])|我想|我要|指点一?下?|告知|告诉|解答)[，,]?)+"
)
# The office asked is the reader: 请A市政府职能部门提前介入. A company or a school is no reader and stays.
_OFFICE = re.compile(
    r"^(?!把|将|对|在|从|向|由|尽|[^，]{0,6}(?:响应|支持|拥护)|及时|早日|立即)[^，]{0,12}?(?:领导|书记|[市区县镇]长(?:大人)?|政府|部门|单位|机关|职能|街道办?|有关方面|相关方面|部分|市委|区委|县委|纪委|厅|[^公邮]局)"
    r"(?:们|的?领导们?|有关部门|相关部门|工作人员)?(?:[和及与、][^，]{1,8}(?:领导|部门|单位|政府|局))?(?:一定要?|务必|能够?|可以|应该?|应当|要|来|去|出面|给予)*(?=[^，的之和与及]{4})"
)
_NO_ACT = re.compile(
    r"城乡建设|建设|规划|监督|管理|监管|保护|保障|改革|办事|街道办|政府办|办公|交通|安全|退役|执法|统一"
)
_SPOKEN = (
    (re.compile(r"到底|究竟|彻底(?=解决|整治|根治|消除)"), ""),
    (re.compile(r"(?:我们?|咱们?)这(?:个|条|里的?|些|边的?)"), "该"),
    (re.compile(r"(?<=[商司校业院局])能够?(?=尽快|及时|早日|按)"), ""),
    (re.compile(r"(?<=[善虑注视理决调解实察正促映治划计])(?:一下|下)(?!去|来)|一下(?=[^，]{2})"), ""),
    (re.compile(r"这个(?!月)|这条|这段|这座|这所|这家|这一(?=[一-鿿]{2})"), "该"),
    (re.compile(r"这种|这类|这样的"), "此类"),
    (re.compile(r"这些"), "相关"),
    (re.compile(r"(?<=[还给退付])(?:咱们?|我们?)?(?:老百姓|百姓)"), ""),
    (re.compile(r"这块的?"), ""),
    (re.compile(r"此(?=[项条])"), "该"),
    (re.compile(r"(?<=[在把对从到])(?:这里|这边|此处|此地|这儿)|^这[里边]"), "该处"),
    (re.compile(r"(?<!里)(?<!哪)(?:我们?|咱们?|俺们?)(?P<of>[省市县区镇乡村])的?"), r"\g<of>里"),
    (
        re.compile(
            r"(?:为|给|让|帮|替)(?:我们|我(?!们)|咱们?|俺们?)"
            r"(?:大家|老百姓|百姓|这些)?(?!小区|村|社区|组|学校|单元|楼)(?=[^，的家]{4})"
        ),
        "",
    ),
    (re.compile(r"^(?:我们?|本人)(?:家)?(?=应该|怎|如何|能|可以|要|该|是否|需要|到|什么|现在|还)"), ""),
)
_PURPOSE = re.compile(
    r"(?<=[^，]{6})(?:以便|以利|以解|以免|以减|以保|从而|(?<![出转])让|使(?!用)|来(?=[消保解满缓避方])|因为|可以(?=大大|方便|提)|而(?=不)|不要再|并(?=[^列排存非未]))[^，]*$"
)
_GIVING = re.compile(r"^(?:给予|予以|进行)(?=[拆安修整查补加清改取])")
_TRAILING = re.compile(
    r"(?:[啊吧呀哦哈嘛啦哟呗呢]|(?<=怎样)的|(?<=怎么样)的|一事|为感|为盼|才好|(?<=[^，]{4})方便(?:居民|市民|群众|百姓|大家|学生|业主|村民)[^，]{0,6}|就好了?|就行了?|的话|谢谢|了)+$"
)

_PERSON = re.compile(
    r"(?!何[时人地种处]|高[铁速新价]|方[便案式]|任何|于是|安[全装]|黄[标色])[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方姚谭廖邹熊陆郝孔崔康邱秦顾侯邵孟段汤肖尹黎武贺赖龚]"
    r"[一-鿿]{1,2}"
)
# 周楠 before 中学 is a school.
_NAMES_PLACE = re.compile(r"[中小大]学|学校|医院|[路街村镇站桥]|大道|公园|广场|社区|小区|市场|公司")
# What an office can do, or what can be decided.
_ACTION = re.compile(
    r"增(?!值|长)|加(?=[装强大设派开密固建快以])|设|装|修|建(?!议)|换|清(?!静|楚|白|洁工|晰)|拆|取缔|查处|查清|彻查|整治|整改|治理|疏通|退(?!休|伍|役)|返还|归还|支付|发放|补|赔|公示|公开|公布|调整|延长|恢复|开通|开放|停止|禁止|规范|督促|责令|阻止"
    r"|协调|解除|办|落实|降低|取消|改(?!革)|搬|移|种[植树]|绿化|硬化|安排|完善|优化|保护|保障|救助|出台|启动|开工|开学|加强|加大|关停|关闭|限制|规划|划[定分设]|拓宽|打通|拉通|供应|接通|纳入|早日|尽早"
    r"|认定|检测|鉴定|配备|引进|还(?=.{0,6}[钱款环境公道清])|追究|撤|叫停|制止|交付|签订|颁发|审批|批准|提供|提高|改善|减|免|延期|缩短|兑现|处罚|没收|抢修|更|通[车水电气]|巡查|消除|使用|打击|严查|惩处|介入|放宽|统一"
    r"|重新|收费|发布|推行|推进|维护|管理|监管|考虑|解决|处理|核查|核实|调查|申请|享受|报销|缴纳|明确|完工|交房|提前|新增|执行|受理|派|招|送|不要|不得|别再|修正|贯通|停靠|照顾|支持|升级|联合|推动|引入|把关"
)
# Said back it would be clumsy: half a sentence, a person, a slogan, anger, or marks that break the quotation.
_UNFIT = re.compile(
    rf"^(?:为(?!什么|何)|以|让|使|其|而|们|的|有(?!无|没有|哪|什么)|得|和|如果|由于|因|既然|避免|却|是(?!否|不是|[^，]{{1,10}}还是)|又|还是|等|不然|否则|则|才|各|大大|想|不知|对此|所有|或|凡|到底|究竟|比如|这|那|该怎|把握|即(?!时)|作为|甚至|至今|本来|当时|连|像|再|直接|要么|最终|除了|根据|按照)"
    rf"|{ADDRESSES.pattern}|[【】《》\*…—\[\]<>#{{}}＊%]|之所|父母官|书记|百姓|人民|正义|公道|祈福|(?<!其)他(?!人)|她|良心|天理|[的和与及是在对把被向]$|(?<!没)有$|契机|履行职责|尽责|奇葩"
    r"|高抬贵手|什么[鬼玩]|他妈|妈的|去死|垃圾(?=公司|物业|人|学校|东西|企业|领导|单位)|骗子|黑心|无良|贪官|吃干饭|狗屁|混蛋|王八|败类|土匪|强盗|不要脸|猪|感受|心寒|寒心|百忙|弱势|众望"
    r"|(?<![吗呢])[？?!！。]|\d{7,}|https?|小老百姓|老百姓|蛀虫|绿灯啊|吃集体|中国梦|中央|形式主义|^(?:哪怕|至少|一点|这么|那么)|^更(?![换新改正名])|进行了|规划中$|的规划$|^是您|^还(?!款|钱|清|债)|难道|真的|免得|到底|祖国|民生|何许人|^(?:么|一家|问您|查查|不但|当然|由于|也会|清洁)|才能$|国家$|您等|为何直到|^(?:方可|现在|正当|好多|拿着|理解|到现在|原来|己久|问当时|出了事)|负责得起|遗忘|关怀|为民除害|英明|扪心|每天那么|收费请问|所谓"
)
# Torn off what went before or of no sense of its own.
_TORN = re.compile(
    r"(?<!是)不是[^，]{0,16}[么吗嘛]|^(?:该|又|要|应该|应)?(?:怎么|如何|咋|怎样|怎么样)(?:办|处理|解决|弄|样|应对)?$|怎么办$|睁一只眼|猴年马月|按理说|管一管|看看|知悉"
    r"|^(?:多少|什么|为什么|为何|可以|行)[^，]{0,3}$|^[^，]{0,3}(?:吗|了|手续|部门)$|^(?:能够?|能)解[答决][^，]{0,3}$|(?:时候|之后|之前|以后|情况下|过程中|的话|当中|方便$)$|^(?:尽快|及时|早日)$"
    r"|(?:上述|上面|如下|以下(?:几|诉|问|情|是)|此事|此段)|[（）()]|一个(?:交代|说法|公道)|点赞|才有资格|或者是您|万一|^(?:能否|可否)?牵头处理$|(?:委|局|部门|政府|厅|委员会|领导)$|[宽长高厚重]$|^(?:是否|能否|可否|能不能|可不可以|有没有)(?!违法|合法|合规|合理|属实|违规|有效)[^，]{0,3}$|^从[^，]{1,12}(?:考虑|出发|角度)$|[^，]中$"
)
_OPENS_ACT = re.compile(
    r"(?:尽快|尽早|及时|依法|立即|马上|适当|彻底|全面|重新|统一|继续|不要|早日|把|将|对|给予?)?[^，]{0,2}?(?:增[加设派添]|加[装强大快固宽]|设[置立]|安[装排]|维修|修[建好复缮]|新建|建[设立成造]"
    r"|更换|清[理除运]|拆除|取缔|查处|查清|彻查|整治|整改|治理|疏通|退[还款钱回]|返还|归还|支付|发放|补[偿发助贴交缴]|赔[偿付]|公[示开布]|调整|延长|恢复|开[通放]|停止|禁止|规范|督促|责令"
    r"|协调|解除|办理|落实|降低|取消|改[为成建造善]|搬[迁离走]|移[走除]|种[植树]|绿化|硬化|完善|优化|保护|保障|救助|出台|启动|关[停闭]|限制|规划|划[定分设]|拓宽|打通|拉通|接通|纳入"
    r"|认定|检测|鉴定|配备|引进|追究|撤[销除]|叫停|制止|交付|签订|颁发|审批|批准|提[供高前]|改善|减[少免]|免[除费]|延期|缩短|兑现|处罚|没收|抢修|巡查|消除|严查|惩处|解决|处理|明确|公证)"
)
_YOU_ODD = re.compile(r"^您(?!家|所在)|^是您|您[等该]")
_VAGUE = re.compile(
    r"尽快|尽早|早日|及时|迅速|立即|重视|关注|关心|处理|解决|答复|回复|回应|答案|说法|交代|交待|帮助|帮忙|问题|情况|这个|这件|这些|此|该处|该|事情?|给予?|一个|个|一下|予以|做主|作主|为民|为盼|投诉|业主|居民|村民|们|现场|进驻"
    r"|老百姓|百姓|群众|能够?|得到|妥善|彻底|合理|满意|明确|的|为|我们?|您|民|主持|公道|公正|正义|查|核实|调查|看看|管管|管一?管|管|落实|办理|引起|高度|有|人|来|派|过问|了解|协调|督促|把|将|对|进行|进去"
    r"|请|望|盼|并|和|以|依法|严肃|严厉|认真|真正|到位|结果|反馈|告知|告之|书面|实际|困难|诉求|公布|严查|严惩|严处|注意|监督|监管|想办法|详细|准确|解说|给与|支持|照顾|明察|提高工作效率|近快|谅解|明示|督查|酌情|考虑|呼声"
    r"|说明|解释|请示|指点|打击|领导|政府|部门|有关|相关|单位|可以|回音|一一|解答|出面|加强|处|办|政策|规定|整治|做出|适当|难题|难处|积极|确切|改变|着重|加快|推进|组织|逐一|正面|介入|提前|整改|打算|合法|权益|权利|维护|利益|保护|保障|主任|[，,、\s]"
)
# What a general request asks for; the first that fits names it.
_GENERAL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("依法查处", re.compile(r"查处|严查|严惩|严处|惩[治处]|打击|追究|处罚|追查|查办|彻查|严肃处理|绳之以法")),
    ("调查核实", re.compile(r"调查|核实|查证|查清|查明|核查|明察|了解情况|实地|调研|考察|走访|查一?下|查看")),
    ("妥善解决", re.compile(r"解决|处理|协调|帮助?|介入|整改|改善|落实|办理|落到实处")),
    ("给予答复", re.compile(r"答复|回复|回应|回音|答案|说法|交[代待]|解释|说明|告[知之]|解答|解惑|指点|明示|反馈")),
    ("加强监管", re.compile(r"监管|监督|管理|管管|管一?管|整治|整顿|规范|把关")),
    ("维护合法权益", re.compile(r"公道|做主|作主|权益|维权|合法权利")),
    ("予以重视", re.compile(r"重视|关注|关心|过问|听听|督促|督办")),
)


@lru_cache(maxsize=512)
def named(words: str) -> str:
    """Say a demand in a few of its own words.

    Args:
        words: The demand as it stands in the complaint.

    Returns:
        4 to 30 characters, 32 of a question, to stand in quotation marks; '' when the demand asks for attention and
        an answer only, or when nothing of it can be said back.
    """
    asked = core(words)
    question = QUESTION.search(words) is not None
    if OPENS.match(words) and len(re.split("[，,]", _MARKS.sub("", asked), maxsplit=1)[0]) < _BARELY:
        asked = words
    for place, clause in enumerate(_CLAUSE.finditer(_ASIDE.sub("", _MARKS.sub("", asked)))):
        for phrase in _phrases(clause[0]):
            # What follows the request itself is often its reason: there only what opens with an act is asked for.
            opens = not place or _OPENS_ACT.match(phrase) or QUESTION.search(phrase)
            if opens and _fits(phrase, question=question and not place):
                return phrase
    return ""


def general(words: str) -> str:
    """What a request without a thing of its own asks for, 调查核实 say; '' when it asks for nothing known."""
    return next((name for name, pattern in _GENERAL if pattern.search(words)), "")


def is_vague(words: str) -> bool:
    """Whether the words ask for attention and an answer only: 请领导尽快处理, 给个说法."""
    return len(_VAGUE.sub("", core(words))) < 2


def _phrases(clause: str) -> Iterator[str]:
    """The clause as it can be said, and shorter ones where that is too long."""
    whole = _STRESS.sub("", clause.strip("，,、：: 。.！!？?；;~～"))
    while (office := _OFFICE.match(whole)) and not _ACTION.search(_NO_ACT.sub("", office[0])):
        whole = _STRESS.sub("", whole[office.end() :])
    if ADDRESSES.search(whole):
        return
    for pattern, said in _SPOKEN:
        whole = pattern.sub(said, whole)
    whole = _TRAILING.sub("", to_you(_GIVING.sub("", whole)))
    yield whole
    if len(whole) > _LONGEST and not QUESTION.search(whole):
        short = _PURPOSE.sub("", whole)
        yield short
        yield short.split("、", 1)[0]


def _fits(phrase: str, *, question: bool) -> bool:
    longest = _LONGEST_QUESTION if QUESTION.search(phrase) else _LONGEST
    if (
        not _SHORTEST <= len(phrase) <= longest
        or _TORN.search(phrase)
        or phrase.count("您") > 1
        or _YOU_ODD.search(phrase)
    ):
        return False
    if _UNFIT.search(phrase.replace("您", "")) or is_vague(phrase):
        return False
    if _names_person(phrase):
        return False
    return question or QUESTION.search(phrase) is not None or _ACTION.search(phrase) is not None


def _names_person(phrase: str) -> bool:
    """Whether a word of it is the name of a person as far as the tagger knows; the mask finds only announced ones."""
    import rjieba  # half a second at first use; not at import of the agent

    if OFFICER.search(phrase):
        return True
    words = rjieba.tag(phrase)
    after = [*(word for word, _ in words[1:]), ""]
    return any(
        tag.startswith("nr") and _PERSON.fullmatch(word) and not _NAMES_PLACE.match(following)
        for (word, tag), following in zip(words, after, strict=True)
    )
