"""`hotline tickets life|step`: what became of a ticket, by when what is due, and its next step."""

from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from core.errors import HotlineError
from hotline.cli_records import Config, opened, settings
from hotline.plain_table import PlainTable
from hotline.supervising import make_lives
from hotline.viewing import Name, Reason, named, viewer_of
from tickets.deadlines import said_of
from tickets.holidays import calendar_of
from tickets.life.case import fold
from tickets.life.clocks import Standing, deadlines
from tickets.life.machine import Order, possible
from tickets.life.roles import Actor, Role
from tickets.life.rules import CityRules, load_city
from tickets.life.steps import READ, STEPS
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.view import Field, ViewRole
from tickets.secrecy.words import written

As = Annotated[Role, typer.Option("--as", help="以什么身份")]
By = Annotated[str, typer.Option("--name", help="谁,默认为本机用户")]
Unit = Annotated[str, typer.Option("--unit", help="哪个承办单位或网格")]
Seen = Annotated[int | None, typer.Option("--seen", help="您看到的是第几步;之后有人动过就不执行")]
_COLOURS = {Standing.OVERDUE: "red", Standing.LATE: "red", Standing.NEAR: "yellow", Standing.MET: "green"}


class StepWrong(HotlineError):
    """步骤“{step}”写得不对:{what}。{step} 要写的有:{facts}。"""


class StepUnknown(HotlineError):
    """没有步骤“{step}”。可写的步骤:{steps}。"""


def _rules(config: Config) -> CityRules:
    return load_city(settings(config).tickets.rules)


def life(
    number: Annotated[str, typer.Argument(help="工单编号")],
    role: As = Role.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """一张工单走过的每一步、全部时限、现在可以做什么;查看会被记录。"""
    now, rules = datetime.now().astimezone(), _rules(config)
    viewer = viewer_of(ViewRole(role), name, unit)
    calendar = calendar_of(settings(config).tickets.holidays)
    with opened(config) as database:
        shown = TicketReader(database).show(number, viewer, now, reason, "life", (Field.WORDS,))
        taken = make_lives(settings(config), database).steps(number, now)
    case = fold(taken)
    waits = f",“{case.pending.step.called}”待审批" if case.pending else ""
    title = f"工单 {number}({rules.name}):{case.state}{waits}"
    past = PlainTable("步", "时间", "谁", "做了什么", "到了", "写了什么", title=title)
    for count, one in enumerate(taken, 1):
        who = f"{one.by.name}({one.by.unit or one.by.role})"
        words = shown.seen.words(written(one.step))
        past.add_row(str(count), f"{one.at:%m-%d %H:%M:%S}", who, one.step.called, one.to, words)
    limits = PlainTable("时限", "单位", "开始", "到期", "现在", title="全部时限")
    for limit in deadlines(taken, calendar, now):
        colour = _COLOURS.get(limit.standing, "")
        standing = Text(limit.standing, colour)
        limits.add_row(limit.called, limit.unit, f"{limit.started:%m-%d %H:%M}", f"{limit.due:%m-%d %H:%M}", standing)
    Console().print(past, limits)
    for year in sorted({limit.due.year for limit in deadlines(taken, calendar, now)}):
        if unknown := said_of(calendar, datetime(year, 1, 1)):
            Console().print(unknown, highlight=False)
    may = "、".join(f"{STEPS[id].called}({id})" for id in possible(case, Actor("", role, unit), rules)) or "没有"
    Console().print(f"{unit or role}现在可以:{may}", highlight=False)


def step(
    number: Annotated[str, typer.Argument(help="工单编号")],
    id: Annotated[str, typer.Argument(metavar="STEP", help="步骤,如 check、dispatch、sign、feedback")],
    facts: Annotated[list[str] | None, typer.Option("--set", help="内容,如 reason=… lead=…;可多次")] = None,
    role: As = Role.DISPATCHER,
    name: By = "",
    unit: Unit = "",
    seen: Seen = None,
    config: Config = None,
) -> None:
    """走一步:审核、派发、签收、退单、延期、反馈、回访……;走不了的说明为什么、可以怎么走。"""
    given: dict[str, object] = {"id": id}
    for fact in facts or []:
        key, _, value = fact.partition("=")
        given[key] = tuple(value.split(",")) if key in ("assisting", "units") else value
    try:
        wanted = READ.validate_python(given)
    except ValidationError as error:
        raise _wrong(id, error) from None
    order = Order(wanted, Actor(named(name), role, unit), datetime.now().astimezone(), seen)
    with opened(config) as database:
        case = make_lives(settings(config), database).take(number, order)
    Console().print(f"{number}:{wanted.called},现在是“{case.state}”,共 {case.steps} 步。", highlight=False)


def _wrong(id: str, error: ValidationError) -> HotlineError:
    first = error.errors(include_url=False)[0]
    if id not in STEPS:
        return StepUnknown(step=id, steps="、".join(f"{one}({kind.called})" for one, kind in STEPS.items()))
    where = ".".join(str(part) for part in first["loc"][1:])
    facts = "、".join(name for name in STEPS[id].model_fields if name != "id") or "没有"
    return StepWrong(step=STEPS[id].called, what=f"{where} {first['msg']}", facts=facts)


def add_to(tickets: typer.Typer) -> None:
    """Add both commands to `hotline tickets`."""
    tickets.command("life")(life)
    tickets.command("step")(step)
