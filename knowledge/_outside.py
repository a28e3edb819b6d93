"""Names of places outside 郑州, so that a matter from elsewhere is never given to a 郑州 district.

Words only. Sources: the list of provinces and prefecture-level divisions of China; the counties and
county-level cities of 河南 (without 郑州's own) by their prefecture's neighbourhood. Counties of other
provinces are not listed: their city or province is usually named with them.
"""

from __future__ import annotations

_PROVINCES = """
河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 湖北省 湖南省 广东省
海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省 内蒙古自治区 广西壮族自治区 西藏自治区
宁夏回族自治区 新疆维吾尔自治区
"""
_MUNICIPALITIES = "北京 上海 天津 重庆"
_HENAN_CITIES = "开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源"
_CAPITALS = """
石家庄 太原 沈阳 长春 哈尔滨 南京 杭州 合肥 福州 南昌 济南 武汉 长沙 广州 海口 成都 贵阳 昆明 西安 兰州
西宁 呼和浩特 南宁 拉萨 银川 乌鲁木齐 深圳 青岛 苏州 宁波
"""
# Too much like everyday words or road names to stand without 市.
_OTHER_CITIES = """
唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳
盘锦 铁岭 朝阳 葫芦岛 四平 辽源 通化 白山 松原 白城 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河
牡丹江 黑河 绥化 无锡 徐州 常州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 温州 嘉兴 湖州 绍兴 金华 衢州
舟山 台州 丽水 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 厦门 莆田
三明 泉州 漳州 南平 龙岩 宁德 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 淄博 枣庄 东营 烟台
潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州
仙桃 潜江 天门 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 韶关 珠海 汕头 佛山 江门
湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 柳州 桂林 梧州 北海 防城港 钦州
贵港 玉林 百色 贺州 河池 来宾 崇左 三亚 三沙 儋州 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充
眉山 宜宾 广安 达州 雅安 巴中 资阳 六盘水 遵义 安顺 毕节 铜仁 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 日喀则
昌都 林芝 山南 那曲 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 嘉峪关 金昌 白银 天水 武威 张掖 平凉
酒泉 庆阳 定西 陇南 海东 石嘴山 吴忠 固原 中卫 克拉玛依 吐鲁番 哈密
"""
# Other cities that people from 郑州 go to work in and name without 市; none is a word or a road of ours.
_WORKPLACES = "东莞 佛山 珠海 厦门 温州 无锡"
_HENAN_COUNTIES = """
杞县 通许县 尉氏县 兰考县 新安县 栾川县 嵩县 汝阳县 宜阳县 洛宁县 伊川县 偃师市 孟津县 宝丰县 叶县
鲁山县 郏县 舞钢市 汝州市 安阳县 汤阴县 滑县 内黄县 林州市 浚县 淇县 新乡县 获嘉县 原阳县 延津县 封丘县
长垣市 卫辉市 辉县市 修武县 博爱县 武陟县 温县 沁阳市 孟州市 清丰县 南乐县 范县 台前县 濮阳县 鄢陵县
襄城县 禹州市 长葛市 舞阳县 临颍县 渑池县 卢氏县 义马市 灵宝市 南召县 方城县 西峡县 镇平县 内乡县 淅川县
社旗县 唐河县 新野县 桐柏县 邓州市 民权县 睢县 宁陵县 柘城县 虞城县 夏邑县 永城市 罗山县 光山县 新县
商城县 固始县 潢川县 淮滨县 息县 扶沟县 西华县 商水县 沈丘县 郸城县 太康县 鹿邑县 项城市 西平县 上蔡县
平舆县 正阳县 确山县 泌阳县 汝南县 遂平县 新蔡县
"""


def full_names() -> frozenset[str]:
    """Names that say by themselves that they are a city, county or province, e.g. 洛阳市."""
    cities = f"{_MUNICIPALITIES} {_HENAN_CITIES} {_CAPITALS} {_OTHER_CITIES}".split()
    return frozenset(_PROVINCES.split()) | {f"{c}市" for c in cities} | frozenset(_HENAN_COUNTIES.split())


def paired_names() -> dict[str, str]:
    """A city's short name after its province's, as callers say it: 广东东莞. Any pair: nobody says a wrong one."""
    provinces = [name[:3] if name.startswith(("黑龙江", "内蒙古")) else name[:2] for name in _PROVINCES.split()]
    cities = f"{_HENAN_CITIES} {_CAPITALS} {_OTHER_CITIES}".split()
    return {f"{province}{city}": f"{city}市" for province in provinces for city in cities}


def bare_names() -> dict[str, str]:
    """Well-known short names that may stand without 市, and the official name of each."""
    return {c: f"{c}市" for c in f"{_MUNICIPALITIES} {_HENAN_CITIES} {_CAPITALS} {_WORKPLACES}".split()}
