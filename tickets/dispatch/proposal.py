"""Whose a ticket is: the list first, the learned model second, a human third; and why, in a sentence."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tickets.dispatch.lessons import Bounced, Lessons
from tickets.duties.duty import Duty, DutyList, Territory
from tickets.duties.row import level_called
from tickets.errors import ProposalOpen
from tickets.life import steps as s
from tickets.life.case import Case
from tickets.life.rules import CityRules
from tickets.life.span import Span
from tickets.matters import MatterFound
from tickets.ticket import State, Ticket


class By(StrEnum):
    """Who decided."""

    LIST = "职责清单"
    MODEL = "派单模型"
    RETURNS = "退单经验"
    HUMAN = "派单员"


@dataclass(frozen=True, slots=True)
class Learned:
    """What a model learned from the city's letters says: likely units, the likeliest first, and the words why."""

    units: tuple[tuple[str, float], ...]
    """Names as the letters had them, with their probabilities."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a ticket might be sent. `way` None: a joint meeting (联席会议). Without `lead` a human must name it."""

    by: By
    lead: str
    within: Span
    reason: str
    """In Chinese, with the evidence."""
    way: s.Way | None = s.Way.STRAIGHT
    handling: s.Handling = s.Handling.BY_LAW
    assisting: tuple[str, ...] = ()
    grid: bool = False
    """Straight to the grid worker (一派到底); otherwise level by level (逐级转派)."""
    confidence: float = 0.0
    alone: bool = False
    """Whether the hotline may send it without a human."""
    others: tuple[tuple[str, str], ...] = field(default=())
    """Other units that it might be, each with why."""

    def step(self) -> s.Dispatch | s.Meet:
        """Return it as a step of the ticket's life. Raises `ProposalOpen` where no unit is named."""
        if self.way is None:
            return s.Meet(units=tuple(name for name in (self.lead, *self.assisting) if name), reason=self.reason)
        if not self.lead:
            raise ProposalOpen(why=self.reason)
        return s.Dispatch(
            way=self.way,
            handling=self.handling,
            lead=self.lead,
            assisting=self.assisting,
            within=self.within,
            grid=self.grid,
            reason=self.reason[:2000],
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """What proposals are made from; the same for all tickets of a day."""

    duties: DutyList
    rules: CityRules
    today: date
    alone_from: float
    """Confidence from which the hotline may dispatch alone."""
    lessons: Lessons = field(default_factory=Lessons)


def propose(
    ticket: Ticket, found: MatterFound, basis: Basis, learned: Learned | None = None, case: Case | None = None
) -> Proposal:
    """Return how `ticket` might be sent; `found` is the matter that its words are about, `case` where it stands.

    The matter on the ticket holds, because a human may have corrected it; where its words say another one, nobody is
    sure. Department first, territory second (先属责、后属地). What was returned or is discussed is left to a human.
    """
    proposal = _first(ticket, found, basis, learned)
    discussed = case is not None and (bool(case.returns) or case.state is State.MEETING)
    return _after_returns(proposal, case, basis) if case and discussed else proposal


def _first(ticket: Ticket, found: MatterFound, basis: Basis, learned: Learned | None) -> Proposal:
    """Return how a ticket that nobody has returned might be sent."""
    duty = basis.duties.by_id.get(ticket.matter.id if ticket.matter else "")
    same = found.sure and duty is not None and found.matter.id == duty.id
    if duty is None and found.sure:
        duty, same = basis.duties.by_id.get(found.matter.id), True
    if duty is None:
        return _by_model(ticket, basis, learned, "职责清单里没有找到相符的事项")
    proposal = _by_list(ticket, duty, basis, found if same else None)
    if not proposal.lead:
        return _by_model(ticket, basis, learned, proposal.reason)
    if bounced := basis.lessons.of(duty.id, proposal.lead):
        return _by_returns(proposal, duty, bounced)
    if same and found.confidence >= basis.alone_from:
        return replace(proposal, alone=True)
    return _with_model(proposal, ticket, basis, learned)


def _by_list(ticket: Ticket, duty: Duty, basis: Basis, found: MatterFound | None) -> Proposal:
    """Return what the list says; without lead where it names nobody who is there today."""
    department = basis.duties.current(duty.unit, basis.today) if duty.unit else ""
    governor = basis.duties.governor(ticket.place, duty.level, basis.today) if duty.by_place else ""
    lead, way, second = _who(duty, department, governor)
    helping = (basis.duties.current(name, basis.today) for name in duty.assisting)
    assisting = tuple(name for name in dict.fromkeys((second, *helping)) if name and name != lead)
    heard = f"(听到{'、'.join(found.evidence)})" if found and found.evidence else ""
    reason = f"职责清单“{duty.full_name}”{heard}:{_grounds(duty, department, governor, ticket)}"
    return Proposal(
        by=By.LIST,
        lead=lead,
        within=duty.limit or basis.rules.limit_for(ticket, several=bool(assisting)),
        reason=reason if lead else f"{reason},没有可派的单位",
        way=way,
        handling=duty.handling,
        assisting=assisting[:10],
        grid=duty.grid,
        confidence=found.confidence if found else 0.0,
    )


def _who(duty: Duty, department: str, governor: str) -> tuple[str, s.Way, str]:
    """Return the lead unit, the way, and who has it beside the lead: department first, territory second."""
    if duty.territory is Territory.PLACE:
        return (governor, s.Way.STRAIGHT, department)
    if duty.territory is Territory.BOTH and department and governor:
        return (department, s.Way.DOUBLE, governor)
    if duty.territory is Territory.FIRST and (department or governor):
        return (department or governor, s.Way.FIRST, governor if department else "")
    return (department or governor, s.Way.STRAIGHT, "")


def _grounds(duty: Duty, department: str, governor: str, ticket: Ticket) -> str:
    moved = f",{duty.unit}已撤销,由{department}承接" if department and department != duty.unit else ""
    gone = f",{duty.unit}已撤销,没有承接单位" if duty.unit and not department else ""
    where = str(replace(ticket.place, detail="")) or "地点不明"
    place = f"{where}属{governor}" if governor else f"{where},不知道属于哪个{duty.level}"
    grid = ",直达网格员(一派到底)" if duty.grid else ""
    match duty.territory:
        case Territory.PLACE:
            return f"属地办理,{place}{grid}"
        case Territory.BOTH:
            return f"双派,部门{department or '未定'},{place}{moved}{gone}{grid}"
        case Territory.FIRST:
            return f"首接负责,部门{department or '未定'},{place}{moved}{gone}{grid}"
        case _ if department:
            return f"先属责,主办{department}{moved}{grid}"
        case _:
            return f"清单上没有可派的主办单位{gone},后属地,{place}{grid}"


def _by_returns(proposal: Proposal, duty: Duty, bounced: Bounced) -> Proposal:
    """A matter that its unit keeps returning: to whom handled it in the end, for a human to confirm."""
    past = f"{proposal.lead}近来退回“{duty.name}”{bounced.times} 次"
    if bounced.handled_by:
        reason = f"{past},其中 {bounced.handled} 次最后由{bounced.handled_by}办理,请派单员确认(清单未改)"
        others = ((proposal.lead, proposal.reason),)
        keeps = tuple(name for name in proposal.assisting if name != bounced.handled_by)
        return replace(
            proposal, by=By.RETURNS, lead=bounced.handled_by, assisting=keeps, reason=reason, others=others
        )
    reason = f"{past},没有哪个单位一贯办理,请派单员定,或提请联席会议;{proposal.reason}"
    return replace(proposal, by=By.HUMAN, lead="", reason=reason, others=((proposal.lead, proposal.reason),))


def _after_returns(proposal: Proposal, case: Case, basis: Basis) -> Proposal:
    """Not to the same unit again: to the one that it named, or to a joint meeting where all have returned it."""
    unwilling = tuple(dict.fromkeys(case.returns))
    past = f"已被{'、'.join(unwilling)}退回" if unwilling else "已提请联席会议"
    if case.state is State.MEETING:
        reason = f"{past},联席会议商定后请派单员写明主办单位(商定办);{proposal.reason}"
        others = ((proposal.lead, proposal.reason),) if proposal.lead else proposal.others
        agreed = replace(proposal, by=By.HUMAN, lead="", handling=s.Handling.AGREED, alone=False)
        return replace(agreed, reason=reason, others=others)
    if proposal.lead and proposal.lead not in unwilling:
        return replace(proposal, alone=False, reason=f"{past},请派单员确认;{proposal.reason}")
    named = [basis.duties.current(to, basis.today) for unit, to in case.evaded if unit in unwilling]
    willing = [name for name in named if name and name not in unwilling]
    if willing:
        reason = f"{past},指出应由{willing[-1]}办理,请派单员审定;{proposal.reason}"
        assisting = tuple(name for name in proposal.assisting if name != willing[-1])
        return replace(proposal, by=By.RETURNS, lead=willing[-1], assisting=assisting, alone=False, reason=reason)
    reason = f"{past},没有别的单位可派,责任不清,提请联席会议"
    return replace(
        proposal, by=By.HUMAN, way=None, lead=unwilling[0], assisting=unwilling[1:], alone=False, reason=reason
    )


def _with_model(proposal: Proposal, ticket: Ticket, basis: Basis, learned: Learned | None) -> Proposal:
    """Where the list is not sure alone, a model that says the same unit makes it so; another one is shown."""
    if not learned or not learned.units:
        return replace(proposal, reason=f"{proposal.reason};把握不够,请派单员确认")
    name, chance = learned.units[0]
    unit = _unit_of(name, ticket, basis)
    if unit == proposal.lead:
        both = 1.0 - (1.0 - proposal.confidence) * (1.0 - chance)
        reason = f"{proposal.reason};派单模型也认为是{unit}({chance:.0%},依据{_words(learned)})"
        return replace(proposal, confidence=both, alone=both >= basis.alone_from, reason=reason)
    others = ((unit or name, f"派单模型 {chance:.0%},依据{_words(learned)}"),)
    return replace(proposal, others=others, reason=f"{proposal.reason};派单模型认为是{unit or name},请派单员定")


def _by_model(ticket: Ticket, basis: Basis, learned: Learned | None, why: str) -> Proposal:
    """The list does not say; the model decides where it is sure, and otherwise tells a human what it thinks."""
    within = basis.rules.limit_for(ticket)
    if not learned or not learned.units:
        return Proposal(By.HUMAN, "", within, f"{why},也没有派单模型可问,请派单员定")
    named = [(_unit_of(name, ticket, basis), name, chance) for name, chance in learned.units]
    lead, name, chance = named[0]
    others = tuple((unit or called, f"派单模型 {likely:.0%}") for unit, called, likely in named)
    if lead and chance >= basis.alone_from:
        reason = f"{why};派单模型认为是{lead}({chance:.0%}),依据{_words(learned)}"
        return Proposal(By.MODEL, lead, within, reason, confidence=chance, alone=True, others=others[1:])
    if lead:
        reason = f"{why};派单模型也没有把握({name} {chance:.0%},依据{_words(learned)}),请派单员定"
    else:
        reason = f"{why};派单模型认为是“{name}”({chance:.0%}),但没有叫这个名称的单位可派,请派单员定,或补进单位表"
    return Proposal(By.HUMAN, "", within, reason, confidence=chance, others=others)


def _unit_of(name: str, ticket: Ticket, basis: Basis) -> str:
    """Return the unit that letters call `name`; 街镇 is whoever governs the place. "" where the city has none."""
    if level := level_called(name):
        return basis.duties.governor(ticket.place, level, basis.today)
    return basis.duties.current(name, basis.today) if basis.duties.knows(name) else ""


def _words(learned: Learned) -> str:
    return "、".join(learned.evidence) or "整封来信"
