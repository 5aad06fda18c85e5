"""Who speaks into the goodbye is heard, who says goodbye is let go."""

from collections.abc import Callable

import pytest

from dialog.moves import Gone, Heard, Key
from tests.unit.dialog.conftest import Talk


def leaving(make: Callable[..., Talk]) -> Talk:
    talk = make().say("没有了,再见")
    for _ in range(3):
        if talk.hung_up:
            return talk
        talk.say("满意")
    raise AssertionError("the call does not end")


def test_a_question_into_the_goodbye_opens_the_call_again(talk: Callable[..., Talk]) -> None:
    back = leaving(talk).tell(Heard("等一下,我家暖气不热,要投诉", interrupted=True))
    assert back.said and back.expect


@pytest.mark.parametrize("polite", ["再见", "没有了谢谢", "不用了"])
def test_a_goodbye_into_the_goodbye_ends_the_call(talk: Callable[..., Talk], polite: str) -> None:
    assert leaving(talk).tell(Heard(polite, interrupted=True)).moves == []


def test_nothing_is_said_to_who_has_gone(talk: Callable[..., Talk]) -> None:
    gone = leaving(talk).tell(Gone())
    assert gone.tell(Heard("我还要问")).moves == []
    assert gone.tell(Key("1")).moves == []
