"""What holds at any moment of a call: a human, an emergency, slow speech, silence, hanging up."""

from collections.abc import Callable

import pytest

from dialog.lines import all_lines, is_fixed, line
from dialog.moves import (
    Asked,
    Gone,
    Heard,
    Key,
    Note,
    SendSms,
    Silence,
    TicketSaved,
    TransferFailed,
    Transferred,
    Trouble,
)
from tests.unit.dialog.conftest import UNDERSTANDING, Talk
from tickets.ticket import Kind, State

Make = Callable[..., Talk]

STATES: dict[str, tuple[str, ...]] = {
    "open": (),
    "anything_else": ("社保卡丢了怎么补",),
    "ask_back": ("我想办居住证明",),
    "offer_registration": ("我们村拆迁补偿是什么标准",),
    "intake.place": ("我家暖气不热",),
    "intake.contact": ("我家暖气不热", "城东区阳光花园5号楼"),
    "number": ("我家暖气不热", "城东区阳光花园5号楼", "换一个号"),
    "intake.name": ("我家暖气不热", "城东区阳光花园5号楼", "可以"),
    "intake.confirm": ("我家暖气不热", "城东区阳光花园5号楼", "可以", "不说"),
    "intake.wrong": ("我家暖气不热", "城东区阳光花园5号楼", "可以", "不说", "不对"),
    "rating": ("社保卡丢了怎么补", "没有了"),
    "guidance": ("讲个笑话",),
}
everywhere = pytest.mark.parametrize(("state", "before"), STATES.items())


@everywhere
def test_a_human_at_once_in_every_state(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before)
    assert call.conversation.state == state
    call.say("转人工")
    assert call.transfer
    assert call.transfer.packet["said"] == [*before, "转人工"]


@everywhere
def test_key_zero_reaches_a_human_in_every_state(talk: Make, state: str, before: tuple[str, ...]) -> None:
    assert talk().say(*before).tell(Key("0")).transfer


@everywhere
def test_an_emergency_comes_first_in_every_state(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before, "楼下着火了!")
    assert "119" in call.says[0].text and not call.says[0].interruptible
    assert call.transfer and call.transfer.urgent


@everywhere
def test_slow_speech_stays(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before, "说慢点")
    assert all(say.slow for say in call.says)
    assert all(say.slow for say in call.tell(Silence()).says)


@everywhere
def test_silence_ends_every_state_politely(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before)
    for _ in range(3):
        if not call.hung_up:
            call.tell(Silence())
    assert call.hung_up and "再见" in call.said


@everywhere
def test_hanging_up_keeps_what_is_open(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before).tell(Gone())
    open_matter = state.startswith("intake") or state in ("ask_back", "offer_registration", "number")
    assert bool(call.saved) == open_matter
    assert all(ticket.state is State.DRAFT and ticket.contact == "13800001234" for ticket in call.saved)


@everywhere
def test_nobody_is_lost_where_nothing_is_understood(talk: Make, state: str, before: tuple[str, ...]) -> None:
    call = talk().say(*before).tell(Heard("嗡", 0.1))
    assert not call.transfer and call.says
    assert call.tell(Heard("", 0.9)).transfer


