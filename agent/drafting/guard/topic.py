"""Whether a draft answers this matter: its subject, every demand, who acts, the danger, the kind of message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import LAW_WORDS, Case, fold, grams
from agent.drafting.guard.patterns import pattern

_COMMON = pattern(
    r"""
        您好|反映|问题|情况|诉求|收悉|办理|处理|核查|核实|结果|承办|单位|部门|负责|依据|中华|人民|共和|
        国法|规定|应当|按照|职责|感谢|支持|理解|关心|监督|热线|拨打|电话|希望|要求|郑州|市民|请您|可以|
        时间|安排|意见|回复|答复|如下|有关|相关|管理|工作|人员|街道|办事|保留|材料|便于|现场|填写|我们|
        您的|一个|没有|如果|进行|依法|咨询|反馈|规定|时限|城市|区城|市管|理局|局办
    """
)
_PLACE = pattern(r"[\u4e00-\u9fff]{2,4}?(?:路|大街|街道|街|大道|镇|乡|村|公园|广场|[^小]区|县|市)")
_NAME = 4  # characters of a name that is no everyday word
_RESTATED = re.compile(
    r"您(?:来电|来信|留言)?(?:反映|投诉|举报|咨询|建议|求助|提出)([^。；]{6,60}?)(?:的问题|的诉求|的情况|的事项|的线索|的建议|一事|收悉|，)"
)
_ENOUGH = 4  # pairs of a restatement that say enough to be compared
_FEWEST = 2  # pairs in common with complaint or record under which a draft is about something else
_ACTOR = pattern(
    r"""
        [局厅]|委(?![托屈])|[支大中]队|办公室|委员会|街道|镇政府|乡政府|人民政府|公司|部门|机关|机构|
        中心|派出所|学校|承办单位|主办单位|12345|管委会|服务站|监察|集团|交警|民警|联合会|当地|属地
    """
)
_COURTS = pattern("人民法院|法院|仲裁机构|仲裁委员会|12345热线|拨打12345|有关方面")
_EMERGENCY = pattern(r"110|119|120|122")
_DANGER = pattern(
    r"""
        (?:燃气|煤气|天然气|液化气)[^，。]{0,8}(?:味|漏|泄|爆)|着火|起火|失火|冒(?:浓)?烟[^。]{0,6}楼|
        火花|触电|漏电|电线[^，。]{0,8}(?:断|掉|垂|裸|落)|被困|困(?:在|人|住)|跳(?:下去|楼|河|桥)|轻生|
        自杀|想不开|落水|溺水|掉进|昏迷|晕倒|迷糊|中毒|一直吐|大出血|抽搐|持刀|砍人|打人|正在打|打我|
        家暴|绑架|走失|失踪|坍塌|倒塌|塌了|马上要塌|砸到人|砸伤|毒蘑菇|野蘑菇|喝了?农药|一氧化碳
    """
)
_NOT_NOW = pattern(r"""
    (?:前年|去年|前天|昨天|昨晚|那天|上个?月|上周|以前|曾经|万一|担心|害怕|怕|防止|以免|如果|险些|差点|
    隐患|演练|建议|咨询|请问)[^，。]{0,12}$
