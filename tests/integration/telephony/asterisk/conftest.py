"""A bot behind Asterisk that does one hand-over, and a telephone that calls it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import pytest

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Answerer, Audio, Call, HungUp, KeyPress
from tests.asterisk import two_nodes
from tests.integration.telephony.conftest import tone
from tests.serving import until

PATIENCE_S = 30.0


class Bot:
    """Answers, hands over to `queue` (none: stays), and notes what came of it."""

    def __init__(self, queue: str | None = "general", patience_s: float | None = None, urgent: bool = False) -> None:
        self.queue, self.patience_s, self.urgent = queue, patience_s, urgent
        self.outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.calls: list[AsteriskCall] = []
        self.answered = asyncio.Event()
        self.over = asyncio.Event()
        self.ended: HungUp | None = None
        self.keys = ""
        self.heard = bytearray()

    @property
    def call(self) -> AsteriskCall:
        """The last call."""
        return self.calls[-1]

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, AsteriskCall)
        self.calls.append(call)
        await call.answer()
        call.play(tone(0.1))
        await call.played_out()
        self.answered.set()
        if self.queue is not None and not self.outcome.done():
            done = await call.transfer(self.queue, self.patience_s, self.urgent)
            self.outcome.set_result(done)
        if self.outcome.done() and not self.outcome.result():
            call.play(tone(0.4))
        async for event in call.events():
            if isinstance(event, Audio):
                self.heard += event.pcm
            elif isinstance(event, KeyPress):
                self.keys += event.key
            elif isinstance(event, HungUp):
                self.ended = event
                self.over.set()


class Street:
    """A line with its bot, and a telephone to call it; an async context."""

    def __init__(self, settings: AsteriskSettings, bot: Answerer, fresh: bool = True) -> None:
        """`fresh`: nobody is paused from an earlier test, as a phone is that did not answer."""
        self.settings, self._bot, self._fresh = settings, bot, fresh
        self.line, self.telephone = AsteriskLine(settings), SipCaller()

    @property
    def bot(self) -> Bot:
        """Who answers."""
        assert isinstance(self._bot, Bot)
        return self._bot

    async def __aenter__(self) -> Self:
        await self.line.start(self._bot)
        await self.telephone.start()
        for agent in self.settings.agents if self._fresh else ():
            self.line.exchange.order("QueuePause", {"Interface": f"PJSIP/{agent.number}", "Paused": "false"})
        await until(lambda: not (self._fresh and self._paused()))
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _paused(self) -> bool:
        agents = (self.line.exchange.queues.of_agent(agent.number) for agent in self.settings.agents)
        return any(member.paused for queues in agents for member in queues.values())

    async def dial(self, number: str = "13800001234") -> Dialled:
        """Call 12345."""
        return await self.telephone.dial(f"sip:12345@127.0.0.1:{self.settings.sip_port}", number)

    async def channels(self) -> list[str]:
        """Return the names of the channels that Asterisk has."""
        return [each.get("Channel") for each in await self.line.exchange.ami.list("CoreShowChannels")]

    async def all_gone(self, left: int = 0) -> None:
        """Wait until Asterisk has `left` channels; only asking tells."""
        names: list[str] = []
        for _ in range(int(2 * PATIENCE_S / 0.05)):
            names = await self.channels()
            if len(names) == left:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(names)

    async def stop(self) -> None:
        """End everything."""
        await self.telephone.stop()
        await self.line.stop()


@pytest.fixture(scope="session")
def pair() -> Iterator[Asterisk]:
    """A centre with two processes of ours, which the tests start."""
    with two_nodes() as made:
        yield made


Open = Callable[..., Awaitable[Street]]


@pytest.fixture
async def street() -> AsyncIterator[Open]:
    """Open a line to the Asterisk given, with a bot; afterwards nothing of it is left."""
    async with AsyncExitStack() as opened:

        async def begin(asterisk: Asterisk, bot: Answerer, settings: AsteriskSettings | None = None) -> Street:
            return await opened.enter_async_context(Street(settings or asterisk.settings, bot))

        yield begin
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def on_each_node(asterisk: Asterisk, street: Open, queue: str | None) -> list[Street]:
    """Open a line on every node, each with a bot that hands over to `queue` (none: stays)."""
    settings = asterisk.settings
    return [
        await street(asterisk, Bot(queue), settings.model_copy(update={"node": node.name})) for node in settings.nodes
    ]
