"""Proposes for the tickets that wait and carries proposals out; finds those left at units that are no more."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from core.database import Database
from tickets.dispatch.lessons import Lessons, bounces
from tickets.dispatch.log import returned
from tickets.dispatch.proposal import Basis, Learned, Proposal, propose
from tickets.duties.duty import DutyList
from tickets.errors import StepRefused, TicketUnknown
from tickets.life import steps as s
from tickets.life.case import Case, fold
from tickets.life.machine import Order, system
from tickets.life.roles import Actor
from tickets.life.rules import CityRules
from tickets.life.store import LifeStore
from tickets.matters import MatterFound
from tickets.settings import TicketSettings
from tickets.store import TicketStore
from tickets.ticket import State, Ticket

_PAGE = 200
_WAIT = (State.OPEN, State.READY, State.MEETING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits for dispatch, where it stands, and how it might be sent."""

    ticket: Ticket
    case: Case
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Stranded:
    """An unsigned ticket at a unit that was dissolved. `step` None: nobody follows it, a human decides."""

    ticket: Ticket
    case: Case
    unit: str
    reason: str
    step: s.Redispatch | None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What the hotline did alone: tickets sent, tickets moved; number and sentence of each that was refused."""

    sent: int
    moved: int
    refused: tuple[tuple[str, str], ...]


class Dispatcher:
    """Dispatches one city's tickets on one day. Raises `RecordsError` where the database fails."""

    def __init__(
        self,
        database: Database,
        lives: LifeStore,
        rules: CityRules,
        settings: TicketSettings,
        duties: DutyList,
        match: Callable[[str], MatterFound],
        ask: Callable[[str], Learned] | None,
        now: datetime,
    ) -> None:
        """`lives` takes steps by `rules`, with all that follows them; `now` is aware, local, here and in the methods.

        `match` finds the matter in words, `ask` is the model learned from letters.
        """
        self._tickets, self._lives = TicketStore(database), lives
        self._match, self._ask = match, ask
        assert now.tzinfo is not None
        zone = now.tzinfo
        logs = database.run(lambda c: returned(c, zone, settings.learn_from_steps))
        found = [one for log in logs for one in bounces(log.number, log.matter, log.taken)]
        lessons = Lessons(found, settings.bounces_that_teach)
        self._basis = Basis(duties, rules, now.date(), settings.dispatch_alone_from, lessons)

    def waiting(self, now: datetime, but: Mapping[str, Ticket] = MappingProxyType({})) -> list[Waiting]:
        """Return every ticket that waits for dispatch, the oldest first, without those that still are as in `but`."""
        tickets = (ticket for state in _WAIT for ticket in self._in(state))
        found = (self._waiting(ticket, now) for ticket in tickets if but.get(ticket.number) != ticket)
        return sorted((one for one in found if one.case.state in _WAIT), key=lambda one: one.ticket.number)

    def of(self, number: str, now: datetime) -> Waiting:
        """Return how the ticket `number` might be sent, wherever it stands. Raises `TicketUnknown`."""
        ticket = self._tickets.find_now(number)
        if ticket is None:
            raise TicketUnknown(number=number)
        return self._waiting(ticket, now)

    def send(self, one: Waiting, now: datetime, by: Actor | None = None) -> Case:
        """Carry the proposal out and return the case after it; `by` is who decided, the hotline itself if None.

        A ticket that waits for its check is checked first. Raises `StepRefused`, also where somebody has acted since;
        `ProposalOpen` where a human must name the unit.
        """
        step, seen, actor = one.proposal.step(), one.case.steps, by or system()
        if one.case.state is State.OPEN:
            seen = self._lives.take(one.ticket.number, Order(s.Check(), actor, now, seen)).steps
        return self._lives.take(one.ticket.number, Order(step, actor, now, seen))

    def stranded(self, now: datetime) -> list[Stranded]:
        """Return the unsigned tickets whose lead unit was dissolved, the oldest first."""
        if not any(unit.dissolved and unit.dissolved <= self._basis.today for unit in self._basis.duties.units):
            return []
        found = (self._stranded(ticket, now) for ticket in self._in(State.SENT))
        return sorted((one for one in found if one), key=lambda one: one.ticket.number)

    def move(self, one: Stranded, now: datetime) -> Case | None:
        """Send a stranded ticket to the unit that follows; None where there is none. Raises `StepRefused`."""
        if one.step is None:
            return None
        return self._lives.take(one.ticket.number, Order(one.step, system(), now, one.case.steps))

    def carry_out(self, waiting: Iterable[Waiting], stranded: Iterable[Stranded], now: datetime) -> CarriedOut:
        """Send what may be sent without a human, and move what somebody follows; a refused step stops nothing."""
        sent, moved, refused = 0, 0, []
        for one in waiting:
            try:
                sent += one.proposal.alone and self.send(one, now) is not None
            except StepRefused as error:  # somebody was faster
                refused.append((one.ticket.number, str(error)))
        for left in stranded:
            try:
                moved += self.move(left, now) is not None
            except StepRefused as error:
                refused.append((left.ticket.number, str(error)))
        return CarriedOut(sent, moved, tuple(refused))

    def _waiting(self, ticket: Ticket, now: datetime) -> Waiting:
        case = fold(self._lives.steps(ticket.number, now))
        learned = self._ask(f"{ticket.title}\n{ticket.what}") if self._ask else None
        found = self._match(ticket.what)
        return Waiting(ticket, case, propose(ticket, found, self._basis, learned, case))

    def _stranded(self, ticket: Ticket, now: datetime) -> Stranded | None:
        taken = self._lives.steps(ticket.number, now)
        case, duties, today = fold(taken), self._basis.duties, self._basis.today
        lead = case.lead
        sent = next((one.step for one in reversed(taken) if isinstance(one.step, s.Dispatch)), None)
        if lead is None or sent is None or lead.signed or duties.current(lead.unit, today) == lead.unit:
            return None
        if (unit := duties.unit(lead.unit)) is None or unit.name != lead.unit:
            return None  # only called by another of its names
        after = duties.current(lead.unit, today)
        gone = f"{lead.unit}已于 {unit.dissolved} 撤销,工单还没有签收"
        if not after:
            return Stranded(ticket, case, lead.unit, f"{gone},没有写并入哪个单位,请派单员改派", None)
        reason = f"{gone},改派给承接单位{after}"
        others = (duties.current(name, today) for name in sent.assisting)
        assisting = tuple(name for name in dict.fromkeys(others) if name and name != after)
        step = s.Redispatch(
            **sent.model_dump(exclude={"id", "lead", "assisting", "reason", "within"}),
            lead=after,
            assisting=assisting,
            within=sent.within,
            reason=reason,
        )
        return Stranded(ticket, case, lead.unit, reason, step)

    def _in(self, state: State) -> Iterator[Ticket]:
        """Yield the tickets of a state, page by page."""
        before = ""
        while page := self._tickets.list_now(state, _PAGE, before):
            yield from page
            before = page[-1].number
