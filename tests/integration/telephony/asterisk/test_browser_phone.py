"""An agent whose telephone is a browser: a real Chromium with JsSIP at a real Asterisk."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import pytest

from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AgentSettings, QueueSettings
from tests.agent_phone import agent_phone
from tests.asterisk import running_asterisk
from tests.browser.chromium import program
from tests.browser.jssip import bundle
from tests.browser.phone import BrowserPhone, browser_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    LISTEN_S,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    Seats,
    pitches_in,
    seats,
)
from tests.serving import until
from tests.tcp_proxy import TcpProxy

CALLER = "13800001234"


def on_a_network() -> bool:
    """Whether this machine has an address besides the loopback's; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737)
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def office() -> Iterator[Asterisk]:
    """An agent with a browser, and one with a SIP phone who is logged in only where a test says so."""
    if not on_a_network():
        pytest.skip("Asterisk offers browsers no loopback address, and this machine has no other")
    program(), bundle()  # installed here, where no test's time runs
    agents = (AgentSettings(number="9001", webrtc=True), AgentSettings(number="8002"))
    queues = (QueueSettings(name="general", ring_s=5, wrapup_s=60),)
    with running_asterisk(agents=agents, queues=queues, lost_phone_s=2) as asterisk:
        yield asterisk


def logged_in(street: Seats) -> int:
    return street.line.exchange.queues.standing("general", time.time()).logged_in


class BrowserParty(Party):
    """An agent at a browser, whose microphone hums all the time."""

    def __init__(self, phone: BrowserPhone) -> None:
        self.hz, self.browser = AGENT_HZ, phone

    async def hears(self) -> set[float]:
        """Listen for a moment from now on and return the pitches that arrived."""
        await asyncio.sleep(LISTEN_S)
        return pitches_in((await self.browser.heard())[-int(LISTEN_S * 16000) :])


async def talk(street: Seats, phone: BrowserPhone) -> tuple[Party, Party]:
    """Let a citizen call, and the browser take the call; both hum."""
    dialled = await street.dial(CALLER)
    assert await phone.rang() == CALLER
    await phone.answer()
    caller, agent = Party(CALLER_HZ, dialled), BrowserParty(phone)
    caller.hum()
    await caller.comes_to_hear(AGENT_HZ)
    await agent.comes_to_hear(CALLER_HZ)
    return caller, agent


async def test_a_browser_takes_a_caller_and_both_hear_each_other(office: Asterisk) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        seats(office) as street,
        browser_phone(office.settings, AGENT_HZ) as phone,
    ):
        assert await phone.log_in("guessed") == "Authentication Error"
        assert logged_in(street) == 0
        assert await phone.log_in() == ""
        await until(lambda: logged_in(street) == 1)
        caller, agent = await talk(street, phone)
        before = await phone.media()
        await street.control.hold("9001")
        await caller.comes_to_hear(MUSIC_HZ)
        await agent.comes_to_hear()
        await street.control.resume("9001")
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        after = await phone.media()
        assert (after["codec"], after["dtls"]) == ("audio/PCMA", "connected") and after["cipher"]
        assert after["packets"] > before["packets"]
        await phone.hang_up()
        assert (await caller.phone.over()).by == "them"
        await until(lambda: "agent.wrapup" in street.kinds("agent:9001"))
        assert street.facts("agent.finished")["by"] == "agent"


async def test_a_broken_websocket_costs_neither_the_talk_nor_the_word_of_its_end(office: Asterisk) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        seats(office) as street,
        browser_phone(office.settings, AGENT_HZ) as phone,
        TcpProxy(office.settings.web_host, office.settings.web_port) as proxy,
    ):
        assert await phone.log_in(port=proxy.port) == ""
        caller, agent = await talk(street, phone)
        proxy.cut()
        await phone.cut_off()
        proxy.mend()
        assert await phone.registered() == ""
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        await caller.phone.hang_up()
        assert await phone.over() == "Terminated"
        await until(lambda: "agent.wrapup" in street.kinds("agent:9001"))
        assert street.facts("agent.finished")["by"] == "caller"


def close(phone: BrowserPhone) -> Awaitable[None]:
    """The agent closes the tab."""
    return phone.close()


async def sleep(phone: BrowserPhone) -> None:
    """The agent's computer falls asleep."""
    phone.browser.stand_still()


@pytest.mark.parametrize("vanish", [close, sleep])
async def test_a_browser_that_vanishes_leaves_the_caller_to_the_next_agent(
    office: Asterisk, vanish: Callable[[BrowserPhone], Awaitable[None]]
) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        seats(office) as street,
        browser_phone(office.settings, AGENT_HZ) as phone,
    ):
        assert await phone.log_in() == ""
        caller, _ = await talk(street, phone)
        async with agent_phone(office.settings, "8002") as second:
            await vanish(phone)
            await second.up.wait()
            await Party(OTHER_HZ, second).comes_to_hear(CALLER_HZ)
            assert street.facts("agent.finished")["by"] == "line"
            await caller.phone.hang_up()
            await second.over.wait()


async def test_a_centre_may_have_more_than_a_hundred_browsers() -> None:
    agents = tuple(AgentSettings(number=str(9000 + n), webrtc=True) for n in range(101))
    with running_asterisk(agents=agents) as asterisk:
        address = f"ws://127.0.0.1:{asterisk.settings.web_port}/ws"
        connector = aiohttp.TCPConnector(limit=0)
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession(connector=connector) as http:
            phones = [await http.ws_connect(address, protocols=("sip",)) for _ in agents]
            for phone in phones:
                await phone.close()
