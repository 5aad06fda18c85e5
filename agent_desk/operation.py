"""One operation of the API: what it takes and gives, declared once for the server and for its description."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent_desk.settings import Sender
from knowledge_base.roles import Actor


class Model(BaseModel):
    """Base of what a request may say: a misspelt name is an error."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, frozen=True)


class Nothing(Model):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file and no JSON."""

    data: bytes
    media: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: who asks, the parts of the path, the query, and the body."""

    actor: Actor
    path: Mapping[str, str]
    query: Any
    body: Any
    header: str = ""
    """The header that the operation asks for."""
    sender: Sender | None = None
    """The other system that asks, where it is none of the desk's people."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `answer` is a type that pydantic can describe, or the media types of a file, as text.

    `raw` says that the body is a file (its bytes are `Call.body`); else `body` is the model that reads it.
    """

    method: str
    path: str
    summary: str
    run: Callable[[Call], Awaitable[Any]]
    answer: Any
    query: type[Model] = Nothing
    body: type[BaseModel] | None = None
    raw: bool = False
    status: int = 200
    refusals: tuple[int, ...] = ()
    """Statuses of errors, besides those that every operation has."""
    tags: tuple[str, ...] = field(default=("knowledge",))
    header: str = ""
    """Name of a header that has to be there: 1 to 200 printable ASCII characters without blanks."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Parts of the path that are one of a few words."""
    senders: bool = False
    """Whether other systems may ask, too (`[[desk.senders]]`)."""

    @property
    def media(self) -> tuple[str, ...]:
        """Media types of the answer where it is a file."""
        if isinstance(self.answer, str):
            return (self.answer,)
        return self.answer if isinstance(self.answer, tuple) else ()

    @property
    def name(self) -> str:
        """Name of the operation in the description."""
        return self.run.__name__
