"""No personal data in a draft, nobody named who needs not be, and no trace of who informed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import Case
from agent.drafting.guard.kinds import of_kind
from agent.drafting.guard.patterns import listed, pattern
from agent.intake import mask

_SURNAMES = r"""
    王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜
    崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞
    樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷时舒耿牟卜詹关苗凌费纪靳盛童欧甄项
    曲成游阳裴席卫查屈鲍位霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丛车冉房辜晏佘娄仝党苑晁臧
"""
_TITLES = r"""
    科长|局长|处长|主任|队长|书记|经理|所长|站长|镇长|乡长|村长|院长|校长|园长|园丁|组长|股长|民警|警官|
    网格员|店员|老板|老板娘|店长|医生|护士|老师|班主任|司机|保安|师傅|会计|客服|工程师|调解员|承办人|
    负责人|联系人|经办人|工作人员|当事人|举报人|投诉人|执法人员|同志|专干|干部|[一-龥]人员|网格长|[楼片段]长|[一-龥]{2}员|师傅|房东|(?<!物)业主|邻居|
    前[夫妻]|[男女]友|丈夫|妻子|老公|老婆|爱人|儿子|女儿|同事|同学|房客|租客|教练|管家|楼长|村民|居民|职工|
    员工|销售|中介
"""
_GIVEN = r"(?![某副支组委]|[由需为和与的在是将对可请应向及或等到])[\u4e00-\u9fff]"
_AFTER = r"""
    (?=[，。；：、！？（）“”\s]|$|负责|负有|牵头|跟进|联系|可以|可|将|在|与|和|于|对|为|的|说|表示|称|
    到|带|当面|核|已|会|办理|协调|处理|电话|手机|统筹|落实|专门|全程|同志|先生|女士)
"""
_PERSON = pattern(rf"(?:{_TITLES})(?!有关|相关)([{_SURNAMES}]{_GIVEN}{{1,2}}?){_AFTER}")
_CALLED = pattern(
    rf"""
        (?<![有相机无公])([{_SURNAMES}]{_GIVEN}{{0,2}}?)(?:先生|女士|小姐|同志|阿姨|大爷|大妈|师傅|科长|
        局长|主任|队长|书记|经理|所长|老师|医生|警官)
    """
)
_NAMED = pattern(
    rf"""
        (?:名叫|姓名[是为叫：]|名字[是叫]|(?<![大喊呼吼])叫)([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})
        (?=[，。；、（]|$|的|在|把)
    """
)

_NO_NAME = listed(
    """
    房东 方面 高层 单位 时间 安全 管理 金额 项目 关于 任何 车主 万元 全体 时候 白天 成员 解决 文明 和 施工 石油 安排
    龙湖 解释 党支 党组 党委 管副 秦园 谢意 谢忱 管部
    """
)
_INFORMS = pattern(r"""
    举报|匿名|保密|别透露|不要透露|别说是我|不想透露|报复|别让[^，。]{0,8}知道|不要?泄露|不透露|别告诉
""")
_KEEPS = re.compile(
    "不会|不得|不向|不予|不将|不把|不透露|不泄露|不公开|严禁|未予?透露|未透露|未告知|保密|隐去|匿名|避免|不留|不必留|不安排"
)
_SECRET_SELF = pattern(
    r"""
        我(?:是|在|就是|曾经?是|原?是)[^，。；]{0,12}(?:的)?(?:员工|职工|会计|出纳|人事|护士|医生|学徒|
        司机|住户|邻居|家长|学生|业主|厨师|店员|服务员|财务|工人|保安|前台|销售|仓管|保洁)
    """
)
_HANDS_ON = pattern(r"""
    (?:您的?|来电|举报人的?|反映人的?)[^，。；]{0,4}(?:号码|姓名|电话|手机|联系方式|身份)[^。；]{0,12}(?:送交|转给|交给|提供给|告知|抄送|
    附[上在]|发给|一并转)
""")
_TRACED = pattern(r"""
    (?:来自|系由?|出自|源自|是)[^，。；]{0,14}(?:员工|职工|工人|内部人员|业主|住户|邻居|家长|学生)[^，。；]{0,6}(?:拍|提供|反映|举报|投诉|举发)|
    (?:请|由|让|安排|通知)[^，。；]{0,8}(?:该|这名|此)(?:员工|职工|工人|住户|业主|家长|举报人)
""")
_POLITE = ("您", "你")
_DOOR = pattern(
    r"""
        (?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|号院)?[^，。；]{0,2}(?:\d{1,2}|
        [一二三四五六七八九十东西])单元[^，。；]{0,3}\d{2,4}|\d{3,4}(?:室|号房|户)|
        (?:号楼|栋|幢|单元)\d{3,4}(?!\d|[年元])|尾号(?:为|是)?\d{3,6}|
        \d{1,3}[-—]\d{1,2}[-—]\d{3,4}
    """
)


def privacy(case: Case) -> Iterator[str]:
    """Telephones, cards, plates, names and doors, whether the mask knows them or the complaint gave them."""
    for found in mask(case.text).found:
        if case.text.startswith(_POLITE, found.start) or _is_word(case.text[found.start : found.end]):
            continue  # 来电人：您好 is no name, nor is 居民谢意
        yield f"含有个人信息（第{found.start + 1}字起）"
    squeezed = re.sub(r"[\s-]", "", case.folded)
    for private in case.grounds.private:
        if len(private) > 1 and re.sub(r"[\s-]", "", private) in squeezed:
            yield "含有诉求中的个人信息"
    for door in _DOOR.finditer(case.folded):
        yield f"含有门牌号“{door[0]}”"
    for name in people(case.complaint):
        if name in case.own:
            yield "写出了诉求中的人名"


def persons(case: Case) -> Iterator[str]:
    """People by name and office whom neither complaint nor record names."""
    for name in people(case.own):
        if name not in case.known:
            yield f"没有来源的人名“{name}”"


def informer(case: Case) -> Iterator[str]:
    """Who informed stays unknown, what he is too."""
    wary = case.plan.kind == "举报" or _INFORMS.search(case.complaint) is not None
    if not wary and "举报" not in case.own and "联系方式" not in case.own:
        return
    for sentence in case.sentences:
        words = of_kind(sentence, "reveal", wary=wary)
        if words and not _KEEPS.search(sentence):
            yield f"可能暴露举报人“{words[:20]}”"
    for found in (*_HANDS_ON.finditer(case.own), *_TRACED.finditer(case.own)) if wary else ():
        if not _KEEPS.search(found[0]):
            yield f"可能暴露举报人“{found[0][:20]}”"
    for own in _SECRET_SELF.finditer(case.complaint) if wary else ():
        role = own[0][2:]
        if len(role) > 1 and role in case.own:
            yield "可能暴露举报人的身份"


def _is_word(name: str) -> bool:
    """Whether what stands where a name may stand is an everyday word."""
    import rjieba  # half a second at first use; not at import of the agent

    words = rjieba.tag(name)
    return len(words) == 1 and not words[0][1].startswith(("nr", "x", "eng", "m"))


def people(text: str) -> Iterator[str]:
    """Full names beside an office or form of address."""
    for found in _PERSON.finditer(text):
        if found[1][:2] not in _NO_NAME and found[1] not in _NO_NAME and not _is_word(found[1]):
            yield found[1]
    for found in _NAMED.finditer(text):
        yield found[1]
    for found in _CALLED.finditer(text):
        if len(found[1]) > 1 and found[1][:2] not in _NO_NAME:
            yield found[1]
