"""AMI, Asterisk's Manager Interface, as text. No socket here: bytes in, messages out, and actions as bytes.

A message is lines of `Name: value` that end with an empty line. A name may come several times (`ChanVariable`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from telephony.errors import LineError

END = b"\r\n\r\n"
MOST_BYTES = 1 << 20
"""A message never comes near 1 MB; past it the other side speaks something else."""
MOST_LINE = 1000
"""Bytes of a line that Asterisk reads (1,024 with its end); it refuses an action with a longer one."""
FORBIDDEN = frozenset("\r\n\0")
"""What ends a line, or the text, for Asterisk."""


class AmiBroken(LineError):
    """Asterisk 管理接口(AMI)收到无法理解的数据。请检查 [asterisk] 的 AMI 地址和端口。"""


class AmiValueInvalid(LineError):
    """不能把换行或过长的内容写进 Asterisk 的指令:{name}。"""


@dataclass(frozen=True, slots=True)
class Message:
    """A response or an event; names are compared without regard to case, as Asterisk does."""

    headers: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of `name`."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    def number(self, name: str, default: int = 0) -> int:
        """Return the value of `name` as a whole number, `default` where it is none."""
        try:
            return int(self.get(name))
        except ValueError:
            return default

    def variable(self, name: str) -> str:
        """Return a channel variable that came along (`channelvars` in manager.conf), "" where it is not set."""
        for key, value in self.headers:
            if key.lower().startswith("chanvariable"):
                variable, _, content = value.partition("=")
                if variable == name:
                    return content
        return ""

    @property
    def event(self) -> str:
        """The name of the event, "" for a response."""
        return self.get("Event")

    @property
    def good(self) -> bool:
        """Whether a response says that the action was taken."""
        return self.get("Response") in ("Success", "Goodbye", "Follows")


class MessageReader:
    """Cuts a stream of bytes into messages, however it arrives; the banner line before the first is passed over."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._greeted = False

    def feed(self, data: bytes) -> list[Message]:
        """Take what came and return the messages that it completes. Raises `AmiBroken`."""
        self._rest += data
        if not self._greeted and not self._pass_banner():
            return []
        messages: list[Message] = []
        at = 0
        while (end := self._rest.find(END, at)) >= 0:
            if end > at:
                messages.append(_message(bytes(self._rest[at:end])))
            at = end + len(END)
        del self._rest[:at]
        if len(self._rest) > MOST_BYTES:
            raise AmiBroken()
        return messages

    def _pass_banner(self) -> bool:
        line, newline, rest = self._rest.partition(b"\r\n")
        if not newline and len(line) < 200:
            return False
        if not line.startswith(b"Asterisk Call Manager/"):
            raise AmiBroken()
        self._rest, self._greeted = rest, True
        return True


def _message(text: bytes) -> Message:
    headers = []
    for line in text.decode("utf8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return Message(tuple(headers))


def action(name: str, number: str, fields: Mapping[str, object], variables: Mapping[str, object]) -> bytes:
    """Return the bytes of an action: its fields, and channel variables that it sets.

    A value with a line break could smuggle in an action of its own. Raises `AmiValueInvalid`.
    """
    lines = [("Action", name), ("ActionID", number), *fields.items()]
    lines += [("Variable", f"{key}={value}") for key, value in variables.items()]
    return b"".join(_line(key, f"{key}: {value}") for key, value in lines) + b"\r\n"


def _line(name: str, text: str) -> bytes:
    line = text.encode("utf8", "replace")
    if FORBIDDEN & set(text) or len(line) > MOST_LINE:
        raise AmiValueInvalid(name=repr(name)[:80])
    return line + b"\r\n"
