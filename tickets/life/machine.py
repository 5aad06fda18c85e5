"""What may happen next to a ticket, and what follows. Pure: a case, an order and the city's rules go in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tickets.errors import StepRefused
from tickets.life import steps as s
from tickets.life.case import Case, Taken
from tickets.life.roles import SERVANTS, Actor, Role
from tickets.life.rules import CityRules
from tickets.ticket import State

_ALL = frozenset(state for state in State if not state.over) - {State.DRAFT}
_WITH_UNITS = frozenset({State.SENT, State.HANDLING})

FROM: Mapping[str, frozenset[State]] = {
    "take": frozenset({State.DRAFT}),
    "settle": frozenset({State.OPEN}),
    "check": frozenset({State.OPEN}),
    "decline": frozenset({State.OPEN, State.READY, State.MEETING}),
    "dispatch": frozenset({State.READY, State.MEETING}),
    "redispatch": _WITH_UNITS,
    "meet": frozenset({State.READY}),
    "sign": _WITH_UNITS,
    "pass_on": frozenset({State.HANDLING}),
    "arrive": frozenset({State.HANDLING}),
    "ask": frozenset({State.HANDLING}),
    "tell": frozenset({State.HANDLING}),
    "return": _WITH_UNITS,
    "extend": frozenset({State.HANDLING}),
    "promise": frozenset({State.HANDLING}),
    "grant": _WITH_UNITS,
    "refuse": _WITH_UNITS,
    "resume": frozenset({State.PROMISED}),
    "feedback": frozenset({State.HANDLING, State.PROMISED}),
    "verify": frozenset({State.ANSWERED}),
    "send_back": frozenset({State.ANSWERED}),
    "call_back": frozenset({State.VERIFIED, State.CLOSED}),
    "close": frozenset({State.VERIFIED}),
    "redo": frozenset({State.VERIFIED, State.CLOSED}),
    "merge": _ALL - {State.VERIFIED, State.ANSWERED},
    "joined": _ALL,
    "unmerge": frozenset({State.MERGED}),
    "withdraw": _ALL,
    "urge": _ALL,
    "supervise": _ALL | {State.CLOSED},
    "note": frozenset(State) - {State.DRAFT},
}
"""Where each step may be taken from."""

_TO: Mapping[str, State] = {
    "take": State.OPEN,
    "settle": State.CLOSED,
    "check": State.READY,
    "decline": State.DECLINED,
    "dispatch": State.SENT,
    "redispatch": State.SENT,
    "meet": State.MEETING,
    "resume": State.HANDLING,
    "verify": State.VERIFIED,
    "send_back": State.HANDLING,
    "close": State.CLOSED,
    "redo": State.HANDLING,
    "merge": State.MERGED,
    "unmerge": State.READY,
    "withdraw": State.WITHDRAWN,
}
"""Where a step leads, if not to where the ticket stands or to what the rules say."""

_ALONE = frozenset(
    (
        "urge",
        "supervise",
        "note",
        "joined",
        "withdraw",
        "merge",
        "unmerge",
        "grant",
        "refuse",
        "redispatch",
        "sign",
        "arrive",
    )
)
"""Steps that are taken although something that a unit has asked for is not decided yet."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to do, when, and how many steps he saw (None: he does not care)."""

    step: s.AnyStep
    by: Actor
    at: datetime
    seen: int | None = None


def decide(case: Case, order: Order, rules: CityRules) -> Taken:
    """Return the step as it is written down. Raises `StepRefused` with the reason and what may be done instead."""
    step = order.step
    if order.seen is not None and order.seen != case.steps:
        raise _refused(case, order, rules, "您看到之后,别人已经处理过这张工单,请刷新后再看")
    if order.by.role not in rules.permissions[step.id]:
        raise _refused(case, order, rules, f"{order.by.role}不能做这一步")
    if case.state not in FROM[step.id]:
        raise _refused(case, order, rules, f"工单现在是“{case.state}”")
    if case.pending and step.id not in _ALONE:
        raise _refused(case, order, rules, f"“{case.pending.step.called}”还没有审批")
    if problem := _problem(case, order, rules):
        raise _refused(case, order, rules, problem)
    to = _leads_to(case, order, rules)
    return Taken(order.at, order.by, step, to, rules.begun(step, to, case))


