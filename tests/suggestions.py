"""Complete suggestions for tests of what is shown: invented complaints, no agent and no model behind them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from agent.schema import (
    Assist,
    CategoryChoice,
    CategoryGuess,
    Check,
    ComplaintReading,
    Deadline,
    Decision,
    Dispatch,
    Draft,
    Duplicate,
    ErrorInfo,
    Issue,
    LeadAlternative,
    Provenance,
    RegulationHit,
    SimilarCase,
    Suggestion,
    Unit,
    UrgencyGuess,
)
from knowledge.vocabulary import Address, Citation, CitationState, Risk, Span

CHINA = ZoneInfo("Asia/Shanghai")
COMPLAINT = (
    "我住金水区文化路街道任砦北街附近，楼下一家烧烤店每天晚上把灶台和桌子摆到人行道上，油烟直接往楼上灌，"
    "炒到凌晨一两点。昨晚后门堆的液化气罐还闻到很浓的煤气味，孩子咳了一夜。"
    "已经打过两次电话，说是处理了，第二天照旧，请给个准话。"
)
DEPARTMENTS = {"cgj": "郑州市城市管理局", "scj": "郑州市市场监督管理局", "hbj": "郑州市生态环境局"}
LAW = "郑州市城市市容和环境卫生管理条例"
GAS_LAW = "郑州市燃气管理条例"


def spans(text: str, *words: str) -> tuple[Span, ...]:
    """The first place of each word in a text."""
    return tuple(Span(text=word, start=text.index(word), end=text.index(word) + len(word)) for word in words)


def reading(text: str) -> ComplaintReading:
    """What an agent could have read in `COMPLAINT`, with two issues."""
    main, second = category(), CategoryGuess(**_choice("010213", "燃气供应", 0.83).model_dump())
    return ComplaintReading(
        title="金水区烧烤店占道经营、油烟扰民",
        summary="烧烤店占道经营并排放油烟，疑有液化气泄漏。",
        kind="投诉",
        masked_text=text,
        address=Address(city="郑州市", district="金水区", street="文化路街道", place="任砦北街附近"),
        occurred="昨晚",
        issues=(
            Issue(
                text="烧烤店把灶台和桌子摆到人行道上",
                category=main,
                dispatch=dispatch(),
                urgency=UrgencyGuess(level=0, confidence=0.9),
            ),
            Issue(
                text="后门液化气罐有煤气味",
                category=second,
                dispatch=None,
                urgency=UrgencyGuess(level=2, confidence=0.9),
            ),
        ),
    )


def _choice(code: str, level3: str, confidence: float) -> CategoryChoice:
    return CategoryChoice(
        code=code, level1="城乡建设", level2="城市建设和市政管理", level3=level3, confidence=confidence
    )


def category() -> CategoryGuess:
    """城管执法, with three runners-up."""
    others = (
        _choice("010213", "燃气供应", 0.118),
        CategoryChoice(code="040201", level1="环境保护", level2="环境污染", level3="大气污染", confidence=0.041),
        _choice("010201", "园林绿化环卫", 0.004),
    )
    return CategoryGuess(**_choice("010202", "城管执法", 0.817).model_dump(), alternatives=others)


def dispatch() -> Dispatch:
    """The district's city management leads; two help."""
    basis = (
        Citation(law=LAW, article="18", state=CitationState.OUT_OF_CORPUS),
        Citation(
            law="中华人民共和国大气污染防治法",
            article="81",
            state=CitationState.REPEALED,
            text="此处为演示文字：排放油烟的餐饮服务业经营者应当安装油烟净化设施并保持正常使用。",
        ),
    )
    return Dispatch(
        lead=Unit(id="cgj", name="郑州市城市管理局", unit="金水区城市管理局"),
        confidence=0.88,
        alternatives=(
            LeadAlternative(id="scj", name="郑州市市场监督管理局", confidence=0.07),
            LeadAlternative(id="hbj", name="郑州市生态环境局", confidence=0.03),
        ),
        assist=(
            Assist(id="scj", name="郑州市市场监督管理局", reason="职责清单“店外经营(突店)”列为协办"),
            Assist(id="jiedao", name="属地街道办事处（乡镇政府）", reason="多件相似工单由其协办"),
        ),
        basis=basis,
        reason="职责清单“店外经营(突店)”归城市管理部门主办，依据《郑州市城市市容和环境卫生管理条例》第十八条。",
    )


