"""Personal data goes when its time is over or its owner asks, everywhere; what is counted stays the same."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from core.database import Database
from core.events import Event, append, history
from tests.integration.tickets.intake.making import intake, submission
from tests.integration.tickets.test_store import NOW, TICKET
from tests.lives import AGENT, UNIT, closed_by_its_unit, settled, take
from tickets.attachments.files import MemoryFiles
from tickets.attachments.store import AttachmentStore
from tickets.callback_settings import CallBackSettings
from tickets.callback_store import CallBackStore
from tickets.callback_tables import callbacks_table
from tickets.callbacks import Outcome, Result, Satisfied, Solved
from tickets.deadlines import CHINA
from tickets.errors import ErasureRefused, TicketUnknown
from tickets.finding import TicketFinder, Wanted
from tickets.intake.tables import occurrences_table, submissions_table
from tickets.life import steps as s
from tickets.life.case import fold
from tickets.life.clocks import deadlines
from tickets.life.rules import usual_rules
from tickets.life.store import LifeStore
from tickets.measures import MEASURES, Counted, average_handling
from tickets.secrecy.holds import held_among
from tickets.secrecy.looks import looks_at, record_look
from tickets.secrecy.retention import Retention
from tickets.secrecy.settings import RetentionSettings
from tickets.secrecy.view import Viewer, ViewRole
from tickets.store import TicketStore
from tickets.ticket import State, Ticket

BY = Viewer(ViewRole.AGENT, "小李", os_user="li")
YEARS = timedelta(days=366 * 5)
PERSON = ("王女士", "13800001234", "138 0000 1234", "5号楼2单元", "老人在家")
OPEN = replace(TICKET, confidential=False, title="王女士家暖气不热", what="我是王女士,暖气三天不热了,打13800001234")


@pytest.fixture
def retention(database: Database) -> Retention:
    return Retention(database, RetentionSettings())


def _closed(database: Database, ticket: Ticket = OPEN) -> str:
    number = TicketStore(database).save_now(ticket, NOW).number
    take(database, number, s.Note(words="王女士说钥匙在13800001234那里"), NOW, AGENT)
    take(database, number, s.Check(), NOW)
    closed_by_its_unit(database, number, NOW + timedelta(hours=5))
    callbacks = CallBackStore(database, CallBackSettings())
    callbacks.plan_now(NOW + timedelta(hours=6))
    told = Result(Outcome.ANSWERED, "", "done", Solved.YES, Satisfied.YES, "王女士说谢谢", call_id="c2")
    callbacks.report_now(f"f-{number}", told, NOW + timedelta(hours=7))
    return number


def _everything(database: Database, number: str) -> str:
    """Return all that the records say of a ticket, opened."""
    ticket = TicketStore(database).find_now(number)
    streams = (f"ticket:{number}", f"callback:f-{number}")
    events = [event for name in streams for event in database.run(lambda c, name=name: history(c, name))]  # type: ignore[misc]
    rows = database.run(lambda c: c.execute(text("SELECT contact, spot FROM tickets")).all())
    return f"{ticket}{events}{rows}"


def _measured(database: Database, numbers: list[str]) -> list[object]:
    life = LifeStore(database, usual_rules())
    counted = []
    for number in numbers:
        taken = life.steps(number, NOW)
        counted.append(Counted(fold(taken), deadlines(taken, CHINA, NOW + YEARS)))
    return [*(measure.of(counted) for measure in MEASURES), average_handling(counted)]


def _steps(database: Database, number: str) -> list[object]:
    return [(one.at, one.step.id, one.to) for one in LifeStore(database, usual_rules()).steps(number, NOW)]


def test_after_years_the_person_is_gone_and_the_measures_are_the_same(
    database: Database, retention: Retention
) -> None:
    numbers = [_closed(database), _closed(database, replace(TICKET, contact="13800005678", name="李先生"))]
    before = _measured(database, numbers)
    steps = _steps(database, numbers[0])
    assert all(word in _everything(database, numbers[0]) for word in PERSON)
    assert retention.due(NOW + timedelta(days=360)).tickets == 0
    assert retention.run(NOW + timedelta(days=360)).tickets == 0

    later = NOW + YEARS
    assert retention.due(later).tickets == 2
    assert retention.run(later).tickets == 2
    for number in numbers:
        left = _everything(database, number)
        assert not any(word in left for word in (*PERSON, "李先生", "13800005678"))
        assert "ticket.erased" in left and "ticket_years" in left
    found = TicketStore(database).find_now(numbers[0])
    assert found and found.title == "(姓名)家暖气不热" and found.place.community == "阳光花园"
    assert found.state is State.CLOSED and found.matter == TICKET.matter
    assert _measured(database, numbers) == before
    assert [
        (one.at, one.step.id, one.to) for one in LifeStore(database, usual_rules()).steps(numbers[0], NOW)
    ] == steps
    assert TicketStore(database).by_contact_now("13800001234") == []
    assert [one.number for one in TicketFinder(database).search(Wanted("暖气不热"), NOW)] == [numbers[0]]
    assert retention.due(later).tickets == 0 and retention.run(later).tickets == 0


def test_of_a_confidential_ticket_no_word_is_left(database: Database, retention: Retention) -> None:
    number = _closed(database, TICKET)
    retention.run(NOW + YEARS)
    found = TicketStore(database).find_now(number)
    assert found and (found.what, found.place.community) == ("(已删除)", "") and found.place.district == "城东区"


def test_a_citizen_may_ask_for_it_once_the_ticket_is_closed(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(OPEN, NOW).number
    with pytest.raises(ErasureRefused, match="没有联系方式就无法办理和回访"):
        retention.erase(number, BY, "本人要求", NOW)
    assert "王女士" in _everything(database, number)
    settled(database, number, NOW)
    call = OPEN.call_id
    database.run(lambda c: append(c, Event(1.0, f"call:{call}", "caller.said", {"text": "我是王女士", "turn": 1})))
    database.run(lambda c: append(c, Event(2.0, f"call:{call}", "ticket.saved", {"number": number})))
    assert retention.erase(number, BY, "本人要求", NOW) == (call,)
    assert not any(word in _everything(database, number) for word in PERSON)
    erased = TicketStore(database).history_now(number)[-1]
    assert erased.body == {"rule": "asked", "reason": "本人要求", "by": "小李", "role": "坐席", "os_user": "li"}
    said = database.run(lambda c: history(c, f"call:{call}"))
    assert [dict(event.body) for event in said] == [{"text": "(已删除)", "turn": 1}, {"number": number}]
    with pytest.raises(ErasureRefused, match="早已删除"):
        retention.erase(number, BY, "再来一次", NOW)
    with pytest.raises(TicketUnknown):
        retention.erase("2611209999", BY, "没有", NOW)


def test_what_a_citizen_said_when_called_back_goes_with_it(database: Database, retention: Retention) -> None:
    number = _closed(database)
    assert "王女士说谢谢" in _everything(database, number)
    said = Event(1.0, "call:c2", "caller.said", {"text": "我是王女士"})
    database.run(lambda c: append(c, said))
    assert retention.erase(number, BY, "本人要求", NOW + timedelta(days=2)) == (OPEN.call_id, "c2")
    assert "王女士" not in str(database.run(lambda c: history(c, "call:c2")))
    assert not any(word in _everything(database, number) for word in PERSON)
    task = CallBackStore(database, CallBackSettings()).find_now(f"f-{number}")
    assert task.over and task.result and task.result["satisfied"] == "satisfied"


def test_a_call_that_another_ticket_needs_stays(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(OPEN, NOW).number
    other = TicketStore(database).save_now(replace(OPEN, matter=None), NOW).number
    for one in (number, other):
        saved = Event(1.0, f"call:{OPEN.call_id}", "ticket.saved", {"number": one})
        database.run(lambda c, saved=saved: append(c, saved))  # type: ignore[misc]
    settled(database, number, NOW)
    assert retention.erase(number, BY, "本人要求", NOW) == ()


def test_a_legal_hold_keeps_it_whole(database: Database, retention: Retention) -> None:
    number = _closed(database)
    retention.hold(number, BY, "法院调取", NOW)
    retention.hold(number, BY, "法院再次调取", NOW)
    assert retention.due(NOW + YEARS).tickets == 0 and retention.run(NOW + YEARS).tickets == 0
    with pytest.raises(ErasureRefused, match="依法留存"):
        retention.erase(number, BY, "本人要求", NOW)
    assert all(word in _everything(database, number) for word in PERSON)
    retention.release(number, BY, "结案", NOW)
    assert retention.run(NOW + YEARS).tickets == 1
    kinds = [event.kind for event in TicketStore(database).history_now(number)]
    assert kinds[-4:] == ["ticket.held", "ticket.held", "ticket.released", "ticket.erased"]


def test_one_that_is_done_again_is_not_erased(database: Database, retention: Retention) -> None:
    number = _closed(database)
    take(database, number, s.Redo(reason="又不热了"), NOW + timedelta(days=9), AGENT)
    assert retention.run(NOW + YEARS).tickets == 0
    assert "王女士" in _everything(database, number)
    assert UNIT.unit in _everything(database, number)


def test_drafts_and_calls_go_after_their_days(database: Database, retention: Retention) -> None:
    draft = TicketStore(database).save_now(replace(OPEN, state=State.DRAFT), NOW).number
    for at, stream in ((NOW, "call:old"), (NOW + timedelta(days=300), "call:new")):
        for kind, body in (
            ("call.offered", {"caller": "13800001234", "called": "12345"}),
            ("caller.said", {"text": "我叫王女士", "confidence": 0.9, "times": {"work_ms": 12.5}}),
            ("call.viewed", {"by": "小李", "reason": "投诉复核"}),
            ("call.ended", {"by": "caller", "reason": "bye", "seconds": 61.0}),
        ):
            event = Event(at.timestamp(), stream, kind, body)
            database.run(lambda c, event=event: append(c, event))  # type: ignore[misc]
    assert retention.due(NOW + timedelta(days=80)).drafts == 0
    later = NOW + timedelta(days=400)
    assert (retention.due(later).drafts, retention.due(later).events) == (1, 4)
    assert retention.run(later).drafts == 1
    assert not any(word in _everything(database, draft) for word in PERSON)
    offered, said, viewed, ended = (event.body for event in database.run(lambda c: history(c, "call:old")))
    assert offered["caller"] == "(已删除)" and said["text"] == "(已删除)"
    assert said["confidence"] == 0.9 and said["times"] == {"work_ms": 12.5}
    assert viewed == {"by": "小李", "reason": "(已删除)"}
    assert ended == {
        "by": "caller",
        "reason": "bye",
        "seconds": 61.0,
    }
    assert "13800001234" in str(database.run(lambda c: history(c, "call:new")))
    assert retention.due(later).events == 0


def test_a_number_that_wants_no_calls_is_still_known(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(OPEN, NOW).number
    take(database, number, s.Check(), NOW)
    closed_by_its_unit(database, number, NOW + timedelta(hours=5))
    callbacks = CallBackStore(database, CallBackSettings())
    callbacks.plan_now(NOW + timedelta(hours=6))
    refused = Result(Outcome.ANSWERED, "", "do_not_call", call_id="c2")
    callbacks.report_now(f"f-{number}", refused, NOW + timedelta(hours=7))
    retention.erase(number, BY, "本人要求", NOW + timedelta(days=2))
    kept = update(callbacks_table).values(number="8613800001234")  # as earlier versions kept it
    database.run(lambda c: c.execute(kept))
    later = TicketStore(database).save_now(replace(OPEN, matter=None), NOW + timedelta(days=3)).number
    settled(database, later, NOW + timedelta(days=3))
    assert callbacks.plan_now(NOW + timedelta(days=3, hours=1)).new == ()


def test_nothing_goes_where_everything_is_kept_for_ever(database: Database) -> None:
    number = _closed(database)
    forever = Retention(database, RetentionSettings(ticket_years=0, call_days=0, draft_days=0))
    assert forever.run(NOW + 9 * YEARS).tickets == 0
    assert all(word in _everything(database, number) for word in PERSON)


def test_what_came_with_a_ticket_goes_with_its_person(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(replace(TICKET, about="王大爷", checks=("名字和上次不一样",)), NOW).number
    files = MemoryFiles()
    attachments = AttachmentStore(files, database)
    attachments.put(number, "王大爷家.pdf", b"%PDF-1.7 heating", "网页", NOW)
    (kept,) = attachments.list(number, NOW)
    assert attachments.sweep() == 0
    settled(database, number, NOW)
    retention.erase(number, BY, "本人要求", NOW)
    assert attachments.sweep() == 1 and files.read(kept.sha256) is None
    (tombstone,) = attachments.list(number, NOW)
    assert tombstone.removed and "王大爷" not in tombstone.name
    left = TicketStore(database).find_now(number)
    assert left and (left.about, left.checks, left.understood) == ("", (), None)


def test_a_hold_is_released_however_its_number_is_written(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(TICKET, NOW).number
    settled(database, number, NOW)
    retention.hold(number, BY, "诉讼", NOW)
    with pytest.raises(ErasureRefused):
        retention.erase(number, BY, "本人要求", NOW)
    retention.release(f"{number[:6]} {number[6:]}", BY, "结案", NOW)
    retention.erase(number, BY, "本人要求", NOW)


def _called(database: Database, call: str, at: datetime, number: str = "") -> None:
    """Put a call on record, in which the ticket `number` was asked about if any."""
    told: list[tuple[str, dict[str, object]]] = [("caller.said", {"text": "我是王女士"})]
    told += [("ticket.saved", {"number": number})] if number else []
    for kind, body in told:
        event = Event(at.timestamp(), f"call:{call}", kind, body)
        database.run(lambda c, event=event: append(c, event))  # type: ignore[misc]


def test_a_legal_hold_keeps_the_calls_about_it_until_it_ends(database: Database, retention: Retention) -> None:
    number = _closed(database)
    kept = (OPEN.call_id, "c2", "urging")  # it came by the first, the second asked how it was
    streams = [*(f"call:{call}" for call in kept), f"callback:f-{number}"]
    for call in (*kept, "other"):
        _called(database, call, NOW, number if call == "urging" else "")
    look = Viewer(ViewRole.AGENT, "小李", os_user="li")
    database.run(lambda c: record_look(c, "call:c2", look, (), "show", "王女士投诉", NOW))
    retention.hold(number, BY, "法院调取", NOW)
    later = NOW + timedelta(days=400)

    def said() -> list[str]:
        told = [database.run(lambda c, name=name: history(c, name)) for name in (*streams, "call:other")]  # type: ignore[misc]
        return [events[0].stream for events in told if "王女士" in str(events)]

    assert retention.due(later).events < retention.run(later).events
    assert said() == streams
    numbers = select(callbacks_table.c.number)
    assert database.run(lambda c: c.execute(numbers).scalars().all()) == ["13800001234"]
    assert database.run(lambda c: held_among(c, [*streams, "call:other"])) == set(streams)

    retention.release(number, BY, "结案", later)
    retention.run(later + timedelta(days=1))
    assert said() == []
    assert database.run(lambda c: c.execute(numbers).scalars().all()) == [""]
    assert database.run(lambda c: looks_at(c, "call:c2"))[0].reason == "(已删除)"


def test_why_somebody_looked_and_when_it_happened_go_too(database: Database, retention: Retention) -> None:
    number = TicketStore(database).save_now(replace(OPEN, when="王女士生日那天"), NOW).number
    database.run(lambda c: record_look(c, number, BY, ("name",), "show", "王女士来电核实", NOW))
    settled(database, number, NOW)
    retention.hold(number, BY, "王女士起诉", NOW)
    retention.release(number, BY, "王女士撤诉", NOW)
    retention.erase(number, BY, "本人要求", NOW)
    (look,) = database.run(lambda c: looks_at(c, number))
    assert (look.name, look.os_user, look.how, look.fields) == ("小李", "li", "show", ("name",))
    assert "王女士" not in look.reason + _everything(database, number)


def test_what_is_damaged_stops_nobody_elses_erasure(database: Database, retention: Retention) -> None:
    first, second = _closed(database), _closed(database, replace(OPEN, contact="13800005678"))
    broken = "~k1:" + "A" * 80
    database.run(
        lambda c: c.execute(text("UPDATE tickets SET body = :b WHERE number = :n"), {"b": broken, "n": first})
    )
    _called(database, "broken", NOW)
    _called(database, "whole", NOW)
    damage = text("UPDATE events SET body = :b WHERE stream = 'call:broken'")
    database.run(lambda c: c.execute(damage, {"b": broken}))
    assert retention.run(NOW + YEARS).tickets == 1
    assert "王女士" not in _everything(database, second)
    assert "王女士" not in str(database.run(lambda c: history(c, "call:whole")))


def test_what_the_intake_keeps_beside_a_ticket_goes_too(database: Database, retention: Retention) -> None:
    given = submission(community="王女士大院", confidential=True)
    number = intake(database).submit_now(given, NOW).number
    tables = (select(submissions_table.c.receipt), select(occurrences_table.c.community))

    def kept() -> str:
        return str([database.run(lambda c, query=query: c.execute(query).all()) for query in tables])  # type: ignore[misc]

    assert kept().count("王女士大院") == 2
    settled(database, number, NOW)
    retention.erase(number, BY, "本人要求", NOW)
    assert "王女士大院" not in kept()
    assert intake(database).submit_now(given, NOW).number == number
