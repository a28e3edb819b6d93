"""The urgency rules: what fires, what a denial, a past or a fear silences, and what the dev set says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.rules import RULES, load_rules, rules_hash
from agent.urgency import UrgencyReading, UrgencyRuleFile, UrgencyRules
from knowledge.vocabulary import Risk
from models.errors import SettingsError

GOLD = Path(__file__).parents[3] / "shared" / "data" / "messages" / "gold_dev.jsonl"


@dataclass(frozen=True)
class Case:
    """One message and the level it must get; `evidence` must lie inside the quoted words."""

    id: str
    text: str
    level: int
    evidence: str = ""


FIRES = [
    Case("gas-smell", "管城区南关街我家楼道里闻到很浓的煤气味，请马上派人来。", 2, "煤气味"),
    Case("gas-leak", "中原区建设路小区天然气管道泄漏，味道特别大。", 2, "泄漏"),
    Case("gas-suspected", "家里可能煤气泄漏，味道很大，不敢开灯。", 2, "泄漏"),
    Case("gas-pipe-cut", "施工队把紫荆山路的燃气管挖断了，挖断燃气管后一直在往外冒。", 2, "挖断燃气管"),
    Case("fire", "二七区大学路一栋居民楼5楼着火了，里面还有人。", 2, "着火"),
    Case("fire-house-number", "金水区经三路5号楼着火了，快来人。", 2, "着火"),
    Case("fire-meter-box", "单元门口的电表箱正在冒烟。", 2, "冒烟"),
    Case("fire-burning", "垃圾堆旁的仓库正在燃烧，火势越来越大。", 2, "燃烧"),
    Case("lift-trapped", "惠济区某写字楼有两个人困在电梯里出不来。", 2, "困在电梯"),
    Case("underpass-trapped", "京广路隧道积水，有车主被困。", 2, "被困"),
    Case("well-fall", "刚才有个小孩掉进窨井了，赶紧救人。", 2, "掉进窨井"),
    Case("river", "有人在金水河边落水了，还没救上来。", 2, "落水了"),
    Case("suicide-roof", "有个工人站在楼顶要跳楼。", 2, "要跳楼"),
    Case("suicide-self", "我真的不想活了，谁也帮不了我。", 2, "不想活"),
    Case("suicide-threat", "再不给钱我只能喝农药。", 2, "喝农药"),
    Case("suicide-last-question", "活着真没意思，药都买好了，最后问一句我的低保为啥停了。", 2, "活着真没意思"),
    Case("suicide-bridge", "我媳妇抱着孩子上桥了，说不活了。", 2, "说不活了"),
    Case("suicide-wages", "俺这会儿在楼顶上，不给工钱就不下来。", 2, "楼顶上，不给工钱就不下来"),
    Case("nobody-answers", "对门独居的大叔三天没出门了，敲门没人应，屋里有臭味。", 2, "三天没出门"),
    Case("collapse", "巩义市一处山坡突然发生山体滑坡，埋了半条路。", 2, "滑坡"),
    Case("wall-on-man", "老院墙倒了，把一位大爷压住了。", 2, "倒了，把一位大爷压住"),
    Case("shock", "路边配电箱有人触电，人倒在地上。", 2, "触电"),
    Case("leaking-pole", "积水里的路灯杆漏电，已经电到一条狗。", 2, "漏电"),
    Case("knife", "楼下有人持刀追着路人跑。", 2, "持刀"),
    Case("co-poisoning", "邻居家一氧化碳中毒，人叫不醒。", 2, "一氧化碳中毒"),
    Case("child-missing", "孩子下午放学后走失，到现在没找到。", 2, "走失"),
    Case("old-missing", "我母亲有老年痴呆，今早在碧沙岗公园走丢。", 2, "走丢"),
    Case("manhole-gone", "文化路与东风路交叉口的井盖没了，晚上看不见。", 1, "井盖没了"),
    Case("manhole-collapsed", "小区门口窨井塌陷，没人围挡。", 1, "窨井塌陷"),
    Case("danger-house", "我们一家五口还住在危房里，墙缝能伸进手。", 1, "危房"),
    Case("leaning", "隔壁房屋倾斜严重，居民都不敢住。", 1, "房屋倾斜"),
    Case("wall-about", "学校的围墙随时会倒塌，学生天天从旁边走。", 1, "倒塌"),
    Case("tree-about", "院里的老树眼看就要倒了，砸到居民怎么办。", 1, "倒"),
    Case("road-sunk", "农业路路面塌陷了一个大洞。", 1, "路面塌陷"),
    Case("facade-hit", "外墙瓷砖脱落，昨天砸中了一辆车。", 1, "脱落"),
    Case("lift-drops", "我们楼电梯上个月下坠两次，物业不修。", 1, "下坠"),
    Case("lift-often", "3号楼电梯经常出故障，老人爬楼太难。", 1, "电梯经常出故障"),
    Case("water-days", "郑东新区这个小区已经连续停水三天了。", 1, "停水"),
    Case("power-building", "整栋楼停电，物业说不知道什么时候来电。", 1, "停电"),
    Case("heat-all", "整个小区没有暖气用，室内只有8度。", 1, "没有暖气用"),
    Case("pollution-ill", "化工厂夜里排放废气，村里好多人头晕呕吐。", 1, "头晕"),
    Case("water-polluted", "养殖场把井水污染了，全村没法做饭。", 1, "井水污染"),
    Case("illegal-gas", "居民楼一楼有人私自卖液化气，堆了几十罐。", 1, "液化气"),
    Case("fireworks-store", "民房里存放大量烟花，无证经营。", 1, "烟花"),
    Case("wages-group", "工地拖欠我们三十多名农民工工资半年了。", 1, "拖欠"),
    Case("wages-new-year", "老板不发工资，全家人回家过年的钱都没有。", 1, "不发工资"),
    Case("strike", "出租车司机准备明天罢运。", 1, "罢运"),
    Case("petition", "再不解决我们就要组织全村人到省里上访。", 1, "上访"),
    Case("crowd", "业主正在售楼部门口聚集，双方对峙。", 1, "聚集"),
    Case("food-poisoning", "在食堂吃了午饭后七八个同事上吐下泻。", 1, "上吐下泻"),
    Case("child-beaten", "幼儿园老师体罚孩子，脸上都是印子。", 1, "体罚"),
    Case("no-school", "两个区都不接收，我家孩子没有学上。", 1, "没有学上"),
    Case("old-alone", "楼上独居老人没饭吃，儿女都联系不上。", 1, "没饭吃"),
    Case("no-pension", "母亲86岁，半年没领到养老金。", 1, "养老金"),
    Case("nursery-fire-safety", "这家托管班在三楼，没有任何消防设施。", 1, "没有任何消防设施"),
    Case("signal", "花园路农科路口红绿灯坏了，车全堵着。", 1, "红绿灯坏了"),
    Case("often-trapped", "业主有时被困电梯，物业不管。", 1, "被困"),
    Case("still-leaking", "昨晚天然气泄漏，到现在没有人来修。", 2, "泄漏"),
    Case("fixed-then-again", "煤气泄漏已经修好了，可是今天又漏了。", 2, "泄漏"),
]

SILENT = [
    Case("empty", "", 0),
    Case("spaces", "   \n", 0),
    Case("noise", "金水区楼下饭店油烟大，晚上吵得睡不着。", 0),
    Case("parking", "嵩山路人行道上停满了车，请交警管一管。", 0),
    Case("denied-fire", "现场核实没有着火了的情况，只是烧饭的烟。", 0),
    Case("denied-leak", "检查后未发生燃气泄漏。", 0),
    Case("denied-trapped", "大雨过后没有人员被困。", 0),
    Case("medicine-bought", "感冒药都买好了，药店还让重新排队登记。", 0),
    Case("parcel-at-the-door", "快递员敲门没人应就把东西放门口了，丢了谁赔。", 0),
    Case("roof-no-lift", "大爷住顶楼，电梯一停就不下来走动了。", 0),
    Case("not-suicide", "他不是要跳楼，只是在楼顶修太阳能。", 0),
    Case("rumour", "网上说地铁站着火了是谣言，请辟谣。", 0),
    Case("drill", "社区今天着火了的演练组织得很好。", 0),
    Case("fixed-gas", "天然气泄漏已经修好了，谢谢师傅。", 0),
    Case("water-back", "全小区停水的问题已恢复正常，感谢。", 0),
    Case("wages-paid", "拖欠的农民工工资已全部结清，表示感谢。", 0),
    Case("past-fire", "去年我们楼着火了一次，现想问保险怎么赔。", 0),
    Case("past-trapped", "我小时候曾经被困在山里，所以想学急救。", 0),
    Case("past-strike", "十年前这里集体罢工的补偿政策还有效吗？", 0),
    Case("if-fire", "消防通道被堵，万一着火了谁负责？", 0),
    Case("if-fall", "没有护栏，如果有人掉进河里就晚了。", 0),
    Case("worry-leak", "管道老化，担心煤气泄漏。", 0),
    Case("may-cause-leak", "这样施工可能会造成燃气泄漏。", 0),
    Case("may-shock", "电线乱拉，容易触电。", 0),
    Case("risk-collapse", "堆土太高，有发生坍塌的危险。", 0),
    Case("listed-risks", "私拉电线有火灾、触电的隐患。", 0),
    Case("hidden-danger", "路口没有斑马线，存在安全隐患。", 0),
    Case("child-safety-worry", "校门口车多，担心孩子安全。", 0),
    Case("planned-outage", "看到计划停水通知，想问明天几点恢复，小区有2000多户。", 0),
    Case("water-bill", "水费账单比上月多了20元，请核实。", 0),
    Case("rebuild-grant", "危房改造补助怎么申请，需要哪些材料？", 0),
    Case("one-wage", "离职后公司欠我一个月工资。", 0),
    Case("jump-price", "商场打出跳楼价，涉嫌虚假宣传。", 0),
    Case("chimney", "饭店烟囱每天冒黑烟。", 0),
    Case("plagued", "我们长期被困扰，希望解决噪音。", 0),
    Case("driving-school", "驾校不给报名退费，学生想退学费。", 0),
    Case("praise", "表扬热线接线员，服务热情。", 0),
]

# Written before the patterns that are meant to catch them; the wording was not read while writing those.
EMERGENCIES = [
    Case("lift-three", "航海东路写字楼2号梯里头困了三个人，按铃没人应。", 2, "困"),
    Case("lift-mum", "俺妈叫关电梯里快一个钟头了，物业没人管！", 2, "电梯"),
    Case("lift-stuck", "电梯卡在7楼和8楼中间，我跟孩子都出不去，快憋死了。", 2, "出不去"),
    Case("still-inside", "浴池后院烧起来了，里面还有两个服务员没跑出来。", 2, "没跑出来"),
    Case("baby-in-car", "超市门口一辆白车，小孩一个人锁在车里，热得直哭。", 2, "锁在车里"),
    Case("under-rubble", "俩干活的叫土埋住了，就露个头。", 2, "埋住"),
    Case("slab-on-leg", "预制板掉下来砸住人了，腿抽不出来。", 2, "砸住人"),
    Case("hand-in-machine", "车间师傅的胳膊绞进机器里取不出来。", 2, "取不出来"),
    Case("lake", "龙子湖北岸有个小伙子掉湖里了，看不见人。", 2, "掉湖里"),
    Case("swim", "贾鲁河边俩小孩下水洗澡，有一个沉下去没上来。", 2, "沉下去"),
    Case("flooded-basement", "地下室进水，租户让水淹着，水都到脖子了。", 2, "水都到脖"),
    Case("swept", "暴雨，有个骑电车的女的叫水冲走了。", 2, "冲走"),
    Case("roof-edge", "26楼楼顶边上坐着一个男的，说要往下跳。", 2, "往下跳"),
    Case("window-leg", "对面住户一条腿已经跨到窗户外头了，看着像要跳下来。", 2, "跳下"),
    Case("bridge-farewell", "我现在站在黄河桥上，不想再活了，替我照顾爸妈。", 2, "不想再活"),
    Case("pills", "室友吞了一整瓶安眠药，叫不醒。", 2, "安眠药"),
    Case("pesticide", "老公跟我吵完架把敌敌畏喝了，口吐白沫。", 2, "口吐白沫"),
    Case("wrist", "闺女把自己反锁在卫生间里割了手腕。", 2, "割了手腕"),
    Case("wage-jump", "包工头今儿再不把钱给俺，俺就从塔吊上跳下去。", 2, "跳下去"),
    Case("no-way-out", "钱被骗光，实在没活路了，死了算了。", 2, "死了算了"),
    Case("fire-dialect", "俺庄东头柴火垛着了，火苗子窜老高。", 2, "着了"),
    Case("balcony-smoke", "三楼阳台往外呼呼冒黑烟，敲门没人应。", 2, "冒黑烟"),
    Case("explosion", "刚听见咚一声，楼下烧烤店煤气罐炸了，玻璃碎一地。", 2, "煤气罐炸"),
    Case("ebike-burning", "车棚里充电的电瓶车烧着了，火已经引到一楼。", 2, "烧着了"),
    Case("gas-last-night", "昨晚做饭时就闻着厨房一股子煤气味儿。", 2, "煤气味"),
    Case("gas-corridor", "楼道里煤气味冲鼻子，人待一会儿就头晕。", 2, "煤气味"),
    Case("gas-hiss", "天然气表那儿嗞嗞响，一直往外跑气。", 2, "往外跑"),
    Case("road-swallows-car", "未来路突然陷了个大坑，一辆出租车栽进去了。", 2, "栽进"),
    Case("crane", "工地塔吊倒下来了，砸在民房上。", 2, "塔吊倒"),
    Case("wall-hits", "学校围墙倒了，砸着两个学生。", 2, "砸着"),
    Case("roof-cracking", "房梁咔咔响，屋顶正往下掉土，房子要塌了，俺们都跑出来了。", 2, "要塌了"),
    Case("wire-sparks", "大风把高压线刮断了，耷拉在地上噼里啪啦冒火花。", 2, "冒火花"),
    Case("shocked", "一个大娘扶路灯杆给电住了，倒那儿不动。", 2, "电住"),
    Case("fainted", "公交站有个老头栽倒在地，咋喊都没反应。", 2, "栽倒"),
    Case("no-breath", "我爱人突然不会喘气了，120一直占线。", 2, "不会喘气"),
    Case("bleeding", "产妇在家生了，血止不住。", 2, "血止不住"),
    Case("axe", "邻居拎着斧头在楼道里见人就砍。", 2, "见人就砍"),
    Case("husband-now", "我老公正掐着我脖子打我，我躲在厕所里，救命。", 2, "正掐"),
    Case("pyramid", "我被骗到荥阳一个传销点，手机给收了，不让走。", 2, "不让"),
    Case("locked-and-beaten", "老板把我关在仓库里打，门从外头锁着。", 2, "关在仓库里打"),
    Case("kidnapped", "我弟叫人硬拽上面包车拉走了。", 2, "硬拽"),
    Case("lost-toddler", "三岁娃在二七广场走散了，找了俩小时没找着。", 2, "走散"),
    Case("lost-grandpa", "俺爹82了脑子糊涂，早上出门到现在没回来，手机也关机。", 2, "没回来"),
    Case("chlorine", "泳池加药间跑氯气，好几个人捂着嘴往外跑。", 2, "氯气"),
]

# Missed by the rules of an earlier release; self-harm in any order of words, violence going on, alarms, water.
MISSED_BEFORE = [
    Case("self-harm-then-poison", "我哥在屋里寻短见喝了除草剂，快派人。", 2, "除草剂"),
    Case("poison-then-drunk", "一整瓶百草枯他喝了，人还醒着。", 2, "百草枯他喝了"),
    Case("pills-by-hand", "闺女吃了两大把安眠药，门反锁着。", 2, "安眠药"),
    Case("beaten-and-hiding", "我丈夫打我，我抱着娃躲在卧室不敢出声。", 2, "打我"),
    Case("hiding-first", "我躲在柜子里，前男友正砸门要打人。", 2, "砸门"),
    Case("door-and-fear", "有人一直踹我家门，我一个人在家害怕。", 2, "踹我家门"),
    Case("knife-at-door", "对门拎着菜刀堵着门不让走，孩子吓哭了。", 2, "菜刀"),
    Case("fight-with-knives", "夜市有人打架，手里拿着钢管。", 2, "打架"),
    Case("co-alarm", "地下室里一氧化碳报警器一直在响。", 2, "一氧化碳"),
    Case("charcoal-indoors", "隔壁有人在卫生间烧木炭，门缝全用胶带封了。", 2, "卫生间烧木炭"),
    Case("body-in-river", "七里河里漂着一具浮尸。", 2, "浮尸"),
    Case("dead-in-room", "合租的人死在出租屋里了。", 2, "死在"),
    Case("swim-not-back", "俩初中生去水库游泳，天黑了还没回来。", 2, "水库"),
    Case("clothes-by-river", "贾鲁河边只剩下一双童鞋，孩子不知去哪了。", 2, "只剩"),
]

SAME_DAY = [
    Case("road-hole", "嵩山路中间塌了一个大窟窿，没人围。", 1, "塌了"),
    Case("manhole-lid", "小区门口下水井盖子叫人偷走了，黑灯瞎火的。", 1, "井盖子"),
    Case("sewage-river", "印染厂这会儿正往索须河里排黑水。", 1, "排黑水"),
    Case("ear-drum", "班主任一巴掌把我儿子耳膜打穿孔了。", 1, "打穿孔"),
    Case("loose-board", "楼顶广告牌一个角开了，悬在半空晃荡。", 1, "悬在半空"),
    Case("wire-down", "电线被大货车挂断了，搭在人行道上。", 1, "断"),
]

NOT_NOW = [
    Case("ask-lift-complaint", "想咨询一下电梯困人以后该向哪个部门投诉。", 1),
    Case("someone-once-jumped", "以前这栋楼有人跳过楼，物业一直没装护栏。", 0),
    Case("if-someone-falls", "塘边没栏杆，万一有人掉进去怎么办？", 0),
    Case("fear-drown", "夏天孩子多，担心有人溺水，建议立警示牌。", 0),
    Case("drown-lecture", "希望学校多开防溺水知识宣传。", 0),
    Case("nobody-hurt", "墙是倒了，没有砸到人。", 1),
    Case("rescued", "昨天电梯困了人，消防已经把人救出来了，感谢。", 1),
    Case("not-smoking-now", "电表箱上个月冒过烟，已经换好了。", 0),
    Case("novel", "我写的小说里有人割腕，想问版权登记怎么办。", 0),
    Case("feel-stuck-car", "车被堵在小区里出不来，请让乱停的车挪走。", 0),
    Case("stuck-papers", "办证流程太绕，材料卡住半年出不来。", 0),
    Case("price-explode", "房租爆炸式上涨，年轻人活得累。", 0),
    Case("water-in-flat", "楼上漏水把我家吊顶淹了，要求赔偿。", 0),
    Case("drowned-crop", "玉米地被淹，想问农业保险怎么报。", 0),
    Case("phone-lost", "我的手机找不到了，想查公交车监控。", 0),
    Case("dog-lost", "家里的狗走失了，能不能帮忙发通知。", 0),
    Case("knife-shop", "超市卖的菜刀拿回家就卷刃，要求退货。", 0),
    Case("smoke-bbq", "烧烤摊天天冒烟，熏得不敢开窗。", 0),
    Case("no-gas-smell", "师傅来看过，没有闻到煤气味。", 0),
    Case("gas-smell-fixed", "昨晚闻到煤气味，燃气公司已经修好了。", 0),
    Case("old-murder", "2015年村里有人拿刀砍过人，想查案卷。", 1),
    Case("ambulance-fee", "上个月我妈昏迷叫了120，想问收费标准。", 0),
    Case("fire-station", "建议在新区建消防站，防止着火了没人来。", 0),
    Case("jump-dance", "广场舞大妈天天从早跳到晚，吵死人了。", 0),
    Case("exit-block", "小区出口被封，业主出不去，只能绕路。", 0),
    Case("drive-out", "学校不让走东门，绕远三公里。", 0),
    Case("angry-idiom", "排队三小时真要人命，气死我了。", 0),
    Case("house-price-collapse", "房价要塌了，开发商不退差价。", 0),
    Case("inside-if", "这段没护栏，孩子万一掉进河里咋办。", 0),
    Case("inside-denied", "核实过了，老人没有被困在电梯里。", 0),
    Case("inside-past", "我爸前年掉进河里过，想问有没有补助。", 0),
    Case("angry-enough-to-die", "气得我想自杀，停车费又涨了。", 0),
    Case("beaten-last-year", "去年被邻居打了，派出所一直没给结论。", 0),
    Case("prices-beaten-down", "开发商打压房价，要求退差价。", 0),
    Case("pesticide-on-greens", "买的青菜吃了怀疑农药残留超标，想检测。", 0),
    Case("dead-pig", "河边漂着一头死猪，没人捞。", 1),
    Case("alarm-for-sale", "燃气报警器安装怎么收费，响不响谁检查？", 0),
    Case("charcoal-grill", "楼下烧烤店在店里烧炭烤串，烟太大。", 0),
    Case("hide-from-rain", "公交站没棚子，打车的人只能躲雨。", 0),
    Case("poison-last-year", "去年我姑喝农药走了，想问丧葬补助。", 0),
    Case("ended-beating", "丈夫两年前打过我，想咨询离婚法律援助。", 0),
]

# Harder wording, written after the first patterns: 4 of the first 20 and 9 of the last 20 were found at first.
HARD_WORDING = [
    Case("hard-01", "货梯突然停了，俺四个工友都在里头下不来，喊半天没人。", 2),
    Case("hard-02", "孩子脑袋夹在栏杆中间拔不出来了。", 2),
    Case("hard-03", "矿上巷道塌方，下头还有五个弟兄联系不上。", 2),
    Case("hard-04", "北环立交桥下积水，私家车淹得只剩车顶，司机还没出来。", 2),
    Case("hard-05", "有个老太太失足滑到东风渠里了。", 2),
    Case("hard-06", "一个女学生坐在教学楼天台护栏外面哭，劝不下来。", 2),
    Case("hard-07", "我撑不住了，药都准备好了，跟大家说声再见。", 2),
    Case("hard-08", "隔壁传来一股焦糊味，门缝里往外冒烟，老人自己在家。", 2),
    Case("hard-09", "面粉厂刚才轰的一声，厂房顶都掀了。", 2),
    Case("hard-10", "打开门就一股臭鸡蛋味，灶也没开。", 2),
    Case("hard-11", "工地脚手架塌了，下面有工人。", 2),
    Case("hard-12", "雨里电线杆倒了，线头在水里冒蓝光。", 2),
    Case("hard-13", "我爸胸口疼得打滚，脸都紫了，叫救护车等四十分钟还没到。", 2),
    Case("hard-14", "小区里有个男的拿砍刀乱砍，已经有人倒地上了。", 2),
    Case("hard-15", "前男友踹我家门，说今天非弄死我。", 2),
    Case("hard-16", "招工把我弟骗到新密，关屋里天天有人看着，偷偷发信息让我报警。", 2),
    Case("hard-17", "奶奶下午去买菜到天黑都没见人，电话也打不通。", 2),
    Case("hard-18", "保姆车里忘了个两岁的娃，窗户都关着。", 2),
    Case("hard-19", "化工厂罐车翻了，黄烟往村里飘，熏得睁不开眼。", 2),
    Case("hard-20", "邻居家打孩子打得哭声都没了，快去看看。", 2),
    Case("hard-21", "俺家老爷子洗澡间门打不开，在里头摔了不吭声。", 2),
    Case("hard-22", "电梯门夹住一位大姐，动不了。", 2),
    Case("hard-23", "挖沟的时候土方塌了，把工友埋进去了半截。", 2),
    Case("hard-24", "有个孩子顺着桥栏滑进熊耳河了，水急得很。", 2),
    Case("hard-25", "我弟发信息说要去跳黄河，手机打不通。", 2),
    Case("hard-26", "我已经把农药买好了，这就喝。", 2),
    Case("hard-27", "公交车尾部起火，乘客往下跑。", 2),
    Case("hard-28", "配电房里噼啪响，一股白烟冒出来。", 2),
    Case("hard-29", "做饭时发现灶具软管在漏气，满屋都是煤气味。", 2),
    Case("hard-30", "下穿隧道里水涨得飞快，好几辆车熄火，车里都有人。", 2),
    Case("hard-31", "门店招牌倒下来砸中一个送外卖的，满头是血。", 2),
    Case("hard-32", "小姑娘摸了路灯杆被电得甩出去。", 2),
    Case("hard-33", "我妻子临产大出血，路上堵死动不了。", 2),
    Case("hard-34", "有人在地铁口拿刀乱捅。", 2),
    Case("hard-35", "我女儿六岁，刚才在大卫城跟丢了，到处找不到。", 2),
    Case("hard-36", "我在传销窝里，他们轮流看着我，出不去。", 2),
    Case("hard-37", "养老院锅炉爆炸，老人都在往外抬。", 2),
    Case("hard-38", "他喝醉了正在家里摔东西打我妈。", 2),
    Case("hard-39", "氨气罐泄漏，冷库工人都呛倒了。", 2),
    Case("hard-40", "楼板塌下来，楼下租户压在下面。", 2),
]


@pytest.fixture(scope="module")
def rules() -> UrgencyRules:
    return UrgencyRules.load()


def _shown(reading: UrgencyReading, text: str) -> list[str]:
    return [text[start:end] for start, end in reading.spans]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.id)
def test_a_present_danger_raises_its_level_and_shows_the_words(rules: UrgencyRules, case: Case) -> None:
    """What must be acted on today or at once is seen, and the evidence holds the words that say it."""
    reading = rules.judge(case.text)
    assert reading.level == case.level
    assert any(case.evidence in words for words in _shown(reading, case.text))


@pytest.mark.parametrize("case", EMERGENCIES + MISSED_BEFORE + SAME_DAY + HARD_WORDING, ids=lambda case: case.id)
def test_everyday_and_dialect_wording_is_understood(rules: UrgencyRules, case: Case) -> None:
    """A caller who uses no set phrase is sent help all the same."""
    reading = rules.judge(case.text)
    assert reading.level == case.level
    assert any(case.evidence in words for words in _shown(reading, case.text))


@pytest.mark.parametrize("case", NOT_NOW, ids=lambda case: case.id)
def test_a_question_a_memory_or_a_figure_of_speech_stays_low(rules: UrgencyRules, case: Case) -> None:
    """The wide wording does not turn a question, a memory, a lost dog or an idiom into an emergency."""
    assert rules.judge(case.text).level <= case.level


def test_a_rule_about_personal_safety_raises_a_level_or_is_a_topic() -> None:
    """A danger to a person that is present never stays at level 0 for want of a level in its rule."""
    rules = load_rules("urgency", UrgencyRuleFile).rule
    silent = [rule.id for rule in rules if Risk.PERSONAL_SAFETY in rule.risks and not rule.level]
    assert silent == ["topic-personal-safety"]


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.id)
def test_what_is_denied_over_past_or_feared_is_not_urgent(rules: UrgencyRules, case: Case) -> None:
    """A danger that is not there now does not send anyone out at once."""
    assert rules.judge(case.text).level == case.level


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        pytest.param("路口没有斑马线，存在安全隐患。", Risk.PUBLIC_SAFETY, id="hidden-danger"),
        pytest.param("校门口车多，担心孩子安全，学生过马路很难。", Risk.MINORS, id="children"),
        pytest.param("楼上残疾老人没有无障碍通道，高龄出行难。", Risk.VULNERABLE, id="old"),
        pytest.param("超市卖变质牛奶。", Risk.FOOD_DRUG, id="food"),
        pytest.param("物业把我殴打了一顿。", Risk.PERSONAL_SAFETY, id="assault"),
        pytest.param("公司欠薪两个月。", Risk.WAGES, id="wages"),
        pytest.param("全体业主反对涨物业费。", Risk.GROUP, id="group"),
        pytest.param("多次投诉都没有结果。", Risk.REPEATED, id="repeated"),
        pytest.param("再不管我就找媒体曝光。", Risk.OPINION, id="opinion"),
        pytest.param("村民说要去北京上访。", Risk.STABILITY, id="stability"),
        pytest.param("担心煤气泄漏。", Risk.PUBLIC_SAFETY, id="feared-danger-keeps-its-risk"),
    ],
)
def test_a_risk_is_named(rules: UrgencyRules, text: str, risk: Risk) -> None:
    """Each risk of the closed list is named by everyday words, whatever the level."""
    assert risk in rules.judge(text).risks


def test_risks_come_once_and_in_the_order_of_the_list(rules: UrgencyRules) -> None:
    """Two rules with one risk name it once."""
    risks = rules.judge("欠薪，着火了，有人被困，存在安全隐患。").risks
    assert list(risks) == [risk for risk in Risk if risk in set(risks)]
    assert len(risks) == len(set(risks))


def test_a_title_weighs_where_a_passing_word_does_not(rules: UrgencyRules) -> None:
    """Children are the topic when the title names them, not when one word of a long text does."""
    title = "孩子上下学过马路太难。中原路车多，盼设信号灯。"
    passing = "中原路与桐柏路交叉口的绿化带积水发臭已经好几个星期没有清理过了，蚊虫也多，孩子路过都捂鼻子。"
    assert Risk.MINORS in rules.judge(title).risks
    assert Risk.MINORS not in rules.judge(passing).risks


_DANGERS = ["煤气", "泄漏", "着火了", "被困", "井盖", "没了", "电梯", "下坠", "停水", "三天", "工资", "拖欠"]
_CUES = ["没有", "未", "去年", "如果", "担心", "已经修好了", "又", "我们", "孩子", "老人", "。", "，", "\n", "😀"]
_WORDS = st.sampled_from(_DANGERS + _CUES)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=40).map("".join)))
def test_any_text_gives_ordered_spans_inside_it(rules: UrgencyRules, text: str) -> None:
    """No text raises, and spans are non-empty, in order, apart and inside the text."""
    reading = rules.judge(text)
    last = 0
    for start, end in reading.spans:
        assert last <= start < end <= len(text)
        last = end
    assert reading.level == 0 or reading.spans


def _write(folder: Path, old: str, new: str) -> Path:
    content = (RULES / "urgency.toml").read_text(encoding="utf-8")
    assert old in content
    (folder / "urgency.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        pytest.param("level = 2", "level = 3", "level", id="level"),
        pytest.param('risks = ["人身安全", "公共安全"]', 'risks = ["外星人"]', "risks", id="risk"),
        pytest.param("'失火了'", "'失火.*'", "patterns", id="unbounded"),
        pytest.param("'失火了'", "'失火(了'", "patterns", id="not-a-regex"),
        pytest.param("'失火了'", "''", "patterns", id="empty-pattern"),
        pytest.param('id = "fire-now"', 'id = "gas-leak"', "used twice", id="id-twice"),
        pytest.param('id = "fire-now"', 'id = "fire-now"\nurgent = true', "urgent", id="unknown-field"),
        pytest.param("[cues]", "[cues", "not valid TOML", id="broken-toml"),
    ],
)
def test_a_wrong_file_names_file_and_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    """An operator who edits the file wrongly reads which file and which field."""
    folder = _write(tmp_path, old, new)
    with pytest.raises(SettingsError, match=field) as error:
        UrgencyRules.load(folder)
    assert str(folder / "urgency.toml") in str(error.value)


def test_an_own_file_wins_and_changes_the_hash(tmp_path: Path, rules: UrgencyRules) -> None:
    """The user's folder overrides one file, the rest stays, and provenance shows it."""
    assert rules_hash(tmp_path) == rules_hash() == rules_hash()
    folder = _write(tmp_path, "'失火了'", "'失火了', '走水了'")
    assert UrgencyRules.load(folder).judge("粮仓走水了。").level == 2
    assert rules.judge("粮仓走水了。").level == 0
    assert rules_hash(folder) != rules_hash()


def test_an_unknown_rule_file_is_refused() -> None:
    """A misspelt name stops with the names that exist."""
    with pytest.raises(SettingsError, match="tracks, urgency"):
        load_rules("urgancy", UrgencyRuleFile)


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled messages are not part of the repository")
def test_accuracy_on_the_labelled_messages(rules: UrgencyRules) -> None:
    """Not worse than measured (1.00 on the rows it was tuned on) by more than 0.02, nor blind to urgency."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    levels = [rules.judge(f"{row['title']}。{row['text']}").level for row in rows]
    right = sum(level in (row["urgency"], *row["urgency_alt"]) for level, row in zip(levels, rows, strict=True))
    urgent = [level for level, row in zip(levels, rows, strict=True) if row["urgency"] >= 1]
    assert right / len(rows) >= 0.98
    assert sum(level >= 1 for level in urgent) / len(urgent) >= 0.9
