"""The one way in: a submission of any channel becomes one ticket, however often it comes, with all that follows."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.events import Event, append
from core.ids import new_id
from tickets.errors import SubmissionDiffers, SubmissionEmpty
from tickets.intake.channels import channel_ways
from tickets.intake.checks import Check, checks, own_deadline, person, placed
from tickets.intake.clusters import Cluster, note
from tickets.intake.merging import merge_alone
from tickets.intake.receipt import Receipt, Standing, in_groups, told
from tickets.intake.repeats import likely_same, name_known, to_follow
from tickets.intake.rules import RepeatRules, repeat_rules
from tickets.intake.submission import Submission
from tickets.intake.tables import submissions_table
from tickets.intake.telling import Tell, record_told
from tickets.life.record import stream
from tickets.projection import utc
from tickets.serial import to_data
from tickets.store import TicketStore
from tickets.ticket import Channel, State, Ticket
from tickets.understanding import Understanding

_s = submissions_table.c
_SAME = "同一诉求人的同一事项正在办理"
_READ = 2000
"""Characters of a text that are read for its kind, matter and title; all of it is kept."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A ticket that is not stored yet, and what is to be made sure of about it."""

    ticket: Ticket
    found: tuple[Check, ...]


class Intake:
    """Takes submissions in. Every method has a twin ending in `_now` that waits.

    `tell` answers whoever hands in by a channel that has no other answer (mail, short message). Raises
    `SubmissionEmpty`, `SubmissionDiffers`, `RecordsError`.
    """

    def __init__(
        self,
        store: TicketStore,
        understanding: Understanding,
        rules: RepeatRules | None = None,
        tell: Tell = record_told,
    ) -> None:
        self._store, self._understanding = store, understanding
        self._rules, self._tell = rules or repeat_rules(), tell

    async def submit(self, submission: Submission, now: datetime) -> Receipt:
        """Take `submission` in and return its receipt; one that is there already gets the same again."""
        return await self._store.database.transact(self._work(submission, now))

    def submit_now(self, submission: Submission, now: datetime) -> Receipt:
        """See `submit`."""
        return self._store.database.run(self._work(submission, now))

    async def receipt(self, channel: Channel, key: str) -> Receipt | None:
        """Return the receipt of a submission, None where it has not come in."""
        return await self._store.database.transact(lambda c: _receipt(c, channel, key))

    async def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store a ticket that a call has made, as `TicketStore.save` does; the same one twice is stored once.

        Its key is the call's id and which of the call's appeals it is.
        """
        known = bool(ticket.number)
        return await self._store.database.transact(lambda c: self._saved(c, ticket, now), exclusive=known)

    def _work(self, submission: Submission, now: datetime) -> Callable[[Connection], Receipt]:
        if submission.empty:
            raise SubmissionEmpty
        made = self._made(submission, now)
        return lambda connection: self._taken(connection, submission, made, now)

    def _made(self, submission: Submission, now: datetime) -> _Made:
        """Return the ticket as far as it can be told without the records."""
        way, understanding, text = channel_ways()[submission.channel], self._understanding, submission.text
        place, about_place = placed(submission, understanding)
        matter = next((one for one in understanding.matters.matters if one.id == submission.matter), None)
        ticket = understanding.make_ticket(
            text[:_READ],
            now,
            kind=submission.kind,
            place=place,
            when=submission.when,
            name=submission.name,
            contact=submission.contact,
            confidential=submission.confidential,
            matter=matter,
        )
        found = (*checks(submission, way, now), *about_place, *_beyond(text, understanding))
        own = own_deadline(submission, way, now)
        return _Made(
            replace(
                ticket,
                what=text,
                due=own or ticket.due,
                due_is_set=own is not None,
                channel=submission.channel,
                about=submission.about,
                public=submission.public,
                attachments=submission.attachments,
            ),
            found,
        )

    def _taken(self, connection: Connection, submission: Submission, made: _Made, now: datetime) -> Receipt:
        channel, key = submission.channel, submission.key
        if not _claimed(connection, channel, key, submission.fingerprint, now):
            return _same(connection, submission)
        known = name_known(connection, made.ticket.contact)
        found = [*made.found, *(one for one in (person(submission, known),) if one)]
        ticket = replace(made.ticket, checks=tuple(check.officer for check in found))
        ticket, cluster, into = self._opened(connection, ticket, known, now)
        # A stranger may write anybody's number: of that one's earlier ticket he must not hear.
        shown = "" if channel_ways()[channel].open else into
        receipt = Receipt(
            channel=channel,
            key=key,
            standing=Standing.MERGED if shown else Standing.NEW,
            number=ticket.number,
            said=in_groups(ticket.number),
            told=told(ticket.number, ticket.due, now, shown, cluster.known if cluster else ""),
            due=ticket.due,
            into=shown,
            event=cluster.id if cluster else "",
            warnings=tuple(check.caller for check in found if check.caller),
        )
        _keep(connection, receipt)
        if channel_ways()[channel].told and not into:  # whoever is merged is told so already
            self._tell(connection, ticket.number, " ".join((receipt.told, *receipt.warnings)), now)
        return receipt

    def _opened(
        self, connection: Connection, ticket: Ticket, known: str, now: datetime
    ) -> tuple[Ticket, Cluster | None, str]:
        """Store `ticket`; return it, the cluster it belongs to, and the number that it was merged into."""
        sure = self._sure(ticket)
        likely = likely_same(connection, sure, now, self._rules)
        ticket = self._store.save_within(connection, ticket, now)
        cluster = note(connection, replace(sure, number=ticket.number), now, self._rules)
        follow = to_follow(ticket, likely, known) if channel_ways()[ticket.channel].merges else None
        if likely:
            facts = {"likely": [[one.ticket.number, one.why, one.likeness] for one in likely]}
            append(connection, Event(now.timestamp(), stream(ticket.number), "ticket.resembles", facts))
        merged = follow is not None and self._merged(connection, ticket.number, follow.ticket.number, now)
        return ticket, cluster, follow.ticket.number if follow and merged else ""

    def _merged(self, connection: Connection, number: str, into: str, now: datetime) -> bool:
        store = self._store
        return merge_alone(connection, number, into, _SAME, now, store.rules, store.calendar, store.then)

    def _saved(self, connection: Connection, ticket: Ticket, now: datetime) -> Ticket:
        if ticket.number:
            return self._stored(connection, ticket, now)[0]
        key, fresh = _claimed_for_call(connection, ticket, now)
        if not fresh:
            earlier = _receipt(connection, ticket.channel, key)
            return (earlier and self._store.find_within(connection, earlier.number)) or ticket
        saved, cluster = self._stored(connection, ticket, now)
        receipt = Receipt(
            channel=saved.channel,
            key=key,
            standing=Standing.NEW,
            number=saved.number,
            said=in_groups(saved.number),
            told=told(saved.number, saved.due, now, event=cluster.known if cluster else ""),
            due=saved.due,
            event=cluster.id if cluster else "",
        )
        _keep(connection, receipt)
        return saved

    def _stored(self, connection: Connection, ticket: Ticket, now: datetime) -> tuple[Ticket, Cluster | None]:
        saved = self._store.save_within(connection, ticket, now)
        taken_in = saved.state is not State.DRAFT
        return saved, note(connection, self._sure(saved), now, self._rules) if taken_in else None

    def _sure(self, ticket: Ticket) -> Ticket:
        """Return `ticket` without the matter that stands for not knowing one: nothing is the same by that."""
        fallback = self._understanding.matters.fallback
        return replace(ticket, matter=None) if ticket.matter and ticket.matter.id == fallback.id else ticket


def _beyond(text: str, understanding: Understanding) -> list[Check]:
    """Return what the hotline is not for: danger that cannot wait, and what has a legal way of its own."""
    if danger := understanding.emergency(text):
        officer = f"可能是紧急情况(“{danger.evidence}”),请立即联系诉求人。"
        return [Check(officer, f"如果现在有危险,请马上拨打{danger.service},不要等工单。")]
    if way := understanding.out_of_scope(text):
        return [Check(f"可能不属于受理范围,法定途径:{way.name}(“{way.evidence}”)。", way.say)]
    return []


def _claimed(connection: Connection, channel: Channel, key: str, fingerprint: str, now: datetime) -> bool:
    """Whether this is the first time; who comes while the first is being taken in waits until it is."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"channel": channel.value, "key": key, "fingerprint": fingerprint, "at": utc(now)}
    row |= {"number": "", "receipt": ""}
    return bool(connection.execute(dialect.insert(submissions_table).values(row).on_conflict_do_nothing()).rowcount)


