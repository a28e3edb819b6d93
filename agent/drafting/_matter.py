"""The matter of a complaint in one phrase that can be said back to its writer: 关于〈…〉的投诉.

Made of the citizen's own words, out of the title or a clause: request words, greetings and marks cut off, his 我
become 您. A clause that held personal data, talks to the reader or only begs is left out; when none is left, the
phrase is '' and the reply names no matter rather than a clumsy one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from agent.drafting._person import ADDRESSES, FIRST_PERSON, OFFICER, to_you
from agent.drafting._sound import is_sound, unset
from agent.drafting._weigh import Scale, is_place, pairs
from agent.intake import mask
from knowledge.vocabulary import Kind

_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+[？?]?")
_COMMA = re.compile(r"，|,(?!\d)")  # 1,200元 is one number
_CLAUSE = re.compile(r"(?:[^，,：:？?]|(?<=\d)[,:：](?=\d))+")
# Who noted down a call tells of its caller: 来电人说, 该市民反映.
_TELLER = re.compile(
    r"^(?:(?:(?:来电人|举报人|反映人|该?市民|住户|业主|居民|女士|男子|先生|他们?|她们?)(?:来电)?)?(?:反映|说是?|称|讲|想?问|看见|提议)"
    r"|近日来?|或者(?=[^，]{6}))(?![明法题])"
)
_APPLAUSE = re.compile(r"^为[^，]{1,12}(?:点赞|喝彩|叫好)[，,]")  # before what is wished
_JUNK = re.compile(r"^[^，。一二三四五六七八九十]{0,16}[_~<>^|\\/*#]+[（(]?(?=希望|建议|请求|投诉|反映|咨询|举报|求助)")
_DOOR = re.compile(
    r"\d{1,3}(?:栋|幢|号楼|座)\d{1,2}单元(?:\d{1,4}(?:室|房|号))?|\d{1,3}[-－—]\d{3,4}(?:室|号|房)?(?!\d)|\d{3,4}室"
)
_RUDE = re.compile(r"无良|黑心|奇葩|垃圾(?=公司|物业|开发商|学校|企业|商家)")
_WEARY = re.compile(  # what the writer feels, after what is wrong
    r"，[^，]{0,8}(?:苦不堪言|忍无可忍|怨声载道|叫苦连天|叫苦不迭|民怨沸腾|寝食难安|无法忍受|受不了|痛不欲生|何时是个?头|谁来管|没人管吗?)$|是普遍现象$|等$"
)
_IDLE = re.compile(
    r"(?<=[区县市局司府门会校院])能够?(?=[一-鿿]{3})|一下|这些|^[^，]{0,8}(?:政府|部门|领导)?(?:帮忙|帮助|帮)(?:我们?|您)(?=[^，]{4})"
)
_SHORTEST, _GOOD = 4, 6
_READ = 200  # characters of a title or clause, four times as many of a text; a phrase is far shorter
_TITLE_SHARE = 0.25  # of the title's bigrams that a clause must share to be better than no clause at all
_KEPT = 0.7  # of two clauses: where less is fit, one of them has its own points
_LEAST = 2.0  # points below which a clause without a title is rather left out; a general word stands in
_LEAST_SHORT, _SHORT_TEXT = -0.45, 70  # of a text so short that hardly anything else can be meant
WISHED = ("请求", "希望", "建议")  # before a matter that is itself a wish: 请求加装电梯
_MARKS = re.compile(r"^[\s，,、：:.．~～—–\-*#>·“”‘’\"'!！]+|[\s，,、：:~～—–\-。！!？?；;.…·“”‘’\"']+$")

_VERB = "(?:反映|反应|投诉|举报|咨询|求助|表扬|质疑|曝光|控诉|检举|请教|询问)"
_FRONT = re.compile(
    r"^(?:"
    r"(?:尊敬|敬爱)的[^，。：:]{1,12}[，：:]"
    r"|[^，。：:]{0,4}(?:领导|书记|市长|局长|客服|同志)们?(?:您?好|[，：:])"
    r"|(?:您|你)们?好(?=[，,：:\s]|我|$)"
    r"|(?:[一二三四五六七八九十]|\d{1,2})[、.．](?!\d)|[①-⑩]|[（(][一二三四五\d][）)]"
    r"|(?:第[一二三四]次|再次|再|继续|强烈|实名|匿名|紧急|迫切|特此?|现在?|今天|麻烦)(?=反映|反应|投诉|举报|咨询|求助|请|要求|呼吁|建议|希望|表扬|谴责)"
    rf"|(?:我|本人|我们|俺|市民|来电人|群众|居民|业主)?(?:现在?|特|今天)?(?:想要?|要|来|需要)?(?:来电|致电)?(?:向[^，。]{{1,8}}?)?{_VERB}(?:一下|的是|如下)?(?:和投诉)?"
    r"|一下(?=[^，]{3})|(?:我|我们|俺)?(?:想|要)?(?:请问|问)一?下?|想?了解一?下?"
    r"|关于|对于|针对|位于|坐落[于在]|有关(?!部门|单位)|给(?=[^，]{4,30}的(?:建议|意见)$)"
    r"|(?:今天|昨天|前天|昨晚|今晚|今早|刚才|刚刚)(?:凌晨|早上|早晨|上午|中午|下午|晚上|傍晚)?[，,]?"
    r"|(?:另外|此外|还有|因此|所以|对此|为此|故|后来|最近|目前|现在)(?=[，,])"
    r"|(?:但是?|而且|并且|可是|于是|因为|由于|就是|尤其是?)(?=[^，。])"
    r")[，,：:、\s]*"
)
_WISH = re.compile(
    r"^(?:我们?|俺|居民|村民|业主|家长|市民)?(?:再次|强烈|恳切|迫切|急切)?(?:希望|请求|恳请|恳求|呼吁|盼望?|要求|建议|期盼|期望|敬请|请(?![问假客示教])|望(?=[^江城京湖远龙月岳海山]))"
    r"(?:(?:各级|政府|有关|相关|主管|职能|部门|单位|领导|书记|市长|局长|市里?|区里?|县里?|上级)(?:们|能够?|可以|尽快|帮忙)?){0,4}(?:在?百忙之中|抽空|能够?(?!不|否)|可以|帮忙|帮助|(?:给|帮|为|替)(?:我们?|咱们?|市民)(?:解答|回复|答复|解决)?){0,3}[，,：:\s]*"
)
# 您家住棉纺路，楼下有煤气味: the place goes straight before what happened there.
_AT = re.compile(
    r"^您?(?:家?(?:就?住|位于|地址)?在?|家住)(?P<place>[^，您]{2,16}(?:区|街道|路|街|镇|乡|村|社区|大道|附近|家园|花园|苑|[路街]口))，(?=[^，])"
)
_HIS = re.compile(r"^您(?:这个?|那个?)")  # 您这个暖气 is the heating that the reply is about
_LED = re.compile(
    r"^(?:还|以后|这种情况|那么?(?=[^，]{4})|那(?=[^，]{4}))+"
)  # of a question that followed another clause
_WHY = re.compile(r"(?:咋|怎么|为啥|为什么)(?=[还不没](?!能))")  # a complaint's question is its trouble: 暖气咋还不热
_PRAISED = re.compile(
    r"主动|帮|热[情心]|拾|感谢|救|耐心|服务|负责|敬业|送回|归还|细心|周到|及时|高效|好[人事样]|表扬|点赞|暖"
)
_ASKING = re.compile(r"谁|何时|什么|哪|能否|能不能|怎|为什么|是否")
_SOLVE = re.compile(
    r"^(?:尽快|继续|帮助?|协调|妥善)*(?:(?:解决|处理|落实|重视|关注)[和与、]?){1,2}(?=[^，]*(?:问题|难题|情况)$)"
)
_BACK = re.compile(
    r"(?:[的之]?(?:疑问|意见|质疑|问题|看法|想法)(?:及|和|与|、)(?:建议|意见)|[的之]?(?:一?点|几点|一些|几个|相关)?(?:投诉|举报|(?<!法律)(?<!政策)(?<!心理)(?<!健康)咨询|求助|反映|质疑|请求|申诉|诉求|疑问|疑惑|建议(?:与|和)?意?见?|意见|看法|想法|报告|申请|来信|信|函)"
    r"(?:和|与)?(?:建议|意见|投诉)?(?:信|书)?|的[一二三四五六七八九十几]{1,2}条|(?:业主|居民|村民|市民)?反映(?:的)?(?:问题|情况)|怎么办|咋办|(?:尽快|及时|依法)(?:处理|解决|查处)|[，,]?(?:求助|求解决|请解决|谁来管|望处理|盼回复|急|为盼|谢谢|怎么回事))$"
)
_COMPOUND = re.compile(
    r"(?:投诉|举报|咨询|求助|建议|表扬|反映)(?:电话|热线|信|渠道|平台|奖|人|箱|窗口|无门|无果|了|过|多次|后|书|公司|机构|费|服务|中心|师)"
)
_DEMAND_LAST = re.compile(
    r"[，,]\s*(?:希望|请(?![假示客教])|恳请|望|要求|求(?:求|助)|愿|特此|非常感谢|谢谢|感谢|盼|急|赶[紧快]|麻烦|能否|能不能|何时能?解决|谁来管)[^，,]{0,18}$"
)
# Depends on what went before, talks to or of the reader, or is no matter at all.
_UNFIT = re.compile(
    rf"{ADDRESSES.pattern}|{FIRST_PERSON.pattern}|[【】《》\[\]<>{{}}#*\\=]|https?|//|_x000D_|[：:]|^(?:根据|按照|依据|随着|自从|自\d|\d{4}年|[一二三四五]是|近日|其(?!余)|他|她|它|这|那|此|并|也|还|就|都|却|又|则|而|从而|导致|以至|不然|否则"
    r"|如果|虽|即使|谢|感谢|求求|拜托|尽快|赶紧|打电话|联系|电话|谁|然后|结果|且(?!末)|可(?!以)|连|更|现[就将]|另外|会(?!展|议|计)|听说|难道|企图|只要|由|例如|比如|包括|而是|不仅|怕被|因|为了|当时|后来|给|被|让|使|以)|父母官|书记|市长|良心|天理|王法|奇葩|垃圾公司|无良|黑心|发帖|留言|(?<!^)(?<![民主人户])(?:希望|恳请|恳求|盼望)|特别是"
    r"|(?:[的地得和与及在是把被对后时]|(?<![行作认])为)$|[是对][吗吧]$|他妈|妈的|去死|求求|跪求|救命啊|^(?:您)?(?:是|叫|姓|名叫|系)|共产党|习近平|总书记"
)
_EMPTY = re.compile(r"相关|有关|问题|情况|事宜|事项|事情|方面|一些|几个|一个|咨询|反映|您")
_REPEATS = re.compile(r"(.{3,12})\1")


def restate(text: str, kind: Kind, title: str, limit: int, topic: Sequence[str] = ()) -> str:
    """Say what the matter is.

    Args:
        text: Summary or full text; it is masked again here, which changes a masked text by nothing.
        kind: A question is kept only for a 咨询.
        title: The writer's own title; goes first when it is fit, else its words help to choose among the clauses.
        limit: Most characters.
        topic: Words of the duty and the category chosen: a clause that shares them is about the matter.

    Returns:
        One or two clauses without end mark and quotation marks; '' when none is fit to be said back.
    """
    head = _phrase(mask(title[:_READ]).text, kind, limit)
    if len(head) >= _GOOD:
        return head
    masked = mask(text[: _READ * 4]).text
    scale, wanted = Scale(kind, topic), pairs(title)
    least = _LEAST_SHORT if len(masked) <= _SHORT_TEXT or kind == "表扬" else _LEAST
    best, most = head, _TITLE_SHARE * len(wanted) if head else least
    for sentence in _SENTENCE.finditer(masked):
        said = sentence[0]
        if kind != "咨询" and said.endswith(("？", "?")):  # the clause that asks is left out, and what led to it stays
            said = said[: max((comma.start() for comma in _COMMA.finditer(said)), default=0)]
        for clause, points in _weighed(said, sentence.start(), scale, limit):
            phrase = unset(_phrase(clause, kind, limit))
            score = len(wanted & pairs(phrase)) + points
            whole = len(phrase) >= max(_SHORTEST, _KEPT * len(clause) * ("，" in clause))
            if whole and score > most and is_sound(phrase, kind):
                best, most = phrase, score
    return best


def unwished(matter: str) -> str:
    """The matter as a thing to be led: 请求加装电梯 becomes 加装电梯."""
    return next((matter.removeprefix(wish) for wish in WISHED if matter.startswith(wish)), matter)


def cut(matter: str, limit: int) -> str:
    """Shorten at the last comma that fits; '' when no half of `limit` fits whole."""
    if len(matter) <= limit:
        return matter
    comma = max((match.start() for match in _COMMA.finditer(matter, 0, limit + 1)), default=-1)
    return matter[:comma] if comma >= limit // 2 else ""


def _weighed(sentence: str, start: int, scale: Scale, limit: int) -> list[tuple[str, float]]:
    """Single clauses and neighbours joined, 楼上漏水 alone and 楼上漏水，物业不管; each with its points."""
    single: list[tuple[str, float]] = []
    for match in _CLAUSE.finditer(sentence):
        said = _TELLER.sub("", match[0].strip())
        if said:
            single.append((said, scale.weigh(said, start + match.start())))
    both = [(f"{a}，{b}", scale.join(a, b, x, y)) for (a, x), (b, y) in pairwise(single)]
    three = [
        (f"{a}，{bc}", scale.join(a, bc, x, y))
        for (a, x), (bc, y) in zip(single, both[1:], strict=False)
        if is_place(a)
    ]
    return [(said, points) for said, points in (*single, *both, *three) if len(said) <= limit or "，" not in said]


def _phrase(text: str, kind: Kind, limit: int) -> str:
    """The text as it can stand in a reply, '' when it cannot."""
    phrase = _bare(text[:_READ], kind)
    if len(phrase) > limit:
        phrase = cut(phrase, limit)
    phrase = _HIS.sub("", _AT.sub(r"\g<place>", to_you(phrase)))
    phrase = (_LED if kind == "咨询" else _WHY).sub("", phrase)
    if kind == "表扬" and not _PRAISED.search(phrase):
        return ""
    inner = re.sub(r"^您|(?<=[一-鿿，])您", "", phrase)
    if len(_EMPTY.sub("", phrase)) < _SHORTEST or phrase.count("您") > 1 or not _balanced(phrase):
        return ""
    return "" if any(pattern.search(inner) for pattern in (_UNFIT, _REPEATS, OFFICER)) else phrase


def _balanced(phrase: str) -> bool:
    return all(phrase.count(left) == phrase.count(right) for left, right in ("（）", "()"))


def _bare(text: str, kind: Kind) -> str:
    """Without greetings, request words, kind words, end marks and inner quotation marks; a wish begins with 请求."""
    text = _APPLAUSE.sub("", re.sub(r"[“”‘’\"']", "", text))
    text = _RUDE.sub("", _DOOR.sub("", _JUNK.sub("", text)))
    before, wished = "", ""
    while before != text:
        before = text
        text = _DEMAND_LAST.sub("", _MARKS.sub("", text))
        if not _COMPOUND.match(text):
            text = _FRONT.sub("", text)
        shorter = _BACK.sub("", text)
        if shorter != text and len(shorter) >= _SHORTEST:
            text = re.sub(r"^对(?=[^，]{4,30}$)|(?<=[一-鿿])(?:表示|深感)$", "", shorter)
        wish = _WISH.match(text)
        if wish and len(text) - wish.end() >= _SHORTEST:
            text, wished = text[wish.end() :], wished or ("建议" if "建议" in wish[0] else "希望")
    text = _WEARY.sub("", text)
    if kind in ("咨询", "表扬") or not wished:
        return text
    bare = _SOLVE.sub("", text)
    if bare != text or _ASKING.match(text):
        return bare
    return f"{wished if kind == '建议' else WISHED[0]}{_IDLE.sub('', text)}"
