"""What requests about entries say, and what is answered."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, create_model

from agent_desk.operation import Model
from knowledge_base.differences import Difference
from knowledge_base.entry import Entry
from knowledge_base.headings import heading
from knowledge_base.life import Life, State
from knowledge_base.reading import ID, ITEM_FITS, MOST_ITEMS, fits
from knowledge_base.serial import DATES, LISTS, NAMES
from knowledge_base.versions import Version

_NEEDED = ("id", "question", "spoken")


def _field(name: str, limited: bool) -> Any:
    """The type of a field; its limits stand in the description, and the store tells in words what exceeds them."""
    told = heading(name)
    limits: dict[str, Any] = {}
    if name in LISTS:
        if limited:
            limits = {"items": {"type": "string", "maxLength": ITEM_FITS}, "maxItems": MOST_ITEMS}
        return (list[str], Field(default_factory=list, description=told, json_schema_extra=limits))
    if name in DATES:
        return (date | None, Field(default=None, description=told, strict=True))
    if limited:
        limits = {"maxLength": fits(name), **({"pattern": ID} if name == "id" else {})}
    if name in _NEEDED:
        return (str, Field(description=told, json_schema_extra=limits))
    return (str, Field(default="", description=told, json_schema_extra=limits))


EntryData = create_model("EntryData", __base__=Model, **{name: _field(name, True) for name in NAMES})
"""An entry as a request writes it: the fields of `knowledge_base.entry.Entry`."""
EntryDraft = create_model("EntryDraft", __base__=Model, **{name: _field(name, False) for name in NAMES})
"""The same while it is being written: what is too long is remarked on."""


def entry_of(data: Any) -> Entry:
    """Return the entry that a request wrote; what is too long or odd is told by the store."""
    values: dict[str, Any] = {
        name: tuple(value) if name in LISTS else value for name, value in data.model_dump().items()
    }
    return Entry(**values)


class Create(Model):
    """A new entry."""

    entry: EntryData  # type: ignore[valid-type]
    why: str = Field(default="", max_length=500)


class Save(Create):
    """A text to keep as a new version."""

    base: int = Field(ge=1, le=10**9)
    """The version that the writer had before him."""


class StepBody(Model):
    """A step on the working version that the actor saw."""

    step: Literal["submit", "return", "approve", "withdraw"]
    version: int = Field(ge=1, le=10**9)
    why: str = Field(default="", max_length=500)


class Restore(Model):
    """Which version is brought back."""

    version: int = Field(ge=1, le=10**9)
    why: str = Field(default="", max_length=500)


class Which(Model):
    """A working version to publish."""

    id: str = Field(min_length=1, max_length=80)
    version: int = Field(ge=1, le=10**9)


class PublishBody(Model):
    """Approved versions that go live together."""

    entries: list[Which] = Field(min_length=1, max_length=500)
    why: str = Field(default="", max_length=500)


class Filter(Model):
    """Which entries are listed."""

    department: str = Field(default="", max_length=300)
    state: State | None = None
    search: str = Field(default="", max_length=100)
    limit: int = Field(default=50, ge=1, le=500)
    beyond: str = Field(default="", max_length=80)
    """The id that the page before ended with."""


class Two(Model):
    """Two versions to compare."""

    old: int = Field(ge=1, le=10**9)
    new: int = Field(ge=1, le=10**9)


class VersionLine(Model):
    """A version in a list."""

    number: int
    at: datetime
    who: str
    why: str
    base: int
    aside: bool


class Happened(Model):
    """Something that happened to an entry."""

    at: datetime
    kind: str
    body: dict[str, Any]


class Page(Model):
    """Entries of one page."""

    entries: list["ListedEntry"]


class ListedEntry(Model):
    """An entry in a list."""

    life: Life
    topic: str
    question: str
    changed: datetime


class EntryAnswer(Model):
    """An entry as it stands."""

    life: Life
    head: Version
    live: Version | None
    problems: list[str]
    """What must be put right before it can be reviewed."""
    seconds: float
    """About how long the spoken answer takes."""


class Differences(Model):
    """What differs between two versions."""

    fields: list[Difference]


class Me(Model):
    """Who asks."""

    name: str
    role: str
    department: str
