"""A machine is known by its words, and a person is never taken for one."""

import pytest

from dialog.outbound.first_words import Answerer, announces, who_answers

ANNOUNCEMENTS = {
    Answerer.NO_ANSWER: """您好,您拨打的电话暂时无人接听,请稍后再拨|您拨打的用户暂时无人接听
        你拨打的电话无人应答,请稍后再拨
        对不起,您呼叫的用户暂时无人接听,请稍后再拨|对方无人接听,请稍后再拨
        The number you have dialed is not answering, please redial later
        Sorry, the subscriber you dialed does not answer|您所拨打的电话暂时无法接听""",
    Answerer.OFF: """您拨打的电话已关机|您好,您拨打的用户已关机,请稍后再拨|对不起,您拨打的电话已停机
        您拨打的电话暂时无法接通,请稍后再拨
        您拨打的电话不在服务区|Sorry, the number you dialed is power off
        Sorry, the subscriber you dialed is powered off
        The number you have dialed can not be connected for the moment|您拨打的号码已暂停服务
        暂时无法接通,请稍后再拨
        the number you have called is out of service|您拨打的用户呼入限制""",
    Answerer.BUSY: """您好,您拨打的电话正在通话中,请稍后再拨|您拨打的用户正忙,请稍后再拨
        对不起,您拨打的电话正在通话中
        Sorry, the subscriber you dialed is busy now, please redial later|The number you dialed is busy|用户正忙
        请不要挂机,您拨打的电话正在通话中|您呼叫的用户占线""",
    Answerer.VOID: """您拨打的号码是空号,请核对后再拨|对不起,您拨打的号码不存在
        Sorry, the number you dialed does not exist, please check it and dial later
        您所拨打的号码是空号""",
    Answerer.MACHINE: """您好,我现在不在,请在滴声后留言|请在嘟的一声之后留言|听到提示音后请留言
        您好,我是机主的智能助理,请问您有什么事
        你好,我是来电助手,机主现在不方便接听电话|您好,我是小爱同学,请问您找主人有什么事|这里是语音信箱,请留言
        您拨打的用户已开启来电秘书服务,请留言|我是他的智能语音助手,您可以告诉我来电事由,我会帮您转达|请说明您的来意
        您好,对方现在不方便接听您的电话,我是他的电话秘书|Please leave a message after the tone
        Hi, you have reached the voicemail of
        Sorry I can't come to the phone right now|欢迎致电澜江物业,报修请按一,人工请按零|感谢您的来电,业务咨询请按1
        您的来电将被转接,请稍候|正在为您转接,请稍候|请拨分机号,查号请拨零|您好,我是AI助理,在帮主人接听电话
        您的通话可能会被录音
        您拨打的电话已启用呼叫转移|主人现在没空接电话,您有什么事可以跟我说|请简短留言,我会转告他""",
}
PEOPLE = """喂|你好|您好|喂你好|哪位|谁啊|谁呀|喂,谁啊|你是谁|您哪位|说话|喂说话|说|讲|嗯|啊|哎|诶你好|喂喂
        喂,听得见吗|在吗|什么事
你哪里|你是哪里的|你打错了|打错了吧|哪个单位的|是快递吗,放门口就行|放驿站吧|我在开会|我正在开会,等会儿打给你
        我在开车不方便
我现在不方便接电话|我正在打电话呢,一会儿再说|他不在|我老公不在家|我是他老婆,他出去了|他在开会,我帮你转告他
        你是机器人吗
你是不是语音助手啊|又是录音电话吧|别给我留言了|我手机快没电了要关机了|我刚才在忙没接到|这是我妈打的电话|我给你们打的电话|我的电话刚才停机了才交上费
喂,12345吗|是市长热线吗|哦你们啊,我等你们电话好久了|喂,着火了快来人|喂,你说大点声|不需要|不买房|不办贷款|有事吗
张老师吗|喂,妈|王经理你好|你找谁|你找哪个|哈喽|hello|Hi|行,你说|嗯嗯你讲|大声点听不见|是我|对我就是|我是|我姓王
        怎么了""".replace("\n", "|").split("|")
TOLD = [
    (text.strip(), kind)
    for kind, texts in ANNOUNCEMENTS.items()
    for line in texts.split("\n")
    for text in line.split("|")
]


@pytest.mark.parametrize(("text", "kind"), TOLD, ids=[text[:12] for text, _ in TOLD])
def test_announcements_and_machines_are_known(text: str, kind: Answerer) -> None:
    assert who_answers(text) is kind
    assert announces(text) is kind


@pytest.mark.parametrize("text", PEOPLE)
def test_a_person_is_never_taken_for_a_machine(text: str) -> None:
    assert who_answers(text) is Answerer.PERSON
    assert who_answers(text.replace(",", "")) is Answerer.PERSON


MISHEARD = """您好您播打的电话一关机。庆少后再播|您好您播打的电话暂时无人接听。庆少后再播
对不起您播打的电话正在同话中，庆少后再播|对不起您播打的电话语情节
对不起您播打的号码是恐厚。亲河对后再播|你好我是来店住手，提主现在不方便接停电话
欢迎制电阳广物业、报修请案一，人工请案零|您好您不打的电话已关机。请稍后再播
对不起宁波打的电话正在通话中。请稍后再播|对不起您播打的电话，以停机
你好我是来店住手。记住现在不方便接听电话|欢迎制电阳宫午夜，报修请按议，人工请暗领
您好，请在低盛后留言|您好，我是基主的智能助理。请问你有什么事|您好您拨打的电话一关键。请稍后再拨|年不打的用户以关系
您不打的用户以关系|您好，这里是中国一动来电提醒。您不打的用户不在服务区|你好您户教的用户证盲，请稍后再拨""".replace(
    "\n", "|"
)
HEARD_PEOPLE = "喂|以好哪位|谁啊|为说话|我在开会等会儿打给你|你打错了|我现在不方练解电话|为|水|为数化|你大错了"
"""What the recogniser made of announcements and of people, said by three voices over the telephone."""


@pytest.mark.parametrize("text", MISHEARD.split("|"))
def test_announcements_are_known_as_they_are_heard(text: str) -> None:
    assert who_answers(text) is not Answerer.PERSON


@pytest.mark.parametrize("text", HEARD_PEOPLE.split("|"))
def test_people_as_they_are_heard_are_people(text: str) -> None:
    assert who_answers(text) is Answerer.PERSON


def test_a_voice_that_does_not_pause_before_anybody_spoke_is_a_machine() -> None:
    assert who_answers("您好这里是", speech_ms=6500) is Answerer.MACHINE
    assert who_answers("", speech_ms=9000) is Answerer.MACHINE
    assert who_answers("喂你好", speech_ms=900) is Answerer.PERSON
    assert who_answers("", speech_ms=300) is Answerer.PERSON


def test_a_person_who_knows_whom_he_talks_to_may_talk_long() -> None:
    long = "哎呀你们可算打来了,我跟你说啊我们家那个暖气从上个礼拜开始就不热了,打了好几个电话都没有人来管这个事"
    assert who_answers(long, speech_ms=9000) is Answerer.PERSON
    assert announces("他们上次来看了一眼说要换管子就走了,到现在一个礼拜了连个电话都没有,我天天在家里等着") is None


def test_the_table_is_long_enough() -> None:
    assert len(TOLD) + len(PEOPLE) >= 100
