"""A lead department read off an authority's reply: “经区教育局调查…” names who handled the matter.

A weak label: used with other labels for fitting, never for measuring. Only a reply that names exactly one
department gives one.
"""

from __future__ import annotations

import re

# Names that authorities of any city use, old ones included → department id. Order matters: the first
# pattern that matches a stretch of text takes it, so narrower names stand first.
_NAMES: tuple[tuple[str, str], ...] = (
    ("jjzd", r"交警|交通警察|交管大队|车管所"),
    ("gaj", r"公安局|公安分局|派出所|公安机关"),
    ("xfjy", r"消防(?:支队|大队|救援|总队)"),
    ("jyj", r"教育局|教体局|教育体育局|教育部门|教委"),
    ("rsj", r"人社(?:局|部门)|人力资源(?:和)?社会保障局|社保局|劳动监察|养老保险(?:管理)?(?:处|局|中心)"),
    ("ybj", r"医疗保障局|医保局|医保中心|医保部门"),
    ("wjw", r"卫健委|卫健局|卫计委|卫计局|卫生局|卫生和计划生育|卫生健康(?:委|局)|计生(?:委|局)"),
    ("jtj", r"交通运输局|交通局|运管(?:处|所|局)|公路(?:局|管理局)|交通运输委|交通部门"),
    ("gongjiao", r"公交(?:公司|集团)|公共交通(?:总公司|集团|公司)"),
    (
        "cgj",
        r"城管局|城市管理(?:和行政|与行政|综合|行政)?(?:执法)?局|行政执法局|城管执法(?:局|大队)|环卫(?:局|处)|市政局",
    ),
    ("hbj", r"环保局|环境保护局|生态环境(?:局|分局)|环保部门"),
    ("zgj", r"国土(?:资源)?(?:局|分局)|自然资源(?:和规划)?局|城乡规划局|规划(?:局|分局)|不动产登记中心"),
    ("zfbz", r"房产局|房管局|住房保障(?:和房产|和房地产)?(?:管理|服务)?局|住保局|房地产管理局|物业(?:科|办)"),
    ("gjj", r"公积金(?:管理)?中心"),
    ("mzj", r"民政局|民政部门"),
    ("fgw", r"发改(?:委|局)|发展和改革(?:委|局)|物价局"),
    ("scj", r"市场监(?:督管理|管)局|工商(?:行政管理)?局|质监局|质量技术监督局|食药监局|食品药品|食品药品工商质量"),
    ("nyj", r"农业局|农业农村局|农委|畜牧(?:局|水产)|农林局|农业委员会"),
    ("lyj", r"林业局|林业和草原局"),
    ("slj", r"水利局|水务局"),
    ("wgl", r"文体广新局|文广新局|文旅(?:广体)?局|文化(?:广电)?(?:和)?旅游|旅游局|文体广电|广播电视台"),
    ("czj", r"财政局"),
    ("sfj", r"司法局"),
    ("sws", r"税务局|国税|地税"),
    ("dianli", r"供电公司|电力(?:公司|局)|电业局"),
    ("shuiwu", r"自来水公司|供水公司|水务集团|水业集团"),
    ("tyjr", r"退役军人(?:事务)?局"),
    ("yjj", r"应急管理局|安监局"),
    ("swj", r"商务局|商粮局"),
    ("ylj", r"园林(?:局|处|管理局)"),
    ("ditie", r"轨道(?:集团|公司|交通集团)|地铁(?:集团|公司)"),
    ("jw", r"纪委|监委|监察委"),
)
_PATTERNS = tuple((department, re.compile(pattern)) for department, pattern in _NAMES)
_HEAD = 220  # who handled it stands in the opening; later names are advice


def lead_from_reply(reply: str) -> str:
    """The one department that the opening of a reply names, '' when none or several."""
    rest, found = reply[:_HEAD], set()
    for department, pattern in _PATTERNS:
        rest, hits = pattern.subn("，", rest)
        if hits:
            found.add(department)
    return found.pop() if len(found) == 1 else ""
