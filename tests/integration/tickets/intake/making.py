"""What the tests of the intake submit, and to what."""

from datetime import datetime, timedelta, timezone
from functools import cache

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
