"""Where a matter is: names that people write, names that only look like places, and other cities."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from knowledge.places import Gazetteer
from knowledge.tables import load_tables
from knowledge.vocabulary import Address, Community, District, Street

ZZ = "郑州市"
AIRPORT = "郑州航空港经济综合实验区"
ECONOMIC = "郑州经济技术开发区"
HIGHTECH = "郑州高新技术产业开发区"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    tables = load_tables()
    return Gazetteer(tables.districts, tables.streets, tables.communities)


@dataclass(frozen=True)
class Case:
    """A text and the official names expected; `place` is compared only where given."""

    id: str
    text: str
    city: str = ZZ
    district: str = ""
    street: str = ""
    community: str = ""
    place: str | None = None


DISTRICTS = [
    Case("full-name", "郑州市金水区花园路一家网吧通宵营业", district="金水区", place="花园路"),
    Case("no-city", "惠济区天河路修路围挡一年不拆", district="惠济区", place="天河路"),
    Case("guancheng-everyday", "管城区东明路菜市场周边污水横流", district="管城回族区"),
    Case("guancheng-official", "管城回族区南五里堡拆迁款没有到账", district="管城回族区"),
    Case("county-city", "巩义市人民路的路灯坏了半个月", district="巩义市", place="人民路"),
    Case("county-city-short", "登封少林大道坑洼不平", district="登封市", place="少林大道"),
    Case("county-short", "中牟这边天然气一直不通", district="中牟县"),
    Case("market-office", "新密市场监管局不给回复", district="新密市"),
    Case("market-office-full", "荥阳市市场监督管理局电话打不通", district="荥阳市"),
    Case("zhengdong-short", "郑东商务中心楼下停车收费太高", district="郑东新区"),
    Case("east-of-city", "郑州东区九如路夜里飙车", district="郑东新区", place="九如路"),
    Case("cbd", "郑州CBD写字楼消防通道堵死", district="郑东新区"),
    Case("cbd-ring", "CBD内环路喷泉旁边摊贩多", district="郑东新区", place="CBD内环路"),
    Case("airport-zone", "航空港区新港大道上渣土车超速", district=AIRPORT, place="新港大道"),
    Case("airport-short", "港区富士康宿舍没有热水", district=AIRPORT),
    Case("high-tech", "高新区莲花街与瑞达路交叉口积水", district=HIGHTECH, place="莲花街与瑞达路交叉口"),
    Case("economic", "我在经开区上班，厂里不交社保", district=ECONOMIC),
    Case("economic-avenue", "经开第五大街一家饭店油烟直排", district=ECONOMIC, place="第五大街"),
    Case("zone-official", "郑州经济技术开发区航海东路公交站牌歪了", district=ECONOMIC),
    Case("landmark", "二七广场有人强行拉客", district="二七区", place="二七广场"),
    Case("shangjie", "上街区铝厂家属院暖气不热", district="上街区", place="铝厂家属院"),
    Case("district-court", "管城法院立案排不上号", district="管城回族区"),
    Case("city-only", "郑州的公租房怎么申请"),
    Case("station-is-city", "郑州东站出租车拒载短途", place="郑州东站"),
]

STREETS = [
    Case("street", "金水区丰产路街道经三路小贩占道", district="金水区", street="丰产路街道"),
    Case("street-alone", "桐柏路街道办事处办理低保要等多久", district="中原区", street="桐柏路街道"),
    Case("office", "林山寨办事处的工作人员态度冷漠", district="中原区", street="林山寨街道"),
    Case("town", "巩义市回郭镇铝加工厂夜里排烟", district="巩义市", street="回郭镇"),
    Case("town-alone", "薛店镇一工业园噪音大", district="新郑市", street="薛店镇"),
    Case("town-without-suffix", "惠济区古荥，地里的井没有盖", district="惠济区", street="古荥镇"),
    Case("same-name-resolved", "新密市新华路街道垃圾桶太少", district="新密市", street="新华路街道"),
    Case("same-name-open", "新华路街道垃圾桶太少", city=""),
    Case("township-open", "城关乡的低保名单没有公示", city=""),
    Case("office-of-two", "龙湖办事处门口违停严重", city=""),
    Case("zone-named", "郑东新区如意湖街道楼顶广告牌松动", district="郑东新区", street="如意湖街道"),
    Case("zone-unsure", "如意湖街道楼顶广告牌松动", district="金水区", street="如意湖街道"),
    Case("county-or-zone", "中牟县白沙镇安置房漏雨", district="中牟县", street="白沙镇"),
    Case("zone-of-county", "郑东新区白沙镇安置房漏雨", district="郑东新区", street="白沙镇"),
    Case("contradiction", "金水区马寨镇的食品厂没有证照", district="金水区"),
    Case("town-now-office", "石佛办事处拆迁安置没有消息", district=HIGHTECH, street="石佛镇"),
    Case("road-not-street", "建设路与秦岭路交叉口信号灯不亮", city="", place="建设路与秦岭路交叉口"),
    Case("streetside", "文化路街道两边摆满了烧烤摊", city="", place="文化路"),
    Case("road-in-district", "中原区建设路路面塌陷", district="中原区", place="建设路"),
]

COMMUNITIES = [
    Case(
        "community-full", "上街区中心路街道康乐街社区下水道堵了",
        district="上街区", street="中心路街道", community="康乐街社区", place="康乐街社区",
    ),
    Case(
        "community-unique", "任庄社区的健身器材坏了",
        district="上街区", street="中心路街道", community="任庄社区",
    ),
    Case(
        "street-settled-by-community", "东风路街道白庙社区楼道堆满杂物",
        district="金水区", street="东风路街道", community="东风路白庙社区",
    ),
    Case(
        "village-by-town", "荥阳市王村镇王村自来水发黄",
        district="荥阳市", street="王村镇", community="王村", place="王村",
    ),
    Case(
        "village-of-villager", "我是新郑市薛店镇常刘村村民，反映低保评定不公",
        district="新郑市", street="薛店镇", community="常刘村", place="常刘村",
    ),
    Case("village-common", "王庄村的路一下雨就没法走", city="", place="王庄村"),
    Case("community-common", "盛世社区停水两天了", city="", place="盛世社区"),
    Case("longer-village", "惠济区大张李庄村的河沟发臭", district="惠济区", place="大张李庄村"),
]  # fmt: skip

SEVERAL = [
    Case("work-over-home", "我住在二七区，在金水区一家公司上班，三个月没发工资", district="金水区"),
    Case("spot-over-home", "家住中原区，位于高新区科学大道的工地夜里打桩", district=HIGHTECH, place="科学大道"),
    Case("first-of-equals", "二七区和管城区交界的铁路桥下积水", district="二七区"),
    Case("origin", "老家是登封市的，现在惠济区江山路租房，中介不退押金", district="惠济区", place="江山路"),
    Case("home-is-enough", "家住金水区博雅花园，楼上漏水", district="金水区", place="博雅花园"),
    Case("office-over-home", "我住二七区，到文化路街道办事处盖章被推诿", district="金水区", street="文化路街道"),
]

TRAPS = [
    Case("zhongyuan-road", "中原路与嵩山路口的护栏倒了", city="", place="中原路与嵩山路口"),
    Case("zhongyuan-tower", "中原福塔旁边乱停车", city=""),
    Case("zhongyuan-plain", "黄河中原地区旱情严重", city=""),
    Case("high-tech-company", "某高新技术企业拖欠货款", city=""),
    Case("east-part-of-estate", "小区东区一直没有暖气", city=""),
    Case("jinshui-road", "金水路高架桥下堆满共享单车", city="", place="金水路高架桥"),
    Case("jinshui-river", "金水河里漂着死鱼", city="", place="金水河"),
    Case("erqi-road", "二七路商场扶梯夹人", city=""),
    Case("other-zone", "国家级经济开发区的政策咨询", city=""),
    Case("road-block", "马路上街区很脏", city=""),
    Case("area-word", "金水区域供暖什么时候开始", city=""),
    Case("xinzheng-road", "新郑路坑洼", city=""),
    Case("xinzheng-airport", "新郑国际机场接站被宰客", city="", place="新郑国际机场"),
    Case("estate-block", "锦绣城A区3号楼电梯停运", city=""),
    Case("hong-kong", "香港区号是多少", city=""),
    Case("bus-line", "906路公交车司机甩站", city="", place=""),
    Case("nothing", "孩子上学需要什么材料", city="", place=""),
    Case("generic-places", "我们小区旁边的马路没有路灯，学校门口也堵", city="", place=""),
    Case("city-office", "不知道属于哪个街道办事处", city="", place=""),
]

OUTSIDE = [
    Case("luoyang", "洛阳市涧西区景华路的烧烤摊扰民", city="洛阳市", place="景华路"),
    Case("other-high-tech", "洛阳高新区一家工厂夜里排气", city="洛阳市"),
    Case("other-economic", "新乡经开区某公司拖欠工资", city="新乡市"),
    Case("bare-city", "在开封买的房子迟迟不交房", city="开封市"),
    Case("municipality", "北京一家旅行社不退团费", city="北京市"),
    Case("city-says-more", "广东省深圳市一电商平台不发货", city="深圳市"),
    Case("county", "兰考县一化工厂往河里排污水", city="兰考县"),
    Case("developer-from-here", "项目位于许昌市魏都区，开发商是郑州一家公司", city="许昌市"),
    Case("site-elsewhere", "郑州某建筑公司在河北省沧州市的工地欠薪", city="沧州市"),
    Case("hotline-named", "郑州市12345您好，洛阳市有个小区物业打人", city="洛阳市"),
    Case("town-of-other-city", "周口市刘集镇的卫生院收费不合理", city="周口市"),
    Case("code-city", "A市B3区枫林小区门口修路", city="", place="枫林小区"),
    Case("code-county", "我想反映K8县中学补课收费", city=""),
    Case("code-and-zone", "M市高新区一路灯损坏，高新区管委会不管", city=""),
    Case("brand", "金水区的北京烤鸭店后厨脏乱", district="金水区"),
    Case("came-from", "我从周口市来郑州市打工，工地在惠济区，老板不给钱", district="惠济区"),
    Case("citizen-of", "开封市民来二七区医院看病，医保报不了", district="二七区"),
    Case("road-named-city", "二七区洛阳路违停", district="二七区", place="洛阳路"),
    Case("market-not-city", "金水区白银市场消防通道被占", district="金水区", place="白银市场"),
]

PLACES = [
    Case("crossing", "文化路与东风路交叉口向北50米路东的摊贩", city="", place="文化路与东风路交叉口向北50米路东"),
    Case("door-number", "郑州市金水区经三路85号院4号楼2单元601室漏水", district="金水区", place="经三路85号院"),
    Case("flat-before-shop", "嵩山路12号3号楼2单元501室楼下超市卖假烟", city="", place="嵩山路"),
    Case("estate", "投诉森林半岛小区物业不作为", city="", place="森林半岛小区"),
    Case("metro", "地铁5号线月季公园站扶梯停用", city="", place="地铁5号线月季公园站"),
    Case("lamp", "秦岭路路灯不亮", city="", place="秦岭路"),
    Case("river-road", "荥阳索河路边违停", district="荥阳市", place="索河路"),
    Case("hospital", "郑州市第七人民医院挂号难", place="第七人民医院"),
    Case("gate", "高新区冬青街小学南门接送拥堵", district=HIGHTECH, place="冬青街小学南门"),
    Case("bridge", "北三环与中州大道立交桥下积水", city="", place="北三环与中州大道立交桥"),
]

NAMED = [
    Case("verbs-are-no-name", "荥阳市王村镇有个造纸厂深夜往河里排污水", district="荥阳市", street="王村镇", place=""),
    Case("measure-word", "惠济区那条河里漂着死猪", district="惠济区", place=""),
    Case("after-colon", "小区：康桥知园，暖气不热", city="", place="康桥知园"),
    Case("answer", "问：在哪个小区？答：富田太阳城，3号楼", city="", place="富田太阳城"),
    Case("answer-bare", "您在哪个小区？金色港湾。", city="", place="金色港湾"),
    Case("called", "小区叫金色港湾，没有热水", city="", place="金色港湾"),
    Case("before-building", "住在康桥知园3号楼2单元，厨房漏水", city="", place="康桥知园"),
    Case("before-block", "金水区康桥知园5栋电梯停运", district="金水区", place="康桥知园"),
    Case("estate-outside", "洛阳市富田太阳城3号楼停水", city="洛阳市", place="富田太阳城"),
    Case("no-estate-said", "小区：没有名字，物业不管3号楼", city="", place=""),
    Case("asked-not-said", "我住在哪个小区？你们查一下", city="", place=""),
    Case("building-only", "楼下5号楼很吵，我们小区1号楼也吵", city="", place=""),
]

SHORT = [
    Case("one-shop", "惠济一家洗车店往路边排污水", district="惠济区"),
    Case("one-site", "管城一处工地夜里浇筑", district="管城回族区"),
    Case("zone-one-firm", "高新一家企业拖欠工资", district=HIGHTECH),
    Case("at", "坐标金水，楼上天天漏水", district="金水区"),
    Case("before-town", "惠济古荥镇的公交末班太早", district="惠济区", street="古荥镇"),
    Case("before-road-office", "新郑新建路办事处不回电话", district="新郑市", street="新建路街道"),
    Case("word-before-its-street", "中原须水办事处窗口没人", district="中原区", street="须水街道"),
    Case("number-before-its-street", "二七长江路办事处电话打不通", district="二七区", street="长江路街道"),
    Case("shopping-before-its-town", "上街峡窝镇的垃圾没人运", district="上街区", street="峡窝镇"),
    Case("home-shopping-name", "家在上街，暖气不热", district="上街区"),
    Case("word-before-other-road", "中原大学路的井盖坏了", city=""),
    Case("shopping", "昨天去上街，发现菜价涨了", city=""),
    Case("while-shopping", "我在上街的时候被偷了钱包", city=""),
    Case("river", "惠济河边有人电鱼", city=""),
    Case("estate-named-so", "金水湾小区停水两天", city=""),
]

MATTER = [
    Case("rents-here-complains-there", "我在中原区租房，投诉的是登封一家民宿", district="登封市"),
    Case("works-here", "在管城区上班，金水区的健身房跑路了", district="金水区"),
    Case(
        "works-at-street", "在惠济区江山路街道上班，反映金水区文化路的公交线路",
        district="金水区", place="文化路",
    ),
    Case("home-and-work-elsewhere", "家安在中牟，单位在郑东，中牟那边的公交停了", district="中牟县"),
    Case("person-is-at", "我人在二七区，惠济区的老房子漏水没人管", district="惠济区"),
    Case("somebody-is-no-caller", "有人在金水区乱倒垃圾，惠济区的车拉来的", district="金水区"),
    Case("identity-card", "身份证上写的是巩义，如今在高新区上学，卡补不了", district=HIGHTECH),
    Case("house", "家住金水区，房子在荥阳，开发商不办证", district="荥阳市"),
    Case("handed-to", "中原区说不归他们，请派给高新区处理", district=HIGHTECH),
    Case("denied", "这段路不属于二七区，属于管城区", district="管城回族区"),
    Case("not-to", "中牟县的路灯坏了，别再派到金水区", district="中牟县"),
    Case("denied-alone", "老有人以为我是管城区的", city=""),
    Case("denial-asked", "这不是金水区管的吗，怎么没人来", district="金水区"),
    Case("work-is-enough", "我们单位在高新区，食堂卫生差", district=HIGHTECH),
    Case("personnel-is-no-work", "金水区工作人员推诿，惠济区也不管", district="金水区"),
    Case("from-elsewhere", "我住二七区，投诉的是新乡红旗区一家驾校", city="新乡市"),
    Case("works-here-house-there", "开封禹王台区的期房停工了，我现在在金水区上班", city="开封市"),
    Case("in-our-city-from-other", "人在郑州，想投诉西安雁塔区一家酒店", city="西安市"),
    Case("firm-of-other-city", "总部位于北京的公司在金水区的门店跑路", district="金水区"),
    Case("model-city", "为何深圳的城区能装测速，金水区不能", district="金水区"),
]  # fmt: skip

FORMER = [
    Case("township-now-office", "南曹镇一处工地扬尘大", district="管城回族区", street="南曹街道"),
    Case("town-of-district", "二七侯寨乡的路窄", district="二七区", street="侯寨街道"),
    Case("township-now-town", "新密岳村乡的路塌了", district="新密市", street="岳村镇"),
    Case("town-of-township", "荥阳高村镇的路塌了", district="荥阳市", street="高村乡"),
    Case("office-of-town", "郑东新区白沙办事处的安置房漏雨", district="郑东新区", street="白沙镇"),
    Case("short-office", "惠济刘寨办，楼道没人扫", district="惠济区", street="刘寨街道"),
    Case("common-with-district", "高新区双桥镇拆迁没有说法", district=HIGHTECH, street="双桥街道"),
    Case("common-alone", "双桥镇的物业不管", city=""),
    Case("still-a-town-elsewhere", "刘寨镇的路灯坏了", district="新密市", street="刘寨镇"),
    Case("new-towns", "新城镇化建设占了我的地", city=""),
    Case("card-bought", "二七区嵩山路办的健身卡退不了", district="二七区"),
    Case("licence-hall", "二七区嵩山路办证大厅没人", district="二七区"),
]

ZONES = [
    Case(
        "runs-the-street", "金水区龙子湖街道归郑东新区管，积水一直没人抽",
        district="郑东新区", street="龙子湖街道",
    ),
    Case(
        "runs-the-town", "中牟县白沙镇的小区，郑东新区管委会不管",
        district="郑东新区", street="白沙镇",
    ),
    Case("runs-on-behalf", "中牟县杨桥街道由郑东新区代管，地补没发", district="郑东新区", street="杨桥街道"),
    Case("formerly", "以前属中牟，现在归航空港区的村子没水", district=AIRPORT),
    Case("zone-on-its-land", "新郑的安置房，航空港区财政局不批补贴", district=AIRPORT),
    Case("zone-elsewhere", "惠济区和经开区都不批", district="惠济区"),
]  # fmt: skip

OTHER_NAMES = [
    Case("person", "我叫李新郑，身份证丢了", city=""),
    Case("person-titled", "王新密先生来电反映社保卡的事", city=""),
    Case("firm", "公司名叫郑东科技，不退押金", city=""),
    Case("enrolment-is-no-name", "报名荥阳驾校不退费", district="荥阳市"),
    Case("product", "超市卖的中牟大蒜发霉", city=""),
    Case("product-online", "网购的荥阳石榴烂了一半", city=""),
    Case("grower", "中牟大蒜种植户的冷库断电", district="中牟县"),
    Case("county-and-product", "中牟县西瓜滞销", district="中牟县"),
]

SLIPS = [
    Case("city-suffix", "荣阳市贾峪镇的厂子冒烟", district="荥阳市", street="贾峪镇"),
    Case("after-city", "郑州登丰的民宿宰客", district="登封市"),
    Case("suffix", "惠挤区的路灯不亮", district="惠济区"),
    Case("mistyped-suffix", "金水曲政府网站打不开", district="金水区"),
    Case("road", "金水区丰产陆街道占道经营", district="金水区", street="丰产路街道"),
    Case("office", "二七区淮河路办时处没人", district="二七区", street="淮河路街道"),
    Case("stem", "候寨办事处不回电话", district="二七区", street="侯寨街道"),
    Case("before-its-street", "新蜜曲梁镇的路塌了", district="新密市", street="曲梁镇"),
    Case("short-alone", "新蜜豆腐好吃", city=""),
    Case("firm-named-so", "登丰公司欠薪", city=""),
    Case("song", "他唱的金水曲很好听", city=""),
    Case("estate-named-so", "荣阳小区物业不管", city=""),
]

GROUPS = (
    *(DISTRICTS, STREETS, COMMUNITIES, SEVERAL, TRAPS, OUTSIDE, PLACES, NAMED),
    *(SHORT, MATTER, FORMER, ZONES, OTHER_NAMES, SLIPS),
)


@pytest.mark.parametrize("case", [case for group in GROUPS for case in group], ids=lambda c: c.id)
def test_locate(case: Case, gazetteer: Gazetteer) -> None:
    """Official names are given when the text settles them, and only then."""
    found = gazetteer.locate(case.text)
    assert found == Address(
        city=case.city,
        district=case.district,
        street=case.street,
        community=case.community,
        place=found.place if case.place is None else case.place,
    )


@pytest.mark.parametrize("case", OUTSIDE, ids=lambda c: c.id)
def test_is_outside(case: Case, gazetteer: Gazetteer) -> None:
    """Outside is another city; 郑州 and an unknown city are not."""
    address = gazetteer.locate(case.text)
    assert gazetteer.is_outside(address) is (case.city not in {"", ZZ})
    assert not gazetteer.is_outside(Address())


def test_every_district_by_every_alias(gazetteer: Gazetteer) -> None:
    """Each alias of the table leads to its district when 郑州 stands before it."""
    for district in load_tables().districts:
        for alias in (district.name, *district.aliases):
            text = f"郑州{alias}的热线" if not alias.startswith("郑州") else f"{alias}的热线"
            assert gazetteer.locate(text).district == district.name, alias


def test_every_street_in_its_district(gazetteer: Gazetteer) -> None:
    """Each street office is found by its official name after its district's name."""
    tables = load_tables()
    names = {d.id: d.name for d in tables.districts}
    for street in tables.streets:
        found = gazetteer.locate(f"{names[street.district_id]}{street.name}的一处工地")
        assert (found.district, found.street) == (names[street.district_id], street.name)


