"""What the tests of the intake submit, and to what."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from functools import cache
from threading import Event
from typing import TypeVar

from sqlalchemy import Connection, text

from core.database import Database
from tickets.intake.intake import Intake
from tickets.intake.submission import Submission
from tickets.life.rules import usual_rules
from tickets.notices.citizen import answer_citizen
from tickets.replies.library import load_library
from tickets.store import TicketStore
from tickets.supervision.telling import Telling
from tickets.ticket import Channel, Place
from tickets.understanding import Understanding

T, U = TypeVar("T"), TypeVar("U")

NOW = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=8)))
COLD = "我家暖气三天不热了,屋里只有十二度"
HOME = Place("城东区", "解放路街道", "阳光花园", "5号楼2单元")


@cache
def understanding() -> Understanding:
    return Understanding()


def intake(database: Database) -> Intake:
    rules = usual_rules()
    then = (Telling(rules.supervision, load_library(None)),)
    return Intake(TicketStore(database, rules=rules, then=then), understanding(), tell=answer_citizen)


def submission(key: str = "web-1", text: str = COLD, **given: object) -> Submission:
    """A complaint about heating, complete unless something else is given."""
    usual = {
        "channel": Channel.WEB,
        "district": "城东区",
        "street": "解放路街道",
        "community": "阳光花园",
        "detail": "5号楼2单元",
        "name": "王女士",
        "contact": "138 0000 1234",
    }
    return Submission.model_validate({**usual, "key": key, "text": text, **given})


def beside(database: Database, first: Callable[[Connection], T], second: Callable[[], U]) -> tuple[T, U]:
    """Return what both give, where `second` begins while `first` has done its work and not ended its transaction.

    On PostgreSQL; `second` has to wait for `first`.
    """
    written, ends = Event(), Event()

    def work(connection: Connection) -> T:
        done = first(connection)
        written.set()
        assert ends.wait(60)
        return done

    with ThreadPoolExecutor(1) as pool:
        earlier = database.submit(work)
        try:
            assert written.wait(60)
            later = pool.submit(second)
            while not database.run(lambda c: c.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first()):
                assert not later.done(), "it did not wait"
        finally:
            ends.set()
        return earlier.result(), later.result()
