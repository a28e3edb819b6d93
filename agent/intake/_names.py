"""Names of people in a text, by the words around them.

A name is found only where the text says that one follows (我叫, 姓名：), where a form of address follows
it (张先生) or where a phone or identity number follows it. No dictionary of names, no model: shops,
companies, villages and streets that begin with a surname (王府井百货, 张庄村, 李记烩面) stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.intake._words import words

_COMPOUND = words(
    """
    欧阳 上官 司马 诸葛 皇甫 东方 尉迟 公孙 慕容 令狐 长孙 宇文 夏侯 司徒 轩辕 端木 南宫 独孤 澹台 闻人
    呼延 赫连 万俟 申屠 钟离 淳于 鲜于 闾丘 拓跋 西门
    """
)
# the common surnames of China and of 河南, not all: a rare one is found after a label and a colon
_SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔"
    "赖文庞樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷时舒耿牟卜詹关苗凌费纪靳"
    "盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丛车冉房边辜晏佘娄仝谌党苑晁臧訾"
)
# these are also everyday words, so a bare context is not enough for them
_EVERYDAY = frozenset("于向时常成安单管车有位强关查解任曾方高温包司房边项易金文席党应连计全能和从")
# two characters each: everyday words, places and firms that begin with a surname
_FIRST_WORDS = words(
    """
    安保 安全 安置 安装 安排 保安 白天 白沙 边上 柴油 车主 车位 车辆 车库 成年 成立 程序 单位 单身 单元
    党员 段时 方便 方面 房东 房产 房管 房屋 房子 付款 付费 高中 高层 高新 高校 高血 高速 高龄 高空 顾客
    关于 管理 管家 广大 何时 贺岁 洪水 后来 黄河 黄金 季度 贾鲁 江山 江苏 金水 金额 解决 经开 康复 老师
    李记 林地 路人 马上 马路 毛坯 梅雨 宁夏 宁波 钱款 强烈 任何 任职 施工 时间 时候 史上 司机 水电 唐山
    童装 万分 万元 万达 位于 温州 温馨 温县 文化 文员 文明 武汉 武陟 席位 夏天 夏季 向上 项目 项城 谢谢
    新郑 许多 许昌 许可 严格 严重 阳台 阳光 杨絮 叶子 易拉 应该 游客 余款 余额 袁山 岳父 岳母 曾经 詹天
    章程 张贴 郑东 郑州 郑重 郑上 郑汴 中原 钟表 钟点 周围 周边 周一 周二 周三 周四 周五 周六 周日 周末
    周口 庄稼 庄严 左右 左边 商户 商家 石油 石头 谷雨 孔洞 柳絮 牛奶 牛肉 苗圃 盛夏 童年 查询 查处 匿名
    保密 不详 不愿 未知 未提 暂无 同上 有误 如下 错误 信息 纪委 纪检 石佛 石灰 申报 申请 费用 查看 任课 姓名
    日期 车间 车牌 管道 管网 方案 龙湖 郑大 万科 康桥 全体 任务 从来 易于 车来 车拉 车去 车等
    """
)
# two characters each, after 老板, 司机 and their like: what such people do or how they are, not who they are
_DOINGS = words(
    """
    白吃 白干 白拿 白住 白跑 白白 白眼 毕竟 毕业 陈旧 陈述 程度 戴头 戴口 戴帽 戴着 董事 杜绝 范围
    费劲 费力 费尽 费心 付钱 付清 付账 付工 付房 付货 付定 付押 付全 付尾 付租 付水 付电 付现 付薪 付完 付了 付我
    付给 付出 付首 付违 付赔 付利 付一 付两 付三 付半 顾及 顾虑 顾不 顾忌 何必 何况 何处 何在 何意 何种 何地
    何故 贺卡 洪亮 胡扯 胡吹 胡来 胡乱 胡闹 胡说 胡言 胡编 胡搅 黄牛 黄色 黄牌 季付 季租 焦急 焦虑 焦躁 耿直
    景观 赖掉 赖房 赖工 赖皮 赖账 赖着 赖租 赖帐 雷同 凌晨 凌辱 凌乱 柳树 龙头 鲁莽 陆续 罗列 罗嗦
    马虎 马桶 毛病 毛利 莫非 莫名 莫须 牟利 牟取 宁可 宁死 宁愿 牛逼 牛棚 牛气 牛羊 庞大 齐全 齐心 钱包 钱财
    钱数 钱物 乔装 曲解 屈服 申明 申诉 申辩 盛怒 盛气 施暴 施舍 施压 石墙 石棉 石子 石板 史无 舒服 舒适
    孙子 汤水 唐突 陶醉 童工 涂改 涂料 涂鸦 万般 王八 卫浴 武断 武力 夏季 谢绝 谢罪 辛苦 许久
    许诺 严惩 严词 严防 严禁 严控 严厉 阳性 阳气 殷勤 尤其 游说 游玩 游戏 余地 余热 余下 张口 张嘴 张罗
    张扬 张狂 张开 张牙 章法 甄别 钟点 周到 周期 周旋 周折 周转 祝福 庄重 左拐 左转 左侧 左行
    """
)
_PLACE_ENDS = "村庄镇乡县市省区路街道巷桥河店铺馆厂司局部处委会院校所站厅社园城府寨营集湾岗沟坡屯堡庙行苑记湖井"
_PERSON_NOUNS = "人民户主工生员方者客友妈爸爷奶妻夫儿女孙家师长们子的了过着吗呢"  # never the last of a name after 我是
_HAN = re.compile(r"[\u3400-\u9fff]")
_EDGE = re.compile(
    r"$|[^\u3400-\u9fff·]|是|住|在|家住|电话|手机|联系|身份|男|女(?!士)|今年|来自|现居|现年|反映|投诉|要求|要|想|和|与|的|号码|微信|性别|二[〇零○]"
)
_FIRM_EDGE = re.compile(r"$|[^\u3400-\u9fff·]|电话|手机|联系|身份证|家住|住在|性别|今年|现居")
_LABEL_EDGE = re.compile(r"$|[^\u3400-\u9fff·]|电话|手机|联系|身份证|性别|地址|住址|年龄|二[〇零○]")

_LIST_EDGE = re.compile(r"$|[^\u3400-\u9fff·]")

_CALLED = re.compile(
    r"(?:我叫做?|本人叫|名叫|名字叫|名字是|名字[：:]|全名叫?|"
    r"(?:贵姓|怎么称呼|什么名字)[？?。，,：: \n]{1,3}(?:我|本人)?(?:姓|叫|是)?|"
    r"[他她板人名婆公子儿女亲友哥弟姐妹]叫)[做：: ]{0,2}"
)
_SURNAME_ONLY = re.compile(r"(?:[我她他人]|免贵|本人)姓[：: ]?(?=[\u4e00-\u9fff])")
_GIVEN_TOO = re.compile("的?[，,。、 ]{0,2}我?(?:全?名[叫是]?|名字[叫是]|单名一个|叫)")
_AGAIN = re.compile("[，,。、 ：:]{1,2}(?:我是|就是|是)?")
_THE_ONE_NAMED = re.compile("姓(?=[\u4e00-\u9fff]{1,2}的[，,。、 ]{0,2}(?:全?名|名字|叫))")
_LABELLED = re.compile(
    r"(?:姓名|联系人|申请人|投诉人|举报人|反映人|来电人|诉求人|当事人|报修人|收件人|收货人|收款人|付款人|户主|户名|法人代表|法定代表人|法人|负责人)"
    r"(?P<link>[ ]?[：:为是][ ]?)?"
)
_RARE = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?(?=$|[^\u4e00-\u9fff·])")
_SELF = re.compile(r"(?:我是|本人是?|[我咱]们是)[：: ]?")
# 我是金水区王建国: where somebody lives, then who it is
_SELF_FROM = re.compile(r"(?:我是|本人是?)[\u4e00-\u9fff]{2,12}(?:[区县市镇乡村]|街道|小区)的?")
_AS_ROLE = re.compile(r"(?:业主|市民|村民|居民|住户|租户)(?:是|[：:])?")
# 小店老板王建国: whom the matter is about more often than who reports it
_AS_TRADE = re.compile(r"(?:老板娘?|店主|房东|邻居|司机(?:师傅)?|包工头|中介|经理)(?:是|[：:])?")
_HONORIFIC = re.compile(r"先生|女士|小姐|师傅|老师|大爷|大妈|大娘|阿姨|同志")
_ROLE = "业主|市民|村民|居民|住户|租户|爱人|老婆|妻子|丈夫|老公|父亲|母亲|儿子|女儿"
_BEFORE_NUMBER = re.compile(
    rf"(?:{_ROLE}|(?<![\u3400-\u9fff·]))([\u4e00-\u9fff]{{2,4}})(?=[，,、 ：:（(]{{0,2}}(?:[男女][，,、 ]{{0,2}})?"
    r"(?:(?:的?(?:联系)?(?:电话|手机)(?:号码?)?|身份证(?:号码?)?)[是为：: ]{0,2}\d|"
    r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|\d{17}[\dXx]))"
)
_BEFORE_HONORIFIC = frozenset("是叫姓的给找和与跟向对由被让请有位名为到及、这那从问帮替陪")


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of names of people, surest first; ranges may overlap."""
    yield from _after(_CALLED, text, _EDGE, loose=True)
    yield from _labelled(text)
    yield from _surnames(text)
    yield from _addressed(text)
    yield from _after(_SELF, text, _FIRM_EDGE, loose=False)
    yield from _after(_SELF_FROM, text, _FIRM_EDGE, loose=False)
    yield from _after(_AS_ROLE, text, _FIRM_EDGE, loose=False)
    yield from _traders(text)
    yield from _numbered(text)


