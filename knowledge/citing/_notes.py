"""What the check says to people: one short Chinese sentence a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from knowledge.citing._provisions import LONGEST_RANGE
from knowledge.numerals import article_label, to_chinese
from knowledge.regulations import PREFIX
from knowledge.validity import InForce
from knowledge.vocabulary import Law

OUTSIDE = "库内没有收录这部法规，未核对"
VAGUE = "没有说明是哪一部法规，无法核对"
NO_ARTICLES = "库内只有标题，没有分条的条文，未核对"
LOST = "数据源缺少这一条的条文，未核对"
CUT = f"范围过长，只逐条列出{LONGEST_RANGE}条"


def no_law(title: str) -> str:
    """A title that is in no body of law."""
    return f"国家法律中没有《{title}》"


def not_held_yet_alive(end: dt.date) -> str:
    """A law whose text is not held and which was repealed later than the day."""
    return f"库内没有收录其条文，未核对；{_date(end)}起已废止"


def replaced(end: dt.date, title: str) -> str:
    """A law that another one took the place of."""
    return f"{_date(end)}起由{_short(title)}取代"


def standing(law: Law, status: InForce, day: dt.date) -> str:
    """Why a version does not govern on the day, or why its words may have been others then; '' when all is well."""
    if status is InForce.FUTURE:
        return f"库内的版本{_date(law.valid_from)}起才施行"
    if status is InForce.SUPERSEDED:
        return f"这一版本{_date(law.valid_to)}起已由修订后的新版本取代"
    if status is InForce.REPEALED:
        if law.replaced_by:
            return replaced(law.valid_to or day, law.replaced_by)
        return "库内标注已废止，但未见废止依据，请人工核对"
    if law.text_from is not None and law.text_from > day:
        return f"库内是{_date(law.text_from)}起的文本，当时的条文可能不同，请人工核对"
    return ""


def version_unknown(year: int) -> str:
    """A version about which nothing held says anything."""
    return f"库内没有{year}年的版本，未核对"


def version_old(year: int, current: Law) -> str:
    """A version older than that of the day."""
    return f"{year}年的版本已被取代，库内没有其条文；现为{_year(current)}年的版本"


def no_article(law: Law, number: str, last: str) -> str:
    """A number that the law does not have."""
    beyond = int(number.partition("-")[0]) > int(last.partition("-")[0])
    return f"{_short(law.title)}没有{_label(number)}" + (f"，最后一条是{_label(last)}" if beyond else "")


def no_paragraph(number: str, paragraph: int, count: int) -> str:
    """A 款 that the article does not have."""
    return f"{_label(number)}没有第{_numeral(paragraph)}款，共{_numeral(count)}款"


def no_item(number: str, paragraph: int | None, item: int) -> str:
    """A 项 that the article or its paragraph does not have."""
    within = f"第{_numeral(paragraph)}款" if paragraph is not None else ""
    return f"{_label(number)}{within}没有第{_numeral(item)}项"


def mismatch(numbers: Sequence[str], doubt: str) -> str:
    """Quoted words that do not stand where they should."""
    label = _label(numbers[0]) if len(numbers) == 1 else f"所引{_numeral(len(numbers))}条"
    return "；".join(filter(None, (f"引号内的文字与{label}条文不符", doubt)))


def _date(date: dt.date | None) -> str:
    return f"{date.year}年{date.month}月{date.day}日" if date else "某日"


def _year(law: Law) -> int:
    date = law.version or law.valid_from
    return date.year if date else 0


def _short(title: str) -> str:
    return f"《{title.removeprefix(PREFIX)}》"


def _label(number: str) -> str:
    main = number.partition("-")[0]
    return article_label(number) if int(main) < 10_000 else f"第{number}条"


def _numeral(number: int) -> str:
    return to_chinese(number) if number < 10_000 else str(number)
