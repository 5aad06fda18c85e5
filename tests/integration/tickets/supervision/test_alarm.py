"""Supervision reads a ticket when there is something to do for it, and not before."""

import pytest
from sqlalchemy import update

from tests.integration.tickets.supervision.town import Town
from tests.unit.tickets.life.walking import AGENT, SUPERVISOR, WATER
from tickets.life import steps as s
from tickets.projection import utc
from tickets.supervision.open_tickets import AlarmedTickets
from tickets.tables import tickets_table


def looked_at(town: Town) -> list[str]:
    """The tickets that a look would read now."""
    return list(AlarmedTickets(town.database).due(town.now))


def test_an_overdue_ticket_is_read_once_for_each_rung(town: Town) -> None:
    number = town.handled()
    reads = []
    for _ in range(24 * 10):
        found = looked_at(town.wait(hours=1))
        reads += found
        assert town.look().climbed == len(found)
    assert town.case(number).rungs == ("临期提醒", "日常督办", "重点督办", "专班督办")
    assert len(reads) == 4


def test_what_stands_still_is_not_read_and_goes_on_when_it_runs(town: Town) -> None:
    number = town.handled()
    town.does(number, WATER, s.Ask(question="几号楼?"))
    assert looked_at(town.wait(days=30)) == []
    town.does(number, AGENT, s.Tell(answer="五号楼"))
    assert looked_at(town.wait(days=7)) == [number]


def test_a_promised_ticket_is_read_for_its_reminder_and_on_its_day(town: Town) -> None:
    number = town.handled()
    until = (town.now.date()).replace(month=12, day=10)
    town.does(number, WATER, s.Promise(reason="等供货", until=until))
    town.does(number, SUPERVISOR, s.Grant())
    reads = []
    while town.now.date() <= until:
        reads += [f"{town.now:%m-%d}" for _ in looked_at(town.wait(hours=6))]
        town.look()
    assert len(reads) == 2
    assert town.case(number).rungs[:2] == ("挂账临期", "挂账恢复")


def test_an_alarm_of_other_rules_is_put_right_by_looking(town: Town) -> None:
    number = town.handled()
    early = update(tickets_table).where(tickets_table.c.number == number).values(alarm=utc(town.now))
    town.database.run(lambda c: c.execute(early))
    assert looked_at(town) == [number]
    assert town.look().climbed == 0
    assert looked_at(town) == []
    assert looked_at(town.wait(days=4)) == [number]


def test_one_that_cannot_be_written_holds_up_no_other_and_is_told_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    if town.database.url.get_backend_name() != "sqlite":
        pytest.skip("the trigger is SQLite's")
    first, second = town.handled(), town.handled(contact="13811110000")
    fails = (
        f"CREATE TRIGGER no BEFORE UPDATE ON tickets WHEN old.number = '{first}' BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    town.database.run(lambda c: c.exec_driver_sql(fails))
    town.wait(days=3, hours=1)
    assert (town.look().climbed, town.look().refused) == (1, 1)
    assert town.case(second).rungs == ("日常督办",) and town.case(first).rungs == ()
    assert [record.getMessage() for record in caplog.records] == [
        f"ticket {first} could not be supervised: RecordsError"
    ]
    assert not caplog.records[0].exc_info, "its words may hold a citizen's"
