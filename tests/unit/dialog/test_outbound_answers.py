"""Answers to 解决了吗 and 满意吗, and what else citizens say to a call of ours."""

import pytest

from dialog.outbound.answers import names_satisfaction, satisfied, solved
from dialog.outbound.signs import Sign, rest_after_new_matter, shows
from tickets.callbacks import Satisfied, Solved


def rows(text: str) -> list[str]:
    return [part.strip() for line in text.strip().split("\n") for part in line.split("|") if part.strip()]


SOLVED = {
    Solved.YES: """解决了|已经解决了|解决了,谢谢|早就修好了|好了好了|来人修好了|嗯,解决了|是的|都处理完了
        没问题了|现在不漏了|没事了
        暖气热了|路灯亮了|水通了|钱退给我了|搞定了|基本解决了|处理好了,挺快的|不吵了|恢复正常了|修好了啊|对|1
        一|按一|垃圾清走了|给我答复了
        弄利索了|早完事了|已经有热水了|他们把垃圾拉走了|还可以
        之前没人来,后来打了电话就修好了|没有再发生过|已经退了""",
    Solved.PARTLY: """解决了一部分|部分解决|好了一点|没完全解决|解决了一半|正在修|还在处理|时好时坏|好一些了
        修了但是还没全好|解决了,但是还没退钱
        解决得差不多了|说是在排队|有的解决了有的没有|二|按二|还差一点""",
    Solved.NO: """没有|没解决|没有解决|还没|还没人来|没人来过|根本没人管|一直没人联系我|还是老样子|还那样
        没修好|来看了一眼,没修|又坏了|修好两天又漏了
        没动静|还在漏|没处理|白打了|解决什么呀|三|3|还没呢|没有啊,一点变化都没有|没有没有|处理结果我不认可
        没收到回复|还是不热|处理不了
        互相推""",
    Solved.UNKNOWN: """不知道|我不清楚|还没回家看|不太清楚啊|我不在家,不知道""",
}
SATISFIED = {
    Satisfied.YES: """满意|挺满意的|非常满意|很好|不错|谢谢你们|没意见|好的|可以|没什么不满意的|特别满意,辛苦了
        挺好的|一|按一|1|嗯,满意|服务很热情""",
    Satisfied.FAIRLY: """服务态度挺好就是慢|及格吧|六十分|基本满意|一般|一般吧|还行|还可以|凑合|马马虎虎|就那样
        比较满意|还算满意|二|2|差不多
        过得去""",
    Satisfied.NO: """不满意|不太满意|很不满意|非常不满意|太差了|怎么可能满意|差评|态度很差|没人来我怎么满意|三
        按三|不行|不怎么满意|太慢了
        一点都不满意|说不上满意|不敢恭维|气死我了|失望|糊弄人""",
}


@pytest.mark.parametrize(
    ("text", "value"), [(text, value) for value, texts in SOLVED.items() for text in rows(texts)]
)
def test_whether_it_is_solved(text: str, value: Solved) -> None:
    assert solved(text) is value


@pytest.mark.parametrize(
    ("text", "value"), [(text, value) for value, texts in SATISFIED.items() for text in rows(texts)]
)
def test_how_content_they_are(text: str, value: Satisfied) -> None:
    assert satisfied(text) is value


@pytest.mark.parametrize("text", rows("喂|你说什么|我想问一下社保卡|嗯哼|什么事来着|公积金怎么提取|等一下"))
def test_what_answers_neither(text: str) -> None:
    assert solved(text) is None


def test_a_word_of_satisfaction_saves_the_second_question() -> None:
    assert names_satisfaction("解决了,挺满意的")
    assert not names_satisfaction("解决了")


SIGNS: dict[Sign, str] = {
    "stop_calling": """别再打了|不要再给我打电话了|以后别打了|再打我就投诉你们|别老打电话|天天打有完没完
        别骚扰我|把我拉黑吧|你们一天打八百个电话|把我的号码删掉|不要打我电话了
        以后不用再打了""",
    "wrong_person": """打错了|你打错电话了|我没反映过|不是我反映的|我没打过12345|没这回事|你找谁|我不姓王
        你搞错了|机主换人了|这不是我的事
        |找错人了
        不是本人|我根本没投诉过|不小心按到的""",
    "family": """我老公打的|是我妈反映的|我儿子投诉的""",
    "absent": """他不在|我老公不在家|她出去了|他上班去了""",
    "who": """你是谁|谁给你们我的号码|你是12345的吗|你哪里的|哪位|谁啊|什么单位|你是不是骗子|骗子吧
        不会是诈骗吧|你们怎么知道我电话|是推销的吗
        真的是12345吗|你是干什么的|哪个单位的""",
    "later": """我在忙|你晚会儿再打|等我下班|先不说了啊我有客人|刚睡着被你吵醒了
        我在开会|现在不方便|没空|改天再打|等会儿再打|我在开车,晚点打|明天上午再打给我
        晚上八点再打|正在上班呢|没时间|在吃饭,一会儿再说
        忙着呢|你过两天再打吧|下午三点以后再联系我|在医院呢""",
    "no_need": """没事了|不用了|已经解决了|问过了|打通了|不需要了|我已经问好了""",
    "refuse": """不想评价|不用回访了|没必要回访|拒绝回答""",
    "nothing_more": """没有了|没什么|不想说|就这样吧|没有不满意的|算了|没别的""",
}


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in SIGNS.items() for text in rows(texts)])
def test_what_they_say_to_a_call_of_ours(sign: Sign, text: str) -> None:
    assert shows(text, sign)


NO_SIGNS: dict[Sign, str] = {
    "stop_calling": """没解决|楼上天天装修,叫他们别再打墙了|他们说别再打电话了|你们打电话来得正好
        别打这个,打我另一个号码""",
    "wrong_person": "你搞错了,我反映的是路灯|没人来过|没有解决|还没有人打电话给我|我没有意见|没处理",
    "who": "谁来管啊|没人管|我被骗了|解决了|物业说谁弄的找谁|他们骗了我的钱",
    "later": "没解决|他们说明天再来|物业说在忙|师傅说过两天再联系我|还没来|解决了|说是等下周再打电话",
    "no_need": "没解决|还没有办好|有事|解决了吗|没有人来",
    "absent": "他们不来|没人在管|师傅来过",
}


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in NO_SIGNS.items() for text in rows(texts)])
def test_what_is_no_such_thing(sign: Sign, text: str) -> None:
    assert not shows(text, sign)


def test_something_new_beside_the_answer_is_taken_apart() -> None:
    assert rest_after_new_matter("解决了,对了我还想问一下社保卡丢了怎么补") == "对了我还想问一下社保卡丢了怎么补"
    assert rest_after_new_matter("没有,还是不热") == ""
