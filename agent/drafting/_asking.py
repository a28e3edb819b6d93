"""The words in which a complaint asks, and what is left of a request without them.

Patterns of request words, of the offices that are asked and of questions; finds no demand and names none.
"""

from __future__ import annotations

import re

_FRONT = (  # who asks and with what stress, at most four such words
    r"(?:我们?|俺们?|咱们?|本人|业主|居民|村民|市民|家长|员工|群众|老百姓|百姓|大家|全体[一-鿿]{2}|广大[一-鿿]{2}|只是?|还"
    r"|也|都|特此?|现在?|在此|这里|再次|强烈|诚恳|真诚|诚挚|衷心|恳切|真心|真|迫切|十分|非常|就|故|因此|所以|为此|对此|最后|另外|同时|此外|综上所述|综上|并且?|且|但是?|又|实在"
    r"|很|想要?|今天|郑重|一致|共同|而且|所|谨|[来]?反映|地|的){0,4}"
)
STRONG = (
    r"(?:希望(?![小工的和与之越渺破，])|恳请|肯请|请求(?![被未])|恳求|敬请|祈求|乞求|期望|期盼|盼望|呼吁|烦请|拜托"
    r"|建议(?![书被]|我们?|你(?!们)|，|[^，。]{0,6}(?:手术|治疗|住院|透析|服药))|强烈要求)"
)
_PLAIN = (
    r"(?:请(?![问假客示教帖柬愿战到来进了过勿]|耐心|看[看一下]?|听|大家|广大|网友|不要|原谅|谅解|相信|理解|参考|允许|见)"
    r"|要求(?!我|俺|本人|业主|家长|学生|员工|居民|村民|理由|每|交|缴|必须|[的是为])|望(?=[^着见了去眼到远风天龙江京城湖岳月山海星洲麓])"
    r"|盼(?=[领导政府望早尽能复回有相])|求(?=[领政书市相有尽早您你各大])|麻烦(?=[您你帮派管相有处尽看领政查给问催协核]))"
)
WISH = r"(?:能否|能不能|可否|可不可以|是否(?:可以|能够?|可))"
OPENS = re.compile(rf"{_FRONT}(?P<cue>{STRONG}|{_PLAIN}|{WISH})")
_ASKS_LEAVE = re.compile(WISH)  # 能否 and 是否可以 belong to the question
JOINS = re.compile(r"^(?:并(?!非|不|没|未|列|排)且?|同时|以及|另外|此外|再者|其次|最好|还(?=[请望要能]))")

QUESTION = re.compile(
    r"什么时候|何时|啥时候?|哪天|几时|多久|多长时间|什么时间|如何|怎样|怎么(?:办理?|申请|报|交|缴|查|处理|解决|收|算|补|领|转|才|样|弄|走|能)|咋[办弄]"
    r"|需要?(?:什么|哪些|准备什么|带)|有?哪些|哪里(?:可以|能|办)|[去在到][哪](?:里|个|办)?|找(?:谁|哪)|多少|是否|是不是|有没有|有无|能不能|可不可以|能否|可否"
    r"|有?什么(?:条件|手续|标准|材料|流程|政策|原因|部门|规定|待遇|影响|时候|办法|措施|进展)|[归由]谁|谁(?:来)?负责|(?:哪个|什么)(?:部门|单位)|属于哪|为什么|为何|算不算"
    r"|要不要|会不会|可[行以]吗|[吗么][？?]*$|(?<!了)呢[？?]*$|[？?]$"
)
_OFFICE = (
    r"(?:各位|尊敬的|敬爱的)?(?:(?:中央|省|市|区|县|镇|乡|街道|各级|上级|主管|职能|监管|执法|有关|相关|责任|管理|地方|当地|政府|党和|人民){0,4}"
    r"(?:委办?|市委|区委|县委|政府(?!投)|领导们?|书记|市长|局长|区长|县长|部门|单位|机关|职能|方面)(?:们|的|、|和|及|与)?){1,3}|贵(?:局|单位|部门|委|市|区|县)|[您你]们?"
)
_ADDRESSEE = re.compile(
    rf"^(?:(?:{_OFFICE}|在?百忙之中|抽空|出面|务必|一定|切实|真正|多多|能够|能(?!不|否)|可以|得以|得到(?=解决|处理|重视)"
    r"|(?:帮忙|帮助|帮|给予|给|替|为)(?=我|俺|咱|本人|村民|业主|居民)|(?:向|对)?(?:我们?|俺们?|咱们?|本人)家?(?=[^国省市县区])|一下|告知|告诉)[，,]?)+"
)


def core(words: str) -> str:
    """The demand without its request words and addressee."""
    before = ""
    while before != words:
        before = words
        opened = OPENS.match(words)
        if opened and not _ASKS_LEAVE.fullmatch(opened["cue"]) and opened.end() < len(words):
            words = words[opened.end() :]
        words = re.sub(r"^(?:请问|试问|想问|问一?下|咨询|请教)(?:一下)?[，,：:\s]*", "", words)
        words = JOINS.sub("", words)
        if opened and (addressee := _ADDRESSEE.match(words)) and addressee.end() < len(words):
            words = words[addressee.end() :]
        words = words.lstrip("，,、：: ")
    return words
