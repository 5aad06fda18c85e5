"""Every look at a person is on record with what was seen, by whom and why; looking at many is noticed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.database import Database
from core.events import history
from tests.integration.tickets.test_store import NOW, TICKET
from tests.lives import UNIT, take
from tests.unit.tickets.life.walking import DISPATCHER
from tickets.errors import TicketUnknown
from tickets.finding import TicketFinder, Wanted
from tickets.life import steps as s
from tickets.life.span import Span
from tickets.secrecy.looks import day_stream, looks_at, looks_by, warnings
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.view import Field, Viewer, ViewRole
from tickets.store import TicketStore

AGENT = Viewer(ViewRole.AGENT, "小李", os_user="li")
THEIRS = Viewer(ViewRole.UNIT, "老赵", UNIT.unit, "zhao")


@pytest.fixture
def reader(database: Database) -> TicketReader:
    return TicketReader(database, many=3)


def _saved(database: Database, confidential: bool = True) -> str:
    return TicketStore(database).save_now(replace(TICKET, confidential=confidential, matter=None), NOW).number


def test_a_look_is_an_event_of_the_ticket_with_what_was_seen(database: Database, reader: TicketReader) -> None:
    number = _saved(database)
    masked = reader.show(number, AGENT, NOW)
    assert masked.seen.ticket.contact == "(保密)"
    plain = reader.show(number, AGENT, NOW + timedelta(minutes=1), "诉求人来电核实")
    assert plain.seen.ticket.contact == TICKET.contact
    first, second = (e.body for e in TicketStore(database).history_now(number) if e.kind == "ticket.viewed")
    assert first["fields"] == [] and first["by"] == "小李" and first["os_user"] == "li"
    assert {"name", "contact"} <= set(second["fields"]) and second["reason"] == "诉求人来电核实"
    one, other = database.run(lambda c: looks_at(c, number))
    assert one.fields == () and other.at == NOW + timedelta(minutes=1) and other.how == "show"


def test_looks_are_found_by_name_and_by_the_machines_user(database: Database, reader: TicketReader) -> None:
    number = _saved(database)
    reader.show(number, AGENT, NOW, "核实")
    reader.show(number, replace(AGENT, name="王五"), NOW, "核实")
    by_name = database.run(lambda c: looks_by(c, "王五", NOW))
    by_user = database.run(lambda c: looks_by(c, "li", NOW))
    assert [look.name for look in by_name] == ["王五"] and [look.name for look in by_user] == ["小李", "王五"]
    assert database.run(lambda c: looks_by(c, "li", NOW + timedelta(days=1))) == []


def test_only_what_is_displayed_counts_as_seen(database: Database, reader: TicketReader) -> None:
    number = _saved(database, confidential=False)
    reader.show(number, AGENT, NOW, "核实", "life", (Field.WORDS,))
    assert database.run(lambda c: looks_at(c, number))[0].fields == ()


def test_who_may_not_know_of_a_ticket_finds_none_and_leaves_no_look(database: Database, reader: TicketReader) -> None:
    number = _saved(database, confidential=False)
    with pytest.raises(TicketUnknown):
        reader.show(number, THEIRS, NOW)
    with pytest.raises(TicketUnknown):
        reader.show("2611209999", AGENT, NOW)
    assert database.run(lambda c: looks_at(c, number)) == []


def test_a_unit_sees_whom_to_call_until_it_gives_the_ticket_back(database: Database, reader: TicketReader) -> None:
    number = _saved(database, confidential=False)
    take(database, number, s.Check(), NOW)
    take(database, number, s.Dispatch(lead=UNIT.unit, within=Span(1, "d"), reason="清单"), NOW)
    assert reader.show(number, THEIRS, NOW).seen.ticket.contact == TICKET.contact
    take(database, number, s.Sign(), NOW, UNIT)
    take(database, number, s.Return(reason="不属于", rule="清单"), NOW, UNIT)
    take(database, number, s.Grant(), NOW, DISPATCHER)
    assert reader.show(number, THEIRS, NOW).seen.ticket.contact == "(保密)"


def test_a_list_is_one_event_and_shows_no_person(database: Database, reader: TicketReader) -> None:
    numbers = [_saved(database) for _ in range(3)]
    finder = TicketFinder(database)
    listed = reader.list(lambda: finder.search(Wanted(), NOW), AGENT, NOW, "list")
    assert [ticket.number for ticket in listed] == numbers[::-1]
    assert not any(word in str(listed) for word in ("王女士", "1234", "阳光花园", "5号楼"))
    (event,) = database.run(lambda c: history(c, day_stream(NOW)))
    assert event.kind == "looks.listed" and event.body["count"] == 3
    assert database.run(lambda c: looks_at(c, numbers[0])) == []


def test_many_persons_within_an_hour_are_noticed_once_whatever_name_is_given(
    database: Database, reader: TicketReader
) -> None:
    numbers = [_saved(database) for _ in range(6)]
    for count, number in enumerate(numbers):
        reader.show(number, replace(AGENT, name=f"化名{count}"), NOW, "核实")
    (warned,) = database.run(lambda c: warnings(c, NOW))
    assert warned.body["who"] == "li" and warned.body["count"] == 4
    reader.show(numbers[0], AGENT, NOW + timedelta(hours=2), "核实")
    assert len(database.run(lambda c: warnings(c, NOW))) == 1


def test_the_same_ticket_again_and_masked_looks_are_not_unusual(database: Database, reader: TicketReader) -> None:
    number = _saved(database)
    for _ in range(9):
        reader.show(number, AGENT, NOW, "核实")
        reader.show(_saved(database), AGENT, NOW)
    assert database.run(lambda c: warnings(c, NOW)) == []


def test_the_title_of_a_confidential_ticket_names_nobody(database: Database) -> None:
    told = replace(TICKET, title="王女士家暖气不热,打13800001234")
    secret = TicketStore(database).save_now(told, NOW)
    assert secret.title == "(姓名)家暖气不热,打(号码)" and secret.what == TICKET.what
    opened = TicketStore(database).history_now(secret.number)[0]
    assert opened.body["title"] == secret.title
    later = TicketStore(database).save_now(replace(secret, title="王女士又来电"), NOW)
    assert later.title == "(姓名)又来电"
    named = TicketStore(database).save_now(replace(told, confidential=False, matter=None), NOW)
    assert named.title == told.title