def test_a_hang_up_after_the_transfer_leaves_no_draft(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工").tell(Transferred()).tell(Gone())
    assert not call.saved


def test_a_hang_up_while_waiting_for_the_human_does(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工").tell(Gone())
    assert [ticket.state for ticket in call.saved] == [State.DRAFT]


def test_who_no_longer_wants_a_human_goes_on_with_the_ticket(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工").tell(TransferFailed())
    assert call.expect.asked is Asked.CHOICE
    assert call.say("算了").expect.asked is Asked.PLACE


def test_waiting_times_are_told_where_they_are_known(talk: Make) -> None:
    call = talk().say("人工").tell(TransferFailed(3, 4))
    assert "3位" in call.said and "4分钟" in call.said
    assert "我说不准" in talk().say("人工").tell(TransferFailed()).said


def test_a_withheld_number_is_asked_for_before_a_call_back(talk: Make) -> None:
    call = talk(caller=None, human=False).say("人工", "回电")
    assert call.expect.asked is Asked.NUMBER
    call.say("13800005678", "对")
    assert call.saved[0].contact == "13800005678" and call.saved[0].state is State.OPEN


def test_records_that_fail_hand_over(talk: Make) -> None:
    call = talk().say("我家暖气不热", "城东区阳光花园5号楼", "可以", "不说")
    waiting = call.conversation.hear(Heard("对"), call.conversation.call.now)
    assert waiting
    assert call.tell(Trouble("records")).transfer


def test_an_answer_out_of_turn_changes_nothing(talk: Make) -> None:
    call = talk()
    ticket = UNDERSTANDING.make_ticket("井盖坏了", call.conversation.call.now)
    assert call.tell(TicketSaved("1", ticket)).moves == []


def test_the_greeting_is_one_open_question_without_a_menu(talk: Make) -> None:
    call = talk()
    assert call.said.count("？") == 1 and "按" not in call.said
    assert call.expect.asked is Asked.ANYTHING and "转人工" in call.expect.phrases


def test_an_sms_goes_to_the_calling_number(talk: Make) -> None:
    call = talk().say("社保卡丢了怎么补", "发短信给我")
    assert [move.number for move in call.moves if isinstance(move, SendSms)] == ["13800001234"]
    call = talk(caller=None).say("社保卡丢了怎么补", "发短信给我", "13900005678", "对")
    assert [move.number for move in call.moves if isinstance(move, SendSms)] == ["13900005678"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("满意", 5),
        ("非常满意", 5),
        ("一般吧", 3),
        ("不满意", 2),
        ("很不满意", 1),
        ("四分", 4),
        ("还行", 3),
        ("二", 2),
        ("没什么不满意的", 5),
        ("都挺好的,谢谢", 5),
        ("特别满意,没什么问题", 5),
        ("还有点不满意", 2),
        ("行吧", 5),
    ],
)
def test_ratings(talk: Make, text: str, score: int) -> None:
    call = talk().say("社保卡丢了怎么补", "没有了", text)
    assert call.hung_up
    assert [move.facts["score"] for move in call.moves if isinstance(move, Note) and move.kind == "rating"] == [score]


@pytest.mark.parametrize(
    "text",
    [
        "不好意思,我还想问一下",
        "银行卡丢了怎么办",
        "对了,医保余额怎么查",
        "我还想问一下公积金可以提取吗",
        "垃圾没人收",
        "满意,对了,社保几点下班",
    ],
)
def test_a_further_matter_is_no_rating(talk: Make, text: str) -> None:
    call = talk().say("社保卡丢了怎么补", "没有了", text)
    assert not call.hung_up
    assert not [move for move in call.moves if isinstance(move, Note) and move.kind == "rating"]


def test_every_decision_leaves_its_reason(talk: Make) -> None:
    notes = [move for move in talk().say("社保卡丢了怎么补").moves if isinstance(move, Note)]
    answer = next(note for note in notes if note.kind == "answer")
    assert answer.facts["entry"] == "card-lost" and answer.facts["confidence"] == 0.95 and answer.facts["reason"]


def test_fixed_lines_are_all_known_ahead(talk: Make) -> None:
    known = set(all_lines())
    for before in STATES.values():
        call = talk()
        for text in before:
            call.say(text)
            fixed = {say.text for say in call.says if say.fixed}
            assert all(text in known or "身份证" in text for text in fixed)
    assert is_fixed("greeting") and line("greeting") in known and not is_fixed("summary")


def test_a_further_report_by_the_same_caller_is_tied_to_the_first(talk: Make) -> None:
    earlier = UNDERSTANDING.make_ticket("阳光花园暖气不热", talk().conversation.call.now, contact="13800001234")
    from dataclasses import replace

    call = talk(earlier=(replace(earlier, number="2611160001"),))
    call.say("暖气又不热了,上次就反映过一次没人处理", "城东区阳光花园5号楼", "可以", "不说", "对")
    assert call.saved[0].repeats_of == "2611160001" and call.saved[0].kind in (Kind.COMPLAINT, Kind.HELP)
