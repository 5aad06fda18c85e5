"""Hears that the answer was not the one meant: "等一下,不是这个,我说的是驾驶证"."""

import re

from dialog.commands import Command, only, spec, squeeze, trim

_NOT_X_BUT_Y = re.compile(
    r"^[^,]{0,4}?(?:我(?:说|问)的)?不是(?P<denied>[^,。]{2,10}?)[,。]?(?:我(?:说|问)的)?(?:而)?是(?P<rest>[^不].*)$"
)


def corrected(text: str) -> str | None:
    """Return what was meant instead, "" where the caller only says that it is wrong, None for no correction."""
    text = trim(text)
    if only(text, Command.NOT_THIS, Command.WAIT) and not only(text, Command.WAIT):
        return ""
    either = _NOT_X_BUT_Y.match(text)
    if either and not either["denied"].startswith("这"):
        return trim(either["rest"])
    rest, refused, meant = _strip(text)
    if not (refused or meant):
        return None
    rest = trim(rest)
    return rest if len(squeeze(rest)) >= 2 else ""


def denied(text: str) -> str:
    """Return what the caller did not mean, "" where it is not named: 居住证 in "不是居住证,是驾驶证"."""
    either = _NOT_X_BUT_Y.match(trim(text))
    return "" if either is None or either["denied"].startswith("这") else either["denied"]


def _strip(text: str) -> tuple[str, bool, bool]:
    """Take the words of a correction off the head of `text`; return the rest, and whether it refuses or explains."""
    words, refused, meant = spec("correction"), False, False
    while True:
        if (head := _head(text, words["nots"])) or (
            (head := _head(text, words["short"])) and _stands_alone(text[len(head) :], words)
        ):
            refused = True
        elif head := _head(text, words["meants"]):
            meant = True
        elif refused and (head := _head(text, words["weak"])):
            return text[len(head) :], refused, True
        else:
            head = _head(text, words["stops"])
        if not head:
            return text, refused, meant
        text = trim(text[len(head) :])


def _head(text: str, words: list[str]) -> str:
    return max((word for word in words if text.startswith(word)), key=len, default="")


def _stands_alone(rest: str, words: dict[str, list[str]]) -> bool:
    """Whether nothing, a pause or more of a correction follows, so that "不是说好了吗" is none."""
    return (
        not rest
        or squeeze(rest[0]) == ""
        or bool(_head(rest, [w for name in words for w in words[name] if len(w) > 1]))
    )
