"""What a running hotline keeps doing beside its calls: seats on record, wrap-ups, empty queues, missed callers."""

import time
from collections.abc import Callable, Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.attendance import Attendance
from telephony.asterisk.breaks import Breaks
from telephony.asterisk.call_course import CallCourse
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.missed import Missed
from telephony.asterisk.orders import Record
from telephony.asterisk.seats import Seats
from telephony.asterisk.wrap_up import WrapUps


class Duty:
    """Every process that takes calls has one; make it before the exchange starts.

    Wrap-ups, breaks and empty queues are looked after by all, for any of them may die. `record` is given to one only:
    two would put everything on record twice.
    """

    def __init__(self, exchange: Exchange, record: Record | None, clock: Callable[[], float] = time.time) -> None:
        self._exchange, self._clock = exchange, clock
        self._missed = None
        if record:
            self._seats, self._course = Seats(record), CallCourse(record)
            exchange.subscribe(self._hear, self._read)
            self._missed = Missed(exchange, record)
        self._wrap_ups = WrapUps(exchange, clock)
        self._attendance = Attendance(exchange)
        self._breaks = Breaks(exchange)

    async def close(self) -> None:
        """Stop; whoever starts next takes over where this one was."""
        self._wrap_ups.close()
        self._attendance.close()
        if self._missed:
            await self._missed.close()

    def _hear(self, message: Message) -> None:
        now = self._clock()
        self._seats.hear(message, now)
        self._course.hear(message, now)

    async def _read(self, channels: Sequence[Message]) -> None:
        self._course.read(channels)
        self._seats.forget(channels)
        self._seats.read(self._exchange.listed, self._clock())
