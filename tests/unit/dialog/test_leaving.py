"""A caller who leaves, withdraws or goes back: nothing is lost, and nothing is asked twice."""

from collections.abc import Callable

import pytest

from dialog.commands import yes_or_no
from dialog.moves import Asked, Heard, Key, SaveTicket, TransferFailed, Trouble
from tests.unit.dialog.conftest import Talk
from tickets.ticket import State

Make = Callable[..., Talk]
READ_BACK = ("我家暖气不热", "城东区阳光花园5号楼", "可以", "不说")


def test_a_farewell_in_the_first_of_two_keeps_both(talk: Make) -> None:
    call = talk().say("路灯坏了,还有垃圾没人收", "再见")
    assert call.hung_up
    assert [ticket.state for ticket in call.saved] == [State.DRAFT, State.DRAFT]
    assert "路灯" in call.saved[0].what and "垃圾" in call.saved[1].what


NUMBER = ("我家暖气不热", "城东区阳光花园5号楼", "换一个号")


def test_no_ticket_is_wanted_any_more_while_a_number_is_asked_for(talk: Make) -> None:
    call = talk().say(*NUMBER, "不登记了")
    assert "不登记了" in call.said and not call.saved
    assert call.conversation.state == "anything_else"


def test_a_farewell_while_a_number_is_asked_for(talk: Make) -> None:
    call = talk().say(*NUMBER, "再见")
    assert call.hung_up and [ticket.state for ticket in call.saved] == [State.DRAFT]


def test_no_number_is_still_no_reason_to_drop_the_ticket(talk: Make) -> None:
    call = talk().say(*NUMBER, "不用了")
    assert call.conversation.state == "intake.name"


def test_a_withheld_number_is_not_insisted_on(talk: Make) -> None:
    call = talk(caller=None, human=False).say("人工", "回电", "算了")
    assert not call.saved and call.conversation.state == "anything_else"
    assert talk(caller=None, human=False).say("人工", "回电", "再见").hung_up
    assert talk(human=False).say("人工", "再见").hung_up


def test_back_from_the_human_the_question_is_asked_once(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工").tell(TransferFailed()).say("算了")
    assert len(call.says) == 1 and call.expect.asked is Asked.PLACE


def test_back_at_a_changed_item_the_change_is_said(talk: Make) -> None:
    call = talk().say(*READ_BACK, "不对,是七号楼", "人工").tell(TransferFailed()).say("算了")
    assert len(call.says) == 1 and "7号楼" in call.said


def test_an_answer_given_instead_of_a_choice_is_asked_once(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工").tell(TransferFailed()).say("在城东区阳光花园5号楼")
    assert call.conversation.state == "intake.contact" and call.said.count("来电号码") == 1


def _failing(call: Talk, last: str) -> Talk:
    moves = call.conversation.hear(Heard(last), call.conversation.call.now)
    assert any(isinstance(move, SaveTicket) and move.answer for move in moves)
    return call.tell(Trouble("records"))


def test_what_could_not_be_stored_is_not_called_withdrawn(talk: Make) -> None:
    call = _failing(talk(human=False).say(*READ_BACK), "对")
    assert "没有存上" in call.said and "补记" in call.said and "不登记" not in call.said
    assert call.hung_up and [ticket.state for ticket in call.saved] == [State.DRAFT]


def test_a_call_back_that_could_not_be_stored_is_not_promised(talk: Make) -> None:
    call = _failing(talk(human=False).say("人工"), "回电")
    assert "没有存上" in call.said and call.hung_up


def test_a_failed_look_up_has_words_of_its_own(talk: Make) -> None:
    call = talk(human=False)
    call.conversation.hear(Heard("我上周反映的井盖怎么样了"), call.conversation.call.now)
    call.tell(Trouble("records"))
    assert "查不了工单" in call.said and "登记" not in call.said and call.hung_up and not call.saved


def test_again_means_the_question_and_not_the_apology(talk: Make) -> None:
    call = talk().say("我家暖气不热")
    asked = call.says[-1].text
    call.tell(Heard("嗡", 0.1)).say("你说什么?")
    assert [say.text for say in call.says][-1] == asked


def test_again_after_a_pause_is_the_answer(talk: Make) -> None:
    call = talk().say("社保卡丢了怎么补")
    answer = [say.text for say in call.says]
    assert [say.text for say in call.say("等一下", "再说一遍").says] == answer


def test_english_without_a_human_stays_english(talk: Make) -> None:
    call = talk(human=False).say("Hello can you help me")
    assert call.saved[0].contact == "13800001234" and call.hung_up
    assert "call you back" in call.said and not any("一" <= char <= "鿿" for char in call.said)
    call = talk(caller=None, human=False).say("Hello can you help me")
    assert "key in" in call.said
    for key in "13900005678":
        call.tell(Key(key))
    assert call.saved[0].contact == "13900005678" and call.hung_up


@pytest.mark.parametrize(("text", "meant"), [("没有错", True), ("没有问题", True), ("没有", False), ("有错", False)])
def test_nothing_wrong_is_a_yes(text: str, meant: bool) -> None:
    assert yes_or_no(text) is meant


def test_all_three_may_be_named_or_refused(talk: Make) -> None:
    call = talk().say("我想办居住证明", "嗯嗯")
    assert "都不是" in call.said


def test_a_ticket_leads_to_its_call(talk: Make) -> None:
    call = talk()
    call.conversation.call.id = "20261123-100000-abcdef"
    call.say(*READ_BACK, "对", "转人工").tell(TransferFailed()).say("留言", "门口的路灯也坏了")
    assert [ticket.call_id for ticket in call.saved] == ["20261123-100000-abcdef"] * 2