""")
_DANGEROUS = pattern(
    r"""
        (?:用|拿|找|取)[^，。；]{0,8}(?:木棍|棍子|竹竿|树枝|手|砖头|扫帚|铁锹|钳子|绳子|湿毛巾|干布|衣服)[^，。；]{0,12}
        (?:电线|挑|拨开|拨到|扶|压住|剪|捅|拉|拖|盖|堵|灭)|
        (?:自行|自己|先|徒手|亲自|直接|赶紧|尽快|试着|尝试|可以?)(?:动手)?[^，。；]{0,6}(?:接电|接线|剪断|灭火|扑[救灭]|扒门|
        撬门|拆除|拆卸|下井|下水|关阀|修理|追赶|抓捕|制服|拦截|翻越|攀爬|进入火场|爬|跳|拽|抱住|冲上去|进去|返回取|搬开|
        涉水|蹚水|驾车通过|捕捉|驱赶|靠近)|
        (?:点火|打火机|明火|点燃)[^，。；]{0,8}(?:试|查|检|看)|
        (?:多喝|喝点|喝些|灌|服用|催吐|吃点|吃些|涂抹|敷)[^，。；]{0,10}(?:水|牛奶|醋|酒|药|汤|牙膏|酱油|油|蛋清)|
        (?:观察|等|拖|忍|坚持|休息)[^，。；]{0,4}(?:一晚|一夜|一两天|几天|几个?小时|一段时间|到(?:明天|天亮|第二天|上班|工作日))|第二天|
        再(?:考虑|决定)[^，。；]{0,4}(?:去|到|是否)?[^，。；]{0,4}(?:医院|就医|报警|就诊|撤离|疏散)|
        (?:不必|不用|无需|不需要?|不要|没必要|暂不|先别)(?:急于|急着|着急|马上|立即|惊动|过于|太)?[^，。；]{0,4}(?:就医|报警|送医|撤离|
        疏散|拨打|惊慌|紧张|担心|出门|停用|关闭)|
        (?:凑近|靠近|上前|走近)[^，。；]{0,6}(?:拍|看|闻|查看|观察|劝|拉)|(?:继续|可以)(?:观察|围观|使用|居住|乘坐|通行|食用|拍摄)|
        耐心等(?:候|待)|留在(?:屋|室|楼|车|原地|房)[^，。；]{0,4}(?:等|继续|休息|观察)|(?<!不要)(?<!请勿)乘坐?电梯(?:撤|下楼|逃|离)|
        (?:打开|开启)(?:排风扇|油烟机|电灯|电器|抽油烟机|换气扇|空调|灯)
    """
)
_WARNS = pattern(r"不要|请勿|切勿|勿|禁止|避免|不得|不能|不可|别|严禁|防止|远离|不宜|不必自行")
_PRAISE = re.compile(
    r"表扬|点[个一]?赞|暖心|锦旗|(?:想|要|特来|特别|非常|衷心|真心)(?:地)?感谢(?!您|领导|贵|政府|各位)"
)
_THANKS = pattern(r"表扬|感谢|谢意|肯定|鼓励|认可|点赞|谢谢")
_SEVERE = pattern(
    r"""
        您投诉|投诉的|查处|违规|违法|追责|追究|道歉|歉意|不便|责令|整改|批评指正|引以为戒|以此为戒|
        服务态度问题|处罚|约谈|侵权|侵害
    """
)
_CALLS_IT = pattern(r"""
    您(?:来电|来信)?(投诉|举报|表扬|建议|咨询|求助)|您的(投诉|举报|表扬|建议)(?!意)|感谢您的(表扬|建议|
    举报)
""")
_HARD = frozenset({"投诉", "举报", "求助"})
_ASK = pattern(r"""
    要求|希望|请(?!问题)|恳请|求|能否|能不能|可否|是否|怎么|如何|什么|哪[里儿些]|多少|多久|？|应该|盼|
    想(?:让|要|请|知道|问|了解)|建议|管一?下|都管|麻烦
""")
_ALSO = re.compile("另外|还有|同时|此外|再就是|再者|顺便|其次|并且|第二|二是")
_CUT = re.compile(r"[。！；，\n]|(?<=？)")
_NUMBER_OF_PART = re.compile(
    r"(?:^|(?<=[，。；：！？\s]))(?:第?[一二三四五](?:是|[、，：])|[1-5][.．、]|[（][一二三四五1-5][）]|[①②③④])"
)
_LUMPED = pattern(r"""
    (?:以上|上述|各项|逐项|一并|几项|多项|三项|两项|其余|其他|所有)(?:[^，。；]{0,8})(?:诉求|问题|事项|
    要求|办理|处理|答复|反馈|核查|核实|研究|请求|转|告知|交)|所提(?:出的)?诉求|提出的诉求|您的诉求
