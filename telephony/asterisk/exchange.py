"""What we know of Asterisk, and how it is given orders: the connection, the queues, the talks."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from telephony.asterisk.ami import Ami, AmiLogin
from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import Queues
from telephony.asterisk.settings import AsteriskSettings
from telephony.asterisk.talks import Talks
from telephony.errors import LineError

log = logging.getLogger(__name__)

Listener = Callable[[Message], None]
OnChannels = Callable[[Sequence[Message]], Awaitable[None]]
"""Awaited with every channel there is, after each (re)connection and each `refresh`."""


class Exchange:
    """One Asterisk, seen over its Manager Interface. `login` stands in for the settings' own, for the tests."""

    def __init__(self, settings: AsteriskSettings, login: AmiLogin | None = None) -> None:
        self.settings = settings
        self.queues = Queues({queue.name: queue.wrapup_s for queue in settings.queues})
        """How the human agents' queues stand."""
        self.talks = Talks()
        """Who talks with whom."""
        self.ami = Ami(login or settings, self._hear, self.refresh)
        self._listeners: list[Listener] = []
        self._on_channels: list[OnChannels] = []

    def subscribe(self, listener: Listener, on_channels: OnChannels | None = None) -> None:
        """Call `listener` with every event, after queues and talks have taken it."""
        self._listeners.append(listener)
        if on_channels:
            self._on_channels.append(on_channels)

    async def start(self) -> None:
        """Connect and read how everything stands. Raises `AmiDown` or `AmiRefused`."""
        await self.ami.start()

    async def stop(self) -> None:
        """Log off."""
        await self.ami.stop()

    @property
    def reachable(self) -> bool:
        """Whether Asterisk can be told anything now."""
        return self.ami.up

    async def refresh(self) -> None:
        """Read how everything stands: after a loss nothing that was missed may stay wrong. Raises `LineError`."""
        self.queues.read(await self.ami.list("QueueStatus"))
        channels = await self.ami.list("CoreShowChannels")
        self.talks.read(channels)
        for each in self._on_channels:
            await each(channels)

    def order(self, name: str, fields: dict[str, object]) -> None:
        """Give an order whose outcome the events will tell."""
        with contextlib.suppress(LineError):
            self.ami.send(name, fields)

    async def redirect(
        self, channel: str, context: str, extension: str, variables: dict[str, object] | None = None
    ) -> bool:
        """Send a channel elsewhere in the dialplan; False where it has gone or Asterisk cannot be reached."""
        try:
            for name, value in (variables or {}).items():
                self.ami.send("Setvar", {"Channel": channel, "Variable": name, "Value": value})
            await self.ami.ask(
                "Redirect", {"Channel": channel, "Context": context, "Exten": extension, "Priority": 1}
            )
        except LineError as error:
            log.info("redirect failed: %s", error)
            return False
        return True

    async def hang_up(self, channel: str, cause: int) -> bool:
        """End a channel; False where it has gone already or Asterisk cannot be reached."""
        try:
            await self.ami.ask("Hangup", {"Channel": channel, "Cause": cause})
        except LineError as error:
            log.info("hang-up failed: %s", error)
            return False
        return True

    def _hear(self, message: Message) -> None:
        self.queues.hear(message)
        self.talks.hear(message)
        for listener in self._listeners:
            listener(message)
