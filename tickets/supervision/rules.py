"""The supervision ladder of a city, as data: when a rung is due, who is told, by which way, with which words."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tickets.life.span import Span, SpanText

LEAD, ASSISTING, ABOVE = "主办单位", "协办单位", "转派单位"
"""Recipients that the ticket itself names; every other is an office, a unit or a role of the centre."""
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class When(StrEnum):
    """What makes a rung due."""

    NEAR = "near"
    """The limit is near due."""
    OVERDUE = "overdue"
    """The limit has passed, and `after` since the rung before."""
    URGED = "urged"
    """The citizen has urged it `times` times, and again so many times."""
    PROMISED = "promised"
    """A promised ticket's day comes, `before` that day."""


class Way(StrEnum):
    """How somebody is told."""

    DESK = "desk"
    """On the desk, until it is read."""
    SMS = "sms"
    MAIL = "mail"


class Part(BaseModel):
    """Base: frozen, and a misspelt name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Rung(Part):
    """One rung of the ladder."""

    rung: str = Field(min_length=1, max_length=30)
    """Its name, as the log keeps it: 超期督办."""
    when: When
    clocks: tuple[str, ...] = ()
    """The limits that it is about, by id; empty for every limit of the ticket."""
    after: SpanText = Span(0, "min")
    """For `overdue`: so long after the rung before it, the first after the limit; on the working calendar."""
    times: int = Field(default=3, ge=1, le=100)
    """For `urged`."""
    before: SpanText = Span(0, "cd")
    """For `promised`: so long before that day's morning."""
    tell: tuple[str, ...] = Field(min_length=1)
    """主办单位, 协办单位, 转派单位 (the unit that passed it on), a role of the centre (督办员, 派单员), or an office
    by its name in the contacts."""
    by: tuple[Way, ...] = Field(default=(Way.DESK,), min_length=1)
    words: str
    """A template of `tickets/data/replies.yaml` or the city's own."""
    urgent: bool = False
    """Whether it does not wait for the morning."""

    def about(self, clock: str) -> bool:
        """Whether it belongs to the ladder of the limit `clock`."""
        return not self.clocks or clock in self.clocks


class Supervision(Part):
    """A city's ladder; the rungs of one limit are climbed in their order, never two at once."""

    quiet: str = "21:00-08:00"
    """When nobody is sent a message (local time, over midnight): it waits for the morning. The desk does not ring."""
    rungs: tuple[Rung, ...] = ()

    @field_validator("quiet")
    @classmethod
    def _hours(cls, value: str) -> str:
        if not _QUIET.fullmatch(value):
            raise ValueError("安静时段写成 21:00-08:00")
        return value

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [rung.rung for rung in self.rungs]
        if len(set(names)) < len(names):
            raise ValueError("督办的每一级要有自己的名字")
        return self

    def named(self, name: str) -> Rung | None:
        """Return the rung of that name."""
        return next((rung for rung in self.rungs if rung.rung == name), None)

    def of(self, when: When, clock: str = "") -> Iterator[Rung]:
        """Yield the rungs of the limit `clock` that `when` makes due, lowest first."""
        return (rung for rung in self.rungs if rung.when is when and rung.about(clock))

    def audible_from(self, at: datetime, urgent: bool = False) -> datetime:
        """Return `at`, or the end of the quiet hours that it lies in."""
        begin, end = self._quiet
        inside = begin <= at.time() or at.time() < end if begin > end else begin <= at.time() < end
        if urgent or not inside:
            return at
        day = at.date() + timedelta(days=1) if at.time() >= end else at.date()
        return datetime.combine(day, end, at.tzinfo)

    @property
    def _quiet(self) -> tuple[time, time]:
        found = _QUIET.fullmatch(self.quiet)
        assert found
        return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
