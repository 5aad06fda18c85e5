"""Inboxes: channels that are looked into (mail, short messages) rather than heard from."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from tickets.intake.intake import Intake
from tickets.intake.receipt import Receipt
from tickets.intake.submission import Submission
from tickets.ticket import Channel


@dataclass(frozen=True, slots=True)
class Arrived:
    """Something that waits in an inbox; `submission` is None for what is nobody's appeal (an automatic answer)."""

    id: str
    """The inbox's own name of it."""
    submission: Submission | None


class Inbox(Protocol):
    """Where appeals wait until they are taken out. Raises a `HotlineError` where it cannot be read."""

    def waiting(self) -> Iterator[Arrived]:
        """Yield what waits, oldest first."""
        ...

    def done(self, id: str) -> None:
        """Take it out: it is on record."""
        ...


def collect(inbox: Inbox, intake: Intake, now: Callable[[], datetime]) -> list[Receipt]:
    """Take in everything that waits, one after the other.

    What was taken in but not taken out, because something broke in between, comes again and makes no second ticket.
    """
    receipts = []
    for arrived in inbox.waiting():
        if arrived.submission is not None:
            receipts.append(intake.submit_now(arrived.submission, now()))
        inbox.done(arrived.id)
    return receipts


class ShortMessage(BaseModel):
    """A short message, as gateways hand them over."""

    model_config = ConfigDict(frozen=True)

    id: str
    """The gateway's own."""
    number: str
    """Who sent it."""
    text: str
    at: AwareDatetime | None = None

    def submission(self) -> Submission:
        """Return it as an appeal. Raises `ValidationError` where its id is none."""
        return Submission(channel=Channel.SMS, key=self.id, text=self.text, contact=self.number, made=self.at)


class SmsFolder:
    """Short messages as JSON files in a folder: for a laptop, and for gateways that deliver files.

    What is taken in goes to its folder `done`, what cannot be read to `wrong`; nothing is deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[Arrived]:
        """Yield the messages by their files' names."""
        for file in sorted(self._folder.glob("*.json")):
            try:
                message = ShortMessage.model_validate(json.loads(file.read_text(encoding="utf8")))
                submission = message.submission()
            except (ValueError, ValidationError):
                self._move(file, "wrong")
                continue
            yield Arrived(file.name, None if submission.empty else submission)

    def done(self, id: str) -> None:
        """Put the file aside."""
        self._move(self._folder / id, "done")

    def _move(self, file: Path, to: str) -> None:
        (self._folder / to).mkdir(exist_ok=True)
        file.replace(self._folder / to / file.name)
