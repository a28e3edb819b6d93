"""Names of organisations and places in a folded text, and which of them a source does not hold.

By their endings (局 委员会 派出所 公司 路 小区 …), without a dictionary: a name is grounded when the longest tail of it
that the source holds begins where a name may begin. General nouns (物业公司, 辖区派出所, 道路) are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from agent.drafting.guard.patterns import listed, pattern
from models.record import Record

_OFFICES = listed(
    """
    管理委员会 委员会 管委会 居委会 村委会 业委会 卫健委 发改委 建委 农委 国资委 网信办 信访局 局 办公室 办事处
    街道办 政府办 派出所 供电所 司法所 税务所 房管所 执法所 交管所 市场监管所 管理所 水务所 工商所 研究所 支队
    大队 中队 服务站 监督站 管理站 服务中心 中心 集团 公司 支行 分行 银行 学校 中学 小学 幼儿园 大学 学院 医院
    卫生院 门诊部 法院 检察院 仲裁院 协会 联合会 总会 学会 商会 基金会 促进会 服务队 街道 工作站 指挥部 事务所
    维修站 分局 总队 工会 妇联 残联 消协
    """
)
_SPOTS = listed(
    """
    路 大街 街 大道 胡同 巷 小区 社区 花园 家园 广场 大厦 公园 市场 商场 村 镇 乡 号院 县 市
    """
)
_OFFICE = re.compile("|".join(sorted(_OFFICES, key=len, reverse=True)))
# 路灯, 市民 and 村委会 only begin like the ending of a name.
_NO_SPOT = (
    "路(?=[灯面过由况牌障标基人政网程线])|市(?=[民场政容区级内直长委局面值价况里外人])|村(?=[民委里内干务支组庄集])"
    "|镇(?=[上里政定静])|街(?=[道坊头面])|县(?=[城级区里乡委])|乡(?=[镇村里亲])|社区(?=[居卫医])"
)
_SPOT = re.compile(f"(?!{_NO_SPOT})(?:{'|'.join(sorted(_SPOTS, key=len, reverse=True))})")
# What the endings are when they name nobody in particular.
_GENERAL = listed(
    """
    承办单位 物业公司 物业服务公司 管理公司 开发公司 建设公司 施工公司 快递公司 保险公司 物流公司 公交公司
    供电公司 燃气公司 热力公司 自来水公司 家政公司 装修公司 中介公司 培训公司 电梯公司 维保公司 平台公司 总公司
    分公司 公司 集团 街道办事处 街道办 街道 乡镇办事处 派出所 公安派出所 社区居委会 居委会 村委会 村民委员会
    居民委员会 社区居民委员会 业委会 业主委员会 筹备组 人民法院 法院 人民检察院 检察院 仲裁委员会 劳动仲裁委员会
    劳动人事争议仲裁委员会 劳动争议仲裁委员会 劳动人事争议仲裁院 人民调解委员会 调解委员会 行业协会 消费者协会
    消协 法律援助中心 公共法律服务中心 政务服务中心 便民服务中心 党群服务中心 服务中心 受理中心 热线中心
    指挥中心 急救中心 社区卫生服务中心 购物中心 市中心 中心 学校 中小学 小学 中学 大学 学院 幼儿园 医院 卫生院
    银行 办公室 业务办公室 居民小区 老旧小区 开发区管委会 管委会 管理委员会 委员会 事务所 律师事务所 服务站
    主管局 结局 格局 布局 邮局 各局 全局 大局 僵局 当局 局 工会 妇联 残联 仲裁院 鉴定中心 鉴定机构 分局 支队
    大队 中队 执法大队 执法中队 执法支队 行政复议局 房产中心 维修中心 供电所 司法所 道路 公路 马路 铁路 线路
    电路 管路 水路 气路 思路 出路 销路 网路 走路 修路 问路 让路 沿路 一路 上路 路 主干路 支路 主路 辅路 快速路
    高架路 人行道路 市政道路 消防道路 大街 街 背街 沿街 临街 逛街 上街 步行街 商业街 过街 镇村 办事处 市局 区局
    县局 省局 大道 人行大道 小巷 巷 背街小巷 街巷 小区 该小区 社区 所在社区 花园 家园 广场 大厦 公园 市场
    超级市场 农贸市场 集贸市场 菜市场 二手市场 房地产市场 建筑市场 商场 村 农村 乡村 全村 各村 行政村 自然村
    城镇 乡镇 集镇 镇 乡 家乡 城乡 下乡 返乡 县 区县 市县 各县 城市 本市 我市 全市 超市 门市 夜市 早市 集市 股市
    上市 入市 都市 地市 县市 省市 各市 市 郑州市 县级市 户籍市 外市 直辖市 门路 岔路 路口 一段路 段路 这段路 铁路局
    劳动力市场
    人才市场 人力资源市场 房产市场 市民中心 城中村 政务服务和公共资源交易中心 12345热线中心 热线受理中心
    市场监管所 市场监督管理所 市监所 监管所 执法所 交管所 水务所 工商所 自然资源所 国土所 环卫所 民政所 财政所 社保所
    城管所 派出所 供水所 供热站 环卫站 水务站 兽医站 调解委员会 人民调解委员会 调委会 家长委员会 家委会 业主委员会
    客运公司 物业服务公司 社区服务中心 社区卫生服务中心 便民服务中心 党群服务中心 志愿服务队 应急队 抢修队 巡逻队
    便民热线中心 房屋安全鉴定中心 不动产登记中心 公积金中心 心理咨询中心 维权中心 房管所 税务所 管理所
    综合行政执法大队 综合执法大队 综合执法中队 综合行政执法中队 用工单位 监察大队 劳动监察大队 交警大队 建设单位
    """
)
_GENERAL_TAIL = max(map(len, _GENERAL))
# A name may begin after these: prepositions, verbs of sending and asking, and words that stand for a place.
_BEFORE = frozenset(
    r"""
        由转请向到和与及将至被在对是为的经给于让把跟同送派报即系该本贵我您其此各某等或并以后前中内外上下里时当
        如因询往求告知促令助办找去入达用持查约谈督导调理据从自照按凭称说问见示拨打需须应可会能要想已未不也均都
        还再更就又且但而只及所则若凡除含任何每位处合联系关属交责商请赴抵近沿诉映报议询局委镇乡条段过离进出托委
        求收开修建管护接供缴付签订聘租购售入住属涉及市省区县“”（）、
    """
)
_GENERIC = pattern(
    r"""(?:[该某本我贵各此]|这个|那个|属地|辖区|当地|所在地|所在|就近|上级|附近|周边|沿线|有关|相关|主管|责任|承办|主办|协办|郑州|河南|河南省|项目|全体|联系|前往|通知|督促|要求|告知|拨打|委托|会同|配合|协助|申请|移交|进入|离开|返回|路过|经过|行经|居住|封闭|开放|老旧|临近|毗邻|靠近|另一|多家|几家|两家|部分|第三方|[一两二三几多这那]条)$"""
)
# Tags of proper nouns, and of the nouns and verbal nouns that make 民生服务督查 a name before 局.
_PROPER, _NOUNS = frozenset({"ns", "nr", "nz", "nt", "nrt", "nrfg"}), frozenset({"n", "vn", "j", "l", "an"})
_COMMON, _COMMON_CHARS = frozenset({"n", "v", "vn", "vi"}), 2
_BODIES = frozenset({"局", "中心", "委员会", "管理局", "协会", "总会", "集团", "服务中心"})
_RUN = 26  # characters that a name and what is before it may have
_RUN_BEFORE = re.compile(r"[\u3400-\u9fffA-Za-z0-9（）]{0,26}$")
_DISTRICT = "｜"  # no letter: a name may begin after it


class Place(Record):
    """An official district and the other ways people write it."""

    name: str
    aliases: tuple[str, ...] = Field(default=(), description="two characters or more")


def unknown_offices(text: str, known: str, districts: Sequence[Place]) -> Iterator[str]:
    """Organisations of the text that `known` does not name."""
    yield from _unknown(_OFFICE, without_districts(text, districts), known)


def unknown_spots(text: str, known: str, districts: Sequence[Place]) -> Iterator[str]:
    """Roads, estates, villages and towns of the text that `known` does not name."""
    yield from _unknown(_SPOT, without_districts(text, districts), known)


def unknown_districts(text: str, known: str, districts: Sequence[Place], *, open_place: bool) -> Iterator[str]:
    """Official districts of the text that `known` does not name.

    Args:
        text: Folded.
        known: The source.
        districts: All of the city.
        open_place: A text whose place the source leaves open may name a district.
    """
    told = [place for place in districts if _named(place, known)]
    for place in districts:
        if place.name in text and place not in told and (told or not open_place):
            yield place.name


def without_districts(text: str, districts: Sequence[Place]) -> str:
    """The text with every district marked: 金水区城市管理局 and 城市管理局 are one office then."""
    for place in districts:
        for name in (place.name, *place.aliases):
            if len(name) > 1:
                text = text.replace(name, _DISTRICT)
    return text


def _named(place: Place, text: str) -> bool:
    return place.name in text or any(alias in text for alias in place.aliases if len(alias) > 1)


def _unknown(endings: re.Pattern[str], text: str, known: str) -> Iterator[str]:
    words = _words(text)
    for found in endings.finditer(text):
        end = found.end()
        if end not in words:  # 过街处, 路暗: the ending only begins another word
            continue
        if endings is _SPOT and words[end].tag in _COMMON and len(words[end].text) == _COMMON_CHARS:
            continue  # 绕路, 炸街: a word of its own
        run = (_RUN_BEFORE.search(text[max(0, end - _RUN) : end]) or found)[0]
        tail = _known_tail(run, known, len(found[0]))
        if tail and (_begins(run[: -len(tail)]) or _begins_there(tail, known)):
            continue
        core = run[: -len(found[0])][-2:]
        if endings is _SPOT and len(core) > 1 and core in known:
            continue  # 二七万达广场 where the source says 二七万达
        if not _is_general(run, end, found[0], words, spot=endings is _SPOT):
            yield run[-max(len(tail) + 4, 8) :]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    tag: str


def _words(text: str) -> Mapping[int, _Word]:
    """The words of a text by the place where they end."""
    import rjieba  # half a second at first use; not at import of the agent

    ends, at = {}, 0
    for word, tag in rjieba.tag(text):
        at += len(word)
        ends[at] = _Word(word, tag)
    return ends


def _known_tail(run: str, known: str, ending: int) -> str:
    """The longest tail of the run that the source holds and that is more than a general noun."""
    best = ""
    for length in range(ending + 1, len(run) + 1):
        if run[-length:] not in known:
            break
        best = run[-length:]
    return "" if best in _GENERAL else best


def _begins(before: str) -> bool:
    """Whether a name may begin after these characters."""
    return not before or before[-1] in _BEFORE or _GENERIC.search(before) is not None


def _begins_there(tail: str, known: str) -> bool:
    """Whether the source itself has the tail as a whole name: then what the draft says before it is no part of it."""
    at = known.find(tail)
    while at >= 0:
        if at == 0 or known[at - 1] in _BEFORE or not "\u3400" <= known[at - 1] <= "\u9fff":
            return True
        at = known.find(tail, at + 1)
    return False


def _is_general(run: str, end: int, ending: str, words: Mapping[int, _Word], *, spot: bool) -> bool:
    """Whether the run ends in a noun that names nobody: no proper noun before it, and before 局 no noun at all."""
    tails = [run[-length:] for length in range(1, min(len(run), _GENERAL_TAIL) + 1) if run[-length:] in _GENERAL]
    if _GENERIC.search(run[: -len(ending)]):
        return True
    if not tails:
        return False
    tail = tails[-1]
    before = words.get(end - len(tail))
    if len(tail) == len(run) or (spot and len(tail) > len(ending)):
        return True
    if before is None or _GENERIC.search(run[: -len(tail)]):
        return before is not None
    naming = _PROPER | _NOUNS if tail in _BODIES else _PROPER
    return before.tag not in naming
