"""The connection to Asterisk's Manager Interface: kept up, and told about when it goes and comes back."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from telephony.asterisk.ami_text import Message, MessageReader, action
from telephony.errors import AmiDown, AmiRefused, LineError

log = logging.getLogger(__name__)

CONNECT_S = 3.0
"""Seconds that Asterisk may take to answer a connection and a login."""
ANSWER_S = 5.0
"""Seconds that an action may take to be answered; Asterisk answers in a millisecond."""
PING_S = 5.0
"""Seconds between signs of life: a cut without a word is noticed after this and `ANSWER_S`."""
BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits before the next attempt; the last one repeats."""


class AmiLogin(Protocol):
    """Where Asterisk is and who we are there; `AsteriskSettings` has all of it."""

    @property
    def host(self) -> str:
        """IPv4 address or name."""
        ...

    @property
    def ami_port(self) -> int:
        """TCP port."""
        ...

    @property
    def ami_user(self) -> str:
        """The user of manager.conf."""
        ...

    @property
    def ami_secret(self) -> str:
        """Its secret."""
        ...


class Ami:
    """One connection under supervision.

    `on_event` gets every event in order. `on_up` is awaited after each login, with events already flowing: there the
    owner reads what it missed. `on_down` is called once for each loss. Both may not raise.
    """

    def __init__(
        self,
        login: AmiLogin,
        on_event: Callable[[Message], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[], None] = lambda: None,
    ) -> None:
        self._login, self._on_event, self._on_up, self._on_down = login, on_event, on_up, on_down
        self._numbers = itertools.count(1)
        self._asked: dict[str, asyncio.Future[Message]] = {}
        self._lists: dict[str, list[Message]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.up = False
        """Whether actions can be sent; False again as soon as the connection is lost."""
        self.losses = 0
        """How often the connection was lost since the start."""

    async def start(self) -> None:
        """Connect and log in, then keep the connection up. Raises `AmiDown` or `AmiRefused` where that fails now."""
        reader = await self._connect()
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(reader, ready), name="ami")
        await ready

    async def stop(self) -> None:
        """Log off and stay away."""
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self._close()

    def cut(self) -> None:
        """Lose the connection now, as a test of everything that depends on it; it is built up again."""
        if self._writer:
            self._writer.transport.abort()

    async def ask(
        self, name: str, fields: dict[str, object] | None = None, variables: dict[str, object] | None = None
    ) -> Message:
        """Send an action and return its response. Raises `AmiDown`, and `AmiRefused` for an error response."""
        number, response = self.send(name, fields, variables)
        try:
            async with asyncio.timeout(ANSWER_S):
                message = await response
        except TimeoutError as error:
            raise AmiDown(host=self._login.host, port=self._login.ami_port, what="没有应答") from error
        finally:
            self._asked.pop(number, None)
        if not message.good:
            raise AmiRefused(action=name, what=message.get("Message"))
        return message

    async def list(self, name: str, fields: dict[str, object] | None = None) -> list[Message]:
        """Send an action that answers with a list of events and return them. Raises like `ask`."""
        number = f"list-{next(self._numbers)}"
        done: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._lists[number] = []
        self._asked[f"{number}-end"] = done
        try:
            async with asyncio.timeout(ANSWER_S):
                _, response = self.send(name, fields, number=number)
                answer = await response
                if not answer.good:
                    if "no " in answer.get("Message").lower():  # an empty list is refused by some actions
                        return []
                    raise AmiRefused(action=name, what=answer.get("Message"))
                await done
            return self._lists[number]
        except TimeoutError as error:
            raise AmiDown(host=self._login.host, port=self._login.ami_port, what="没有应答") from error
        finally:
            del self._lists[number]
            self._asked.pop(number, None)
            self._asked.pop(f"{number}-end", None)

    def send(
        self,
        name: str,
        fields: dict[str, object] | None = None,
        variables: dict[str, object] | None = None,
        number: str = "",
    ) -> tuple[str, asyncio.Future[Message]]:
        """Write an action; return its number and the future of its response. Actions are taken in this order."""
        if not self.up or self._writer is None:
            raise AmiDown(host=self._login.host, port=self._login.ami_port, what="连接已断开")
        number = number or str(next(self._numbers))
        text = action(name, number, fields or {}, variables or {})
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody has to wait for it
        self._asked[number] = future
        self._writer.write(text)
        return number, future

    # ---- keeping it up ----

    async def _keep(self, reader: asyncio.StreamReader, ready: "asyncio.Future[None]") -> None:
        while True:
            try:
                await self._live(reader, ready)
            except (OSError, LineError, EOFError) as error:
                log.warning("AMI lost: %s", error)
            self._lost()
            reader = await self._again()

    async def _live(self, messages: asyncio.StreamReader, ready: "asyncio.Future[None]") -> None:
        """Read until the connection is lost."""
        parser = self._parser
        pinging = asyncio.create_task(self._ping(), name="ami ping")
        welcoming = asyncio.create_task(self._welcome(ready), name="ami resync")
        try:
            while data := await messages.read(1 << 16):
                for message in parser.feed(data):
                    self._take(message)
        finally:
            for task in (pinging, welcoming):
                task.cancel()
            await asyncio.gather(pinging, welcoming, return_exceptions=True)

    async def _welcome(self, ready: "asyncio.Future[None]") -> None:
        try:
            await self._on_up()
        except LineError as error:  # the connection went again meanwhile: the next one starts over
            log.warning("AMI resync failed: %s", error)
            self.cut()
        except Exception:
            log.exception("AMI resync failed")
            self.cut()
        if not ready.done():
            ready.set_result(None)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            try:
                await self.ask("Ping")
            except LineError:
                self.cut()
                return

    async def _again(self) -> asyncio.StreamReader:
        for wait in itertools.chain(BACK_OFF_S, itertools.repeat(BACK_OFF_S[-1])):
            await asyncio.sleep(wait)
            try:
                reader = await self._connect()
            except LineError as error:
                log.info("AMI still away: %s", error)
                continue
            log.info("AMI is back")
            return reader
        raise AssertionError("unreachable")

    async def _connect(self) -> asyncio.StreamReader:
        login = self._login
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, self._writer = await asyncio.open_connection(login.host, login.ami_port)
                self._parser = MessageReader()
                fields: dict[str, object] = {"Username": login.ami_user, "Secret": login.ami_secret, "Events": "on"}
                self._writer.write(action("Login", "login", fields, {}))
                await self._logged_in(reader)
        except (OSError, TimeoutError) as error:
            self._close()
            raise AmiDown(host=login.host, port=login.ami_port, what=error or "没有应答") from error
        except BaseException:
            self._close()
            raise
        self.up = True
        return reader

    async def _logged_in(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(1 << 16):
            messages = self._parser.feed(data)
            for place, message in enumerate(messages):
                if message.get("ActionID") == "login":
                    if not message.good:
                        raise AmiRefused(action="Login", what=message.get("Message"))
                    self.up = True
                    for later in messages[place + 1 :]:
                        self._take(later)
                    return
        raise ConnectionResetError("closed before login")

    def _take(self, message: Message) -> None:
        number = message.get("ActionID")
        if message.get("Response") and not message.event:  # the event OriginateResponse has one as well
            future = self._asked.pop(number, None)
            if future and not future.done():
                future.set_result(message)
        elif number in self._lists:
            if message.get("EventList") == "Complete":
                done = self._asked.pop(f"{number}-end", None)
                if done and not done.done():
                    done.set_result(message)
            else:
                self._lists[number].append(message)
        elif message.event:
            try:
                self._on_event(message)
            except Exception:
                log.exception("AMI event %s failed", message.event)

    def _lost(self) -> None:
        self.losses += 1
        self._close()
        self._on_down()

    def _close(self) -> None:
        self.up = False
        if self._writer:
            self._writer.transport.abort()
            self._writer = None
        lost = AmiDown(host=self._login.host, port=self._login.ami_port, what="连接已断开")
        for future in list(self._asked.values()):
            if not future.done():
                future.set_exception(lost)
        self._asked.clear()
