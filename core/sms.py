"""The port to a city's SMS gateway, and the embedded one that writes to the records."""

from typing import Protocol

from core.events import EventLog


class SmsGateway(Protocol):
    """Sends short messages."""

    async def send(self, number: str, text: str, about: str) -> None:
        """Send `text` to `number`; `about` is the event stream (e.g. `call:ID`) that it belongs to."""
        ...


class RecordedSms:
    """Keeps each message as an `sms.sent` event, for a laptop or a city whose gateway is not connected yet."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def send(self, number: str, text: str, about: str) -> None:
        """Record the message under `about`."""
        self._log.append(about, "sms.sent", {"number": number, "text": text})
