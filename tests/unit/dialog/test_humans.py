"""What a caller who wants a human hears and may choose: somebody is free, all talk, nobody is there."""

from collections.abc import Callable

import pytest

from dialog.humans import SetHumans
from dialog.moves import Asked, Heard, Key, Silence, TransferFailed
from dialog.ports import Staffing
from tests.unit.dialog.conftest import Talk

Make = Callable[..., Talk]

BUSY = Staffing(reachable=True, free=False, ahead=3, minutes=5)
NOBODY = Staffing(reachable=False, free=False)


@pytest.mark.parametrize(
    ("ahead", "minutes", "told", "not_told"),
    [
        (3, 5, ("前面还有3位", "大约要等5分钟"), ("说不准",)),
        (0, 1, ("排在第一位", "1分钟"), ("0位",)),
        (3, None, ("前面还有3位", "说不准"), ("分钟",)),
        (None, 5, ("5分钟",), ("位，", "说不准")),
        (2, 0, ("2位", "1分钟"), ("0分钟",)),
        (None, None, ("说不准",), ("分钟", "还有")),
    ],
)
def test_the_queue_is_told_as_far_as_it_is_known(
    talk: Make, ahead: int | None, minutes: int | None, told: tuple[str, ...], not_told: tuple[str, ...]
) -> None:
    call = talk(humans=SetHumans(Staffing(True, False, ahead, minutes))).say("转人工")
    assert not call.transfer and call.expect.asked is Asked.CHOICE
    assert all(text in call.said for text in (*told, "继续等", "回电", "留言"))
    assert not any(text in call.said for text in not_told)


@pytest.mark.parametrize(
    "wish",
    ["我等", "第一个", "继续等吧", "那就等吧", "排队", "转人工", "我等几分钟没关系", "先等等看"],
)
def test_who_waits_is_put_into_the_queue_with_the_reason_of_the_first_wish(talk: Make, wish: str) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工", wish)
    assert call.transfer and call.transfer.patient and call.transfer.reason == "asked"
    assert call.transfer.packet["reason"] == "asked" and call.transfer.packet["said"] == ["转人工", wish]


def test_key_zero_waits_as_well(talk: Make) -> None:
    call = talk(humans=SetHumans(BUSY)).tell(Key("0"))
    assert not call.transfer
    call.tell(Key("0"))
    assert call.transfer and call.transfer.patient and call.transfer.reason == "key 0"


@pytest.mark.parametrize(
    "wish", ["第二个", "回电吧", "我等不了,打给我吧", "不想等了,给我回电话", "那就等你们回电话", "没时间等,打我电话"]
)
def test_who_is_called_back_is_not_transferred(talk: Make, wish: str) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工", wish)
    assert not call.transfer and call.saved[0].contact == "13800001234"


@pytest.mark.parametrize("words", ["好的", "嗯", "行", "可以"])
def test_a_plain_yes_talks_nobody_out_of_waiting(talk: Make, words: str) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工", words)
    assert not call.saved and not call.transfer and "继续等" in call.said


def test_who_is_not_understood_in_the_choice_waits(talk: Make) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工").tell(Heard("嗡", 0.1)).tell(Heard("嗡嗡", 0.1))
    assert call.transfer and call.transfer.reason == "not_understood" and not call.saved


def test_how_long_is_said_as_it_is_by_now(talk: Make) -> None:
    humans = SetHumans(BUSY)
    call = talk(humans=humans).say("转人工")
    humans.now = Staffing(True, False, 1, 2)
    assert "1位" in call.say("前面还有几个人").said and "2分钟" in call.said and not call.transfer
    humans.now = NOBODY
    assert "没有人工坐席值班" in call.say("要等多久").said
    assert call.say("回电").saved


def test_who_asks_how_long_and_a_human_is_free_by_then_is_handed_over(talk: Make) -> None:
    humans = SetHumans(BUSY)
    call = talk(humans=humans).say("转人工")
    humans.now = Staffing(True)
    assert call.say("要等多久").transfer


def test_nobody_waits_for_humans_who_have_gone_home(talk: Make) -> None:
    humans = SetHumans(BUSY)
    call = talk(humans=humans).say("转人工")
    humans.now = NOBODY
    call.say("我等")
    assert not call.transfer and "没有人工坐席值班" in call.said and "继续等" not in call.said


def test_a_free_human_is_no_reason_to_ask(talk: Make) -> None:
    call = talk(humans=SetHumans(Staffing(True))).say("转人工")
    assert call.transfer and not call.transfer.patient and "正在为您转人工" in call.said


def test_a_queue_that_gives_the_caller_back_is_told_again(talk: Make) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工", "我等").tell(TransferFailed(2, 3))
    assert "2位" in call.said and call.expect.asked is Asked.CHOICE
    call.say("我再等等")
    assert call.transfer and call.transfer.patient and "再为您接一次" in call.said


@pytest.mark.parametrize("staffing", [BUSY, Staffing(True)])
def test_an_emergency_goes_to_whoever_is_there(talk: Make, staffing: Staffing) -> None:
    call = talk(humans=SetHumans(staffing)).say("楼下着火了!")
    assert call.transfer and call.transfer.urgent and not call.transfer.patient
    assert "119" in call.says[0].text and "留言" not in call.said


def test_an_emergency_is_handed_over_to_nobody_where_nobody_is(talk: Make) -> None:
    call = talk(humans=SetHumans(NOBODY)).say("楼下着火了!")
    assert not call.transfer and "119" in call.says[0].text and "转不了人工" in call.said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((Heard("嗡", 0.1), Heard("嗡嗡", 0.1)), "not_understood"),
        ((Heard("你会说四川话吗"),), "dialect"),
        ((Heard("Hello can you help me"),), "english"),
    ],
)
def test_who_cannot_be_understood_is_not_asked_to_choose(talk: Make, words: tuple[Heard, ...], reason: str) -> None:
    call = talk(humans=SetHumans(BUSY))
    for heard in words:
        call.tell(heard)
    assert call.transfer and call.transfer.reason == reason
    assert ("要等一会儿" in call.said) == (reason != "english")


def test_anger_hears_the_apology_before_the_wait(talk: Make) -> None:
    call = talk(humans=SetHumans(BUSY)).say("你们就知道推,都第三次打了")
    assert not call.transfer and "抱歉" in call.says[0].text and "3位" in call.said


def test_who_stays_silent_is_called_back(talk: Make) -> None:
    call = talk(humans=SetHumans(BUSY)).say("转人工").tell(Silence()).tell(Silence())
    assert call.saved and not call.transfer


def test_the_agent_is_told_the_field_of_a_ticket_in_the_making(talk: Make) -> None:
    call = talk().say("我家暖气不热", "人工")
    assert call.transfer and call.transfer.packet["draft"]["category"] == "城乡建设/供热"
