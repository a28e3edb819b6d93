"""What is masked, what stays, and what holds for every text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.intake import mask


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    id: str
    text: str
    want: str


HIDDEN = [
    Case("mobile-plain", "请回电13812345678谢谢", "请回电【手机号】谢谢"),
    Case("mobile-blanks", "电话 138 1234 5678。", "电话 【手机号】。"),
    Case("mobile-dashes", "手机138-1234-5678", "手机【手机号】"),
    Case("mobile-plus86", "联系+86 13912345678", "联系【手机号】"),
    Case("mobile-0086", "联系0086-13912345678", "联系【手机号】"),
    Case("mobile-86", "联系8613912345678", "联系【手机号】"),
    Case("mobile-full-width", "电话１３８１２３４５６７８", "电话【手机号】"),
    Case("mobile-chinese-digits", "我的号是幺三八一二三四五六七八", "我的号是【手机号】"),
    Case("mobile-chinese-capitals", "号码壹叁捌壹贰叁肆伍陆柒捌", "号码【手机号】"),
    Case("mobile-mixed-digits", "打幺38 1234 5678", "打【手机号】"),
    Case("mobile-spelt", "1 3 8 1 2 3 4 5 6 7 8", "【手机号】"),
    Case("mobile-two", "13812345678、15987654321都行", "【手机号】、【手机号】都行"),
    Case("mobile-after-letter", "电话A13812345678", "电话A【手机号】"),
    Case("mobile-virtual", "17012345678打来骚扰电话", "【手机号】打来骚扰电话"),
    Case("landline-dash", "物业0371-65551234没人接", "物业【座机】没人接"),
    Case("landline-brackets", "(0371)65551234", "【座机】"),
    Case("landline-wide-brackets", "（0371）65551234", "【座机】"),
    Case("landline-joined", "致电037165551234", "致电【座机】"),
    Case("landline-extension", "座机0371-65551234-8012", "座机【座机】"),
    Case("landline-split", "0371-6555 1234", "【座机】"),
    Case("landline-country", "+86-371-65551234", "【座机】"),
    Case("landline-bare", "联系电话：65551234", "联系电话：【座机】"),
    Case("landline-bare-list", "电话65551234、65554321", "电话【座机】、【座机】"),
    Case("landline-seven", "座机6555123", "座机【座机】"),
    Case("id-valid", "身份证11010519491231002X", "身份证【身份证号】"),
    Case("id-wrong-check-digit", "证件410105198001011231", "证件【身份证号】"),
    Case("id-lower-x", "41010519800101123x", "【身份证号】"),
    Case("id-blanks", "410105 19800101 1234", "【身份证号】"),
    Case("id-dashes", "410105-1980-0101-1234", "【身份证号】"),
    Case("id-fifteen", "老身份证410105800101123", "老身份证【身份证号】"),
    Case("id-bad-date-with-context", "身份证号：410105198013451234", "身份证号：【身份证号】"),
    Case("id-in-brackets", "（身份证号码410105198001011234）", "（身份证号码【身份证号】）"),
    Case("id-proved-in-record-place", "工单编号11010519491231002X", "工单编号【身份证号】"),
    Case("bank-joined", "卡号6222021702012345678", "卡号【银行卡号】"),
    Case("bank-grouped", "6222 0217 0201 2345 678", "【银行卡号】"),
    Case("bank-dashes", "6222-0217-0201-2345", "【银行卡号】"),
    Case("bank-sixteen", "钱转到6225880112345678了", "钱转到【银行卡号】了"),
    Case("bank-account-number", "账户号6222021702012345678", "账户号【银行卡号】"),
    Case("mobile-user-number", "用户号码13812345678", "用户号码【手机号】"),
    Case("bank-luhn-thirteen", "4222222222222", "【银行卡号】"),
    Case("bank-by-context", "银行账号1702020109200", "银行账号【银行卡号】"),
    Case("plate-plain", "豫A12345乱停", "【车牌号】乱停"),
    Case("plate-dot", "豫A·1B345堵门", "【车牌号】堵门"),
    Case("plate-dot-hotline-digits", "豫A·12345", "【车牌号】"),
    Case("plate-blank-hotline-digits", "豫A 12345", "【车牌号】"),
    Case("plate-energy", "豫AD12345充电占位", "【车牌号】充电占位"),
    Case("plate-lower", "车是豫a8k88k", "车是【车牌号】"),
    Case("plate-blank", "豫A 88K66", "【车牌号】"),
    Case("plate-coach", "豫A1234学在路上练车", "【车牌号】在路上练车"),
    Case("plate-elsewhere", "鲁B6K888和沪C12345", "【车牌号】和【车牌号】"),
    Case("email", "邮箱zhang.san_01@example.com.cn收", "邮箱【邮箱】收"),
    Case("email-wide-at", "写到abc＠example.com", "写到【邮箱】"),
    Case("wechat", "微信号zhang_san-88", "微信号【微信号】"),
    Case("wechat-vx", "加vx：zhengzhou66", "加vx：【微信号】"),
    Case("wechat-mobile", "微信13812345678", "微信【手机号】"),
    Case("qq", "QQ：123456789", "QQ：【QQ号】"),
    Case("passport", "护照号：E12345678", "护照号：【护照号】"),
    Case("name-called", "我叫张伟，住在金水区", "我叫【姓名】，住在金水区"),
    Case("name-called-runs-on", "我叫王小明家住文化路", "我叫【姓名】家住文化路"),
    Case("name-compound", "我叫欧阳明月，", "我叫【姓名】，"),
    Case("name-i-am", "我是李建国，电话13812345678", "我是【姓名】，电话【手机号】"),
    Case("name-self", "本人赵丽华，身份证号410105198001011234", "本人【姓名】，身份证号【身份证号】"),
    Case("name-field", "姓名：刘洋 性别：女", "姓名：【姓名】 性别：女"),
    Case("name-field-rare", "姓名：逄飞宇", "姓名：【姓名】"),
    Case("name-minority", "姓名：买买提·阿卜杜拉", "姓名：【姓名】"),
    Case("name-contact", "联系人周敏，电话65551234", "联系人【姓名】，电话【座机】"),
    Case("name-list", "投诉人：周敏、吴立春", "投诉人：【姓名】、【姓名】"),
    Case("name-surname", "我姓陈，是业主", "我姓【姓名】，是业主"),
    Case("name-surname-compound", "免贵姓司马", "免贵姓【姓名】"),
    Case("name-asked", "您贵姓？我姓张。", "您贵姓？我姓【姓名】。"),
    Case("name-asked-short", "您贵姓？张。", "您贵姓？【姓名】。"),
    Case("name-surname-then-full", "我姓张，张建国，电话13812345678", "我姓【姓名】，【姓名】，电话【手机号】"),
    Case("name-surname-stop", "免贵姓李。李春梅。", "免贵姓【姓名】。【姓名】。"),
    Case("name-compound-then-full", "免贵姓欧阳，欧阳明月。", "免贵姓【姓名】，【姓名】。"),
    Case("name-the-one", "有个姓张的，叫张建国，是包工头", "有个姓【姓名】的，叫【姓名】，是包工头"),
    Case("name-i-am-from", "我是金水区王建国，楼下漏水", "我是金水区【姓名】，楼下漏水"),
    Case("name-i-am-from-village", "本人是新密市来集镇的李国庆。", "本人是新密市来集镇的【姓名】。"),
    Case("name-i-am-bracket", "我是张建国（本人）", "我是【姓名】（本人）"),
    Case("name-surname-village", "我姓张，张庄村人", "我姓【姓名】，张庄村人"),
    Case("name-surname-from", "我姓张，张庄的", "我姓【姓名】，张庄的"),
    Case("name-surname-street", "我姓黄，黄河路上停水", "我姓【姓名】，黄河路上停水"),
    Case("name-surname-shop", "我姓李，李记烩面，油烟大", "我姓【姓名】，李记烩面，油烟大"),
    Case("name-surname-title", "我姓王，王先生", "我姓【姓名】，【姓名】先生"),
    Case("name-mister", "请联系张先生", "请联系【姓名】先生"),
    Case("name-mister-full", "业主赵明华先生反映", "业主【姓名】先生反映"),
    Case("name-madam", "李女士来电", "【姓名】女士来电"),
    Case("name-teacher", "孩子的班主任是孙老师", "孩子的班主任是【姓名】老师"),
    Case("name-master", "找王师傅修的", "找【姓名】师傅修的"),
    Case("name-before-number", "盼复。马建军 13812345678", "盼复。【姓名】 【手机号】"),
    Case("name-role-number", "业主王丽（13812345678）", "业主【姓名】（【手机号】）"),
    Case("name-role", "本人是二七区市民王芳，", "本人是二七区市民【姓名】，"),
    Case("name-family", "我女儿叫王小雨，今年上学", "我女儿叫【姓名】，今年上学"),
    Case("name-payee", "收款人：王建设，", "收款人：【姓名】，"),
    Case("name-other", "老板叫高大勇，不给钱", "老板叫【姓名】，不给钱"),
    Case("name-boss", "小店老板王建国，拖着不退押金", "小店老板【姓名】，拖着不退押金"),
    Case("name-boss-wife", "老板娘李秀英（电话13812345678）", "老板娘【姓名】（电话【手机号】）"),
    Case("name-shopkeeper", "店主是赵丽，态度恶劣", "店主是【姓名】，态度恶劣"),
    Case("name-landlord", "房东：孙玉兰；押一付三", "房东：【姓名】；押一付三"),
    Case("name-neighbour", "楼上邻居周小敏、602的都在养鸡", "楼上邻居【姓名】、602的都在养鸡"),
    Case("name-driver", "906路司机马建军。甩站", "906路司机【姓名】。甩站"),
    Case("name-driver-master", "司机师傅刘洋，", "司机师傅【姓名】，"),
    Case("name-foreman", "工钱找包工头何国强，他推给公司", "工钱找包工头【姓名】，他推给公司"),
    Case("name-agent", "中介欧阳明月，收了中介费", "中介【姓名】，收了中介费"),
    Case("name-manager", "物业经理郭涛电话13812345678", "物业经理【姓名】电话【手机号】"),
]

KEPT = [
    Case("hotline", "打12345没人管", ""),
    Case("market-hotline", "12315和12369都打过", ""),
    Case("police", "已拨打110、119、120", ""),
    Case("service-400", "客服电话400-812-3456打不通", ""),
    Case("service-400-joined", "客服4008123456", ""),
    Case("power", "95598说要等", ""),
    Case("short-96", "供热热线96199、96122", ""),
    Case("bank-hotline", "拨打95588", ""),
    Case("work-order", "工单编号2026031512345678至今没回复", ""),
    Case("work-order-mobile-shape", "工单号：13812345678", ""),
    Case("order", "订单号 6222021702012345678 未发货", ""),
    Case("court-case", "案号（2026）豫0105民初12345号", ""),
    Case("credit-code", "统一社会信用代码91410100MA40XXXX1X", ""),
    Case("credit-code-digits", "信用代码914101007891234567", ""),
    Case("invoice", "发票号码6222021702012345", ""),
    Case("water-account", "水费户号13800001111", ""),
    Case("barcode", "条形码6901234567892", ""),
    Case("timestamp", "编码前缀20260315103000123", ""),
    Case("amount", "欠薪13800000000元", ""),
    Case("amount-wan", "骗了138000万元，首付30.5万", ""),
    Case("date", "2026-03-15 2026-04-15 两次", ""),
    Case("date-joined", "电话20260315打过", ""),
    Case("date-clock", "2026年3月15日10:32:05停水", ""),
    Case("years", "2020 2021 2022 2023四年", ""),
    Case("year-span", "2019-2023年物业费", ""),
    Case("area", "面积1280.5平方米", ""),
    Case("bus", "B17路公交和地铁5号线", ""),
    Case("door-kept", "正商新蓝钻3号楼2单元1502室漏水", ""),
    Case("street-number", "文化路56号院", ""),
    Case("i-am-resident", "我是金水区居民", ""),
    Case("i-am-from-village", "我是金水区张庄村民，", ""),
    Case("i-am-from-estate", "我是管城区金岱小区业主，", ""),
    Case("i-am-owner", "我是高新区业主，", ""),
    Case("i-am-villager", "我是张庄村村民", ""),
    Case("i-am-landlord", "我是房东，", ""),
    Case("i-am-shopkeeper", "我是商户。", ""),
    Case("i-am-county", "我是温县人，", ""),
    Case("self-is", "本人是一名退休教师", ""),
    Case("self-in", "本人于2018年购房", ""),
    Case("self-house", "本人房产，位于郑东新区", ""),
    Case("self-strongly", "本人严重怀疑收费不合理", ""),
    Case("mall", "王府井百货门口", ""),
    Case("mall-sender", "我叫王府井百货送货", ""),
    Case("village", "张庄村和马寨镇", ""),
    Case("restaurant", "联系人：李记烩面", ""),
    Case("call-property", "我叫物业来修，没人来", ""),
    Case("call-landlord", "我叫房东来修", ""),
    Case("call-car", "他叫车来拉垃圾", ""),
    Case("role-adverb", "附近居民常年，村民成群，业主高度怀疑", ""),
    Case("boss-when", "老板何时退钱", ""),
    Case("boss-when-comma", "问老板何时，都不说", ""),
    Case("boss-pays", "包工头付工资，老板付全款，房东付清", ""),
    Case("boss-refuses", "老板赖账，店主胡说，中介牟利，", ""),
    Case("driver-opens-mouth", "司机张口就骂", ""),
    Case("driver-opens-mouth-comma", "司机张嘴，司机左拐，司机鲁莽，", ""),
    Case("driver-night", "司机凌晨，邻居周末，中介周一，", ""),
    Case("neighbour-throws", "邻居高空抛物", ""),
    Case("neighbour-high", "邻居高空，邻居施工，邻居装修，", ""),
    Case("landlord-house", "房东房产，中介费用，经理方面，", ""),
    Case("boss-some", "老板王某，房东李某某，", ""),
    Case("manager-of-place", "经理金水区的，老板温县人，", ""),
    Case("agent-firm", "中介康桥，邻居黄河路，", ""),
    Case("boss-of-shop", "老板李记，邻居王庄，司机张村的", ""),
    Case("teacher-common", "语文老师和历史老师", ""),
    Case("teacher-direction", "家长向老师反映", ""),
    Case("master-common", "公交师傅甩客", ""),
    Case("lady-common", "一位女士摔倒", ""),
    Case("my-husband", "我先生和我", ""),
    Case("since", "由于老师请假", ""),
    Case("department", "郑州市城市管理局", ""),
    Case("road", "黄河路与经三路交叉口", ""),
    Case("wechat-pay", "微信支付扣款", ""),
    Case("wechat-public", "微信公众号zhengzhou12345", ""),
    Case("anonymous", "姓名：保密", ""),
    Case("chinese-date", "二〇二六年三月十五日", ""),
    Case("decimal", "0.13812345678", ""),
]

DOORS = [
    Case("building-unit-room", "正商新蓝钻3号楼2单元1502室漏水", "正商新蓝钻【门牌号】漏水"),
    Case("building", "在12号楼前", "在【门牌号】前"),
    Case("chinese-unit", "三号楼东单元", "【门牌号】"),
    Case("room", "住在1502室", "住在【门牌号】"),
    Case("dashes", "绿地老街3-2-1502", "绿地老街【门牌号】"),
    Case("no-shi", "5号楼1单元802漏水", "【门牌号】漏水"),
    Case("street-number-stays", "文化路56号院", "文化路56号院"),
    Case("line-stays", "地铁5号线", "地铁5号线"),
]


@pytest.mark.parametrize("case", HIDDEN, ids=lambda c: c.id)
def test_personal_data_is_masked(case: Case) -> None:
    """Nothing of the datum remains, and the words around it do."""
    assert mask(case.text).text == case.want


@pytest.mark.parametrize("case", KEPT, ids=lambda c: c.id)
def test_what_a_dispatcher_needs_stays(case: Case) -> None:
    """Public numbers, records, amounts, dates, places and shops are no personal data."""
    assert mask(case.text).text == case.text


@pytest.mark.parametrize("case", DOORS, ids=lambda c: c.id)
def test_doors_are_masked_on_request_only(case: Case) -> None:
    """Building, unit and room go when asked for; a street number is public."""
    assert mask(case.text, door_numbers=True).text == case.want
    assert mask(case.text).text == case.text


def test_found_points_into_the_given_text() -> None:
    """Kinds and positions come in order and refer to the text before masking."""
    text = "我叫张伟，电话13812345678，车牌豫A12345"
    assert [(hit.kind, text[hit.start : hit.end]) for hit in mask(text).found] == [
        ("name", "张伟"),
        ("mobile", "13812345678"),
        ("plate", "豫A12345"),
    ]


def test_masked_again_finds_what_the_first_mask_bared() -> None:
    """A find of a later pass still points into the given text."""
    text = "银行卡6222021702012345678、4000000000001，a@b.cn"
    result = mask(text)
    assert mask(result.text).text == result.text
    assert all(text[hit.start] in "64a" for hit in result.found)


FRAGMENTS = st.sampled_from(
    [
        *"张王李欧阳叫我是姓名先生女士老师，。：、 ()（）-·@.+X豫AD0138６三八幺\n",
        "我叫",
        "13812345678",
        "0371-65551234",
        "410105198001011234",
        "6222021702012345678",
        "豫A12345",
        "a1@b.cn",
        "电话",
        "身份证",
        "卡号",
        "工单编号",
        "12345",
        "联系人：",
        "3号楼",
        "2单元",
        "1502室",
        "【手机号】",
        "【姓名】",
        "微信",
        "QQ",
        "护照",
        "元",
        "2026-03-15",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=14).map("".join) | st.text(max_size=60)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.booleans())
def test_masking_is_idempotent(text: str, doors: bool) -> None:
    """mask(mask(x)) is mask(x) for any text."""
    once = mask(text, door_numbers=doors).text
    assert mask(once, door_numbers=doors).text == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_found_rebuilds_the_masked_text(text: str) -> None:
    """Ranges are ordered, disjoint and not empty; the text outside of them is kept as it was."""
    result = mask(text)
    at, rest = 0, result.text
    for hit in result.found:
        assert at <= hit.start < hit.end <= len(text)
        assert rest.startswith(text[at : hit.start] + "【")
        rest = rest[hit.start - at :]
        rest = rest[rest.index("】") + 1 :]
        at = hit.end
    assert rest == text[at:]


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["电话", "，", "", "微信", "我叫张伟"]))
def test_no_mobile_number_survives(number: str, before: str) -> None:
    """Whatever Chinese words stand around it, an eleven-digit mobile number is gone."""
    assert number not in mask(f"{before}{number}，请回复").text
