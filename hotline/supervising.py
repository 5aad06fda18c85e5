"""Supervision while the hotline runs, and the life of tickets with all that follows its steps."""

from collections.abc import Callable
from dataclasses import dataclass

from core.clock import Clock
from core.database import Database
from core.events import EventLog
from core.looking import LookingThread
from core.sms import RecordedSms
from hotline.records import open_records
from hotline.settings import HotlineSettings
from tickets.callback_life import plan_follow_up
from tickets.holidays import calendar_of
from tickets.intake.intake import Intake
from tickets.intake.merging import TakeOver
from tickets.intake.published import publish
from tickets.life.rules import CityRules, load_city
from tickets.life.store import LifeStore, Then
from tickets.notices.citizen import answer_citizen
from tickets.notices.contacts import load_contacts
from tickets.notices.delivering import Delivered, Delivery
from tickets.notices.ways import Carrier, MailCarrier, SmsCarrier
from tickets.replies.library import load_library
from tickets.store import TicketStore
from tickets.supervision.open_tickets import AlarmedTickets
from tickets.supervision.rules import Way
from tickets.supervision.telling import Telling
from tickets.supervision.watch import Watch, Watched
from tickets.understanding import Understanding

LOOK_S = 30.0
"""How often tickets are looked at and notices sent, in seconds: limits are counted in minutes."""


def what_follows(settings: HotlineSettings, rules: CityRules) -> tuple[Then, ...]:
    """Return what follows every step of a ticket: call-backs, publication, notices. Raises `TemplatesWrong`."""
    calendar = calendar_of(settings.tickets.holidays)
    follows = plan_follow_up, publish, Telling(rules.supervision, load_library(settings.tickets.replies), calendar)
    return *follows, TakeOver(rules, calendar, follows)


def make_lives(settings: HotlineSettings, database: Database, rules: CityRules | None = None) -> LifeStore:
    """Return the life of tickets by the city's rules, with what follows its steps: call-backs, notices.

    Raises `CityWrong`, `TemplatesWrong`.
    """
    rules = rules or load_city(settings.tickets.rules)
    return LifeStore(database, rules, calendar_of(settings.tickets.holidays), what_follows(settings, rules))


def make_tickets(settings: HotlineSettings, database: Database, log: EventLog | None = None) -> TicketStore:
    """Return the tickets, by the city's rules and calendar, with what follows their steps.

    Raises `CityWrong`, `TemplatesWrong`.
    """
    rules = load_city(settings.tickets.rules)
    calendar = calendar_of(settings.tickets.holidays)
    return TicketStore(database, log, rules, calendar, what_follows(settings, rules))


def make_intake(settings: HotlineSettings, database: Database, understanding: Understanding) -> Intake:
    """Return what takes appeals of every channel in. Raises `CityWrong`, `TemplatesWrong`."""
    return Intake(make_tickets(settings, database), understanding, tell=answer_citizen)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look did."""

    watched: Watched
    delivered: Delivered


class Supervising:
    """One who looks: takes the steps that are due, then sends what waits. Several may do so at once.

    Raises `CityWrong`, `TemplatesWrong`, `ContactsWrong`.
    """

    def __init__(self, settings: HotlineSettings, database: Database) -> None:
        chosen = settings.tickets
        rules, library = load_city(chosen.rules), load_library(chosen.replies)
        calendar = calendar_of(chosen.holidays)
        for rung in rules.supervision.rungs:
            library.get("notice", rung.words)
        self._log = EventLog(database)
        lives = make_lives(settings, database, rules)
        self._watch = Watch(database, lives, rules.supervision, library, AlarmedTickets(database), calendar)
        carriers: dict[Way, Carrier] = {
            Way.SMS: SmsCarrier(RecordedSms(self._log)),
            Way.MAIL: MailCarrier(chosen.notices.mail),
        }
        self._delivery = Delivery(
            database, carriers, load_contacts(chosen.notices.contacts), rules.supervision, calendar
        )

    def look(self, clock: Clock) -> Looked:
        """Do what is due now. Raises `RecordsError`."""
        return Looked(self.watch(clock), self.deliver(clock))

    def watch(self, clock: Clock) -> Watched:
        """Take the steps that are due. Raises `RecordsError`."""
        return self._watch.look(clock.now())

    def deliver(self, clock: Clock) -> Delivered:
        """Send what waits; takes as long as the gateways do. Raises `RecordsError`."""
        return self._delivery.deliver(clock)

    def close(self) -> None:
        """Write what waits to be written."""
        self._log.close()


class SuperviseThread(LookingThread):
    """One part of supervision again and again, with a database connection of its own; it ends with the service."""

    def __init__(
        self,
        name: str,
        standstill: str,
        does: Callable[[Supervising, Clock], object],
        settings: HotlineSettings,
        clock: Clock,
    ) -> None:
        super().__init__(name, LOOK_S, standstill)
        self._does, self._settings, self._clock = does, settings, clock
        self._database: Database | None = None
        self._supervising: Supervising | None = None

    def look(self) -> bool:
        """See `Supervising`."""
        if self._supervising is None:
            self._database = self._database or open_records(self._settings.records)
            self._supervising = Supervising(self._settings, self._database)
        self._does(self._supervising, self._clock)
        return False

    def close(self) -> None:
        """Let go of the database."""
        try:
            if self._supervising:
                self._supervising.close()
        finally:
            if self._database:
                self._database.close()


def supervise_threads(settings: HotlineSettings, clock: Clock) -> tuple[SuperviseThread, ...]:
    """Return what supervises while a service runs: no gateway that is waited for holds up the steps."""
    return (
        SuperviseThread("supervision", "督办暂时停了", Supervising.watch, settings, clock),
        SuperviseThread("notices", "通知暂时发不出去", Supervising.deliver, settings, clock),
    )
