"""A city's way with tickets, as data: limits, stages, returns, extensions (`data/cities/`)."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.yaml_file import read_yaml
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import CityWrong
from tickets.life import steps as s
from tickets.life.case import Case, Clock
from tickets.life.roles import Permissions, permissions
from tickets.life.span import Span, SpanText, runs_out
from tickets.ticket import Kind, State, Ticket

USUAL = "jinchang"
PRESETS = ("jinchang", "linyi", "jining", "chengdu", "shenyang")


class Rules(BaseModel):
    """Base: frozen, and a misspelt name is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, ignored_types=(cached_property,)
    )


class LimitRule(Rules):
    """Which tickets have a limit: all that is named must fit."""

    limit: str
    """A key of `limits`."""
    category: tuple[str, ...] = ()
    """Beginnings of categories, e.g. 城乡建设/供水."""
    kinds: tuple[Kind, ...] = ()
    complex: bool | None = None
    """Whether several units are needed."""

    def fits(self, ticket: Ticket, several: bool) -> bool:
        """Whether the rule is about `ticket`."""
        category = ticket.matter.category if ticket.matter else ""
        return (
            (not self.category or category.startswith(self.category))
            and (not self.kinds or ticket.kind in self.kinds)
            and self.complex in (None, several)
        )


class ClockRule(Rules):
    """A limit of a stage."""

    id: str
    called: str
    starts: tuple[str, ...] = Field(min_length=1)
    """Steps that begin it, by id."""
    into: tuple[State, ...] = ()
    """Where the step must lead; empty for anywhere."""
    ends: tuple[str, ...] = Field(min_length=1)
    within: SpanText | Literal["limit"]
    """`limit` is the ticket's own, given with its dispatch."""
    near: SpanText
    pauses: bool = True
    extends: bool = False
    of_unit: bool = True

    @model_validator(mode="after")
    def _known(self) -> "ClockRule":
        unknown = (set(self.starts) | set(self.ends)) - set(s.STEPS)
        if unknown:
            raise ValueError(f"没有这样的步骤:{'、'.join(sorted(unknown))};有:{'、'.join(s.STEPS)}")
        return self


class CityRules(Rules):
    """One city's way."""

    name: str
    limits: dict[str, SpanText] = Field(min_length=1)
    """Time limits by their name, e.g. 即办."""
    limit_of: tuple[LimitRule, ...] = ()
    """The first rule that fits gives the limit."""
    usual: str
    """The limit of all others."""
    checks: bool = True
    """Whether the centre checks an intake before it is dispatched (审核)."""
    verifies: bool = True
    """Whether the centre verifies a feedback (核验)."""
    calls_back: bool = True
    """Whether the citizen is called back before it is closed (办结必回访)."""
    return_within: SpanText | None = None
    """How long after it was sent a unit may return a ticket; empty for any time before its feedback."""
    meeting_after_returns: int = Field(default=3, ge=1)
    """The return that leads to a joint meeting instead of another dispatch."""
    most_extensions: int = Field(default=1, ge=0)
    longest_extension: SpanText = Span(5, "d")
    most_redos: int = Field(default=2, ge=0)
    clocks: tuple[ClockRule, ...]
    """The limits of its stages."""
    roles: dict[str, list[str]] = {}
    """Steps whose roles differ from `ticket_roles.yaml`."""

    @model_validator(mode="after")
    def _whole(self) -> "CityRules":
        missing = {rule.limit for rule in self.limit_of} | {self.usual}
        if missing - set(self.limits):
            raise ValueError(f"limits 里没有 {'、'.join(sorted(missing - set(self.limits)))}")
        permissions(self.roles)
        return self

    @cached_property
    def permissions(self) -> Permissions:
        """Who may do what."""
        return permissions(self.roles)

    @property
    def after_feedback(self) -> State:
        """Where the lead unit's feedback leads."""
        if self.verifies:
            return State.ANSWERED
        return State.VERIFIED if self.calls_back else State.CLOSED

    def limit_for(self, ticket: Ticket, several: bool = False) -> Span:
        """Return the time limit of `ticket`; `several` where more than one unit is needed."""
        rule = next((rule for rule in self.limit_of if rule.fits(ticket, several)), None)
        return self.limits[rule.limit if rule else self.usual]

    def begun(self, step: s.AnyStep, to: State, case: Case) -> tuple[Clock, ...]:
        """Return the limits that begin with `step`, which leads `to`."""
        begun = (rule for rule in self.clocks if step.id in rule.starts and (not rule.into or to in rule.into))
        limit = step.within if isinstance(step, s.Dispatch) else case.limit
        found = []
        for rule in begun:
            within = limit if rule.within == "limit" else rule.within
            if within is not None:
                found.append(
                    Clock(rule.id, rule.called, within, rule.near, rule.ends, rule.pauses, rule.extends, rule.of_unit)
                )
        return tuple(found)

    def may_return(self, case: Case, unit: str, at: datetime, calendar: WorkingCalendar = CHINA) -> str:
        """Return why `unit` may not return the ticket at `at`, "" where it may."""
        mine = case.of(unit)
        if mine is None or self.return_within is None:
            return ""
        end = runs_out(mine.sent, self.return_within, calendar)
        return f"派单{self.return_within.spoken}以后不能退单,请办理或申请联席会议" if at > end else ""

    def may_extend(self, case: Case, by: Span) -> str:
        """Return why the ticket may not be extended `by` so much, "" where it may."""
        if case.extensions >= self.most_extensions:
            return f"已经延期{case.extensions}次" if case.extensions else "这里不能延期"
        if by.length > self.longest_extension.length:
            return f"一次最多延期{self.longest_extension.spoken}"
        return ""

    def may_redo(self, case: Case) -> bool:
        """Whether it may be done again."""
        return case.redone < self.most_redos


@cache
def usual_rules() -> CityRules:
    """Return the rules of a city that has chosen none."""
    return load_city(USUAL)


def load_city(name: str) -> CityRules:
    """Return the rules of a preset, or of the YAML file `name`. Raises `CityWrong`."""
    if name in PRESETS:
        return city_rules(read_yaml(files("tickets") / "data" / "cities" / f"{name}.yaml"), name)
    try:
        return city_rules(read_yaml(Path(name)), name)
    except OSError as error:
        raise CityWrong(file=name, where="文件", what=error.strerror) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CityWrong(file=name, where="文件", what=f"不是 UTF-8 的 YAML:{error}") from error


def city_rules(data: Mapping[str, Any], file: str = "") -> CityRules:
    """Return the rules in `data`. Raises `CityWrong` with the field and what is allowed."""
    try:
        return CityRules.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "(顶层)"
        raise CityWrong(file=file, where=where, what=first["msg"]) from error