def test_answers_are_names_of_the_tables(gazetteer: Gazetteer) -> None:
    """No text yields a district, street or community that the tables do not hold."""
    tables = load_tables()
    districts = {d.name for d in tables.districts} | {""}
    streets = {s.name for s in tables.streets} | {""}
    communities = {c.name for c in tables.communities} | {""}
    for group in GROUPS:
        for case in group:
            found = gazetteer.locate(case.text)
            assert found.district in districts
            assert found.street in streets
            assert found.community in communities
            assert found.place in case.text


def test_empty_and_short_texts(gazetteer: Gazetteer) -> None:
    """A text without words has no place."""
    for text in ("", "区", "。", "\n"):
        assert gazetteer.locate(text) == Address()


def test_a_sure_zone_takes_its_street() -> None:
    """A street whose zone is certain belongs to the zone even when only the street is named."""
    districts = (
        District(id="d", name="东河区", kind="市辖区", governing_body="东河区人民政府"),
        District(id="z", name="西山新区", kind="功能区", governing_body="西山新区管理委员会"),
    )
    streets = (
        Street(name="柳林渡街道", kind="街道", district_id="d", zone="z", zone_confidence="high"),
        Street(name="桃花坞街道", kind="街道", district_id="d", zone="z", zone_confidence="low"),
    )
    communities = (Community(name="石榴院社区", kind="社区", street="柳林渡街道", district_id="d"),)
    gazetteer = Gazetteer(districts, streets, communities)
    assert gazetteer.locate("柳林渡街道环境差").district == "西山新区"
    assert gazetteer.locate("东河区柳林渡街道环境差").district == "东河区"
    assert gazetteer.locate("桃花坞街道环境差").district == "东河区"
    assert gazetteer.locate("石榴院社区停电").district == "西山新区"


def test_a_slip_yields_to_a_real_name() -> None:
    """A name that exists is never read as another one mistyped."""
    districts = (
        District(id="d", name="东河区", kind="市辖区", governing_body="东河区人民政府"),
        District(id="e", name="南岭区", kind="市辖区", governing_body="南岭区人民政府"),
    )
    alone = Street(name="柳林路街道", kind="街道", district_id="d")
    twin = Street(name="柳林陆街道", kind="街道", district_id="e")
    assert Gazetteer(districts, (alone,), ()).locate("柳林陆街道办理低保").street == "柳林路街道"
    assert Gazetteer(districts, (alone, twin), ()).locate("柳林陆街道办理低保").street == "柳林陆街道"
