"""Walks tickets through their life, step by step, as the tests need it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Self

from tickets.deadlines import CHINA
from tickets.life import steps as s
from tickets.life.case import Case, Taken, fold
from tickets.life.clocks import Deadline, deadlines
from tickets.life.machine import Order, decide, system
from tickets.life.roles import Actor, Role
from tickets.life.rules import CityRules

BEIJING = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
"""A working day, with four more behind it."""

BOT = Actor("12345", Role.BOT)
DISPATCHER = Actor("李派单", Role.DISPATCHER)
SUPERVISOR = Actor("赵督办", Role.SUPERVISOR)
AGENT = Actor("王坐席", Role.AGENT)
SYSTEM = system()


def unit(name: str) -> Actor:
    """Somebody of a handling unit."""
    return Actor(f"{name}经办人", Role.UNIT, name)


WATER, STREET = unit("市水务局"), unit("东关街道办事处")


@dataclass
class Walk:
    """One ticket and the clock on the wall."""

    rules: CityRules
    now: datetime = MONDAY
    taken: list[Taken] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """Where it stands."""
        return fold(self.taken)

    def wait(self, **time: float) -> Self:
        """Let time pass."""
        self.now += timedelta(**time)
        return self

    def does(self, by: Actor, step: s.AnyStep) -> Self:
        """Somebody takes a step."""
        self.taken.append(decide(self.case, Order(step, by, self.now, self.case.steps), self.rules))
        return self

    def limits(self) -> dict[str, Deadline]:
        """The newest limit of each name."""
        return {each.id: each for each in deadlines(self.taken, CHINA, self.now)}

    def all_limits(self) -> list[Deadline]:
        """Every limit."""
        return deadlines(self.taken, CHINA, self.now)


def dispatch(lead: str = "市水务局", *assisting: str, within: str = "3d", way: s.Way = s.Way.STRAIGHT) -> s.Dispatch:
    """A dispatch with what matters to a test."""
    return s.Dispatch(lead=lead, assisting=assisting, within=within, way=way, reason="职责清单:供水")  # type: ignore[arg-type]


def handled(rules: CityRules, then: Callable[[Walk], object] = lambda _walk: None) -> Walk:
    """A ticket that the water bureau has signed for."""
    walk = Walk(rules).does(BOT, s.Take())
    if walk.case.state.value == "已受理":
        walk.does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, dispatch()).wait(minutes=20).does(WATER, s.Sign())
    then(walk)
    return walk
