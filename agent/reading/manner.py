"""What in the wording itself, whatever the matter, keeps a text from going out unseen.

Threats, filth, a language the agent was not taught, orders to the machine. Says nothing of danger to life
(`agent.urgency`) and refuses nothing: every note is a reason for a person to look.
"""

from __future__ import annotations

import re

_HANZI = re.compile(r"[\u3400-\u9fff]")
_FOREIGN = re.compile(r"[^\W\d_\u3400-\u9fff]{2,40}")
_LINK = re.compile(r"https?://\S{1,200}|\S{1,60}@\S{1,60}")
_THREAT = re.compile(
    r"同归于尽|鱼死网破|(?:我|俺|咱|老子|就)[^，。！？]{0,10}(?:砍(?:死|了)?|捅(?:死|了)?|弄死|打死|杀(?:了|掉)?|炸(?:死|了)|烧死)(?:人|[你他她]们?|物业|全家)(?!们)"
    r"|(?:砍|捅|弄|打|杀)(?:死|了)(?:你|他|她|你们|他们)(?:全家)?|(?:要|让)(?:你|他)们?(?:的)?(?:狗?命|好看|见血)|别怪(?:我|俺)(?:动手|不客气|心狠|手黑)"
    r"|(?:粪|屎|尿|大便|油漆|汽油)[^，。！？]{0,6}(?:泼|倒|浇|糊|抹|扔)[^，。！？]{0,4}(?:你|他们|政府|单位|大门|门口|办公室)"
    r"|(?:泼|倒|浇|糊|抹|扔)[^，。！？]{0,3}(?:粪|屎|尿|大便|油漆|汽油)[^，。！？]{0,4}(?:你|他们|政府|单位|办公室)"
    r"|(?:我|俺|咱|老子|就)[^，。！？]{0,8}(?:炸了?|砸了?|烧了?|点了?)(?:你|他)们?(?:的)?(?:单位|办公室|大门|门|楼|公司)"
)
_FILTH = re.compile(r"[操草肏日]你(?:妈|娘|祖宗|大爷)|[傻煞]逼|狗日的|狗娘养|王八蛋|他妈[的逼]|妈[了]?个?逼|杂种")


def find_manner(text: str, *, ordered: bool = False) -> tuple[str, ...]:
    """Read the wording.

    Args:
        text: Title and text in simplified characters, orders to the machine blanked.
        ordered: Such orders were found.

    Returns:
        Notes for the operator, the gravest first.
    """
    said = (
        (_THREAT.search(text) is not None, "含威胁言语"),
        (_FILTH.search(text) is not None, "含辱骂言语"),
        (ordered, "含有针对系统的指令，已不予理会"),
        (_is_foreign(text), "内容主要不是中文，暂不支持该语言，请人工判断"),
    )
    return tuple(note for holds, note in said if holds)


def _is_foreign(text: str) -> bool:
    """Whether words of other scripts outnumber the Chinese characters, links and mail addresses aside."""
    words = sum(1 for _ in _FOREIGN.finditer(_LINK.sub(" ", text)))
    return words > sum(1 for _ in _HANZI.finditer(text))