def _surname(text: str, start: int) -> int:
    """Length of the surname at `start`, 0 when there is none or a common word begins there."""
    if text[start : start + 2] in _FIRST_WORDS:
        return 0
    if text[start : start + 2] in _COMPOUND:
        return 2
    return int(text[start : start + 1] in _SINGLE)


def _full_name(text: str, start: int, edge: re.Pattern[str]) -> int:
    """End of the shortest surname with one or two given characters that `edge` follows, or `start`."""
    surname = _surname(text, start)
    if not surname:
        return start
    for end in (start + surname + 1, start + surname + 2):
        given = text[start + surname : end]
        if len(given) != end - start - surname or not all(map(_HAN.match, given)):
            break
        if edge.match(text, end) and given[-1] not in _PLACE_ENDS:
            return end
    return start


def _after(context: re.Pattern[str], text: str, edge: re.Pattern[str], *, loose: bool) -> Iterator[tuple[int, int]]:
    """Names after a context; `loose`: the context promises a name, so no clear edge is needed."""
    for found in context.finditer(text):
        start = found.end()
        end = _full_name(text, start, edge)
        if end > start and not (not loose and _doubtful(text, start, end)):
            yield start, end
        elif loose and end == start:
            yield from _promised(text, start)


def _traders(text: str) -> Iterator[tuple[int, int]]:
    """Names after 老板, 房东, 司机 and their like, which a verb follows as often as a name."""
    for start, end in _after(_AS_TRADE, text, _FIRM_EDGE, loose=False):
        if text[start : start + 2] not in _DOINGS:
            yield start, end


