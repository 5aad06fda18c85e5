"""The six kinds of appeal, told apart in spoken language, and their signals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.appeal import classify, wants_confidential
from tickets.ticket import Kind
from tickets.written import written

# None of these is in the data that the classifier learns from.
SAID = {
    Kind.CONSULTATION: [
        "我想问下居住证到期了怎么续签",
        "办护照得带啥",
        "新生儿落户要哪些东西",
        "医保断了两个月还能报销吗",
        "你们这儿周六办业务吗",
        "租房提公积金一年能提几次",
        "老人七十了坐公交还要钱吗",
        "残疾证年审怎么弄",
        "那要带什么材料",
        "请问婚检在哪个医院做",
        "暖气费一平米多少钱",
        "公租房多久能轮到",
        "营业执照变更法人怎么办",
        "供暖几号开始",
        "路灯坏了应该找哪个部门",
        "退休金是几号发",
        "咨询一下二孩补贴",
        "我想咨询一下",
        "孩子转学找哪个学校办",
        "怎么举报偷税的",
        "我上周反映的井盖的事怎么样了",
        "老人卡能干啥用",
    ],
    Kind.HELP: [
        "小区门口井盖不见了,快派人来吧",
        "我家水管爆了,麻烦帮忙联系一下自来水公司",
        "路灯不亮了,晚上看不见",
        "村里停电了",
        "我手机丢在出租车上了",
        "厕所下水道堵了,能不能来人通一下",
        "家里揭不开锅了,求求政府帮帮我们",
        "楼道里的灯坏了",
        "下水道堵了怎么办",
        "路边的树倒了把路挡住了",
        "能不能帮我联系一下这个车主挪下车",
    ],
    Kind.COMPLAINT: [
        "暖气都三天不热了没人管",
        "供暖一个礼拜了还是冰凉的,物业推给热力公司",
        "楼下烧烤摊吵到凌晨一点",
        "物业收了钱不干活",
        "公交车司机开车打电话态度还差",
        "我交了定金他们就是不退",
        "你们就知道推,都第三次打了",
        "工地天天夜里施工根本睡不着",
        "窗口的工作人员爱搭不理的",
        "老板拖着工资不给都半年了",
        "收停车费乱收",
        "培训机构倒闭了钱不给退",
        "有车老是堵着我家车库",
        "垃圾都臭了也没人收",
        "我要投诉",
        "路灯坏了没人修",
        "出租车拒载",
    ],
    Kind.REPORT: [
        "我要举报一个饭店用地沟油,但别告诉他们是我说的",
        "有家小作坊没执照生产辣条",
        "楼上邻居在楼顶私自搭建房子",
        "有人往河里偷偷排脏水",
        "这边有个诊所是无证的",
        "我举报隔壁饭店卖野味",
        "有人夜里偷倒渣土",
        "他们公司做假账偷税",
        "超市卖过期的牛奶",
        "有个老师私下收钱补课,我要检举",
    ],
    Kind.SUGGESTION: [
        "建议公交延长末班车",
        "建议给我们小区门口画个斑马线",
        "希望多设几个公共厕所",
        "能不能在公园里多装点路灯",
        "我提个建议,办事大厅能不能加个自助机",
        "应该在学校周边设个限速牌",
        "要是医院能多开几个窗口就好了",
        "最好能让老年人有个专门窗口",
    ],
    Kind.PRAISE: [
        "民政局小王服务特别好,表扬一下",
        "我想感谢一下昨天来修水管的师傅",
        "给你们点个赞,事情办得真快",
        "社区李大姐人特别好,天天照顾我妈,想表扬她",
        "公交车司机捡到钱包还给我了,想谢谢他",
        "你们派来的人很负责,服务周到",
        "要给派出所民警送个锦旗",
    ],
}
TABLE = [(text, kind) for kind, texts in SAID.items() for text in texts]


@pytest.mark.parametrize(("text", "kind"), TABLE)
def test_kind(text: str, kind: Kind) -> None:
    heard = classify(text)
    assert heard.kind is kind
    assert heard.confidence > 1 / len(Kind)


def test_the_table_is_not_what_was_learnt() -> None:
    learnt = {one.text for one in written()}
    assert len(TABLE) >= 60
    assert sum(text in learnt for text, _ in TABLE) <= 4


def test_homophones_do_not_change_the_kind() -> None:
    assert classify("暖器都三天不热勒没人馆").kind is Kind.COMPLAINT
    assert classify("射宝卡丢了怎么布").kind is Kind.CONSULTATION


def test_nothing_said_is_sure_of_nothing() -> None:
    assert classify("").confidence == 0
    assert classify("嗯").confidence < 0.6


@pytest.mark.parametrize(
    "text",
    ["别告诉他们是我说的", "要求保密", "匿名举报", "不要说是我举报的", "别让他们知道我的电话", "我怕打击报复"],
)
def test_secrecy_is_heard(text: str) -> None:
    assert classify(text).wants_confidential


@pytest.mark.parametrize("text", ["不用保密", "可以公开", "暖气不热"])
def test_secrecy_is_not_put_on_anybody(text: str) -> None:
    assert not classify(text).wants_confidential


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("在他家吃完饭全家上吐下泻", "食品安全"),
        ("老板拖欠我们农民工工资", "欠薪"),
        ("几十个工人围着要钱", "群体事件"),
        ("再不解决我就不想活了", "轻生"),
        ("马路上井盖没了", "公共安全"),
        ("停水三天了", "民生中断"),
    ],
)
def test_risk_makes_it_urgent(text: str, risk: str) -> None:
    heard = classify(text)
    assert risk in heard.risks
    assert heard.urgent


@pytest.mark.parametrize("text", ["社保卡怎么补", "建议公交延长末班车", "民政局服务特别好"])
def test_everyday_matters_are_not_urgent(text: str) -> None:
    assert not classify(text).urgent


@pytest.mark.parametrize(
    "text",
    ["都第三次打了", "我上周反映过", "我打了好几次了", "之前投诉过一回", "反映了三遍还是没人管", "已经报过两次了"],
)
def test_repetition_is_heard(text: str) -> None:
    assert classify(text).repeated


@pytest.mark.parametrize(
    "text",
    [
        "我第一次打这个电话",
        "路灯坏了",
        "公积金怎么提取",
        "狂犬疫苗要打几次",
        "孩子疫苗打了三次还要打吗",
        "孩子第二次打疫苗",
        "我跟物业说了三次了,电梯还是坏的",
        "打了好几次电话物业没人接",
        "路灯坏了一个月一直没人来修",
        "第二次申请公租房",
    ],
)
def test_first_calls_are_first_calls(text: str) -> None:
    assert not classify(text).repeated


@pytest.mark.parametrize("text", ["都第三次打了", "给你们打了三次电话了,暖气还不热", "我又打来了", "打了三次12345"])
def test_who_called_this_hotline_before_says_so(text: str) -> None:
    assert classify(text).repeated_here


@pytest.mark.parametrize("text", ["我上周反映过", "路灯坏了一个月一直没人来修"])
def test_who_does_not_name_it_may_have_called_another(text: str) -> None:
    assert not classify(text).repeated_here


def test_anger() -> None:
    assert classify("你们就知道推!都第三次打了!").angry
    assert classify("到底管不管啊").angry
    assert not classify("麻烦您帮我看一下").angry


@given(st.text(max_size=80))
def test_anything_can_be_said(text: str) -> None:
    heard = classify(text)
    assert 0 <= heard.confidence <= 1


def test_words_that_questions_use_too_are_faint_signs() -> None:
    assert classify("我的社保卡丢了").faint
    assert not classify("楼道灯坏了没人管").faint
    assert classify("水管爆了怎么办").trouble
    assert not classify("社保卡丢了怎么补").trouble


def test_secrecy_is_heard_where_the_little_word_of_it_was_not() -> None:
    assert wants_confidential("我要举报一个饭店用地沟油,但连告诉他们是我说的")  # 别 was not recognised
    assert not wants_confidential("你可以告诉他们是我说的")
