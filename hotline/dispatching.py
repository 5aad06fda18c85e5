"""Makes the dispatcher of a city from its settings, and dispatches what needs no human while the hotline runs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from core.clock import Clock
from core.database import Database
from core.looking import LookingThread
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.supervising import make_lives
from hotline.wiring import city_matters, model_in_force
from tickets.dispatch.dispatcher import CarriedOut, Dispatcher, Stranded
from tickets.dispatch.proposal import Learned
from tickets.duties.default import lanjiang_duties
from tickets.duties.store import DutyStore
from tickets.life.rules import load_city
from tickets.ticket import Ticket

LOOK_S = 20.0
"""How often it is looked for tickets that wait, in seconds: cities want them dispatched within three minutes."""
_ANEW = timedelta(minutes=15)
"""How often the dispatcher is made anew, with what was returned since and the model that is in force."""


def make_dispatcher(settings: HotlineSettings, database: Database, now: datetime) -> Dispatcher:
    """Return the dispatcher of the city of `settings` for the day of `now` (aware, local).

    Raises `CityWrong`, `TemplatesWrong`, `LearnedUnreadable`, `ModelNotOfThis`, `RecordsError`.
    """
    chosen = settings.tickets
    duties = DutyStore(database).at(now.date()) or lanjiang_duties()
    matters = city_matters(settings, duties)
    rules = load_city(chosen.rules)
    lives = make_lives(settings, database, rules)
    return Dispatcher(database, lives, rules, chosen, duties, matters.match, _asked(settings), now)


def _asked(settings: HotlineSettings) -> Callable[[str], Learned] | None:
    """Return what asks the model of departments that is in force, None where there is none."""
    model = model_in_force(settings, "department", settings.tickets.dispatch_model)
    if model is None:
        return None

    def ask(text: str) -> Learned:
        (judged,) = model.judge([text])
        return Learned(judged.alternatives, judged.evidence)

    return ask


class Dispatching:
    """One who dispatches what the hotline is sure of. Several may do so at once: of two the second is refused.

    What was not sure is not asked again until the ticket, or what is known about dispatch, has changed.
    """

    def __init__(self, settings: HotlineSettings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._duties = DutyStore(database)
        self._dispatcher: Dispatcher | None = None
        self._mark = (date.min, 0)
        """The day and the version of the list that the dispatcher is for."""
        self._made = datetime.min
        self._seen: dict[str, Ticket] = {}

    def look(self, now: datetime) -> CarriedOut:
        """Dispatch what waits at `now`; a city without a list of its own dispatches nothing alone.

        Raises what `make_dispatcher` does.
        """
        version = self._duties.number_at(now.date())
        if self._settings.tickets.city and not version:
            return CarriedOut(0, 0, ())  # the list of an invented city says nothing about this one
        mark = (now.date(), version)
        stranded: list[Stranded] = []
        if self._dispatcher is None or mark != self._mark or not self._made <= now < self._made + _ANEW:
            self._dispatcher = make_dispatcher(self._settings, self._database, now)
            self._mark, self._made, self._seen = mark, now, {}
            stranded = self._dispatcher.stranded(now)  # units are dissolved by the day
        waiting = self._dispatcher.waiting(now, self._seen)
        self._seen |= {one.ticket.number: one.ticket for one in waiting}
        return self._dispatcher.carry_out(waiting, stranded, now)


class DispatchThread(LookingThread):
    """Dispatches with a database connection of its own; it ends with the service."""

    def __init__(self, settings: HotlineSettings, clock: Clock) -> None:
        super().__init__("dispatch", LOOK_S, "自动派单暂时停了,工单由派单员派")
        self._settings, self._clock = settings, clock
        self._database: Database | None = None
        self._dispatching: Dispatching | None = None

    def look(self) -> bool:
        """See `Dispatching.look`."""
        if self._dispatching is None:
            self._database = self._database or open_records(self._settings.records)
            self._dispatching = Dispatching(self._settings, self._database)
        self._dispatching.look(self._clock.now())
        return False

    def close(self) -> None:
        """Let go of the database."""
        if self._database:
            self._database.close()