def _doubtful(text: str, start: int, end: int) -> bool:
    return text[start] in _EVERYDAY or text[end - 1] in _PERSON_NOUNS or "某" in text[start:end]


def _promised(text: str, start: int) -> Iterator[tuple[int, int]]:
    """A surname alone (您贵姓？张。) or a name that runs into the next words (我叫张伟强烈要求)."""
    surname = _surname(text, start)
    if not surname or text[start] in _EVERYDAY:
        return
    following = text[start + surname : start + surname + 3]
    if not following or not _HAN.match(following):
        yield start, start + surname
    elif not any(char in _PLACE_ENDS for char in following):
        yield start, start + surname + 1


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    for found in _LABELLED.finditer(text):
        start = found.end()
        end = _full_name(text, start, _LABEL_EDGE)
        if end > start and (found["link"] or not _doubtful(text, start, end)):
            yield start, end
            yield from _listed(text, end)
        elif end == start and (found["link"] or "").strip() in ("：", ":"):
            yield from _rare_name(text, start)


def _listed(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Further names of a list: 举报人：余明、王立春."""
    while text[end : end + 1] in ("、", "，", ",") and (after := _full_name(text, end + 1, _LIST_EDGE)) > end + 1:
        yield end + 1, after
        end = after


def _rare_name(text: str, start: int) -> Iterator[tuple[int, int]]:
    """After a label and a colon a surname need not be known: 姓名：逄飞宇."""
    found = _RARE.match(text, start)
    if found and text[start : start + 2] not in _FIRST_WORDS and not any(c in _PLACE_ENDS + "面品" for c in found[0]):
        yield found.span()


def _surnames(text: str) -> Iterator[tuple[int, int]]:
    """A surname given as such (我姓张), and the full name given after it (我姓张，张建国 or 叫建国)."""
    for context in (_SURNAME_ONLY, _THE_ONE_NAMED):
        for found in context.finditer(text):
            start = found.end()
            surname = 2 if text[start : start + 2] in _COMPOUND else int(text[start] in _SINGLE)
            if surname:
                yield start, start + surname
                yield from _in_full(text, start, start + surname)


def _in_full(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The name after the surname `text[start:end]`; without 叫 it must repeat the surname and end clearly."""
    called = _GIVEN_TOO.match(text, end)
    again = called or _AGAIN.match(text, end)
    if again is None or not (called or text.startswith(text[start:end], again.end())):
        return
    last = _full_name(text, again.end(), _EDGE if called else _FIRM_EDGE)
    name = text[again.end() : last]
    if name and not name.endswith("的") and not _HONORIFIC.search(name):
        yield again.end(), last


def _addressed(text: str) -> Iterator[tuple[int, int]]:
    for found in _HONORIFIC.finditer(text):
        title = found.start()
        starts = [at for at in range(max(0, title - 4), title) if _fits(text, at, title)]
        clear = [at for at in starts if at == 0 or not _HAN.match(text[at - 1]) or text[at - 1] in _BEFORE_HONORIFIC]
        if clear:
            yield clear[0], title
        elif starts and found[0] in ("先生", "女士"):
            yield starts[0], title


def _fits(text: str, start: int, title: int) -> bool:
    """`text[start:title]` could be a name or a surname before a form of address."""
    if text[start] in "车向时常成单管位强关查解任和从于" and title - start == 1:
        return False  # 向老师反映, 由于先生
    surname = _surname(text, start)
    given = text[start + surname : title]
    return bool(surname) and len(given) <= 2 and all(map(_HAN.match, given)) and not set(given) & set("的家和与某是")


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    for found in _BEFORE_NUMBER.finditer(text):
        start, end = found.span(1)
        surname = _surname(text, start)
        if surname and surname < end - start <= surname + 2 and text[end - 1] not in _PLACE_ENDS + _PERSON_NOUNS:
            yield start, end
