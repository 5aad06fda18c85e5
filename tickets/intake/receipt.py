"""The receipt: what a channel gets for a submission, and tells its caller."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from tickets.spoken_numbers import ticket_groups
from tickets.status import when_spoken
from tickets.ticket import Channel


class Standing(StrEnum):
    """What became of a submission."""

    NEW = "new"
    AGAIN = "again"
    """It had come in already; the receipt is the first one's."""
    MERGED = "merged"
    """Its caller's earlier ticket goes on; this one is followed with it."""


class Receipt(BaseModel):
    """What was made of a submission."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    channel: Channel
    key: str
    standing: Standing
    number: str
    """The ticket's number."""
    said: str
    """The number in groups that people can say: 261124 0001."""
    told: str
    """What to tell the caller, in one or two sentences."""
    due: datetime | None = None
    """By when the caller gets an answer."""
    into: str = ""
    """The caller's earlier ticket that it was merged into."""
    event: str = ""
    """The known event (cluster) that it belongs to."""
    warnings: tuple[str, ...] = ()
    """Sentences for the caller: what was not clear, and what to do about it."""

    def again(self) -> "Receipt":
        """Return the receipt for whoever submits the same once more."""
        return self.model_copy(update={"standing": Standing.AGAIN})


def in_groups(number: str) -> str:
    """Return a ticket's number as people can read it out."""
    return " ".join(ticket_groups(number))


def told(number: str, due: datetime | None, now: datetime, into: str = "", event: str = "") -> str:
    """Return what a caller is told about his ticket `number`; `event` is the sentence on a known event."""
    said = in_groups(number)
    if into:
        known = f"您反映的和之前的工单{in_groups(into)}是同一件事,已经并在一起办理。这次的编号是{said}。"
    else:
        limit = f",{when_spoken(due, now.date())}前会答复您" if due else ""
        known = f"已经登记,工单编号是{said}{limit}。"
    return known + event
