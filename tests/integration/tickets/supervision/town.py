"""A town with one database: tickets walked through their kept life, a clock that is turned by hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from core.clock import FixedClock
from core.database import Database
from core.events import Event, history
from tests.unit.tickets.life.walking import DISPATCHER, MONDAY, WATER, dispatch
from tickets.callback_life import plan_follow_up
from tickets.callback_settings import CallBackSettings
from tickets.callback_store import CallBackStore
from tickets.deadlines import CHINA
from tickets.intake.merging import TakeOver
from tickets.life import steps as s
from tickets.life.case import Case, fold
from tickets.life.machine import Order
from tickets.life.roles import Actor
from tickets.life.rules import CityRules, load_city
from tickets.life.store import LifeStore
from tickets.notices import outbox
from tickets.notices.contacts import Contact, Contacts
from tickets.notices.delivering import Delivered, Delivery
from tickets.notices.outbox import Notice
from tickets.notices.ways import Carrier
from tickets.replies.library import load_library
from tickets.store import TicketStore
from tickets.supervision.open_tickets import AlarmedTickets
from tickets.supervision.rules import Way
from tickets.supervision.telling import Telling
from tickets.supervision.watch import Watch, Watched
from tickets.ticket import Kind, Matter, Place, Ticket

WATER_OUT = Ticket(
    Kind.COMPLAINT,
    "家中停水",
    "我家三天没有水了",
    Place("城东区", "解放路街道", "阳光花园", "5号楼"),
    name="王女士",
    contact="138 0000 1234",
    matter=Matter("water", "城乡建设/供水", "停水", "市水务局", 24),
)
REACHED = Contacts(
    {
        "市水务局": Contact(sms=("13900000001",), mail=("water@city.example",)),
        "督办员": Contact(sms=("13900000002",), mail=("watch@city.example",)),
        "市政府督查室": Contact(mail=("inspect@city.example",)),
    }
)


@dataclass
class Pocket:
    """A carrier that keeps what it was given, and fails as often as it is told to."""

    kept: list[tuple[str, str]] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, notice: Notice, to: str) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.kept.append((to, notice.words))


class Town:
    """Everything on one database, as one process sees it."""

    def __init__(self, database: Database, rules: CityRules | None = None, now: datetime = MONDAY) -> None:
        self.database, self.now = database, now
        self.rules = rules or load_city("jinchang")
        library = load_library()
        follows = (plan_follow_up, Telling(self.rules.supervision, library))
        self.calendar = CHINA
        self.then = then = (*follows, TakeOver(self.rules, then=follows))
        self.lives = LifeStore(database, self.rules, then=then)
        self.tickets = TicketStore(database, rules=self.rules, then=then)
        self.calls = CallBackStore(database, CallBackSettings(), lives=self.lives)
        self.watch = Watch(database, self.lives, self.rules.supervision, library, AlarmedTickets(database))
        self.sms, self.mail = Pocket(), Pocket()
        self.carriers: dict[Way, Carrier] = {Way.SMS: self.sms, Way.MAIL: self.mail}

    def opens(self, **changed: object) -> str:
        return self.tickets.save_now(replace(WATER_OUT, **changed), self.now).number  # type: ignore[arg-type]

    def handled(self, **changed: object) -> str:
        """A ticket that the water bureau has signed for."""
        number = self.opens(**changed)
        if self.case(number).state.value == "已受理":
            self.does(number, DISPATCHER, s.Check())
        self.does(number, DISPATCHER, dispatch())
        self.wait(minutes=20).does(number, WATER, s.Sign())
        return number

    def verified(self, **changed: object) -> str:
        number = self.handled(**changed)
        self.wait(hours=2).does(number, WATER, s.Feedback(reply="修好了。", solved=True))
        self.does(number, DISPATCHER, s.Verify())
        return number

    def does(self, number: str, by: Actor, step: s.AnyStep) -> Case:
        return self.lives.take(number, Order(step, by, self.now))

    def wait(self, **time: float) -> Self:
        self.now += timedelta(**time)
        return self

    def case(self, number: str) -> Case:
        return fold(self.lives.steps(number, self.now))

    def look(self) -> Watched:
        return self.watch.look(self.now)

    def deliver(self) -> Delivered:
        return Delivery(self.database, self.carriers, REACHED, self.rules.supervision).deliver(FixedClock(self.now))

    def notices(self, number: str) -> list[tuple[str, str, str, str]]:
        """Subject, recipient, way and standing of each notice, oldest first."""
        found = [one for one in self.database.run(lambda c: outbox.listed(c, self.now)) if one.ticket == number]
        return sorted((one.subject, one.recipient, one.way.value, one.state.value) for one in found)

    def events(self, number: str) -> list[Event]:
        return self.database.run(lambda c: history(c, f"ticket:{number}"))

    def kinds(self, number: str) -> list[str]:
        return [event.kind for event in self.events(number)]
