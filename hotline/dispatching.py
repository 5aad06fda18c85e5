"""Makes the dispatcher of a city from its settings: its list of today, its rules, and the model that it trained."""

from collections.abc import Callable
from datetime import datetime

from core.database import Database
from hotline.settings import HotlineSettings
from hotline.supervising import make_lives
from hotline.wiring import city_matters, model_in_force
from tickets.dispatch.dispatcher import Dispatcher
from tickets.dispatch.proposal import Learned
from tickets.duties.default import lanjiang_duties
from tickets.duties.store import DutyStore
from tickets.life.rules import load_city


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
