"""Inboxes: channels that are looked into (mail, short messages) rather than heard from."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from core.errors import HotlineError
from tickets.errors import SubmissionDiffers, SubmissionEmpty
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
    wrong: str = ""
    """Why nobody can read it, for people; there is no submission then."""


class Inbox(Protocol):
    """Where appeals wait until they are taken out. Raises a `HotlineError` where it cannot be read."""

    def waiting(self) -> Iterator[Arrived]:
        """Yield what waits, oldest first."""
        ...

    def done(self, id: str) -> None:
        """Take it out: it is on record."""
        ...

    def set_aside(self, id: str) -> None:
        """Take it out and leave it to people: it cannot be taken in."""
        ...


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that could not be taken in and was left to people."""

    sentence: str


def collect(inbox: Inbox, intake: Intake, now: Callable[[], datetime]) -> Iterator[Receipt | Aside]:
    """Take in everything that waits, one after the other; what cannot be taken in is set aside, and the rest goes on.

    What was taken in but not taken out, because something broke in between, comes again and makes no second ticket.
    Raises what has nothing to do with a single one of them: `RecordsError`, `MailboxClosed`.
    """
    for arrived in inbox.waiting():
        receipt, wrong = None, arrived.wrong
        if arrived.submission is not None:
            try:
                receipt = intake.submit_now(arrived.submission, now())
            except (SubmissionDiffers, SubmissionEmpty) as error:
                wrong = str(error)
            except HotlineError:
                raise
            except Exception as error:  # nobody has thought of what is in this one
                wrong = f"登记时出错({type(error).__name__})。"
        if wrong:
            inbox.set_aside(arrived.id)
            yield Aside(f"来件 {arrived.id} 没有登记,已放在一边,请人工处理:{wrong}")
        else:
            inbox.done(arrived.id)
        if receipt:
            yield receipt


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

    What is taken in goes to its folder `done`, what cannot be to `wrong`; nothing is deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[Arrived]:
        """Yield the messages by their files' names."""
        for file in sorted(self._folder.glob("*.json")):
            try:
                message = ShortMessage.model_validate(json.loads(file.read_text(encoding="utf8")))
                submission = message.submission()
            except (ValueError, ValidationError, RecursionError):
                yield Arrived(file.name, None, "不是一条短信(JSON:id、number、text、at)。")
            except OSError as error:
                yield Arrived(file.name, None, f"文件打不开({error.strerror})。")
            else:
                yield Arrived(file.name, None if submission.empty else submission)

    def done(self, id: str) -> None:
        """Put the file aside."""
        self._move(id, "done")

    def set_aside(self, id: str) -> None:
        """Put the file where people look for what went wrong."""
        with suppress(OSError):  # what cannot be opened can often not be moved either
            self._move(id, "wrong")

    def _move(self, id: str, to: str) -> None:
        (self._folder / to).mkdir(exist_ok=True)
        (self._folder / id).replace(self._folder / to / id)