""")
THEMES = {
    "噪声": "噪[音声]|吵|响|震|音量|喇叭|扰民|嗡|轰",
    "扬尘": "扬尘|灰(?!心|色|白)|粉尘|尘土|沙尘|雾炮|喷淋",
    "气味油烟": "油烟|烟气|异味|臭|气味|味道|烟熏|刺鼻|返味|恶臭|冒烟|黑烟|烧烤|排烟",
    "漏水": "漏水|渗水|滴水|返水|防水|积水|下水|堵塞|堵了|反水|内涝",
    "停车": "停车|违停|车位|占道停|乱停",
    "垃圾": "垃圾|保洁|清扫|脏|卫生|清运|废品",
    "收费涨价": "涨价|涨了?物业费|涨[了到租]|调价|提价|涨费|收费标准|收费依据|涨价依据|收费|费用|标价|价格",
    "退款": "退[款费钱还押赔课回]|退(?=[^，。]{0,4}[钱元款块金])|余额|押金|定金|返还",
    "赔偿": "赔",
    "电梯": "电梯",
    "路灯": "路灯|照明|黑[漆灯]",
    "公示": "公开|公示|账目|明细",
    "工资": "工资|欠薪|薪|加班费|劳动报酬",
    "社保": "社保|社会保险|养老保险|医保|公积金",
    "改学校": "改学校|转学|调[换整]学校|换学校",
    "材料": "材料|手续|证件|资料",
    "时间": (
        "[一二三四五六七八九十\\d]+个?(?:工作日|日|天|月)内|起[^，。]{0,8}日内|什么时候|多久|几时|何时|时间|期限|时限|几点|哪天"
        "|日期|开放|进度"
    ),
    "充电": "充电|飞线",
    "狗": "狗|犬",
    "道路": "坑|路面|塌陷|破损|井盖|修路|硬化",
    "消防": "消防|起火|火灾|灭火|安全通道|堵塞通道|烟花|爆竹",
    "树木": "树|绿化|枝|草坪",
    "暖气": "暖气|供暖|供热|室温",
    "停水停电": "停水|停电|断水|断电|跳闸|水压|自来水",
    "发票": "发票|开票|票据|税",
    "合同": "合同|协议",
    "补贴": "补贴|津贴|补助|救助|低保",
    "调解": "调解|协商",
    "罚": "处罚|罚款|查[处获]|严惩|取缔|吊销|立案|责令|依法|拘留|停止",
    "道歉": "道歉|致歉|态度",
    "监控": "监控|摄像",
    "门禁": "门禁|保安|陌生人",
    "公交": "公交|班次|线路|站牌|站台",
    "红绿灯": "红绿灯|信号灯|斑马线|配时",
    "交房": "交房|交付|烂尾|延期交|复工",
    "证件办理": "房产证|不动产证|产权证|办证|过户|身份证|居住证",
    "户口": "户口|落户|户籍|迁户",
    "入学": "入学|招生|学位|报名|转学|借读",
    "报销": "报销|医保|医药费|住院",
    "退休": "养老金|退休|工龄",
    "工伤": "工伤|受伤",
    "快递": "快递|包裹|驿站|邮件",
    "网络": "宽带|网络|网速|信号",
    "厕所": "厕所|卫生间|公厕",
    "围挡": "围挡|围栏|护栏|隔离",
    "标线": "标线|减速带|限高|限行|标志",
    "电动车": "电动车|电瓶车|三轮车|单车",
    "外墙": "外墙|瓷砖|墙皮|脱落",
    "门禁卡": "门禁|钥匙|进小区",
    "健身器材": "健身器材|座椅|长椅",
    "食品": "过期|变质|异物|食品|食材|后厨",
    "虚假宣传": "虚假|宣传|广告|假货|假冒",
    "培训": "补课|补习|培训|托管",
    "施工": "施工|工地|打桩|装修",
}
_THEMES = {name: pattern(words) for name, words in THEMES.items()}


def subject(case: Case) -> Iterator[str]:
    """A draft shares enough with complaint, plan or record to be about them."""
    quoted = [fold(part) for part in (case.plan.matter, *(issue.matter for issue in case.plan.issues)) if part]
    if not case.complaint or (not case.grounds.foreign and (not quoted or any(q in case.folded for q in quoted))):
        return
    source = _own_pairs(case.complaint) | _own_pairs(case.record)
    if len(source) < 2 * _FEWEST:
        return
    shared = _own_pairs(LAW_WORDS.sub("，", case.folded)) & source
    if case.grounds.foreign and _elsewhere(case):
        yield "所述事项不是诉求反映的事项"
    alike = _themes(case.folded) & _themes(case.complaint)
    if len(shared) < _FEWEST and not alike and not (_danger_now(case.complaint) and _EMERGENCY.search(case.own)):
        yield "与诉求内容无关"


def _elsewhere(case: Case) -> bool:
    """Whether the matter that the draft restates has nothing of the complaint but its place."""
    restated = _RESTATED.search(case.folded)
    if restated is None or _themes(restated[1]) & _themes(case.complaint):
        return False
    pairs = _own_pairs(restated[1])
    return len(pairs) >= _ENOUGH and not pairs & (grams(case.complaint) | grams(case.record))


def _own_pairs(text: str) -> frozenset[str]:
    """Pairs of characters that are neither everyday words of replies nor names of places."""
    return grams(_COMMON.sub("，", _PLACE.sub("，", text)))


def demands(case: Case) -> Iterator[str]:
    """Every demand of the plan, and every theme that the complaint asks about, comes up in the draft."""
    if case.plan.outside_city or case.plan.excluded or _LUMPED.search(case.own):
        return
    said, pairs = _themes(case.folded), grams(case.folded)
    asked = _parts(case.complaint) if case.grounds.foreign else [fold(demand.text) for demand in case.plan.demands]
    for part in asked if len(asked) > 1 else ():
        own = _own_pairs(part)
        if own and not own & pairs and not _themes(part) & said:
            yield f"没有回应“{part.strip()[:16]}”"
    themes = _asked_themes(case.complaint) if case.grounds.foreign else frozenset[str]()
    if themes & said:  # where none comes up by its own word, `subject` must judge
        yield from (f"没有回应诉求中的“{theme}”" for theme in sorted(themes - said))


def _themes(text: str) -> frozenset[str]:
    return frozenset(name for name, words in _THEMES.items() if words.search(text))


def _asked_themes(complaint: str) -> frozenset[str]:
    """Themes of the clauses that ask, and of numbered matters."""
    asking = [clause for clause in _CUT.split(complaint) if _ASK.search(clause) or _ALSO.match(clause)]
    return _themes("。".join((*asking, *_parts(complaint))))


def _parts(complaint: str) -> list[str]:
    """The matters of a complaint that numbers them; before the first number stands what they have in common."""
    return _NUMBER_OF_PART.split(complaint)[1:]


def routing(case: Case) -> Iterator[str]:
    """The reply names who acts: the lead of each matter, or the other city."""
    plan = case.plan
    if case.grounds.foreign:
        if not _ACTOR.search(_COURTS.sub("", case.own)) and not (plan.outside_city and plan.outside_city in case.own):
            yield "没有写明由谁办理"
        yield from _misfits(case)
        return
    if plan.outside_city:
        wanted: tuple[str, ...] = (plan.outside_city,)
    elif plan.excluded or plan.lead is None:
        return
    else:
        wanted = (plan.lead.unit, plan.lead.name)
    if not any(name in case.text for name in wanted):
        yield f"没有写明{wanted[0]}"


def _misfits(case: Case) -> Iterator[str]:
    """Departments without a part in such matters, where the draft names none that has one."""
    fitting = (name for name in case.grounds.names if len(name) >= _NAME and name not in case.grounds.misfits)
    if any(name in case.own for name in fitting if not name.isascii()):
        return
    for name in case.grounds.misfits:
        if name in case.own and name not in case.complaint and name not in case.record:
            yield f"“{name}”不办理这类事项"


def safety(case: Case) -> Iterator[str]:
    """Danger now needs an emergency number, and no advice that adds to it."""
    urgent = case.plan.urgent if not case.grounds.foreign else _danger_now(case.complaint)
    if urgent and case.plan.form == "first" and not _EMERGENCY.search(case.own):
        yield "情况紧急，应提醒拨打110、119或120"
    for sentence in case.sentences:
        for found in _DANGEROUS.finditer(sentence):
            advises = case.plan.form == "first" and re.search("您|请|建议|可以?|先", sentence)
            if (
                advises
                and (urgent or _DANGER.search(case.complaint))
                and not _WARNS.search(sentence[: found.end() + 4])
            ):
                yield f"不安全的建议“{found[0][:16]}”"


def _danger_now(complaint: str) -> bool:
    return any(not _NOT_NOW.search(complaint[max(0, m.start() - 14) : m.start()]) for m in _DANGER.finditer(complaint))


def kind_fits(case: Case) -> Iterator[str]:
    """Praise is thanked for, a complaint is not; a suggestion is no accusation."""
    kind = case.plan.kind
    praise = kind == "表扬" or (
        case.grounds.foreign
        and bool(_PRAISE.search(case.complaint))
        and not re.search("投诉|不满|差评|太差|举报", case.complaint)
    )
    calls = {next(filter(None, found.groups())) for found in _CALLS_IT.finditer(case.own)}
    if praise:
        if calls & _HARD or _SEVERE.search(case.own) or not _THANKS.search(case.own):
            yield "把表扬当作其他诉求答复"
    elif "表扬" in calls:
        yield "把其他诉求当作表扬答复"
    suggests = kind == "建议" or (case.grounds.foreign and case.complaint.startswith("建议"))
    if suggests and calls & {"投诉", "举报"} and not re.search("投诉|举报", case.complaint):
        yield "把建议当作投诉答复"
    if kind in ("投诉", "举报") and not case.grounds.foreign and "建议" in calls:
        yield "把投诉当作建议答复"
