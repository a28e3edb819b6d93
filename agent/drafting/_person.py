"""Who speaks: a citizen's first person becomes the second, a handling unit's first person the third.

Words only; no sentence is reworded beyond its pronouns. Text that talks to the reader (你们, 贵局) cannot stand in a
reply to its writer, and is recognised here.
"""

from __future__ import annotations

import re

# 我国, 我市 and 自我 are nobody's person.
_I = r"(?<![自他她其])(?:我们|我|俺们|俺|咱们|咱|本人)(?![国省市县区镇乡军方校院局委办处])"
FIRST_PERSON = re.compile(rf"{_I}|(?<![一二三四五六七八九十两几\d])本(?:小区|村|公司|单位|店|楼|栋|街道?)")
ADDRESSES = re.compile(r"[你您]们?|贵(?:局|单位|部门|委|办|院|公司|市|区|县)")
# 村支书王某某: a name after an office is nobody's to spread, and the mask finds only announced ones.
OFFICER = re.compile(
    r"(?:支书|书记|主任|村长|队长|组长|镇长|乡长|局长|所长|校长|院长|处长|科长|经理|老板|会计|干部|委员|医生|法官|警官|村霸|恶霸|老赖|包工头|嫌疑人|主谋)"
    r"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    r"廖邹熊金陆郝孔白崔肖谷牛柳尚洪康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文][一-鿿]{1,2}"
)
# At home or at work one says 您家, of a place one lives in 您所在小区.
_SHIFTS = (
    (
        re.compile(
            rf"{_I}(?:的|这个?|这边的?|这里的?|所在的?|居住的?|住的)?(?=(?:村民小组|小组|组(?!织)|小区|社区|单元|楼栋|学校|班级|厂|片区))"
        ),
        "您所在",
    ),
    (re.compile(r"(?<![一二三四五六七八九十两几\d])本(?=(?:小区|村|公司|单位|楼|栋))"), "您所在"),
    (
        re.compile(r"(?:我们|俺们|咱们)(?=(?:这些|全体|广大)?(?:业主|居民|村民|住户|家长|市民|职工|员工|老百姓|群众))"),
        "",
    ),
    (re.compile(_I), "您"),
)
_UNIT = re.compile(
    r"(?<!自)我(?P<unit>局|办|委|中心|支队|大队|中队|街道|办事处|所|站|处|镇|乡|区|社区|公司|单位|院|科|队|部门)(?![一-鿿]{0,1}长)"
)
_WE = re.compile(r"(?<!自)(?:我们|我方|本单位)")
_CALLER = re.compile(
    r"该?(?:来电人|来话人|来电市民|来访人|反映人|诉求人|投诉人|举报人|信访人|求助人|咨询人|申请人|市民本人|来电群众|来电居民)(?:本人)?(?!员)"
    r"|该(?:市民|网友|群众)"
)
# The day of a record is not the day of the reply: such words are dropped, with nothing put in their place.
_TODAY = re.compile(r"(?:今|昨)[日天](?:[上中下]午|早上?|晚上?)?[，,]?")


def to_you(text: str) -> str:
    """A citizen's words, said back to him: 我家楼上漏水 becomes 您家楼上漏水."""
    for pattern, spoken in _SHIFTS:
        text = pattern.sub(spoken, text)
    return text


def to_third(text: str) -> str:
    """A unit's record, said for it: 我局 becomes 该局, 来电人 becomes 您."""
    text = _UNIT.sub(r"该\g<unit>", text)
    text = _WE.sub("该单位", text)
    return _TODAY.sub("", _CALLER.sub("您", text))