def suggestion(text: str = COMPLAINT, *evidence: str) -> Suggestion:
    """Every field filled; `evidence` must occur in `text`."""
    words = evidence or (("很浓的煤气味",) if text == COMPLAINT else ())
    return Suggestion(
        id="t-1",
        status="ok",
        complaint=reading(text),
        category=category(),
        dispatch=dispatch(),
        urgency=UrgencyGuess(
            level=2, confidence=0.9, risks=(Risk.PERSONAL_SAFETY, Risk.REPEATED), evidence=spans(text, *words)
        ),
        track="督办快办",
        deadline=Deadline(
            due=dt.datetime(2026, 3, 5, 20, 15, tzinfo=CHINA),
            rule="涉及人身安全：2小时（系统默认，请按本市现行规定修改）",
            workdays=None,
        ),
        similar_cases=_cases(),
        regulations=_regulations(),
        duplicates=(Duplicate(id="c-1", score=0.71),),
        questions=("有没有人受伤或被困？现在还有没有危险？", "上次反映是哪一天？还记得工单编号吗？"),
        draft=_draft(),
        decision=Decision(route="reviewer", reason="涉及人身安全，须立即由复核员处置"),
        provenance=Provenance(
            version="0.1.0", knowledge="k-3f9a", classifier="c-77d1", embedder="e5-small", llm="", rules="r-20c4"
        ),
        timing_ms={"total": 143.2, "read": 6.1, "choose": 118.0},
    )


def _cases() -> tuple[SimilarCase, ...]:
    return (
        SimilarCase(
            id="c-1",
            score=0.83,
            title="文化路街道任砦北街烧烤摊夜间占道、油烟大",
            category="010202",
            lead="cgj",
            reply="您好，执法人员已到现场，要求商户将灶台移入店内；后续纳入夜间巡查。",
        ),
        SimilarCase(
            id="c-2",
            score=0.61,
            title="花园路饭店油烟直排居民楼",
            category="040201",
            lead="hbj",
            reply="已责令加装净化器。",
        ),
        SimilarCase(id="c-3", score=0.52, title="", category="010202", lead="unknown-id", reply=""),
    )


def _regulations() -> tuple[RegulationHit, ...]:
    return (
        RegulationHit(
            law=GAS_LAW,
            article="46",
            text="此处为演示文字：燃气使用单位发现泄漏，应当立即关闭阀门、开窗通风，并在安全地点报告。",
            status="现行有效",
            effective=dt.date(2020, 1, 1),
            score=0.58,
        ),
        RegulationHit(
            law="中华人民共和国治安管理处罚法",
            article="133-1",
            text="此处为演示文字，仅用于测试条文编号的写法。",
            status="现行有效",
            effective=None,
            score=0.31,
        ),
    )


def _draft() -> Draft:
    text = (
        "市民您好：您反映金水区文化路街道任砦北街附近烧烤店占道经营、油烟扰民及疑似燃气泄漏的问题已收悉，"
        "已转金水区城市管理局主办。\n"
        "经核查，【承办单位填写：现场核查时间和情况】。\n"
        "处理结果：【承办单位填写：处理措施】。感谢您的监督。"
    )
    return Draft(
        text=text,
        generator="template",
        blanks=("现场核查时间和情况", "处理措施"),
        checks=(Check(name="无编造事实", ok=True), Check(name="法条现行有效", ok=False, detail="第八十一条已废止")),
    )


def error(message: str = "诉求内容是空的；请粘贴诉求全文。") -> Suggestion:
    """What an agent gives for unusable input."""
    return Suggestion(id="t-0", status="error", error=ErrorInfo(code="input", message=message))
