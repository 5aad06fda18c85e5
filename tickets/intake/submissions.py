"""The record of submissions: which have come in, by which channel and sender, and their receipts."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from core.ids import new_id
from tickets.errors import SubmissionDiffers
from tickets.intake.channels import channel_ways
from tickets.intake.receipt import Receipt
from tickets.intake.submission import KEY, Submission
from tickets.intake.tables import submissions_table
from tickets.projection import utc
from tickets.serial import to_data
from tickets.ticket import Channel, Ticket

_s = submissions_table.c
_LONGEST = 200
"""Characters of a key that the records hold."""


def kept_key(sender: str, key: str) -> str:
    """Return what a submission is kept under: two senders of one channel may both have a GD-1.

    A sender's keys have his mark and a blank before them, which no key has itself; those of nobody in particular, and
    those from before there were marks, stand as they are.
    """
    if not sender:
        return key
    mark = hashlib.sha256(sender.encode()).hexdigest()[:16]
    whole = f"{mark} {key}"
    return whole if len(whole) <= _LONGEST else f"{mark} sha256 {hashlib.sha256(key.encode()).hexdigest()}"


def of_call(connection: Connection, ticket: Ticket, now: datetime) -> tuple[str, str, Receipt | None]:
    """Return key, fingerprint and, if it is there, receipt of a call's appeal: they are numbered as they come."""
    content = json.dumps(to_data(replace(ticket, created=None)), ensure_ascii=False, sort_keys=True)
    fingerprint = hashlib.sha256(content.encode("utf8", "replace")).hexdigest()
    if not ticket.call_id:
        return f"{new_id(now)}/1", fingerprint, None
    for at in count(1):
        key = f"{ticket.call_id}/{at}"
        row = connection.execute(_where(ticket.channel, key)).first()
        if row is None or row.fingerprint == fingerprint:
            return key, fingerprint, Receipt.model_validate_json(row.receipt) if row else None
    raise AssertionError("counting never ends")


def same(connection: Connection, submission: Submission) -> Receipt | None:
    """Return the receipt of a submission that has come in, None where it has not.

    Raises `SubmissionDiffers` where something else came under its key. What is kept without a sender is his only if
    it says the same: it may be another's.
    """
    row = connection.execute(_where(submission.channel, kept_key(submission.sender, submission.key))).first()
    if row and row.fingerprint != submission.fingerprint:
        raise SubmissionDiffers(channel=channel_ways()[submission.channel].called, key=submission.key)
    if row is None and submission.sender:
        row = connection.execute(_where(submission.channel, submission.key)).first()
        row = row if row and row.fingerprint == submission.fingerprint else None
    return Receipt.model_validate_json(row.receipt).again() if row else None


def receipt_of(connection: Connection, channel: Channel, key: str, sender: str = "") -> Receipt | None:
    """Return the receipt of what `sender` submitted under `key`, None where nothing came in."""
    if not re.fullmatch(KEY, key):
        return None
    for kept in dict.fromkeys((kept_key(sender, key), key)):
        if row := connection.execute(_where(channel, kept)).first():
            return Receipt.model_validate_json(row.receipt)
    return None


def keep(connection: Connection, receipt: Receipt, key: str, fingerprint: str, now: datetime) -> None:
    """Keep what came in under `key`, which is held."""
    row = {"channel": receipt.channel.value, "key": key, "fingerprint": fingerprint, "at": utc(now)}
    row |= {"number": receipt.number, "receipt": receipt.model_dump_json()}
    connection.execute(insert(submissions_table).values(row))


def _where(channel: Channel, key: str) -> Select[Any]:
    return select(submissions_table).where(_s.channel == channel.value, _s.key == key)