def possible(case: Case, by: Actor, rules: CityRules) -> list[str]:
    """Return the steps that `by` may take now, by id, for the buttons of a page; facts aside."""
    found = []
    for id, states in FROM.items():
        mine = by.role not in SERVANTS or case.has(by.unit) or id == "take"
        free = not case.pending or id in _ALONE
        asked = bool(case.pending) if id in ("grant", "refuse") else True
        if by.role in rules.permissions[id] and case.state in states and mine and free and asked:
            found.append(id)
    return found


def _problem(case: Case, order: Order, rules: CityRules) -> str:
    """Return why the step cannot be taken although its time has come, "" where it can."""
    step, by = order.step, order.by
    if by.role in SERVANTS and step.id != "take":
        if not case.has(by.unit):
            return f"这张工单不在{by.unit or '您的单位'}"
        if step.id not in ("sign", "return") and _unsigned(case, by.unit):
            return f"{by.unit}还没有签收"
    if case.opened and order.at < case.opened:
        return "时间早于受理时间,请核对系统时钟"
    match step:
        case s.Sign():
            return f"{by.unit}已经签收过" if not _unsigned(case, by.unit) else ""
        case s.PassOn():
            return f"{step.to}已经有这张工单" if case.has(step.to) else ""
        case s.Ask():
            return "正在等诉求人补充" if case.asking else ""
        case s.Tell():
            return "没有在等诉求人补充" if not case.asking else ""
        case s.Return():
            return rules.may_return(case, order.by.unit, order.at)
        case s.Extend():
            return rules.may_extend(case, step.by)
        case s.Promise():
            return "承诺的日期要在今天之后" if step.until <= order.at.date() else ""
        case s.Grant() | s.Refuse():
            return "没有待审批的申请" if not case.pending else ""
        case s.Feedback():
            return f"{by.unit}已经反馈过" if (mine := case.of(by.unit)) and mine.answered else ""
        case s.CallBack():
            if step.reached and step.satisfaction is None and step.solved is None:
                return "接通的回访要记下是否解决或是否满意"
            return "已经回访过" if case.state is State.CLOSED and case.called_back else ""
        case s.Redo():
            return "" if rules.may_redo(case) else f"已经重办{case.redone}次,请提请督办"
        case s.Dispatch():
            doubled = {step.lead} & set(step.assisting) or len(set(step.assisting)) < len(step.assisting)
            return "同一单位写了两次" if doubled else ""
        case _:
            return ""


def _unsigned(case: Case, unit: str) -> bool:
    mine = case.of(unit)
    return mine is not None and mine.signed is None


def _leads_to(case: Case, order: Order, rules: CityRules) -> State:
    step = order.step
    match step:
        case s.Sign():
            return State.HANDLING
        case s.Grant():
            return _granted(case, rules)
        case s.Feedback():
            mine = case.of(order.by.unit)
            return rules.after_feedback if mine is None or mine.lead else case.state
        case s.Verify():
            return State.VERIFIED if rules.calls_back else State.CLOSED
        case s.CallBack():
            unhappy = step.solved is False or (step.satisfaction is not None and not step.satisfaction.satisfied)
            return State.HANDLING if unhappy and case.units and rules.may_redo(case) else State.CLOSED
        case s.Take():
            return State.OPEN if rules.checks else State.READY
        case s.Redo():
            return State.HANDLING if case.units else State.READY
        case _:
            return _TO.get(step.id, case.state)


def _granted(case: Case, rules: CityRules) -> State:
    asked = case.pending.step if case.pending else None
    if case.pending and case.leaves_all(case.pending):
        return State.MEETING if len(case.returns) + 1 >= rules.meeting_after_returns else State.READY
    return State.PROMISED if isinstance(asked, s.Promise) else case.state


def _refused(case: Case, order: Order, rules: CityRules, why: str) -> StepRefused:
    instead = "、".join(s.STEPS[id].called for id in possible(case, order.by, rules)) or "等别人处理"
    return StepRefused(step=order.step.called, why=why, instead=instead)


def system(name: str = "12345") -> Actor:
    """Return the hotline itself as an actor."""
    return Actor(name, Role.SYSTEM)
