"""No personal data in a draft, nobody named who needs not be, and no trace of who informed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.drafting.guard.case import Case
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
    负责人|联系人|经办人|工作人员|当事人|举报人|投诉人|执法人员|同志|专干|干部|[一-龥]人员|网格长|[楼片段]长|[一-龥]{2}员|师傅|房东|业主|邻居|
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
_NO_NAME = listed(
    """
    房东 方面 高层 单位 时间 安全 管理 金额 项目 关于 任何 车主 万元 全体 时候 白天 成员 解决 文明 和 施工 石油 安排
    龙湖 解释 党支 党组 党委 管副 秦园
    """
)
_INFORMS = pattern(r"""
    举报|匿名|保密|别透露|不要透露|别说是我|不想透露|报复|别让[^，。]{0,8}知道|不要?泄露|不透露|别告诉
""")
_REVEALS = pattern(
    r"""
        (?:讲明|说明|告知|透露|告诉|介绍|坦言|表明|指出|转告|解释|通报|回应|答复|得知|获悉|言明|交代|
        点明|提到|出示)[^。；]{0,16}(?:是|系|由|为|来自)[^。；]{0,20}(?:反映|举报|投诉|提供|检举|爆料|
        揭发|所写|来信|打的|员工|住户|业主|邻居|职工|家长|学生|护士|会计|人事|司机|租户|租客|离职)|
        (?:与|和|同)被?(?:举报|投诉|反映)(?:人|方|对象|单位)?(?:和|与|同)?[^，。；]{0,8}(?:当面|对质|
        核对|见面|面谈)|(?:您的|举报人的?|来电人的?)(?:联系方式|电话|姓名|信息|身份|手机号?|
        住址)[^，。；]{0,6}(?:给|转|告|交|发)|(?:告知|告诉|通知|转告|提醒)(?:对方|商家|店[家主方]|
        被举报[人方]|企业|公司|老板|负责人)[^，。；]{0,6}(?:是|有|由|系)[^，。；]{0,12}(?:举报|反映|
        投诉|检举)|举报人(?:为|系|是|即|叫|姓|的(?:姓名|身份|电话|住址|单位)(?:为|是|：|系))(?!否)|
        (?:系|是|由)[^，。；]{0,14}(?:员工|住户|业主|邻居|职工|家长|人事|会计|护士|司机|租户|租客|前台|
        厨师|保安|同事|亲属)[^，。；]{0,6}(?:举报|反映|检举|提供)|(?:与|同|和)(?:举报人|投诉人|您|
        被举报)[^，。；]{0,10}(?:当面)?对质|(?:将|把|已)(?:您|举报人)的(?:[^，。；]{0,10})(?:信息|姓名|
        电话|身份|联系方式|材料|来信|原文|录音)(?:[^，。；]{0,6})(?:提供给|转给|告知|交给|发给|出示给|
        转交|透露给|反馈给|告诉)(?!承办|办理|核查|执法|纪检|公安)|(?:您|举报人)(?:作为|身为|是|
        系)[^，。；]{0,12}(?:员工|职工|会计|出纳|人事|护士|医生|学徒|司机|住户|邻居|家长|学生|业主|厨师|
        店员|服务员|财务|工人|保安)
    """
)
# To whom a reply may not pass on who informed, or with whom it may not bring him together.
_PASSES_ON = pattern(
    r"""
        (?:向|给|和|与|同|让|请|叫|通知|告知|告诉|转交|提供|约|组织|陪同)[^，。；]{0,14}(?:公司|单位|店|商[家户]|负责人|
        老板|对方|被(?:举报|反映|投诉)|物业|学校|校方|企业|厂|经营者|房东|邻居|摊主|机构|当事人)[^。；]{0,24}
        (?:您的(?:姓名|电话|手机|号码|身份|联系方式|信息|录音|来信|截图|住址)|举报人|反映人|来电人|投诉人|线索来源|来源人|知情人|谁(?:举报|反映|投诉)|(?:来电|举报|反映|投诉)(?:录音|
        原文|材料|内容|信|截图))|
        (?:举报人|反映人|来电人|投诉人|知情人|您)[^，。；]{0,10}(?:到场|一同|一起|当面|出面|现场)[^，。；]{0,8}
        (?:指认|对质|核对|确认|说明|作证|检查)|
        (?:内部|该公司|本公司|贵公司|该单位|本单位|该店|店内|厂内|校内|楼上|楼下|隔壁|对门|后院|附近)[^，。；]{0,8}
        (?:员工|职工|住户|邻居|人员|家长|学生|居民|业主|工人)[^，。；的]{0,8}(?:举报|反映|提供|投诉|检举)
    """
)
_TRACES = re.compile(
    r"线索(?:来自|来源于|由|出自)|举报信|举报材料|指认|对质|是[^，。；]{2,16}(?:反映|举报|投诉|说|告诉)的(?=[，。；]|$)|号码给|源于[^，。；]{0,10}(?:员工|职工|工人|住户|邻居|家长)"
)
_KEEPS = re.compile(
    "不会|不得|不向|不予|不将|不把|不透露|不泄露|不公开|严禁|未予?透露|未透露|未告知|保密|隐去|匿名|避免"
)
_SECRET_SELF = pattern(
    r"""
        我(?:是|在|就是|曾经?是|原?是)[^，。；]{0,12}(?:的)?(?:员工|职工|会计|出纳|人事|护士|医生|学徒|
        司机|住户|邻居|家长|学生|业主|厨师|店员|服务员|财务|工人|保安|前台|销售|仓管|保洁)
    """
)
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
        for words in (_REVEALS, _PASSES_ON, _TRACES):
            found = words.search(sentence)
            if found and not _KEEPS.search(sentence):
                yield f"可能暴露举报人“{found[0][:16]}”"
    for own in _SECRET_SELF.finditer(case.complaint) if wary else ():
        role = own[0][2:]
        if len(role) > 1 and role in case.own:
            yield "可能暴露举报人的身份"


def people(text: str) -> Iterator[str]:
    """Full names beside an office or form of address."""
    for found in _PERSON.finditer(text):
        if found[1][:2] not in _NO_NAME and found[1] not in _NO_NAME:
            yield found[1]
    for found in _CALLED.finditer(text):
        if len(found[1]) > 1 and found[1][:2] not in _NO_NAME:
            yield found[1]
