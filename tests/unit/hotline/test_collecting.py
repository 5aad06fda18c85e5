"""`hotline collect --watch` outlives an outage of what it looks into."""

from collections.abc import Iterator

import pytest

from hotline.collecting import LONGEST_S, keep_collecting
from tickets.errors import MailboxClosed


class Stop(BaseException):
    """Somebody presses Ctrl-C."""


def _pauses(outcomes: list[Exception | None], every_s: float = 30.0) -> tuple[list[float], list[str]]:
    """Return how long is waited after looks that end as `outcomes`, and what is told."""
    pauses: list[float] = []
    told: list[str] = []
    left: Iterator[Exception | None] = iter(outcomes)

    def look() -> None:
        if error := next(left):
            raise error

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == len(outcomes):
            raise Stop

    with pytest.raises(Stop):
        keep_collecting(look, every_s, wait, told.append)
    return pauses, told


def test_an_outage_is_waited_out_with_growing_pauses() -> None:
    closed = MailboxClosed(where="imap.example:993", what="Connection refused")
    pauses, told = _pauses([None, closed, closed, OSError(5, "磁盘读不出"), None])
    assert pauses == [30, 60, 120, 240, 30]
    assert "邮箱 imap.example:993 打不开" in told[0] and "60 秒后再试" in told[0]
    assert "磁盘读不出" in told[2]


def test_no_pause_is_longer_than_ten_minutes_unless_it_always_is() -> None:
    closed = MailboxClosed(where="x", what="y")
    assert _pauses([closed] * 9)[0][-1] == LONGEST_S
    assert _pauses([closed] * 3, every_s=3600)[0] == [3600] * 3
