"""Erases the persons of tickets whose time is over, or who ask for it; the log keeps its steps, times and states."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, exists, func, insert, or_, select, update

from core.database import Database
from core.errors import KeysDamaged, KeysMissing
from core.events import KEPT, Event, append, events_table, history, newest
from core.sealing import open_kept
from tickets.attachments.store import remove_all
from tickets.callback_tables import callbacks_table
from tickets.errors import ErasureRefused, TicketUnknown
from tickets.intake.receipt import Receipt
from tickets.intake.tables import occurrences_table, submissions_table
from tickets.kept import DAMAGED, warn
from tickets.life.record import stream
from tickets.notices.tables import notices_table
from tickets.projection import blinded_words, utc
from tickets.secrecy import holds
from tickets.secrecy.erasure import ERASED, erased_body, erased_ticket
from tickets.secrecy.settings import RetentionSettings
from tickets.secrecy.tables import erasures_table, holds_table, looks_table
from tickets.secrecy.view import Viewer, ViewRole
from tickets.serial import to_data
from tickets.store import find
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket

_t, _e, _b, _s = tickets_table.c, events_table.c, callbacks_table.c, submissions_table.c
_erased, _held, _l = erasures_table.c, holds_table.c, looks_table.c
log = logging.getLogger(__name__)
_AT_ONCE = 500
_STREAM, _READ, _LEFT = "retention", "retention.calls", "retention.held"
Progress = Callable[[str, int], None]
"""Is told what is being erased, and how many are done."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """How much is due to be erased."""

    tickets: int
    drafts: int
    events: int
    """Of calls and call-backs."""


class Retention:
    """Erases in a database by the `rules`. Raises `RecordsError` where it fails; begun again, it goes on."""

    def __init__(self, database: Database, rules: RetentionSettings) -> None:
        self._database, self._rules = database, rules

    def due(self, now: datetime) -> Erasable:
        """Return how much is to be erased at `now`; nothing is changed."""
        run = self._database.run
        tickets, drafts = (sum(1 for _ in self._numbers(rule, now)) for rule in ("ticket_years", "draft_days"))
        return Erasable(tickets, drafts, run(lambda c: _count_calls(c, self._calls_until(now))))

    def run(self, now: datetime, progress: Progress = lambda _what, _done: None) -> Erasable:
        """Erase what is due at `now`, each ticket in one transaction; return how much it was."""
        by = Viewer(ViewRole.SYSTEM, "系统")
        done = {}
        for rule in ("ticket_years", "draft_days"):
            done[rule] = 0
            for number in self._numbers(rule, now):
                try:
                    erased = self._database.run(partial(_erase_due, number=number, rule=rule, by=by, now=now), True)
                except DAMAGED as error:
                    warn(number, error)
                    continue
                done[rule] += erased
                progress(rule, done[rule])
        events = 0
        if until := self._calls_until(now):
            self._database.run(lambda c: _erase_let_go(c, until, now), True)
            while batch := self._database.run(partial(_erase_calls, until=until, now=now), True):
                events += batch
                progress("call_days", events)
            self._database.run(lambda c: _forget_numbers(c, until))
        return Erasable(done["ticket_years"], done["draft_days"], events)

    def erase(self, number: str, by: Viewer, reason: str, now: datetime) -> tuple[str, ...]:
        """Erase the persons of one ticket because its caller asks for it; return the calls that went with it.

        Those are the call it came by and the calls made about it, where no other ticket needs them.
        Raises `TicketUnknown`, and `ErasureRefused` while the ticket is open or has to be kept
        (个人信息保护法 Art. 47: once what it was needed for is done, unless a law wants it kept).
        """
        return self._database.run(lambda c: _erase_asked(c, number, by, reason, now), exclusive=True)

    def hold(self, number: str, by: Viewer, reason: str, now: datetime) -> None:
        """Keep a ticket and its calls whole whatever the rules say: a court asks for it. Raises `TicketUnknown`."""
        self._database.run(lambda c: holds.hold(c, number, by, reason, now), exclusive=True)

    def release(self, number: str, by: Viewer, reason: str, now: datetime) -> None:
        """Let the rules hold again. Raises `TicketUnknown`."""
        self._database.run(lambda c: holds.release(c, number, by, reason, now), exclusive=True)

    def _numbers(self, rule: str, now: datetime) -> list[str]:
        """Return the tickets that are due by a rule."""
        if not (length := getattr(self._rules, rule)):
            return []
        erased, held = (exists().where(gone == _t.number) for gone in (_erased.number, _held.number))
        query = select(_t.number).where(~erased, ~held)
        if rule == "draft_days":
            query = query.where(_t.state == State.DRAFT.value, _t.created < utc(now - timedelta(days=length)))
        else:
            query = query.where(_t.closed != "", _t.closed < utc(_years_before(now, length)))
        return list(self._database.run(lambda c: c.execute(query.order_by(_t.number)).scalars().all()))

    def _calls_until(self, now: datetime) -> float:
        """Return up to when calls are erased, seconds since 1970; 0 for never."""
        return (now - timedelta(days=self._rules.call_days)).timestamp() if self._rules.call_days else 0.0


def _erase_due(connection: Connection, number: str, rule: str, by: Viewer, now: datetime) -> int:
    ticket = find(connection, number)
    if ticket is None or holds.is_held(connection, number) or not (ticket.state.over or ticket.state is State.DRAFT):
        return 0  # somebody has it done again, or kept, since it was found
    return int(_erase(connection, ticket, rule, by, "", now))


def _erase_asked(connection: Connection, number: str, by: Viewer, reason: str, now: datetime) -> tuple[str, ...]:
    ticket = find(connection, number)
    if ticket is None:
        raise TicketUnknown(number=number)
    if not (ticket.state.over or ticket.state is State.DRAFT):
        why = f"它还在“{ticket.state}”,没有联系方式就无法办理和回访。请办结或撤回后再删除"
        raise ErasureRefused(number=number, why=why)
    if holds.is_held(connection, ticket.number):
        raise ErasureRefused(number=number, why="它被依法留存。解除留存(hotline tickets hold --release)后再删除")
    calls = {name for name in holds.belonging(connection, ticket) if name.startswith("call:")}
    if not _erase(connection, ticket, "asked", by, reason, now):
        raise ErasureRefused(number=number, why="它的个人信息早已删除")
    mine = sorted(
        name for name in calls - holds.held_among(connection, calls) if _alone(connection, name, ticket.number)
    )
    for name in mine:
        _erase_stream(connection, name)
        _forget_reasons(connection, name, now.timestamp())
    return tuple(name.removeprefix("call:") for name in mine)


def _alone(connection: Connection, call: str, number: str) -> bool:
    """Whether no other ticket needs what was said in a call."""
    saved = (event.body for event in history(connection, call) if event.kind == "ticket.saved")
    return all(str(body.get("number")) == number for body in saved)


def _erase(connection: Connection, ticket: Ticket, rule: str, by: Viewer, reason: str, now: datetime) -> bool:
    """Erase the persons of `ticket`; return whether there were any to erase."""
    if connection.execute(select(_erased.number).where(_erased.number == ticket.number)).first():
        return False
    left = erased_ticket(ticket)
    values = {
        "contact": "",
        "call_id": "",
        "spot": (left.place.community or left.place.street)[:80],
        "body": json.dumps(to_data(left), ensure_ascii=False),
        "words": blinded_words(connection, left),
    }
    connection.execute(update(tickets_table).where(_t.number == ticket.number).values(values))
    _erase_stream(connection, stream(ticket.number))
    _forget_reasons(connection, ticket.number, now.timestamp())
    # A number that refused all calls is kept, or it would be called again.
    backs = select(_b.stream).where(_b.stream.in_(list(holds.belonging(connection, ticket))), _b.refused == 0)
    for name in connection.execute(backs).scalars().all():
        _erase_stream(connection, name)
        connection.execute(update(callbacks_table).where(_b.stream == name).values(number=""))
    remove_all(connection, ticket.number, "系统", ERASED, now)
    told = update(notices_table).where(notices_table.c.ticket == ticket.number)
    connection.execute(told.values(words=ERASED))
    _erase_intake(connection, ticket)
    connection.execute(insert(erasures_table).values(number=ticket.number, at=now.timestamp(), rule=rule))
    body = {"rule": rule, "reason": reason, **holds.who(by)}
    append(connection, Event(now.timestamp(), stream(ticket.number), "ticket.erased", body))
    return True


def _erase_intake(connection: Connection, ticket: Ticket) -> None:
    """Erase what the intake keeps beside a ticket: what it told of an address, and where a confidential one is."""
    for row in connection.execute(select(_s.channel, _s.key, _s.receipt).where(_s.number == ticket.number)).all():
        left = Receipt.model_validate_json(row.receipt).model_copy(update={"warnings": ()})
        mine = (_s.channel == row.channel, _s.key == row.key)
        connection.execute(update(submissions_table).where(*mine).values(receipt=left.model_dump_json()))
    if ticket.confidential:
        occurred = update(occurrences_table).where(occurrences_table.c.number == ticket.number)
        connection.execute(occurred.values(community=""))


def _erase_stream(connection: Connection, name: str) -> None:
    _erase_events(connection, connection.execute(select(*KEPT).where(_e.stream == name)).all())


def _erase_events(connection: Connection, rows: Sequence[Any]) -> None:
    for row in rows:
        try:
            body = json.loads(open_kept(connection, row.body))
        except (KeysDamaged, KeysMissing, ValueError):
            log.warning("event %d of %s is damaged and left as it is", row.seq, row.stream)
            continue
        if (left := erased_body(row.kind, body)) != body:
            text = json.dumps(left, ensure_ascii=False)
            connection.execute(update(events_table).where(_e.seq == row.seq).values(body=text))


def _erase_calls(connection: Connection, until: float, now: datetime) -> int:
    """Erase the next events of calls that are older than `until`; return how many were looked at."""
    query = select(*KEPT).where(_e.seq > _read(connection))
    rows = []
    for row in connection.execute(query.order_by(_e.seq).limit(_AT_ONCE)):
        if row.at >= until:
            break
        rows.append(row)
    if rows:
        ours = [row for row in rows if row.stream.startswith(("call:", "callback:"))]
        held = holds.held_among(connection, {row.stream for row in ours})
        _erase_events(connection, [row for row in ours if row.stream not in held])
        for name in {row.stream for row in ours if row.kind == "call.viewed"} - held:
            _forget_reasons(connection, name, until)
        if left := held - (known := _left_out(connection)):
            _note_left_out(connection, known | left, now)
        append(connection, Event(now.timestamp(), _STREAM, _READ, {"through": rows[-1].seq}))
    return len(rows)


def _erase_let_go(connection: Connection, until: float, now: datetime) -> None:
    """Erase the calls that were left out for a hold that has ended."""
    if not (known := _left_out(connection)):
        return
    held = holds.held_among(connection, known)
    for name in known - held:
        rows = connection.execute(select(*KEPT).where(_e.stream == name, _e.at < until)).all()
        _erase_events(connection, rows)
        _forget_reasons(connection, name, until)
    if held != known:
        _note_left_out(connection, held, now)


def _left_out(connection: Connection) -> set[str]:
    """Return the streams that were passed by because they are held."""
    last = newest(connection, _LEFT, 1)
    return set(last[0].body["streams"]) if last else set()


def _note_left_out(connection: Connection, streams: set[str], now: datetime) -> None:
    append(connection, Event(now.timestamp(), _STREAM, _LEFT, {"streams": sorted(streams)}))


def _count_calls(connection: Connection, until: float) -> int:
    query = select(func.count()).where(_e.seq > _read(connection), _e.at < until)
    query = query.where(or_(_e.stream.like("call:%"), _e.stream.like("callback:%")))
    return int(connection.execute(query.where(_e.stream.not_in(holds.held_streams(connection)))).scalar_one())


def _read(connection: Connection) -> int:
    """Return the number of the last event that was read for being erased."""
    last = newest(connection, _READ, 1)
    return int(last[0].body["through"]) if last else 0


def _forget_numbers(connection: Connection, until: float) -> None:
    held = holds.held_streams(connection)
    over = (
        _b.over == 1,
        _b.refused == 0,
        _b.touched < utc(datetime.fromtimestamp(until, UTC)),
        _b.stream.not_in(held),
    )
    connection.execute(update(callbacks_table).where(*over).values(number=""))


def _forget_reasons(connection: Connection, number: str, until: float) -> None:
    """Leave out why people looked at a ticket (or call:ID) before `until`: they may have written a name."""
    query = select(_l.id, _l.reason).where(_l.number == number, _l.at <= until)
    for row in connection.execute(query).all():
        if row.reason:
            connection.execute(update(looks_table).where(_l.id == row.id).values(reason=ERASED))


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)
