"""The line of a city: Asterisk brings the calls, AudioSocket their sound, AMI takes the orders (a `Line`)."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from telephony.asterisk.ami_text import Message
from telephony.asterisk.audiosocket import SOUND_KINDS, Frame
from telephony.asterisk.call import CAUSES, AsteriskCall
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.media import MediaConnection, MediaServer
from telephony.asterisk.settings import AsteriskSettings, NodeSettings
from telephony.asterisk.talks import CALL, CALLER, NODE
from telephony.errors import LineError
from telephony.line import Answerer
from telephony.ticker import Ticker

log = logging.getLogger(__name__)

SWEEP_S = 30.0
"""Seconds between looks for channels and calls that have lost each other."""
ANSWERER_S = 2.0
"""How long `stop` lets an answerer finish after its call has ended, before it is cancelled."""
NO_RTP = 44
"""Hang-up cause of a phone that Asterisk gave up because no RTP came."""
OURS = ("bot", "thinking", "outbound")
"""Contexts in which a channel must belong to a call of ours."""


class AsteriskLine:
    """Takes the calls that Asterisk offers to this node."""

    def __init__(self, settings: AsteriskSettings, number: str = "12345", node: NodeSettings | None = None) -> None:
        self._settings, self._number = settings, number
        self._node = node or settings.this_node
        self._media = MediaServer(self._welcome)
        self._ticker = Ticker()
        self._answerer: Answerer | None = None
        self._calls: dict[UUID, AsteriskCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._goodbyes: dict[str, MediaConnection] = {}
        """Channels to be ended as soon as Asterisk can be told, and the sound that keeps them until then."""
        self._expected: dict[UUID, Callable[[MediaConnection], None]] = {}
        """Who waits for a connection that is not a call's own."""
        self._strays: dict[str, str] = {}
        """Why callers come back to the bot whom nobody here knows any more, by call."""
        self._sweeper: asyncio.Task[None] | None = None
        self.exchange = Exchange(settings)
        """Asterisk itself: its queues, its agents' talks, its orders."""
        self.exchange.subscribe(self._hear, self._compare)

    @property
    def running(self) -> int:
        """How many calls are up now."""
        return len(self._calls)

    @property
    def talking(self) -> int:
        """Calls whose sound we have: not those who wait for, or talk to, a human."""
        return sum(call.talking for call in self._calls.values())

    def find(self, call_id: str) -> AsteriskCall | None:
        """Return the running call of that id."""
        try:
            return self._calls.get(UUID(call_id))
        except ValueError:
            return None

    @property
    def ticker(self) -> Ticker:
        """The 20 ms clock of everything on this line."""
        return self._ticker

    def expect(self, id: UUID, welcome: Callable[[MediaConnection], None]) -> None:
        """Give the next connection that names itself `id`, which is no call's, to `welcome`: it sets its owner."""
        self._expected[id] = welcome

    def expect_no_more(self, id: UUID) -> None:
        """Wait no longer for that connection. Harmless twice."""
        self._expected.pop(id, None)

    async def start(self, answerer: Answerer | None) -> None:
        """Listen for sound, then log in to Asterisk; without an `answerer` no call is taken.

        Raises `PortTaken`, `AmiDown` or `AmiRefused`.
        """
        self._answerer = answerer
        await self._media.start(self._node.host, self._node.port)
        try:
            await self.exchange.start()
        except BaseException:
            await self._media.stop()
            raise
        self._sweeper = asyncio.create_task(self._sweep(), name="sweep")

    async def drain(self, seconds: float) -> None:
        """Refuse new calls and let running ones end within `seconds`."""
        self._answerer = None
        if self._tasks and seconds > 0:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def stop(self, drain_s: float = 0.0) -> None:
        """Refuse new calls, let running ones end within `drain_s` seconds, end the rest, free everything."""
        await self.drain(drain_s)
        for call in list(self._calls.values()):
            call.leave()  # our end is not the caller's
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=ANSWERER_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._sweeper:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        await self.exchange.stop()
        await self._media.stop()
        for connection in self._goodbyes.values():
            connection.close()

    async def hang_up_all(self) -> None:
        """End every call, whoever speaks."""
        for call in list(self._calls.values()):
            await call.hang_up()

    # ---- what a call needs: see `telephony.asterisk.call.Owner` ----

    def hang_up_later(self, channel: str, connection: MediaConnection) -> None:
        """Keep a finished call silent until Asterisk can be told to end it, or it ends."""
        self._goodbyes[channel] = connection
        task = asyncio.create_task(self._keep_silent(channel, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self, call: AsteriskCall) -> None:
        """A call is over for us."""
        if self._calls.get(call.uuid) is call:
            del self._calls[call.uuid]

    # ---- what Asterisk tells ----

    def _hear(self, message: Message) -> None:
        match message.event:
            case "UserEvent":
                self._user_event(message)
            case "AgentConnect":
                call = self._call_of(message)
                if call and call.channel == message.get("Channel"):
                    call.connected(message.get("Interface"))
            case "Hangup":
                self._hung_up(message)

    def _user_event(self, message: Message) -> None:
        name = message.get("UserEvent")
        if name == "HotlineOffer" and message.get("Node") == self._node.name:
            self._offered(message)
        elif name == "HotlineBack":
            call, reason = self._call_of(message), message.get("Reason")
            if call:
                call.came_back(reason)
            elif message.get("Node") == self._node.name:
                self._strays[message.get("Call")] = reason
        elif name == "HotlineReferred" and (call := self._call_of(message)):
            call.connected("")

    def _hung_up(self, message: Message) -> None:
        channel = message.get("Channel")
        if connection := self._goodbyes.pop(channel, None):
            connection.close()
        call = self._call_of(message)
        if call and call.channel == channel:
            vanished = message.number("Cause") == NO_RTP
            call.end("line" if vanished else "caller", "vanished" if vanished else "hung up")

    def _call_of(self, message: Message) -> AsteriskCall | None:
        return self.find(message.get("Call") or message.variable(CALL))

    # ---- calls ----

    def _offered(self, message: Message) -> None:
        call_id, channel = UUID(message.get("Call")), message.get("Channel")
        if self._answerer is None:
            # Others get it from the dialplan in a moment; where there is nobody a clear refusal is better.
            if len(self._settings.nodes) == 1 and not self.exchange.queues.agents_here:
                self.exchange.order("Hangup", {"Channel": channel, "Cause": 34})
            return
        if call_id not in self._calls:
            self._take(call_id, channel, message.get("Caller"), message.get("Called"), self._answerer)

    def open_call(self, call_id: UUID, number: str) -> AsteriskCall:
        """Return a call of ours to `number`, whose channel is still to come; it is the maker's to end."""
        call = AsteriskCall(call_id, "", number, self._number, self._settings, self, self.exchange, self._ticker)
        self._calls[call_id] = call
        return call

    def _take(self, call_id: UUID, channel: str, caller: str, called: str, answerer: Answerer) -> AsteriskCall:
        call = AsteriskCall(call_id, channel, caller, called, self._settings, self, self.exchange, self._ticker)
        self._calls[call_id] = call
        task = asyncio.get_running_loop().create_task(self._serve(call, answerer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return call

    async def _serve(self, call: AsteriskCall, answerer: Answerer) -> None:
        thinking = asyncio.get_running_loop().call_later(self._settings.decide_s / 2, self._think, call)
        try:
            await answerer(call)
        except Exception:
            log.exception("call %s: answerer failed", call.id)
        finally:
            thinking.cancel()
            await call.hang_up()

    def _think(self, call: AsteriskCall) -> None:
        """Let it ring on while nothing is decided; else the dialplan would pass it on."""
        if not call.decided:
            self.exchange.set(call.channel, "HOTLINE_THINKING", self._node.name)

    def _welcome(self, connection: MediaConnection, call_id: UUID) -> None:
        if expected := self._expected.pop(call_id, None):
            expected(connection)
            return
        call = self._calls.get(call_id)
        if call:
            call.attach(connection)
            return
        # It was in a queue, or with another node, and nobody here knows it yet.
        task = asyncio.get_running_loop().create_task(self._adopt(connection, call_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _adopt(self, connection: MediaConnection, call_id: UUID) -> None:
        """Take over a caller who comes without an offer."""
        try:
            channels = await self.exchange.ami.list("CoreShowChannels")
        except LineError:
            channels = []
        mine = (each for each in channels if each.get("Context") in OURS and each.variable(CALL))
        found = next((each for each in mine if each.variable(CALL) == str(call_id)), None)
        if call := self._calls.get(call_id):  # another connection of it was quicker
            call.attach(connection)
            return
        if found is None or self._answerer is None or connection not in self._media.open:
            connection.close()  # the dialplan behind it leads to a human
            return
        call = self._take(call_id, found.get("Channel"), found.variable(CALLER), self._number, self._answerer)
        call.decided = True
        call.reason = self._strays.pop(call.id, "")
        call.attach(connection)

    async def _keep_silent(self, channel: str, connection: MediaConnection) -> None:
        silence = Frame(SOUND_KINDS[self._settings.rate], bytes(self._settings.rate // 25)).encode()
        while channel in self._goodbyes and connection in self._media.open:
            connection.send(silence)
            await asyncio.sleep(0.02)
        self._goodbyes.pop(channel, None)

    # ---- after a loss, and now and then ----

    async def _compare(self, channels: Sequence[Message]) -> None:
        """End calls whose channel went while nobody told us, and help channels whose call is gone."""
        there = {each.get("Channel"): each for each in channels}
        known = {each.variable(CALL) for each in channels}
        self._strays = {call: reason for call, reason in self._strays.items() if call in known}
        for call in list(self._calls.values()):
            channel = there.get(call.channel)
            if call.born > self.exchange.read_from:
                continue  # younger than the list
            if channel is None and call.channel:
                call.end("caller", "hung up")
            elif channel and call.away and channel.get("BridgeId") and channel.get("Context") not in OURS:
                call.connected("")
        for name in list(self._goodbyes):
            await self.exchange.hang_up(name, CAUSES["goodbye"])
        for name, message in there.items():
            await self._reap(name, message)

    async def _reap(self, channel: str, message: Message) -> None:
        """A channel that waits for us though nobody here knows it goes to a human."""
        if message.get("Context") != "thinking" or self.find(message.variable(CALL)):
            return
        if message.variable(NODE) == self._node.name and message.get("Duration") > "00:00:05":
            log.warning("a channel without an owner goes to a human")
            await self.exchange.redirect(channel, "human", self._settings.queues[0].name)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            with contextlib.suppress(LineError):
                await self.exchange.refresh()
