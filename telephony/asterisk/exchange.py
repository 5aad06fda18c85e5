"""What we know of Asterisk, and how it is given orders: the connection, the queues, the talks."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from telephony.asterisk.ami import Ami, AmiLogin
from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import Queues
from telephony.asterisk.settings import AsteriskSettings
from telephony.asterisk.talks import Talks
from telephony.errors import LineError

log = logging.getLogger(__name__)

NATIVE_WRAP_UP_S = 2
"""Seconds after a talk in which Asterisk rings nobody by itself (queues.conf): until our own pause is in force."""

Listener = Callable[[Message], None]
Place = tuple[str, str]
"""Context and extension in the dialplan."""
Extra = tuple[str, Place]
"""A second channel, and its place."""
OnChannels = Callable[[Sequence[Message]], Awaitable[None]]
"""Awaited with every channel there is, after each (re)connection and each `refresh`."""


class Exchange:
    """One Asterisk, seen over its Manager Interface. `login` stands in for the settings' own, for the tests."""

    def __init__(self, settings: AsteriskSettings, login: AmiLogin | None = None) -> None:
        self.settings = settings
        self.queues = Queues({queue.name: min(queue.wrapup_s, NATIVE_WRAP_UP_S) for queue in settings.queues})
        """How the human agents' queues stand."""
        self.talks = Talks()
        """Who talks with whom."""
        self.ami = Ami(login or settings, self._hear, self.refresh)
        self._listeners: list[Listener] = []
        self._on_channels: list[OnChannels] = []
        self.read_from = 0.0
        """When the channels were last asked for, in seconds of `time.monotonic()`."""
        self.listed: Sequence[Message] = ()
        """What `QueueStatus` last listed."""
        self._refreshing = asyncio.Lock()
        self._reading = False
        self._meanwhile: list[Message] = []
        """Events since the lists were asked for."""

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
        async with self._refreshing:
            # What happens while the lists are on their way may be missing there, and counts after them.
            self._meanwhile, self._reading, self.read_from = [], True, time.monotonic()
            try:
                self.listed, channels = await self.ami.list("QueueStatus"), await self.ami.list("CoreShowChannels")
            finally:
                self._reading = False
            self.queues.read(self.listed)
            self.talks.read(channels)
            for message in self._meanwhile:
                if message.event != "AgentComplete":  # the length of a talk was noted when it came
                    self.queues.hear(message)
                self.talks.hear(message)
            for each in self._on_channels:
                await each(channels)

    def order(self, name: str, fields: dict[str, object]) -> None:
        """Give an order whose outcome the events will tell."""
        with contextlib.suppress(LineError):
            self.ami.send(name, fields)

    def set(self, channel: str, variable: str, value: object) -> None:
        """Set a channel's variable, for the dialplan to read."""
        self.order("Setvar", {"Channel": channel, "Variable": variable, "Value": value})

    async def redirect(
        self, channel: str, context: str, extension: str, variables: dict[str, object] | None = None
    ) -> bool:
        """Send a channel elsewhere in the dialplan; False where it has gone or Asterisk cannot be reached."""
        try:
            await self.move(channel, (context, extension), variables)
        except LineError as error:
            log.info("redirect failed: %s", error)
            return False
        return True

    async def move(
        self, channel: str, place: Place, variables: dict[str, object] | None = None, extra: Extra | None = None
    ) -> None:
        """Send a channel elsewhere in the dialplan, and with it in the same moment the one of its bridge.

        Raises `AmiDown`, and `AmiRefused` where one of them has gone.
        """
        for name, value in (variables or {}).items():
            self.set(channel, name, value)
        fields: dict[str, object] = {"Channel": channel, "Context": place[0], "Exten": place[1], "Priority": 1}
        if extra:
            other, (context, exten) = extra
            fields |= {"ExtraChannel": other, "ExtraContext": context, "ExtraExten": exten, "ExtraPriority": 1}
        await self.ami.ask("Redirect", fields)

    async def hang_up(self, channel: str, cause: int) -> bool:
        """End a channel; False where it has gone already or Asterisk cannot be reached."""
        try:
            await self.ami.ask("Hangup", {"Channel": channel, "Cause": cause})
        except LineError as error:
            log.info("hang-up failed: %s", error)
            return False
        return True

    def _hear(self, message: Message) -> None:
        if self._reading:
            self._meanwhile.append(message)
        self.queues.hear(message)
        self.talks.hear(message)
        for listener in self._listeners:
            listener(message)
