"""A submission: one appeal as a channel hands it over, before it is a ticket."""

import hashlib
import json
import re
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from tickets.ticket import Channel, Kind

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NOT_SAID = {"channel", "key", "sender", "made"}
"""What is not what he says; the time a sender writes anew when he tries again."""
KEY = "[!-~]{1,200}"
"""A regular expression: printable ASCII without blanks."""


def tidy(text: str) -> str:
    """Return `text` without what no database and no page can hold (NUL, lone surrogates)."""
    whole = text.encode("utf8", "replace").decode("utf8")
    return _NO_TEXT.sub("", whole.replace("\r\n", "\n")).strip()


Text = Annotated[str, AfterValidator(tidy)]
Key = Annotated[str, StringConstraints(pattern=f"^{KEY}$")]
"""A sender's own name of a submission: printable ASCII without blanks."""


class Content(BaseModel):
    """What is said in a submission. Nothing is required: what is missing is asked for, not refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    text: Text = ""
    """The appeal in the caller's words, of any length."""
    kind: Kind | None = None
    """The kind of appeal, where the sender knows it; otherwise it is understood from the text."""
    matter: Text = ""
    """Id of the responsibility list's line, where the sender knows it; otherwise it is understood from the text."""
    district: Text = ""
    street: Text = ""
    community: Text = ""
    """小区, village, building or landmark."""
    detail: Text = ""
    """Building, unit, room, or an address as one line."""
    when: Text = ""
    """When it happened, in words."""
    name: Text = ""
    contact: Text = ""
    """A telephone number, or a mail address."""
    confidential: bool | None = None
    """The caller wants secrecy; left out: understood from the text."""
    public: bool = False
    """The caller agrees that everybody may read it, without his name and contact."""
    about: Text = ""
    """Whom it is about, where the caller speaks for somebody else."""
    attachments: tuple[Annotated[str, StringConstraints(pattern="^[0-9a-zA-Z._-]{1,80}$")], ...] = Field(
        default=(), max_length=50
    )
    """Ids of what came with it."""
    made: AwareDatetime | None = None
    """When the caller wrote it, by the sender's clock."""
    due: AwareDatetime | None = None
    """By when the sender wants an answer; heeded where the channel may set a limit."""

    @property
    def address(self) -> str:
        """The place as it was given, "" for none."""
        return self.district + self.street + self.community + self.detail

    @property
    def empty(self) -> bool:
        """Whether there is nothing that anybody could follow up."""
        return not (self.text or self.contact or self.attachments)


class Submission(Content):
    """A submission. The same `key` of the same channel and sender is the same one, however often it comes."""

    channel: Channel
    key: Key
    sender: Text = ""
    """Which system or person handed it in, where a channel has several; "" for the channel itself."""

    @property
    def fingerprint(self) -> str:
        """What is the same for the same content and never for another: 64 hexadecimal digits."""
        content = self.model_dump(mode="json", exclude=_NOT_SAID)
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
