"""A bot behind Asterisk that does one hand-over, and a telephone that calls it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Audio, Call, HungUp, KeyPress
from tests.integration.telephony.conftest import tone

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
    """A line with its bot, and a telephone to call it."""

    def __init__(self, settings: AsteriskSettings, bot: Bot) -> None:
        self.settings, self.bot = settings, bot
        self.line, self.telephone = AsteriskLine(settings), SipCaller()

    async def dial(self, number: str = "13800001234") -> Dialled:
        """Call 12345."""
        return await self.telephone.dial(f"sip:12345@127.0.0.1:{self.settings.sip_port}", number)

    async def stop(self) -> None:
        """End everything."""
        await self.telephone.stop()
        await self.line.stop()


@pytest.fixture(scope="session")
def city() -> Iterator[tuple[Asterisk, int]]:
    """A centre with a supervisor and a trunk; the port is the one that the trunk leads to."""
    from tests.integration.telephony.asterisk.seat_kit import centre

    with centre() as made:
        yield made


Open = Callable[..., Awaitable[Street]]


@pytest.fixture
async def street() -> AsyncIterator[Open]:
    """Open a line to the Asterisk given, with a bot."""
    opened: list[Street] = []

    async def begin(asterisk: Asterisk, bot: Bot, settings: AsteriskSettings | None = None) -> Street:
        made = Street(settings or asterisk.settings, bot)
        opened.append(made)
        await made.line.start(bot)
        await made.telephone.start()
        # A phone that did not answer in an earlier test is paused since.
        made.line.exchange.order("QueuePause", {"Interface": "PJSIP/8001", "Paused": "false"})
        return made

    yield begin
    for made in opened:
        await made.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
