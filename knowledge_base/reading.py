"""Whether an entry can be kept, and whether it can be reviewed and spoken: one check for every way in."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from knowledge_base.entry import Entry
from knowledge_base.headings import heading
from knowledge_base.serial import LISTS, NAMES

CHARACTERS_A_SECOND = 4.6
"""Speed of the bot's voice, characters without punctuation, as measured on its prompts."""
SPOKEN_SECONDS = 15.0
"""A spoken answer should not be longer, or the caller has forgotten its beginning."""
WAYS_ASKED = 3
"""Ways of asking that an entry needs before it is reviewed."""
REQUIRED = ("id", "question", "spoken", "topic", "subject", "aspect", "short", "text", "department")
FITS = {"question": 200, "spoken": 400, "text": 20_000, "basis": 2_000, "source": 1_000, "id": 70, "short": 60}
_OTHER = 300
MOST_ITEMS, ITEM_FITS = 300, 200
"""Most items of a list, and most characters of one."""
ID = "^[a-z0-9][a-z0-9._-]*$"
"""What an id is made of (a regular expression)."""

_ID = re.compile(ID)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\d+|[a-z]+);|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in an editor's words."""

    field: str
    what: str

    def __str__(self) -> str:
        return f"{heading(self.field)}:{self.what}"


def fits(field: str) -> int:
    """Return how many characters `field` may have."""
    return FITS.get(field, _OTHER)


def spoken_seconds(text: str) -> float:
    """Return about how long `text` takes to speak, in seconds; a pause at punctuation counts as half a character."""
    said = sum(1.0 if character.isalnum() else 0.5 for character in text if not character.isspace())
    return said / CHARACTERS_A_SECOND


def tidied(entry: Entry) -> Entry:
    """Return `entry` with composed characters (NFC) and without control characters; lines of the text stay."""
    values: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(entry, name)
        if isinstance(value, str):
            values[name] = plain(value, lines=name == "text")
        elif name in LISTS:
            values[name] = tuple(text for item in value if (text := plain(item)))
    return replace(entry, **values)


def plain(text: str, lines: bool = False) -> str:
    """Return `text` in composed characters without those that nobody sees; tabs and, but for `lines`, line ends are
    spaces.
    """
    if text.isprintable():  # nearly always, and fifty times as fast as a look at each character
        return unicodedata.normalize("NFC", text).strip()
    kept = [
        character
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs"} or character == "\u200d"
        else "\n"
        if character == "\n" and lines
        else " "
        if character in "\t\n\r"
        else ""
        for character in text
    ]
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def too_much(entry: Entry) -> tuple[Problem, ...]:
    """Return what keeps `entry` from being kept even as a draft: an id that is none, and text that does not fit."""
    return tuple(_too_much(entry))


def _too_much(entry: Entry) -> Iterator[Problem]:
    if not _ID.fullmatch(entry.id):
        yield Problem("id", "只能用小写字母、数字和 . _ -,并以字母或数字开头")
    for name in NAMES:
        value = getattr(entry, name)
        if isinstance(value, str) and len(value) > (most := fits(name)):
            yield Problem(name, f"有 {len(value)} 个字,最多 {most} 个字")
        elif name in LISTS and len(value) > MOST_ITEMS:
            yield Problem(name, f"有 {len(value)} 项,最多 {MOST_ITEMS} 项")
        elif name in LISTS and any(len(item) > ITEM_FITS for item in value):
            yield Problem(name, f"有一项超过 {ITEM_FITS} 个字")


def problems(entry: Entry, known: Collection[str] | None = None) -> tuple[Problem, ...]:
    """Return all that must be put right before `entry` can be reviewed and published.

    `known` are the ids that `related` may name; None leaves them unchecked.
    """
    return (*too_much(entry), *_incomplete(entry, known))


def _incomplete(entry: Entry, known: Collection[str] | None) -> Iterator[Problem]:
    for name in REQUIRED:
        if not getattr(entry, name) and name != "id":
            yield Problem(name, "不能为空")
    if entry.spoken and not any(character.isalnum() for character in entry.spoken):
        yield Problem("spoken", "没有可以读出来的字")
    if len(entry.asked) < WAYS_ASKED:
        yield Problem("asked", f"至少写 {WAYS_ASKED} 种问法,现有 {len(entry.asked)} 种")
    if (seconds := spoken_seconds(entry.spoken)) > SPOKEN_SECONDS:
        yield Problem("spoken", f"约要说 {seconds:.1f} 秒,请缩短到 {SPOKEN_SECONDS:.0f} 秒以内")
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield Problem("valid_to", "早于生效日期")
    for name in NAMES:
        value = getattr(entry, name)
        texts = [value] if isinstance(value, str) else value if name in LISTS else []
        if any(_MARKUP.search(text) for text in texts):
            yield Problem(name, "含有网页代码(如 <b>、<script>),请只写文字")
    for other in entry.related:
        if known is not None and other not in known:
            yield Problem("related", f"没有编号为 {other} 的条目")
