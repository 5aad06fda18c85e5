"""What a hotline is judged by (domain measures), each with its formula. Pure: folded cases go in, shares come out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tickets.life.case import Case
from tickets.life.clocks import Deadline, Standing
from tickets.ticket import State


@dataclass(frozen=True, slots=True)
class Counted:
    """A ticket as the measures see it."""

    case: Case
    limits: Sequence[Deadline] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `value` is None where there is nothing to count."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1."""
        return self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of tickets: those that are `good` of those that count."""

    id: str
    called: str
    formula: str
    source: str
    counts: Callable[[Counted], bool]
    good: Callable[[Counted], bool]

    def of(self, tickets: Iterable[Counted]) -> Share:
        """Return the share among `tickets`."""
        counted = [ticket for ticket in tickets if self.counts(ticket)]
        return Share(sum(self.good(ticket) for ticket in counted), len(counted))


def _sent(ticket: Counted) -> bool:
    return bool(ticket.case.units or ticket.case.returns)


def _asked(ticket: Counted) -> bool:
    asked = ticket.case.called_back
    return asked is not None and asked.reached


def _closed(ticket: Counted) -> bool:
    return ticket.case.state is State.CLOSED and _sent(ticket)


def _handling(ticket: Counted) -> list[Deadline]:
    return [
        limit for limit in ticket.limits if limit.id in ("handle", "redo") and limit.standing is not Standing.DROPPED
    ]


_THREE_RATES = "responses, solutions and satisfaction are asked of the citizen (三率), as the five cities assess them"

MEASURES = (
    Measure(
        "response", "响应率", "回访接通且承办单位联系过的 ÷ 回访接通且答了是否联系的", _THREE_RATES,
        lambda t: _asked(t) and t.case.called_back is not None and t.case.called_back.contacted is not None,
        lambda t: t.case.called_back is not None and t.case.called_back.contacted is True,
    ),
    Measure(
        "solved", "解决率", "回访接通且说已解决的 ÷ 回访接通且答了是否解决的", _THREE_RATES,
        lambda t: _asked(t) and t.case.called_back is not None and t.case.called_back.solved is not None,
        lambda t: t.case.called_back is not None and t.case.called_back.solved is True,
    ),
    Measure(
        "satisfaction", "满意率", "回访接通且非常满意、满意或基本满意的 ÷ 回访接通且评了的", _THREE_RATES,
        lambda t: _asked(t) and t.case.called_back is not None and t.case.called_back.satisfaction is not None,
        lambda t: bool(
            t.case.called_back and t.case.called_back.satisfaction and t.case.called_back.satisfaction.satisfied
        ),
    ),
    Measure(
        "closed", "办结率", "已办结的 ÷ 派给承办单位的", "assessment of Jinchang",
        _sent, lambda t: t.case.state is State.CLOSED,
    ),
    Measure(
        "in_time", "按时办结率", "已办结且每次办理都按时的 ÷ 已办结的", "domain measures",
        _closed, lambda t: all(limit.standing is Standing.MET for limit in _handling(t)),
    ),
    Measure(
        "at_once", "一次办好率", "已办结、没有退单也没有重办的 ÷ 已办结的", "domain measures",
        _closed, lambda t: not t.case.redone and not t.case.returns,
    ),
    Measure(
        "redone", "重办率", "重办过的 ÷ 派给承办单位的", "Linyi reports its change",
        _sent, lambda t: bool(t.case.redone),
    ),
    Measure(
        "returned", "退单率", "退单获准过的 ÷ 派给承办单位的", "domain measures",
        _sent, lambda t: bool(t.case.returns),
    ),
)  # fmt: skip
"""The shares by which hotlines are assessed; a ticket that was never sent to a unit counts in none."""


def average_handling(tickets: Iterable[Counted]) -> timedelta | None:
    """Return 平均办理时长: from intake to close by the clock, of the tickets that a unit closed; None for none."""
    times = [
        ticket.case.closed - ticket.case.opened
        for ticket in tickets
        if _closed(ticket) and ticket.case.closed and ticket.case.opened
    ]
    return sum(times, timedelta()) / len(times) if times else None
