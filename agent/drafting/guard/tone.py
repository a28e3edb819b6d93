"""What a reply must not sound like: promises, blame, politics, a model talking, a hidden instruction obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.drafting.guard.case import LAW_WORDS, Case, covered, grams, sentences_of
from agent.drafting.guard.patterns import pattern
from agent.drafting.guard.quantities import to_number
from knowledge.numerals import NUMERAL

_RESULT = r"""
    解决|拿回|承担|完工|清理|亮起|处理好|处理完|整改|满意|称心|修[好复]|赔|退[款还费钱]|要回|追回|查处|
    办[结好成]|拆除|发放|到位|消除|降下来|恢复|换|停止|关[停闭]|搬|通过|批准|答应|安静|畅通|给您|有结果|
    有答复|来人
"""
PROMISE = pattern(
    rf"""
        (?:一定|必定|必将|准能|准保|必然|定[会能将]|定(?=给)|保证|确保|务必|肯定[会能]|绝对|负责(?=替|
        帮|给|为)|百分之百|100%|百分百|马上就?|立马|立刻就)(?![^，。；：]{{0,6}}(?:乘客|安全|
        畅通无阻))[^，。；：]{{0,14}}(?:{_RESULT})|彻底(?:解决|整治|消除|根治)|绝不(?:再|会|让|姑息)|
        不再(?:让|会)[^，。]{{0,8}}发生|杜绝|让您满意|令您(?:满意|称心)|一分(?:都|也)?不(?:会)?少|包在|
        全(?:部|额)(?:由我们|我们)?承担|我们(?:全部|全额|来)?承担|尽管放心|还您一个|让您(?:安心|称心|
        如愿)|(?:我们|我局|我办)(?:郑重)?承诺|我们?担保|打包票|说到做到|请您放一百个心|
        敬请放心.{{0,6}}(?:解决|退|赔)|(?:我们|我局|我办|承办单位|热线)?会(?:让|叫|
        使)[^，。；]{{1,18}}(?:降下来|消失|停下来|满意|解决|安静|搬走|关门)
    """
)
TERM = pattern(rf"((?:\d|{NUMERAL}|[几数半])+)(?:个)?(工作日|日|天|小时|分钟|周|星期|月|年)(?:之?内|以内|前|左右)")
_SOON = pattern(
    rf"""
        (?:今[天日晚]|明[天日早]|后天|本周|下周|这周|本月|下月|月底|年底|年前|春节前|节前|下班前|
        周[一二三四五六日末])[^，。；]{{0,6}}(?:之?内|以?前|就|即可|便|
        前后)?[^，。；]{{0,12}}(?:{_RESULT}|完成|答复|到场|上门)
    """
)
_FROM_DAY = pattern(r"自[^，。；]{1,24}起")
BLAME = pattern(
    r"""
        (?:是|系|由于|因为|怪|都怨|怨|归咎于|属于|多半是|还不是|只能说|只能怪)(?:因)?您(?:本人|自己|
        自身|家|方)?(?![的们]?(?:反映|来电|关心|提供|所(?:反映|述)|信任|理解|支持|提[出到]|
        诉求))[^，。；]{0,16}(?:造成|导致|引起|不当|疏忽|大意|过错|责任|问题|所致|贪|活该|不(?:小心|
        注意|配合|懂|遵守))|您(?:自己|自身|本人|家)?(?:当初|当时|早|本来|原本)?就?不(?:该|应该?)|
        您?(?:出了事才|现在才|这才)(?:想起|来找|来投诉|来反映)|(?:家长|业主|家属|子女|市民|消费者|
        您)(?:平时|平日|自己)?(?:不管教|管教不严|疏于|不上心|贪图|贪)|得理不饶人|谁(?:让|叫)您|忍一?忍|
        (?:只会|就会|光会)(?:抱怨|投诉|告状)|(?:为|因)(?:这|那)种小事|这(?:点|种|么点)小(?:问题|事)|
        (?:您|市民)?(?:反复|多次|频繁|屡次)(?:投诉|来电|反映)[^，。；]{0,8}(?:影响|干扰|扰乱|浪费|占用)|
        检讨自己|自我检讨|您(?:本人|自己|自身)?也?(?:负?有|存在)(?:一定|很大|主要|部分|
        不可推卸)?的?(?:责任|过错|过失|自身)|有您(?:自身|自己|本人)?的?(?:原因|责任|过错)|(?:怪|怨)您|
        (?:主要|都|全|只能)(?:怪|怨)|您(?:自己|自身|本人|家)?(?:应该|应当|早该|本该|本应|就该|也该|
        也应)(?:先)?(?:反省|反思|检讨|自责|体谅|懂得|知道|学会|注意自己|管好|看好|小心)|您(?:太|过于|
        未免|简直|真是|这是|纯属|一味|动不动|总是|老是|无端|恶意|无理|胡搅|小题大做|无事生非|斤斤计较|
        贪|咎由自取|自作自受|明知)|怨不得|怪不得(?:别人|他人|我们)|怪谁|自找的|咎由自取|自作自受|
        无理取闹|胡搅蛮缠|小题大做|没事找事|贪小便宜|吃了大亏|多上点心|不至于(?:闹|搞|弄)|何必|斤斤计较|
        活该|长点记性|吸取教训|(?:下次|以后|今后)请您(?:[^，。；]{0,8})(?:爱惜|自重|不要再(?:打|来|拨|
        投|反复)|想清楚|搞清楚|弄清楚|动动脑)|请(?:您|你)?(?:不要再|勿再|不要|别再|停止)(?:无理|反复|
        重复|恶意|多次|频繁|随意)?(?:拨打|来电|投诉|反映|占用|浪费|纠缠)|(?:浪费|占用|
        挤占)(?:了)?(?:公共|热线|行政)资源|您的(?:说法|要求|诉求|反映|投诉|想法|
        行为)(?:[^，。；]{0,6})(?:无理|过分|荒唐|可笑|不可理喻|站不住脚|毫无道理|不切实际|得寸进尺|
        纯属)|您(?:误解|曲解|歪曲|没有?(?:看清|弄清|搞清|尽到)|做子女|当家长|身为|作为(?:家长|业主|
        成年人|消费者|子女))
    """
)
POLITICS = pattern(
    r"""
        坚强领导|英明|伟大|习近平|总书记|党中央|中国特色|社会主义(?!核心)|资本主义|资本家|西方|帝国|
        霸权|境外势力|敌对|台湾|美国|国外|外国|日本鬼|资本(?:的|逐利|家|势力)?(?:贪婪|逐利|本性|嘴脸)|
        自豪|制度(?:的)?(?:无比)?优越|不忘初心|牢记使命|以人民为中心|执政|政绩|民族复兴|中国梦|选举|
        民主国家|独裁|斗争|阶级|革命|彰显|充分体现(?:了)?|赢得(?:了)?[^，。；]{0,10}(?:好评|赞誉|称赞|
        口碑|掌声)|一致好评|广泛赞誉|交口称赞|有口皆碑|全[国省市](?:领先|第一|一流|前列)|
        走在[^，。；]{0,8}(?:前列|前面)|名列前茅|世界(?:领先|一流)|创新典范|标杆|楷模城市|再创辉煌|
        丰硕成果|累累硕果|屡获|荣获|首屈一指|遥遥领先|工作(?:一直|始终|历来|向来)[^，。；]{0,8}(?:出色|
        一流|到位|优秀|领先|走在)|无微不至|功不可没|全国前列|位居[^，。；]{0,6}前列|(?:成绩|
        成效)(?:斐然|显著|卓著)|领导(?:亲自|高瞻|亲切)
    """
)
# Words of reproach and of writing tools that a reply to a citizen has no use for, unless the complaint uses them.
_REPROACH = pattern(
    r"""
        反悔|一再拖延|夸大其词|明显夸大|前后矛盾|抱怨|咎由|自找|心态|怪您|怨您|活该|鸡毛蒜皮|小题大做|早干什么|自身找|找找?原因|换位思考|自己的选择|
        糊涂|任性|固执|无知|不讲理|不可理喻|较真|挑剔|苛刻|纠缠|凭空|捏造|诬告|撒谎|编造|道听途说|想当然|急躁|贪心|贪图|
        自己不(?:注意|小心|看|问|管)|自己签的|没长|惹的|惹出|闹事|闹到|无事生非|别再来|不知足|得寸进尺|体谅一下我们
    """
)
_BOAST = pattern(
    r"""
        各级领导|亲切关怀|先进(?:单位|集体|典型)|作风优良|井然有序|生动写照|治理体系|现代化|幸福指数|第一方阵|砥砺|征程|新时代|
        典范|楷模|得益于|殷切|标兵|领跑|满意度(?:达|高|居)|好评率|硕果|蒸蒸日上|欣欣向荣|有目共睹|举世|伟业|丰碑|光荣传统|
        一贯(?:重视|坚持|秉承)|某些国家|思潮|意识形态
    """
)
_TOOL = pattern(
    r"""
        自动(?:撰写|生成|回复|拟写)|(?:已|给您|为您)?写好|写作|坐席|角色|输出|智能(?:客服|问答|程序|助手)|模板|写作要素|人工(?:核对|审核|校对)后?
        |请核对后使用|仅供参考|初稿|草稿|机器人|问答程序|生成时间|版本号|变量|字段|占位
    """
)
_SURE = pattern(
    r"""
        包您|好消息|一分不差|满意的?(?:交代|交待|结果|答复)|替您办成|一定(?:能|可以)|无论(?:多难|如何)[^，。；]{0,4}(?:都|也)|最短的?时间|
        (?:今|明)[天日晚][^，。；]{0,8}必须
    """
)
_MODEL = pattern(
    r"""
        作为(?:一[个名款位])?(?:AI|人工智能|语言模型|大模型|智能助手|助手|机器人)|(?:我是|
        我作为)[^，。；]{0,14}(?:模型|助手|AI|机器人)|语言模型|大模型|(?:以下|下面|上面|这)(?:是|
        为)?[^，。；]{0,16}(?:草稿|回复|答复|答案|文本|版本|范文|改写|
        润色)(?:[^，。；]{0,6})(?=[：，。]|$)|(?:回复|答复)?草稿(?:如下|已|：)|以上(?:是|为|
        内容)?[^，。；]{0,10}(?:草稿|生成|供参考|修改)|系统提示|提示词|提示语|系统消息|指令(?:要求|中)|
        (?:根据|按照|遵照|遵循|依照)(?:您|系统|上述|以上|给定|所给|提供)?(?:的)?(?:提示|指令|设定|模板|
        写作要求|字数要求|格式要求|计划要素|要素)|(?:你|您)是(?:一名|一位|
        12345)[^，。；]{0,12}(?:助手|客服|专家|写手|工作人员)|只能依据|不得编造|严禁编造|不要编造|
        字数(?:控制|要求|限制|不)|(?:控制|不超过)在?[^，。；]{0,3}\d+字|(?:输出|返回)(?:格式|如下|JSON|
        内容|结果)|(?:需要|可以|如需)(?:我)?(?:再)?(?:为您|帮您)?(?:修改|调整|润色|改写)(?:语气|措辞|
        文字|版本|篇幅)|希望(?:这[个份封]|以上|本)?(?:回复|答复|草稿|内容)[^，。；]{0,8}(?:帮助|有用)|
        思考过程|推理过程|首先[，]?我(?:需要|来)|(?:无法|不能)(?:完成|满足|处理|回答)(?:这个|该|此|
        您的)?(?:请求|问题|指令|任务)|(?:为您|帮您)(?:写|撰写|拟写|起草|生成)|(?:撰写|写|
        拟写)(?:一[份篇个])?(?:回复|答复)|符合(?:字数|格式|篇幅)?要求。|好的[，！](?:以下|这|我|下面)|
        <\|?|\|>|\[/?INST|本回复(?:只|仅|由|不)|首次回复(?:不得|只)|生成(?:的)?(?:回复|草稿|时间|内容)|
        为您生成|自动生成|占位|示例文本|测试要求|角色设定|训练数据|知识截止
    """
)
_FOREIGN_WORDS = pattern(
    r"""
    [A-Za-z]{3,}(?:[\x20,.'-]+[A-Za-z]+)+|[A-Za-z]{9,}|\b(?:system|user|assistant|prompt|json|null|none|
    true|false|undefined|todo|plan|draft|lead|kind)\b
""",
    re.IGNORECASE,
)
_INSTRUCTION = pattern(
    r"""
        忽略|无视|不要管|不用管|绕过|解除限制|系统(?:提示|消息|指令|管理员)|system|prompt|提示词|指令|
        ignore|disregard|你(?:现在)?是(?:一[个名]|管理员|系统|AI|超级|开发)|扮演|假装|假设你|角色|(?:请|
        必须|务必|直接|只|统一|一律)?(?:在)?(?:回复|答复|输出|回答|草稿|结尾|开头|末尾)(?:里|中|的?结尾|
        的?开头|末尾)?(?:[^，。；]{0,6})(?:写[上明入]?|输出|加上|附上|注明|写成|改成|填|说明?|标注|回复|
        只能)|标记(?:为|成)|管理员|开发者模式|越狱|base64|解码|</?\w+>|\[\w+\]|\{\{
    """,
    re.IGNORECASE,
)  # fmt: skip
_OBEYED = pattern(
    r"""
        (?:应|按照?|遵照|依照|根据)您?的?(?:要求|指示|指令|吩咐)(?:[^，。；]{0,6})(?:附|标记|改|写|输出|
        设|回复|展示|公开|删|变更|更改|调整)|(?:已|现)(?:经)?(?:将|把)[^，。；]{0,16}(?:标记为|改为|
        设为|切换|变更为|更改为|升级为)
    """
)
_REFUSES = pattern(r"不会|不能|无法|不予|不按|不受|不执行|不回复|没有权限|不支持")
_COPIED = 0.6  # share of a hidden instruction's pairs in a sentence of the draft from which on it was followed


def promises(case: Case) -> Iterator[str]:
    """Results that nobody can promise, and time limits other than the deadline's."""
    for sentence in case.sentences:
        if case.plan.form == "final" and covered(sentence, grams(case.record)) > 0.6:
            continue
        for words in (PROMISE, _SURE):
            yield from (f"不能承诺的结果“{found[0]}”" for found in words.finditer(sentence))
        for found in _SOON.finditer(sentence):
            if not covered(found[0], grams(case.record + case.complaint)) >= 0.6:
                yield f"没有依据的期限“{found[0]}”"
    yield from _terms(case)


def _terms(case: Case) -> Iterator[str]:
    deadline = case.plan.deadline
    workdays = deadline.workdays if deadline is not None else None
    articles = "\n".join(c.article_text for c in case.cited) + "\n".join(c.text for c in case.plan.citations)
    for sentence in case.sentences:
        for found in TERM.finditer(LAW_WORDS.sub("", sentence)):
            value = to_number(found[1])
            if LAW_WORDS.search(sentence) and _FROM_DAY.search(sentence):
                continue  # 自收到申请之日起七日内 is the law's term
            allowed = found[2] == "工作日" and value is not None and value == workdays
            if not (
                allowed or found[0] in case.record or _told(found[0], sentence, case) or _lawful(found[0], articles)
            ):
                yield f"与办理时限不符的期限“{found[0]}”"


def _told(term: str, sentence: str, case: Case) -> bool:
    """近一年内 and the like are the citizen's words when most of the sentence is."""
    return term in case.complaint and covered(sentence, grams(case.complaint)) > 0.4


def _lawful(term: str, articles: str) -> bool:
    """A statutory term: the article has it."""
    return re.sub(r"(?:之内|以内|前|左右)$", "内", term) in articles or term.removesuffix("内") in articles


def blame(case: Case) -> Iterator[str]:
    """Reproach of the citizen."""
    yield from (f"指责市民的话“{words}”" for words in _untold((BLAME, _REPROACH), case))


def politics(case: Case) -> Iterator[str]:
    """Politics and praise of oneself beyond the matter."""
    yield from (f"与事项无关的政治表述或自我夸耀“{words}”" for words in _untold((POLITICS, _BOAST), case))


def machine(case: Case) -> Iterator[str]:
    """Words of a prompt or of a model about itself, and other languages."""
    found = _untold((_MODEL, _FOREIGN_WORDS, _TOOL), case)
    yield from (f"提示词或机器用语“{words[:16]}”" for words in found)


def _untold(patterns: Sequence[re.Pattern[str]], case: Case) -> Iterator[str]:
    """Words of the draft that match and that neither complaint nor record nor a cited law uses."""
    own = LAW_WORDS.sub("", case.own)
    for words in patterns:
        for found in words.finditer(own):
            if found[0] not in case.known:
                yield found[0]


def obedience(case: Case) -> Iterator[str]:
    """Instructions hidden in the complaint, carried out or repeated."""
    if not _INSTRUCTION.search(case.complaint):
        return
    for found in _OBEYED.finditer(case.own):
        yield f"照办了诉求中夹带的指令“{found[0][:16]}”"
    for order in sentences_of(case.complaint):
        asked = _INSTRUCTION.search(order)
        if asked is None:
            continue
        wanted = grams(order[asked.start() :])
        for sentence in case.sentences:
            told = grams(sentence)
            if wanted and len(told) > 5 and len(told & wanted) / len(told) >= _COPIED and not _REFUSES.search(sentence):
                yield f"照抄了诉求中夹带的指令“{sentence[:16]}”"