def _claimed_for_call(connection: Connection, ticket: Ticket, now: datetime) -> tuple[str, bool]:
    """Return the key of a call's appeal, and whether it is new: a call's appeals are numbered as they come."""
    call = ticket.call_id or new_id(now)
    content = json.dumps(to_data(replace(ticket, created=None)), ensure_ascii=False, sort_keys=True)
    fingerprint = hashlib.sha256(content.encode("utf8", "replace")).hexdigest()
    for at in count(1):
        key = f"{call}/{at}"
        row = connection.execute(_where(ticket.channel, key)).first()
        if row is None:
            return key, _claimed(connection, ticket.channel, key, fingerprint, now)
        if row.fingerprint == fingerprint:
            return key, False
    raise AssertionError("counting never ends")


def _same(connection: Connection, submission: Submission) -> Receipt:
    row = connection.execute(_where(submission.channel, submission.key)).one()
    if row.fingerprint != submission.fingerprint:
        raise SubmissionDiffers(channel=channel_ways()[submission.channel].called, key=submission.key)
    return Receipt.model_validate_json(row.receipt).again()


def _receipt(connection: Connection, channel: Channel, key: str) -> Receipt | None:
    row = connection.execute(_where(channel, key)).first()
    return Receipt.model_validate_json(row.receipt) if row else None


def _keep(connection: Connection, receipt: Receipt) -> None:
    mine = (_s.channel == receipt.channel.value) & (_s.key == receipt.key)
    values = {"number": receipt.number, "receipt": receipt.model_dump_json()}
    connection.execute(update(submissions_table).where(mine).values(values))


def _where(channel: Channel, key: str) -> Select[Any]:
    return select(submissions_table).where(_s.channel == channel.value, _s.key == key)
