"""What a complaint asks for, and where it stands in the text.

A demand is worded: a request (希望…, 请…), a wish in form of a question (能不能…) or a question to be answered
(何时…, 怎么办理…). Rhetorical questions and demands told of the past ask for nothing; a complaint that only tells
gets no demand rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field, model_validator

from agent.drafting._person import ADDRESSES, FIRST_PERSON
from knowledge.vocabulary import Kind
from models.record import Record

MAX_DEMANDS = 8
_MAX_READ = 4000  # characters
_MAX_CHARS = 80  # of one demand; a longer one ends at its last comma
_SHORTEST = 4
_QUOTED = 5  # characters from which on a demand is quoted
_BRIEF = 22  # characters of a demand named in a reply
_BARELY = 5  # a core shorter than this is named with its request word: 要求退押金

_SENTENCE = re.compile(r"(?:(?!_x000D_)[^。！？!?；;\n\r])+[。！？!?；;]*")  # _x000D_: a line end that Excel wrote
_CLAUSE = re.compile(r"[^，,：:]+")
_ITEM = re.compile(r"^\s*(?:[（(]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[）)、.．](?!\d)|[①-⑩])\s*")
_ITEM_INSIDE = re.compile(
    r"(?:[（(](?:[一二三四五六七八九十]|\d)[）)]|(?<!\d)[1-9][、.．](?!\d)|[①-⑩]|(?<![一-鿿])[一二三四五六七八九][、.])"
)

_FRONT = (  # who asks and with what stress, at most four such words
    r"(?:我们?|俺们?|咱们?|本人|业主|居民|村民|市民|家长|员工|群众|老百姓|百姓|大家|全体[一-鿿]{2}|广大[一-鿿]{2}|只是?|还"
    r"|也|都|特此?|现在?|在此|这里|再次|强烈|诚恳|真诚|诚挚|衷心|恳切|真心|真|迫切|十分|非常|就|故|因此|所以|为此|对此|最后|另外|同时|此外|综上所述|综上|并且?|且|但是?|又|实在"
    r"|很|想要?|今天|郑重|一致|共同|而且|所|谨|[来]?反映|地|的){0,4}"
)
_STRONG = (
    r"(?:希望(?![小工的])|恳请|肯请|请求(?![被未])|恳求|敬请|祈求|乞求|期望|期盼|盼望|呼吁|烦请|拜托"
    r"|建议(?![书被]|我们?|，)|强烈要求)"
)
_PLAIN = (
    r"(?:请(?![问假客示教帖柬愿战到来进了过勿]|耐心|看[看一下]?|听|大家|广大|网友|不要|原谅|谅解|相信|理解|参考|允许|见)"
    r"|要求(?!我|俺|本人|业主|家长|学生|员工|居民|村民|理由|每|交|缴|必须|[的是为])|望(?=[^着见了去眼到远风天])"
    r"|盼(?=[领导政府望早尽能复回有相])|求(?=[领政书市相有尽早您你各大])|麻烦(?=[您你帮派管相有处尽看领政查给问催协核]))"
)
_WISH = r"(?:能否|能不能|可否|可不可以|是否(?:可以|能够?|可))"
_OPENS = re.compile(rf"{_FRONT}(?P<cue>{_STRONG}|{_PLAIN}|{_WISH})")
_INSIDE = re.compile(rf"^[^，。]{{1,14}}?(?P<cue>{_STRONG}|{_WISH})")
_TOLD = re.compile(  # of the past, of others, or of hope itself
    r"(?:多次|曾经?|之前|当时|当初|先后|一再|屡次|去年|前年|上次|昨天|后来|已经?|没有?|无|有|给|带着|抱|充满|毫无|失去|不|别|物业|公司|学校|老师|商家|他|她|对方"
    r"|开发商|店家|老板|客服|医院|银行|单位|村里|社区)[^，。]{0,8}$"
)
_AFTER_CUE = re.compile(r"[了过着破落]")
_JOINS = re.compile(r"^(?:并(?!非|不|没|未|列|排)且?|同时|以及|另外|此外|再者|其次|最好|还(?=[请望要能]))")

_LEADS_QUESTION = re.compile(
    r"请问|想问|问一?下|询问|咨询|请教|想?知道|想?了解(?=一?下|[^，。]{0,12}(?:什么|如何|怎|何|是否|哪))"
)
_QUESTION = re.compile(
    r"什么时候|何时|啥时候?|哪天|几时|多久|多长时间|什么时间|如何|怎样|怎么(?:办理?|申请|报|交|缴|查|处理|解决|收|算|补|领|转|才|样|弄|走|能)|咋[办弄]"
    r"|需要?(?:什么|哪些|准备什么|带)|有?哪些|哪里(?:可以|能|办)|[去在到][哪](?:里|个|办)?|找(?:谁|哪)|多少|是否|是不是|有没有|能不能|可不可以|能否|可否"
    r"|有?什么(?:条件|手续|标准|材料|流程|政策|原因|部门|规定|待遇|影响|时候|办法|措施|进展)|[归由]谁|谁(?:来)?负责|(?:哪个|什么)(?:部门|单位)|属于哪|为什么|为何|算不算"
    r"|要不要|会不会|可[行以]吗|[吗么呢][？?]*$|[？?]$"
)
_FACTUAL = re.compile(  # time, way and office: even an angry writer wants this answered
    r"什么时候|何时|啥时候|几时|什么时间|怎么(?:办理?[？?]*$|申请|补办|查询)|如何(?:办理|申请|查询|处理|解决)|需要?(?:什么|哪些)(?:手续|材料|条件)"
    r"|(?:哪个|什么)(?:部门|单位)|[归由]谁|谁(?:来)?负责"
)
_RHETORICAL = re.compile(  # asked of the air, not of an office
    r"难道|何来|何在|凭什么|岂|天理|良心|王法|哪去了|哪里去了|去哪了|情何以堪|谁来管|谁管|何必|何苦|怎么能|怎能|怎么会|怎么敢|叫我们|[让叫]人怎|又如何"
    r"|有没有(?:人[管性]|法|天|良)|没人管|是不是太|什么(?:道理|意思|逻辑|世道|东西)|合理吗|合法吗|合适吗|应该吗|对吗|公平|好吗|行吗|像话|于心何忍|意义"
    r"|怎么[活过住]|怎么生活|才是个?头|何时[休了]|不觉得|知道吗|这么难|这样难|居然|竟然|谁给|为人民的?名义|人民的名义|后患|良心|那么大|这么大胆|[谁何]权|吃干饭|不是吗|是吗|为人民服务"
)
_LIST_HEAD = re.compile(r"(?:诉求|要求|请求|建议|希望|咨询|想问|请问)[^。？?]{0,12}(?:[：:]|如下)[：:。]?\s*$")
_TAIL = re.compile(
    r"(?:[，,\s]*(?:谢谢|感谢|多谢|非常感谢|万分感谢|不胜感[激谢]|不胜|为盼|为谢|此致|敬礼|特此|拜谢|跪谢|辛苦了?|急盼)[^。！？!?；;，,]{0,10}"
    r"|[\s，,、：:~～—….·。！!？?；;]+|_x000D_)+$"
)

_OFFICE = (
    r"(?:各位|尊敬的|敬爱的)?(?:(?:中央|省|市|区|县|镇|乡|街道|各级|上级|主管|职能|监管|执法|有关|相关|责任|管理|地方|当地|政府|党和|人民){0,4}"
    r"(?:委办?|市委|区委|县委|政府(?!投)|领导们?|书记|市长|局长|区长|县长|部门|单位|机关|职能|方面)(?:们|的|、|和|及|与)?){1,3}|贵(?:局|单位|部门|委|市|区|县)|[您你]们?"
)
_ADDRESSEE = re.compile(
    rf"^(?:(?:{_OFFICE}|在?百忙之中|抽空|出面|务必|一定|切实|真正|多多|能够|能(?!不|否)|可以|得以|得到(?=解决|处理|重视)"
    r"|(?:帮忙|帮助|帮|给予|给|替|为)(?=我|俺|咱|本人|村民|业主|居民)|(?:向|对)?(?:我们?|俺们?|咱们?|本人)家?(?=[^国省市县区])|一下|告知|告诉)[，,]?)+"
)
# What an office can do; a request named in a reply has to ask for one of these.
_ACTION = re.compile(
    r"增|加(?!害|班)|设|装|修|建(?!议)|换|清(?!静|楚|白|洁工|晰)|拆(?!迁)|取缔|查处|查清|整治|整改|治理|疏通|退(?!休|伍|役)|返还|归还|支付|发放|补|赔|公示|公开|公布|调整|延长|恢复|开通|开放|停止|禁止|规范|督促|责令"
    r"|协调|解除|办[理下到]|落实|降低|取消|改[为成建造]|搬|移|种[植树]|绿化|硬化|安排|完善|优化|保护|救助|出台|启动|开工|加强|加大|关停|关闭|限制|规划|划[定分设]|拓宽|打通|供应|接通|纳入"
    r"|认定|检测|鉴定|配备|引进|还(?=.{0,6}[钱款环境公道清])|追究|撤|叫停|制止|交付|签订|颁发|审批|批准|提供|提高|改善|减|免|延期|缩短|兑现|处罚|没收|抢修|更|通[车水电气]|巡查|消除"
)
# Said back it would be clumsy: half a sentence, a person, a slogan, or marks that break the quotation.
_UNFIT = re.compile(
    rf"^(?:为|以|让|使|其|并|也|而|们|的|有|得|和|如果|由于|因|既然|避免|却|是|又|那么?|还是|等|不然|否则|则|才|就|各|大大|想|但|不知|对此|所有招)|{FIRST_PERSON.pattern}|{ADDRESSES.pattern}"
    r"|[【】“”‘’\"《》（）()\*…—\[\]<>#]|之所|父母官|书记|百姓|人民|正义|公道|祈福|[他她]|这样|这种|[的和与及、，是在对把]$|契机|履行|职责|尽责|_x000D_|^(?:或|各有关|各级|社会|广大|大人|凡|到底|究竟|比如|并|这|那)|奇葩|方针|政策落实|我市|我县|我区|我镇|我村|高抬贵手|什么[鬼玩]"
)
# Torn off what went before or of no sense of its own: never quoted.
_TORN = re.compile(
    r"(?<!是)不是.{0,16}[么吗嘛]|(?<!是)不是[^，]{1,12}管|^(?:该|又|要|到底|究竟)?(?:怎么|如何|咋|怎样)(?:办|处理|解决|弄|样)?$"
    r"|(?<![什怎这那多])么$|怎么办$|^[^，]{1,4}，|^[^，]{0,5}(?:吗|多少|了|手续|部门)[？?]?$|按理说|害群之马|吸毒|其行为|管一管|知悉|基础于"
    r"|^(?:领导|即(?!时)|作为|实施|考虑一下|再问|上门|过问|先不要)|^(?:拆除|移走|查处)[或、和](?:拆除|移走|查处)$|^(?:是|没|不能|不要|重视|关注|应该|什么|为什么|为何)[^，]{0,4}$"
)
_LEADING = re.compile(r"^(?:(?:还有|就是|那么|那|然后|另外|以及|而且|但是|并且|同时|再就是|所以)[，,]?|重视[，,])+")
_TRAILING = re.compile(r"[啊吧呀哦哈嘛呢啦哟]+$")
_VAGUE = re.compile(
    r"尽快|尽早|早日|及时|重视|关注|关心|处理|解决|答复|回复|回应|答案|说法|交代|交待|帮助|帮忙|问题|情况|这个|这件|这些|此|事情?|给予?|一个|个|一下|予以|做主|作主|为民|为盼"
    r"|老百姓|百姓|群众|能够?|得到|妥善|彻底|合理|满意|明确|的|为|我们?|民|主持|公道|公正|正义|查|核实|调查|看看|管管|管一?管|管|落实|办理|引起|高度|有|人|来|派|过问|了解|协调|督促|把|将"
    r"|请|望|盼|并|和|以|进行|依法|严肃|认真|真正|到位|结果|反馈|告知|书面|实际|困难|诉求|公布|严查|严惩|严处|注意|监督|监管|想办法|详细|答复|准确|解说|给予|给与|支持|照顾|明察|提高工作效率|近快|谅解|明示|督查|酌情|考虑|过问|呼声|说明|解释|请示|[，,、\s]"
)


_COVERING = re.compile(
    r"(?:诉求|要求|请求|问题|建议|想法|”)[^。；]{0,24}(?:一并|逐项|分别)[^。；]{0,8}(?:答复|提出|办理|说明)|继续跟进并逐项答复|一并答复如上|所提诉求的答复"
    r"|(?:诉求|请求|要求|问题|建议)，[^，。]{0,40}(?:核实|核查|研究|了解情况)后(?:依法)?答复。"
    r"|(?:此问题|您问的事项|您的建议)[^。]{0,60}(?:解答|答复|研究)"
)


class Demand(Record):
    """One thing asked for; `masked_text[start:end] == text`."""

    text: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)

    @model_validator(mode="after")
    def _spans_its_text(self) -> Demand:
        if self.end - self.start != len(self.text):
            raise ValueError("end - start must be the length of text")
        return self


def find_demands(masked_text: str, kind: Kind) -> tuple[Demand, ...]:
    """Find what is asked for.

    Args:
        masked_text: The complaint without personal data; its first 4,000 characters are read.
        kind: A question mark in a 咨询 asks; in a complaint it mostly reproaches, and only 请问 or a question of time
            or way counts.

    Returns:
        At most `MAX_DEMANDS` demands in the order of the text, none overlapping another; () when nothing is asked
        for in words.
    """
    found: list[Demand] = []
    listed = False
    for sentence in _SENTENCE.finditer(masked_text[:_MAX_READ]):
        item = _ITEM.match(sentence[0])
        if listed and item:
            spans = [(sentence.start() + item.end(), sentence.end())]
        else:
            listed = bool(_LIST_HEAD.search(sentence[0]))
            spans = [] if listed else list(_in_sentence(sentence[0], sentence.start(), kind))
        found += [demand for start, end in spans if (demand := _demand(masked_text, start, end)) is not None]
    return tuple({_core(demand.text): demand for demand in reversed(found)}.values())[::-1][:MAX_DEMANDS]


def brief(demand: Demand) -> str:
    """The demand's own words in at most 22 characters, fit to stand in quotation marks.

    Returns:
        A substring of the demand without request words, persons and marks; '' when none is left that names something
        (a bare 请尽快处理 does not) or that can be said back to the writer.
    """
    core = _core(demand.text)
    whole = demand.text if len(core) < _BARELY and _OPENS.match(demand.text) else core
    for part in (re.split(r"[，,：:]", whole, maxsplit=1)[0], whole):
        words = re.sub(r"(?:一事|为感|为盼)$", "", part.strip("“”‘’\"' "))
        torn = _TORN.search(words) is not None
        words = _TRAILING.sub("", _LEADING.sub("", words))
        if torn or _TORN.search(words):
            continue
        if _QUOTED <= len(words) <= _BRIEF and not _UNFIT.search(words) and _names(words, demand):
            return words
    return ""


def _names(words: str, demand: Demand) -> bool:
    """Whether the words name a question or something that can be done."""
    if _QUESTION.search(demand.text) or _QUESTION.search(f"{words}？"[:-1]):
        return not is_vague(words)
    return _ACTION.search(words) is not None


def is_vague(words: str) -> bool:
    """Whether the words ask for attention and an answer only: 请领导尽快处理, 给个说法."""
    return len(_VAGUE.sub("", _core(words))) < 2


def covers(reply: str, demand: Demand) -> bool:
    """Whether a reply answers a demand: by its own words, or in a sentence about all that was asked for."""
    words = brief(demand)
    return bool(words and words in reply) or _COVERING.search(reply) is not None


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    asks: int  # where in the text the request begins; -1 when the clause makes none
    question: bool


def _in_sentence(sentence: str, offset: int, kind: Kind) -> Iterator[tuple[int, int]]:
    """Spans of the demands of one sentence."""
    rhetorical = _RHETORICAL.search(sentence) is not None
    open_at = -1
    for clause in _clauses(sentence, offset, kind):
        starts = clause.asks if clause.asks >= 0 else (clause.start if clause.question and not rhetorical else -1)
        joined = open_at >= 0 and _JOINS.match(sentence[clause.start - offset :])
        if open_at >= 0 and (starts >= 0 or joined):
            yield open_at, clause.start
            open_at = clause.start if starts < 0 else starts
        elif open_at < 0:
            open_at = starts
    if open_at >= 0:
        yield open_at, offset + len(sentence)


def _clauses(sentence: str, offset: int, kind: Kind) -> Iterator[_Clause]:
    asked = sentence.rstrip().endswith(("？", "?"))
    led = False
    for match in _CLAUSE.finditer(sentence):
        words = match[0]
        start = offset + match.start() + len(words) - len(words.lstrip())
        item = _ITEM.match(words)
        if item:
            start = offset + match.start() + item.end()
        led = led or _LEADS_QUESTION.search(words) is not None
        if led or (asked and kind == "咨询"):
            question = _QUESTION.search(words) is not None
        else:
            question = asked and _FACTUAL.search(words) is not None
        yield _Clause(start, offset + match.end(), _request(words.lstrip(), start), question)


def _request(words: str, start: int) -> int:
    """Where the request of a clause begins in the text, -1 when it makes none."""
    found = _OPENS.match(words) or _INSIDE.match(words)
    if found is None or _TOLD.search(words[: found.start("cue")]) or _AFTER_CUE.match(words, found.end("cue")):
        return -1
    return -1 if _RHETORICAL.search(words) else start + found.start("cue")


def _demand(whole: str, start: int, end: int) -> Demand | None:
    words = whole[start:end]
    inner = _ITEM_INSIDE.search(words, 2)
    if inner:
        words = words[: inner.start()]
    if len(words) > _MAX_CHARS:
        comma = max(words.rfind("，", 0, _MAX_CHARS), words.rfind(",", 0, _MAX_CHARS))
        words = words[: comma if comma > 0 else _MAX_CHARS]
    words = _TAIL.sub("", words)
    front = len(words) - len(words.lstrip())
    words = words.lstrip()
    if len(words) < _SHORTEST - 1 or not _core(words) or words[0] in "】）)":
        return None
    return Demand(text=words, start=start + front, end=start + front + len(words))


def _core(words: str) -> str:
    """The demand without its request words and addressee."""
    before = ""
    while before != words:
        before = words
        opened = _OPENS.match(words)
        if opened and opened["cue"] not in ("能否", "能不能", "可否", "可不可以") and opened.end() < len(words):
            words = words[opened.end() :]
        words = re.sub(r"^(?:请问|试问|想问|问一?下|咨询|请教)(?:一下)?[，,：:\s]*", "", words)
        words = _JOINS.sub("", words)
        if opened and (addressee := _ADDRESSEE.match(words)) and addressee.end() < len(words):
            words = words[addressee.end() :]
        words = words.lstrip("，,、：: ")
    return words
