"""An outbound call tells nothing before a person is there, and always ends with a result that is true."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.humans import ConstantHumans
from dialog.moves import (
    Expect,
    Found,
    Gone,
    HangUp,
    Heard,
    Key,
    LookUp,
    MoveIn,
    MoveOut,
    SaveTicket,
    Say,
    Silence,
    TicketSaved,
    Transfer,
    TransferFailed,
    Trouble,
)
from dialog.outbound.errand import Errand
from dialog.outbound.talk import OutboundTalk
from dialog.settings import DialogSettings
from tests.unit.dialog.conftest import NOW, UNDERSTANDING
from tests.unit.dialog.knowledge import ThreeEntries
from tickets.callbacks import CallBackKind, Outcome, Satisfied, Solved
from tickets.ticket import Kind, Place, Ticket

TICKET = Ticket(
    Kind.COMPLAINT,
    "阳光花园暖气不热",
    "我家暖气三天不热了",
    Place("城东区", "", "阳光花园"),
    contact="13800001234",
    number="2611180001",
    created=NOW - timedelta(days=5),
)


def talk(kind: CallBackKind = CallBackKind.FOLLOW_UP, human: bool = True) -> OutboundTalk:
    ticket = TICKET if kind is CallBackKind.FOLLOW_UP else None
    errand = Errand("f-1", kind, "13800001234", NOW - timedelta(hours=2), ticket)
    return OutboundTalk(errand, DialogSettings(), ThreeEntries(), UNDERSTANDING, NOW, ConstantHumans(human), "call-1")


def tell(conversation: OutboundTalk, *moves: MoveIn) -> list[MoveOut]:
    out: list[MoveOut] = []
    for move in moves:
        out = conversation.hear(move, NOW)
    return out


def said(moves: list[MoveOut]) -> str:
    return "".join(move.text for move in moves if isinstance(move, Say))


@pytest.mark.parametrize("kind", list(CallBackKind))
def test_nothing_is_said_before_somebody_speaks(kind: CallBackKind) -> None:
    conversation = talk(kind)
    assert [type(move) for move in conversation.start()] == [Expect]
    opening = tell(conversation, Heard("喂"))
    assert said(opening).startswith("您好，这里是澜江市12345热线，")


def test_a_voice_that_is_not_understood_is_a_person_all_the_same() -> None:
    conversation = talk()
    conversation.start()
    assert "回访您" in said(tell(conversation, Heard("", 0.1, speech_ms=400)))


def test_a_machine_that_begins_after_us_is_left_too() -> None:
    conversation = talk()
    conversation.start()
    tell(conversation, Silence())
    moves = tell(conversation, Heard("您好,请在滴声后留言"))
    assert any(isinstance(move, HangUp) for move in moves) and "暖气" not in said(moves)
    assert conversation.result.outcome is Outcome.MACHINE


def test_an_assistant_that_began_like_a_person_is_left_when_it_gives_itself_away() -> None:
    for first in (Heard("喂,您好"), Heard("", 0.1)):
        conversation = talk()
        conversation.start()
        tell(conversation, first)
        moves = tell(conversation, Heard("我是机主的智能助理,请问您有什么事"))
        assert any(isinstance(move, HangUp) for move in moves)
        assert conversation.result.outcome is Outcome.MACHINE


def test_a_number_that_does_not_exist_is_not_dialled_again() -> None:
    conversation = talk()
    conversation.start()
    tell(conversation, Heard("您拨打的号码是空号,请核对后再拨"))
    assert (conversation.result.outcome, conversation.result.ending) == (Outcome.FAILED, "void")


def test_what_was_answered_is_kept_when_the_citizen_hangs_up_or_has_no_more_time() -> None:
    for last in (Gone(), Heard("我在忙,改天再说"), Silence(), Heard("再见")):
        conversation = talk()
        conversation.start()
        tell(conversation, Heard("喂"), Heard("没解决"), last)
        tell(conversation, Silence(), Silence(), Gone())
        result = conversation.result
        assert (result.ending, result.solved, result.outcome) == ("done", Solved.NO, Outcome.ANSWERED)


def test_words_that_are_no_answer_are_kept_and_nobody_is_transferred_for_them() -> None:
    conversation = talk()
    conversation.start()
    moves = tell(conversation, Heard("喂"), Heard("那个管子是铸铁的啊"), Heard("铸铁的管子不好接嘛"))
    assert not any(isinstance(move, Transfer) for move in moves)
    assert conversation.state == "follow_up.satisfied"
    tell(conversation, Heard("一般"))
    result = conversation.result
    assert result.satisfied is Satisfied.FAIRLY and "铸铁的管子不好接嘛" in result.reason


def test_numbers_of_tickets_taken_in_are_in_the_result() -> None:
    conversation = talk(CallBackKind.MISSED)
    conversation.start()
    tell(conversation, Heard("喂"), Heard("我家暖气三天不热了"))
    tell(conversation, TicketSaved("2611230001", TICKET, "appeal-1"))
    assert conversation.result.tickets == ("2611230001",)
    assert conversation.result.call_id == "call-1"


WORDS = st.sampled_from(
    """喂|你好|哪位|解决了|没解决|没人来|部分解决|不知道|满意|不满意|一般|没有了|他们态度不好,来了三次都没修好
    我在开会,明天下午再打|改天吧|打错了|你是谁|是不是骗子|别再打了|再说一遍|说慢点|转人工|着火了
    社保卡丢了怎么补|我家路灯坏了|解决了,另外我还想反映路灯坏了|城东区阳光花园|对|不用了|可以|等一下|嗯
    啊啊啊啊|hello can you help me|您拨打的电话已关机|请在滴声后留言|讲个笑话|再见|你们就知道推,都第三次打了
    我老公反映的|他不在家|不想评价|13800005678||……|满意什么呀根本没人管|还有一个事,社保卡怎么补|发短信给我
    我上周反映的井盖怎么样了""".replace("\n", "|").split("|")
).map(str.strip)
MOVES = st.one_of(
    st.builds(
        Heard, WORDS, st.sampled_from([1.0, 0.9, 0.2]), st.none(), st.booleans(), st.sampled_from([0, 500, 7000])
    ),
    st.builds(Key, st.sampled_from("0123459*#")),
    st.just(Silence()),
    st.just(TransferFailed()),
    st.builds(Trouble, st.sampled_from(["recogniser", "synthesiser", "records"])),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MOVES, max_size=14), st.sampled_from(list(CallBackKind)), st.booleans())
def test_whatever_comes_the_call_goes_on_or_ends_with_a_result(
    moves: list[MoveIn], kind: CallBackKind, human: bool
) -> None:
    conversation = talk(kind, human)
    out, spoken = conversation.start(), False
    for move in moves:
        out = answered(conversation, conversation.hear(move, NOW))
        spoken = spoken or isinstance(move, Heard | Key | Trouble | TransferFailed)
        assert spoken or "暖气" not in said(out)
        if any(isinstance(each, HangUp | Transfer) for each in out):
            break
    conversation.hear(Gone(), NOW)
    result = conversation.result
    assert (result.outcome is Outcome.ANSWERED) == (result.ending not in ("", "void"))
    assert result.again is None or result.again > NOW
    if result.solved is not Solved.UNKNOWN:
        assert result.ending in ("done", "wrong_number", "do_not_call")
    for words in result.reason.split("。") if result.reason else []:
        assert any(words in each.text for each in moves if isinstance(each, Heard))


def answered(conversation: OutboundTalk, moves: list[MoveOut]) -> list[MoveOut]:
    done: list[MoveOut] = []
    for move in moves:
        done.append(move)
        if isinstance(move, SaveTicket) and move.answer:
            done += answered(conversation, conversation.hear(TicketSaved("2611230009", move.ticket, move.tag), NOW))
        elif isinstance(move, LookUp):
            done += answered(conversation, conversation.hear(Found(()), NOW))
    return done
