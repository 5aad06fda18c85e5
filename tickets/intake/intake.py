"""The one way in: a submission of any channel becomes one ticket, however often it comes, with all that follows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.events import Event, append
from tickets.errors import SubmissionEmpty
from tickets.intake.channels import channel_ways
from tickets.intake.checks import Check, checks, own_deadline, person, placed, short
from tickets.intake.clusters import Cluster, note
from tickets.intake.holding import alike, hold, under_key
from tickets.intake.merging import merge_alone
from tickets.intake.receipt import Receipt, Standing, in_groups, told
from tickets.intake.repeats import likely_same, name_known, to_follow
from tickets.intake.rules import RepeatRules, repeat_rules
from tickets.intake.submission import Submission
from tickets.intake.submissions import keep, kept_key, of_call, receipt_of, same
from tickets.intake.telling import Tell, record_told
from tickets.life.record import stream
from tickets.store import TicketStore
from tickets.ticket import Channel, State, Ticket
from tickets.understanding import Understanding

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
        work = await asyncio.to_thread(self._work, submission, now)  # to understand takes a tenth of a second
        return await self._store.database.transact(work)

    def submit_now(self, submission: Submission, now: datetime) -> Receipt:
        """See `submit`."""
        return self._store.database.run(self._work(submission, now))

    async def receipt(self, channel: Channel, key: str, sender: str = "") -> Receipt | None:
        """Return the receipt of what `sender` submitted, None where it has not come in."""
        return await self._store.database.transact(lambda c: receipt_of(c, channel, key, sender))

    async def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store a ticket that a call has made, as `TicketStore.save` does; the same one twice is stored once.

        Its key is the call's id and which of the call's appeals it is.
        """
        return await self._store.database.transact(lambda c: self._saved(c, ticket, now))

    def save_now(self, ticket: Ticket, now: datetime) -> Ticket:
        """See `save`."""
        return self._store.database.run(lambda c: self._saved(c, ticket, now))

    def _work(self, submission: Submission, now: datetime) -> Callable[[Connection], Receipt]:
        if submission.empty:
            raise SubmissionEmpty
        made = self._made(submission, now)
        return lambda connection: self._taken(connection, submission, made, now)

    def _made(self, submission: Submission, now: datetime) -> _Made:
        """Return the ticket as far as it can be told without the records."""
        way, understanding = channel_ways()[submission.channel], self._understanding
        text, name, contact = short(submission)
        place, about_place = placed(submission, understanding)
        matter = next((one for one in understanding.matters.matters if one.id == submission.matter), None)
        ticket = understanding.make_ticket(
            text[:_READ],
            now,
            kind=submission.kind,
            place=place,
            when=submission.when,
            name=name,
            contact=contact,
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
        channel, key = submission.channel, kept_key(submission.sender, submission.key)
        sure = self._understanding.matters.sure(made.ticket)
        hold(connection, under_key(channel, submission.sender, submission.key), *alike(sure))
        if earlier := same(connection, submission):
            return earlier
        known = name_known(connection, made.ticket.contact)
        other = person(submission, known) if made.ticket.name else None
        found = [*made.found, *([other] if other else [])]
        ticket = replace(made.ticket, checks=tuple(check.officer for check in found))
        ticket, cluster, into = self._stored(connection, ticket, now, known)
        # A stranger may write anybody's number: of that one's earlier ticket he must not hear.
        shown = "" if channel_ways()[channel].open else into
        receipt = Receipt(
            channel=channel,
            key=submission.key,
            standing=Standing.MERGED if shown else Standing.NEW,
            number=ticket.number,
            said=in_groups(ticket.number),
            told=told(ticket.number, ticket.due, now, shown, cluster.known if cluster else ""),
            due=ticket.due,
            into=shown,
            event=cluster.id if cluster else "",
            warnings=tuple(check.caller for check in found if check.caller),
        )
        keep(connection, receipt, key, submission.fingerprint, now)
        if channel_ways()[channel].told and not into:  # whoever is merged is told so already
            self._tell(connection, ticket.number, " ".join((receipt.told, *receipt.warnings)), now)
        return receipt

    def _stored(
        self, connection: Connection, ticket: Ticket, now: datetime, known: str = ""
    ) -> tuple[Ticket, Cluster | None, str]:
        """Store `ticket`; return it, the cluster it belongs to, and the number that it was merged into.

        What may be the same is held: what another has just taken in is found, and counted. `known` is the caller's
        name.
        """
        before = self._store.find_within(connection, ticket.number) if ticket.number else None
        ticket = self._store.save_within(connection, ticket, now)
        if ticket.state is State.DRAFT:
            return ticket, None, ""
        sure = self._understanding.matters.sure(ticket)
        if before and before.state is not State.DRAFT:
            return ticket, note(connection, sure, now, self._rules), ""
        likely = likely_same(connection, sure, now, self._rules, events=False)
        cluster = note(connection, sure, now, self._rules, new=True)
        if likely:
            facts = {"likely": [[one.ticket.number, one.why, one.likeness] for one in likely]}
            append(connection, Event(now.timestamp(), stream(ticket.number), "ticket.resembles", facts))
        follow = to_follow(ticket, likely, known) if channel_ways()[ticket.channel].merges else None
        merged = follow is not None and self._merged(connection, ticket.number, follow.ticket.number, now)
        return ticket, cluster, follow.ticket.number if follow and merged else ""

    def _merged(self, connection: Connection, number: str, into: str, now: datetime) -> bool:
        store = self._store
        return merge_alone(connection, number, into, _SAME, now, store.rules, store.calendar, store.then)

    def _saved(self, connection: Connection, ticket: Ticket, now: datetime) -> Ticket:
        call = [f"call {ticket.call_id}"] if ticket.call_id else []
        hold(connection, *call, *alike(self._understanding.matters.sure(ticket)))
        if ticket.number:
            return self._stored(connection, ticket, now)[0]
        key, fingerprint, earlier = of_call(connection, ticket, now)
        if earlier:
            return self._store.find_within(connection, earlier.number) or ticket
        saved, cluster, _ = self._stored(connection, ticket, now)
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
        keep(connection, receipt, key, fingerprint, now)
        return saved


def _beyond(text: str, understanding: Understanding) -> list[Check]:
    """Return what the hotline is not for: danger that cannot wait, and what has a legal way of its own."""
    if danger := understanding.emergency(text):
        officer = f"可能是紧急情况(“{danger.evidence}”),请立即联系诉求人。"
        return [Check(officer, f"如果现在有危险,请马上拨打{danger.service},不要等工单。")]
    if way := understanding.out_of_scope(text):
        return [Check(f"可能不属于受理范围,法定途径:{way.name}(“{way.evidence}”)。", way.say)]
    return []
