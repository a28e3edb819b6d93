"""Citations in free text: which are found, where, and what the check of each says on the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from knowledge.citing import CitationChecker, check_text
from knowledge.regulations import PREFIX, Regulations
from knowledge.vocabulary import CitationState

GOOD, GONE, NONE = CitationState.VERIFIED, CitationState.REPEALED, CitationState.NOT_FOUND
SOON, OUT = CitationState.NOT_YET_IN_FORCE, CitationState.OUT_OF_CORPUS
PART, WRONG = CitationState.PARTIAL, CitationState.CONTENT_MISMATCH
DAY = "2026-06-01"
MDF, LDHT, XF = "民法典", "劳动合同法", "消费者权益保护法"


@dataclass(frozen=True)
class Want:
    """One citation expected; the law without 中华人民共和国."""

    law: str
    article: str
    state: CitationState
    text: str = ""  # '' where the place is not asked for
    paragraph: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Case:
    """A text, the day of the matter, and all citations expected of it."""

    id: str
    text: str
    want: list[Want] = field(default_factory=list)
    day: str = DAY


def good(law: str, *articles: str) -> list[Want]:
    return [Want(law, article, GOOD) for article in articles]


TITLES = [
    Case("full", "根据《中华人民共和国民法典》第278条", [Want(MDF, "278", GOOD, "《中华人民共和国民法典》第278条")]),
    Case("short", "见《民法典》第二百七十八条。", [Want(MDF, "278", GOOD, "《民法典》第二百七十八条")]),
    Case("blanks-inside", "《 民法典\u3000》 第 278 条", [Want(MDF, "278", GOOD, "《 民法典\u3000》 第 278 条")]),
    Case("line-break-inside", "《中华人民共和国\n民法典》第278条", good(MDF, "278")),
    Case("bare", "按照民法典第1254条处理", [Want(MDF, "1254", GOOD, "民法典第1254条")]),
    Case("bare-full", "中华人民共和国民法典第1254条", [Want(MDF, "1254", GOOD, "中华人民共和国民法典第1254条")]),
    Case("bare-short-law", "根据劳动合同法第八十二条", [Want(LDHT, "82", GOOD, "劳动合同法第八十二条")]),
    Case("bare-longest", "违反劳动合同法第八十二条、劳动法第三十六条", [*good(LDHT, "82"), *good("劳动法", "36")]),
    Case("article-inside", "《民法典第1254条》", [Want(MDF, "1254", GOOD, "民法典第1254条")]),
    Case("quotes-for-brackets", "按“民法典”第278条办理", [Want(MDF, "278", GOOD, "“民法典”第278条")]),
    Case("angle", "<民法典>第278条", [Want(MDF, "278", GOOD, "<民法典>第278条")]),
    Case("angle-double", "<<民法典>>第278条", good(MDF, "278")),
    Case("traditional", "﹁民法典﹂第278條", good(MDF, "278")),
    Case("title-alone", "《民法典》施行后", [Want(MDF, "", GOOD, "《民法典》")]),
    Case("bare-title-alone", "民法典施行后物业费怎么收"),
    Case("two-alone", "依据《行政复议法》《行政诉讼法》", good("行政复议法", "") + good("行政诉讼法", "")),
    Case("unclosed-before", "《关于停水的 见《民法典》第278条", [Want(MDF, "278", GOOD, "《民法典》第278条")]),
    Case("chapter-between", "《民法典》物权编第六章第二百七十八条", good(MDF, "278")),
    Case("chapter-named", "《劳动法》第四章工作时间和休息休假第三十六条", good("劳动法", "36")),
    Case("book-bare", "民法典合同编第577条", good(MDF, "577")),
    Case("of", "《民法典》的第278条、民法典中第1254条", good(MDF, "278", "1254")),
    Case("in-brackets", "《民法典》（第278条）", good(MDF, "278")),
    Case("nickname", "消法第五十五条", [Want(XF, "55", GOOD, "消法第五十五条")]),
    Case("foreign", "日本民法典第三条"),
    Case("tail-of-a-name", "技术合同法第三条"),
]
ALIASES = [
    Case(
        "short-name-bracketed",
        "《中华人民共和国消费者权益保护法》（以下简称《护权法》）第五十五条。《护权法》第二十四条",
        good(XF, "55", "24"),
    ),
    Case(
        "short-name-bare",
        "《中华人民共和国消费者权益保护法》（以下简称护权法）规定。按照护权法第二十四条",
        [Want(XF, "", GOOD, "《中华人民共和国消费者权益保护法》"), Want(XF, "24", GOOD, "护权法第二十四条")],
    ),
    Case("short-name-no-bracket", "《劳动合同法》以下简称《合法》，《合法》第82条", good(LDHT, "", "82")),
    Case("short-name-of-bare-law", "消费者权益保护法（以下简称“护权法”）第55条，护权法第24条", good(XF, "55", "24")),
    Case(
        "regulation-by-kind",
        "《郑州市养猫条例》（以下简称《条例》）第五条，《条例》第六条",
        [Want("郑州市养猫条例", "5", OUT), Want("郑州市养猫条例", "6", OUT, "《条例》第六条")],
    ),
    Case("contract-short-name", "《购房合同》（以下简称合同）第五条，合同第六条"),
    Case("this-law", "《民法典》有规定。该法第278条、本法第279条", good(MDF, "", "278", "279")),
    Case("that-law-place", "《民法典》有规定。该法第278条", [*good(MDF, ""), Want(MDF, "278", GOOD, "该法第278条")]),
    Case("same-law", "《劳动法》第36条，同法第三十七条", good("劳动法", "36", "37")),
    Case("this-law-in-next-paragraph", "《劳动法》第36条。\n该法第三十七条", good("劳动法", "36")),
    Case("this-law-not-the-regulation", "《民法典》和《养猫条例》，该法第278条", [
        *good(MDF, ""), Want("养猫条例", "", OUT), *good(MDF, "278"),
    ]),
    Case("no-law-to-mean", "该法第278条"),
    Case("basic-law-is-no-pronoun", "基本法第三条"),
]  # fmt: skip
NUMBERS = [
    Case("full-width", "《民法典》第２７８条", good(MDF, "278")),
    Case("chinese-digits", "《民法典》第一二五四条", good(MDF, "1254")),
    Case("inserted", "《刑法》第一百三十三条之一", [Want("刑法", "133-1", GOOD, "《刑法》第一百三十三条之一")]),
    Case("inserted-hyphen", "《刑法》第133-1条", good("刑法", "133-1")),
    Case("no-sign", "《民法典》278条、民法典1254条", good(MDF, "278", "1254")),
    Case(
        "range",
        "《民法典》第278条至第280条",
        [
            Want(MDF, "278", GOOD, "《民法典》第278条"),
            Want(MDF, "279", GOOD, "《民法典》第278条至第280条"),
            Want(MDF, "280", GOOD, "第280条"),
        ],
    ),
    Case("range-dash", "《民法典》第二百七十八条—第二百八十条", good(MDF, "278", "279", "280")),
    Case("range-hyphen", "《民法典》第278-280条", good(MDF, "278", "279", "280")),
    Case("range-short", "《民法典》第278至280条", good(MDF, "278", "279", "280")),
    Case("range-of-insertions", "《刑法》第一百二十条之一至第一百二十条之三", good("刑法", "120-1", "120-2", "120-3")),
    Case("range-backwards", "《民法典》第280条至第278条", good(MDF, "280", "278")),
    Case("list", "《民法典》第八十五条、第八十六条和第八十七条", good(MDF, "85", "86", "87")),
    Case("list-short", "《民法典》第八十五、八十六条", [
        Want(MDF, "85", GOOD, "《民法典》第八十五"), Want(MDF, "86", GOOD, "八十六条"),
    ]),
    Case("list-no-sign", "《民法典》第八十五条、八十六条", good(MDF, "85", "86")),
    Case("after-comma", "根据《民法典》第278条的规定，第279条也适用", [
        Want(MDF, "278", GOOD), Want(MDF, "279", GOOD, "第279条"),
    ]),
    Case("next-sentence", "《民法典》第278条规定了表决。第279条规定了住改商", good(MDF, "278", "279")),
    Case("several-laws", "《民法典》第278条、《劳动法》第三十六条，第三十七条", [
        *good(MDF, "278"), *good("劳动法", "36", "37"),
    ]),
]  # fmt: skip
PARTS = [
    Case("paragraph", "《民法典》第278条第二款", [Want(MDF, "278", GOOD, "《民法典》第278条第二款", 2)]),
    Case("item", "《民法典》第278条第（五）项", [Want(MDF, "278", GOOD, "", None, 5)]),
    Case("item-no-sign", "《民法典》第278条第一款（五）项", [Want(MDF, "278", GOOD, "", 1, 5)]),
    Case("item-digits", "《民法典》第278条第1款第9项", [Want(MDF, "278", GOOD, "", 1, 9)]),
    Case("items", "《民法典》第278条第（五）、（六）项", [
        Want(MDF, "278", GOOD, "《民法典》第278条第（五）", None, 5), Want(MDF, "278", GOOD, "（六）项", None, 6),
    ]),
    Case("items-range", "《民法典》第278条第一款第（一）至（三）项", [
        Want(MDF, "278", GOOD, "", 1, item) for item in (1, 2, 3)
    ]),
    Case("paragraphs", "《民法典》第1254条第一款、第三款", [
        Want(MDF, "1254", GOOD, "《民法典》第1254条第一款", 1), Want(MDF, "1254", GOOD, "第三款", 3),
    ]),
    Case("paragraph-range", "《民法典》第1254条第一款至第三款", [
        Want(MDF, "1254", GOOD, "", paragraph) for paragraph in (1, 2, 3)
    ]),
    Case("no-such-paragraph", "《民法典》第278条第三款", [Want(MDF, "278", PART, "", 3)]),
    Case("no-such-item", "《民法典》第278条第（十）项", [Want(MDF, "278", PART, "", None, 10)]),
    Case("item-of-another-paragraph", "《民法典》第278条第二款第（一）项", [Want(MDF, "278", PART, "", 2, 1)]),
    Case("paragraph-zero", "《民法典》第278条第零款", [Want(MDF, "278", PART, "", 0)]),
    Case("part-before-words", "《民法典》第278条第九款规定：“此处文字纯属编造”", [Want(MDF, "278", PART, "", 9)]),
]  # fmt: skip
QUOTED = [
    Case("quotation", "《民法典》第1254条规定：“禁止从建筑物中抛掷物品。”", good(MDF, "1254")),
    Case("quotation-corner", "《民法典》第1254条明确「禁止从建筑物中抛掷物品」", good(MDF, "1254")),
    Case("quotation-straight", '《民法典》第1254条指出,"禁止从建筑物中抛掷物品"', good(MDF, "1254")),
    Case("quotation-direct", "《民法典》第1254条“禁止从建筑物中抛掷物品”", good(MDF, "1254")),
    Case("quotation-other-signs", "《民法典》第1254条规定：“禁止，从建筑物中 抛掷物品！”", good(MDF, "1254")),
    Case("quotation-parts", "《民法典》第1254条：“禁止从建筑物中抛掷……公安等机关应当依法及时”", good(MDF, "1254")),
    Case("quotation-with-number", "《民法典》第1254条：“第一千二百五十四条 禁止从建筑物中抛掷物品”", good(MDF, "1254")),
    Case(
        "parts-out-of-order",
        "《民法典》第1254条：“公安等机关应当依法及时调查……禁止从建筑物中抛掷物品”",
        [Want(MDF, "1254", WRONG)],
    ),
    Case("other-words", "《民法典》第1254条规定：“住户可以向楼下扔东西”", [Want(MDF, "1254", WRONG)]),
    Case("one-word-other", "《民法典》第1254条规定：“允许从建筑物中抛掷物品”", [Want(MDF, "1254", WRONG)]),
    Case("words-of-the-next", "《民法典》第1253条规定：“禁止从建筑物中抛掷物品”", [Want(MDF, "1253", WRONG)]),
    Case(
        "each-its-own",
        "《民法典》第1254条规定：“禁止从建筑物中抛掷物品。”第1255条规定：“住户可以向楼下扔东西。”",
        [Want(MDF, "1254", GOOD), Want(MDF, "1255", WRONG, "第1255条")],
    ),
    Case("second-quotation", "《民法典》第1254条规定“禁止从建筑物中抛掷物品”和“住户可以向楼下扔东西”", [
        Want(MDF, "1254", WRONG),
    ]),
    Case("from-a-list", "《民法典》第1253条、第1254条规定：“禁止从建筑物中抛掷物品”", good(MDF, "1253", "1254")),
    Case("paragraph-quoted", "《民法典》第1254条第一款：“公安等机关应当依法及时调查”", [
        Want(MDF, "1254", GOOD, "", 1),
    ]),
    Case("a-term", "《民法典》第278条所称“业主们”", good(MDF, "278")),
    Case("somebody-said", "根据《民法典》第278条，居民说“物业公司这样收费不对”", good(MDF, "278")),
    Case("paraphrase", "《民法典》第1254条规定，高空抛物一律枪毙", good(MDF, "1254")),
    Case("never-closed", "《民法典》第1254条规定：“住户可以向楼下扔东西", good(MDF, "1254")),
    Case("heading", "《民法典》第1254条【高空抛掷物品的责任】“禁止从建筑物中抛掷物品”", good(MDF, "1254")),
]  # fmt: skip
NOISE = "噪声污染防治法"
DATED = [
    Case("noise-last-day", "《噪声污染防治法》第61条", good(NOISE, "61"), "2026-08-14"),
    Case("noise-gone", "《噪声污染防治法》第61条", [Want(NOISE, "61", GONE)], "2026-08-15"),
    Case(
        "gone-before-words", "《噪声污染防治法》第61条规定：“这里可以整夜施工”", [Want(NOISE, "61", GONE)], "2026-09-01"
    ),
    Case("gone-before-parts", "《噪声污染防治法》第61条第九款", [Want(NOISE, "61", GONE, "", 9)], "2026-09-01"),
    Case("number-before-gone", "《噪声污染防治法》第999条", [Want(NOISE, "999", NONE)], "2026-09-01"),
    Case("gone-title-alone", "依据《噪声污染防治法》", [Want(NOISE, "", GONE)], "2026-09-01"),
    Case("not-held-gone", "《合同法》第六十条、物权法第76条", [Want("合同法", "60", GONE), Want("物权法", "76", GONE)]),
    Case("not-held-alive-then", "《合同法》第六十条", [Want("合同法", "60", OUT)], "2020-12-31"),
    Case("not-begun", "《民法典》第278条", [Want(MDF, "278", SOON)], "2020-12-31"),
    Case("next-year", "《医疗保障法》", [Want("医疗保障法", "", SOON)], "2026-12-31"),
    Case("next-year-come", "《医疗保障法》第一条", good("医疗保障法", "1"), "2027-01-01"),
    Case("year-of-the-version", "《劳动合同法》（2012年修正）第82条", good(LDHT, "82")),
    Case("year-inside", "《劳动合同法（2012修正）》第82条", good(LDHT, "82")),
    Case("year-before", "2018年修正的《劳动法》第三十六条", good("劳动法", "36")),
    Case("older-year", "《劳动合同法》（2007年版）第82条", [Want(LDHT, "82", GONE)]),
    Case("unknown-year", "《民法典》(2025年修正)第278条", [Want(MDF, "278", OUT)]),
    Case("superseded", "《仲裁法》（2017年修正）第一条", [Want("仲裁法", "1", GONE)]),
    Case("superseded-not-yet", "《仲裁法》（2017年修正）第一条", good("仲裁法", "1"), "2026-02-28"),
    Case("coming-version", "《仲裁法》（2025年修订）第一条", [Want("仲裁法", "1", SOON)], "2026-02-28"),
    Case("text-younger-than-day", "《劳动合同法》（2007年）第82条", [Want(LDHT, "82", OUT)], "2010-05-01"),
]
ELSEWHERE = [
    Case("no-such-law", "《中华人民共和国物业法》第三条", [Want("物业法", "3", NONE)]),
    Case("no-such-law-short", "《物业法》", [Want("物业法", "", NONE)]),
    Case("no-such-article", "《民法典》第1261条", [Want(MDF, "1261", NONE)]),
    Case("no-such-insertion", "《民法典》第278条之一", [Want(MDF, "278-1", NONE)]),
    Case("council", "《物业管理条例》（国务院令第379号）第五十二条", [Want("物业管理条例", "52", OUT)]),
    Case("rules-under-law", "道路交通安全法实施条例第六十二条", [
        Want("道路交通安全法实施条例", "62", OUT, "道路交通安全法实施条例第六十二条"),
    ]),
    Case("its-rules", "《道路交通安全法》第九十条及其实施条例第六十二条", [
        *good("道路交通安全法", "90"), Want("道路交通安全法实施条例", "62", OUT, "其实施条例第六十二条"),
    ]),
    Case("rules-after-bracket", "《土地管理法》实施条例第三条", [Want("土地管理法实施条例", "3", OUT)]),
    Case("local-nested", "《河南省实施〈中华人民共和国土地管理法〉办法》第三条", [
        Want("河南省实施〈中华人民共和国土地管理法〉办法", "3", OUT),
    ]),
    Case("local-half-width", "《河南省实施<土地管理法>办法》第三条", [Want("河南省实施<土地管理法>办法", "3", OUT)]),
    Case("local-same", "《河南省实施《土地管理法》办法》第三条", [Want("河南省实施《土地管理法》办法", "3", OUT)]),
    Case("local-no-outer", "按照河南省实施《土地管理法》办法第三条", [
        Want("河南省实施《土地管理法》办法", "3", OUT, "河南省实施《土地管理法》办法第三条"),
    ]),
    Case("court", "最高人民法院关于适用《民法典》婚姻家庭编的解释（一）第三条", [
        Want("最高人民法院关于适用《民法典》婚姻家庭编的解释（一）", "3", OUT),
    ]),
    Case("bare-local", "根据郑州市物业管理条例第四十六条", [
        Want("郑州市物业管理条例", "46", OUT, "郑州市物业管理条例第四十六条"),
    ]),
    Case("local-law-is-none", "《郑州市道路交通安全法》第三条", [Want("郑州市道路交通安全法", "3", NONE)]),
    Case("which-regulation", "《条例》第三条", [Want("条例", "3", OUT)]),
    Case("without-articles", "《刑法修正案（十一）》第一条", [Want("刑法修正案（十一）", "1", OUT)]),
]  # fmt: skip
NOTHING = [
    Case("empty", ""),
    Case("lane", "住在第三条胡同"),
    Case("bus", "第五条线路停运，三条公交都不来"),
    Case("no-law", "第三条第二款说得很清楚"),
    Case("contract", "合同第三条，《商品房买卖合同》第五条、第六条，第七条也一样"),
    Case("documents", "《通知》第三条、《告知书》、《建设工程规划许可证》、《郑州晚报》"),
    Case("ways", "《书法》《孙子兵法》《办事方法》《行政执法》《看法》"),
    Case("kinds", "《条例》《管理办法》《实施细则》《决定》"),
    Case("penalty", "《行政处罚决定》《责令改正决定书》"),
    Case("draft", "《郑州市停车条例（征求意见稿）》"),
    Case("around-a-law", "《关于学习〈民法典〉第278条的通知》第三条"),
    Case("html", "<p>第三条</p>"),
    Case("law-then-contract", "合同第三条与《民法典》第278条，而合同第五条", good(MDF, "278")),
    Case("law-then-lane", "根据《民法典》第278条，第三条胡同加装电梯", good(MDF, "278")),
    Case("law-then-paragraph", "《民法典》第278条\n第三条规定很重要", good(MDF, "278")),
]
CASES = [*TITLES, *ALIASES, *NUMBERS, *PARTS, *QUOTED, *DATED, *ELSEWHERE, *NOTHING]


@pytest.fixture(scope="session")
def checker(regulations: Regulations) -> CitationChecker:
    """One checker over the shipped statutes."""
    return CitationChecker(regulations)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_citations(checker: CitationChecker, case: Case) -> None:
    """Exactly the citations meant are found, in order, each with its state, parts and place."""
    found = checker.check(case.text, dt.date.fromisoformat(case.day))
    plain = [(c.law.removeprefix(PREFIX), c.article, c.paragraph, c.item, c.state) for c in found]
    assert plain == [(w.law, w.article, w.paragraph, w.item, w.state) for w in case.want]
    for citation, want in zip(found, case.want, strict=True):
        assert citation.text == case.text[citation.start : citation.end]
        assert not want.text or citation.text == want.text


def test_case_ids_are_unique() -> None:
    """No case hides behind another of the same name."""
    assert len({case.id for case in CASES}) == len(CASES) >= 80


NOTES = [
    ("gone", "《噪声污染防治法》第61条", "2026-08-15", "2026年8月15日起由《生态环境法典》取代", "生态环境法典"),
    ("not-held-gone", "《合同法》第六十条", DAY, "2021年1月1日起由《民法典》取代", "民法典"),
    ("superseded", "《仲裁法》（2017年修正）第一条", DAY, "2026年3月1日起已由修订后的新版本取代", "仲裁法"),
    ("older", "《劳动合同法》（2007年版）第82条", DAY, "库内没有其条文", "劳动合同法"),
    ("soon", "《民法典》第278条", "2020-12-31", "2021年1月1日起才施行", ""),
    ("beyond", "《民法典》第1261条", DAY, "最后一条是第一千二百六十条", ""),
    ("far-beyond", "《民法典》第99999条", DAY, "没有第99999条", ""),
    ("paragraph", "《民法典》第278条第三款", DAY, "第二百七十八条没有第三款，共二款", ""),
    ("item", "《民法典》第278条第二款第一项", DAY, "第二百七十八条第二款没有第一项", ""),
    ("words", "《民法典》第1254条：“住户可以向楼下扔东西”", DAY, "引号内的文字与第一千二百五十四条条文不符", ""),
    ("no-law", "《物业法》", DAY, "国家法律中没有《物业法》", ""),
    ("outside", "《物业管理条例》第五十二条", DAY, "没有收录", ""),
    ("later-text", "《劳动法》第三十六条", "2015-06-01", "当时的条文可能不同", ""),
    ("nothing-to-say", "《民法典》第278条", DAY, "", ""),
]


@pytest.mark.parametrize(("text", "day", "note", "by"), [row[1:] for row in NOTES], ids=[row[0] for row in NOTES])
def test_note_tells_people_what_is_wrong(checker: CitationChecker, text: str, day: str, note: str, by: str) -> None:
    """The note names the fault, and for dead law its successor and the day."""
    (citation,) = checker.check(text, dt.date.fromisoformat(day))
    assert note in citation.note
    assert bool(note) is bool(citation.note)
    assert citation.replaced_by == (PREFIX + by if by else "")


def test_text_of_the_article_comes_along(checker: CitationChecker) -> None:
    """Where the article is held its text is given, of the version that the text names."""
    old, new, title = checker.check("《仲裁法》（2017年修正）第一条、《仲裁法》第一条、《仲裁法》", dt.date(2026, 6, 1))
    assert old.article_text.startswith("为保证公正、及时地仲裁")
    assert new.article_text.startswith("为了保证公正、及时仲裁")
    assert title.article_text == ""


def test_a_long_range_is_cut_and_says_so(checker: CitationChecker) -> None:
    """No more than 200 articles are listed of one range; the last entry tells it."""
    found = checker.check("《民法典》第一条至第九百条", dt.date(2026, 6, 1))
    assert [found[0].article, found[1].article, found[-1].article] == ["1", "2", "900"]
    assert len(found) == 200
    assert "只逐条列出200条" in found[-1].note
    assert not any(citation.note for citation in found[:-1])


def test_one_text_can_be_checked_alone(regulations: Regulations) -> None:
    """`check_text` gives what a checker gives."""
    text = "《民法典》第278条第九款"
    day = dt.date(2026, 6, 1)
    assert check_text(text, regulations, day) == CitationChecker(regulations).check(text, day)
