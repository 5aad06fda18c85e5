"""What no telephone should send, sent to a real Asterisk: afterwards everything works, and nothing is left."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from telephony.asterisk.runner import Asterisk
from tests.asterisk import running_asterisk
from tests.integration.telephony.asterisk.conftest import Bot, Open, Street
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until
from tests.sipp import play

SCENARIOS = {file.stem: file for file in sorted(Path(__file__).with_name("sipp").glob("*.xml"))}
PATIENCE_S = 120.0
CALLS = 3
ANSWERED = {"bye_twice", "invite_without_sdp", "no_ack", "reinvite_flood", "unknown_methods"}
"""Scenarios of which every call must go as it says; in the others nothing is demanded of the answers."""
UNACKNOWLEDGED = {"no_ack", "invite_without_sdp_ever"}
"""Scenarios that Asterisk gives up after 64 times T1, 16 s: they are played side by side."""


@pytest.fixture(scope="module")
def exchange() -> Iterator[Asterisk]:
    """An Asterisk of its own: what is sent here disturbs others, and callers who vanish must not take long."""
    with running_asterisk(lost_phone_s=2) as made:
        yield made


def sockets(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(os.readlink(f"/proc/{pid}/fd/{each}").startswith("socket:") for each in _files(pid))


def _files(pid: int) -> list[str]:
    return [each for each in os.listdir(f"/proc/{pid}/fd") if os.path.lexists(f"/proc/{pid}/fd/{each}")]


async def a_normal_call(opened: Street) -> None:
    """Call, hear the bot, hang up."""
    caller = await opened.dial("13800001234")
    assert await caller.answered()
    await until(lambda: loud_seconds(caller.heard) > 0.05)
    await caller.hang_up()


async def nothing_is_up(opened: Street) -> None:
    """Wait until neither Asterisk nor we have a call."""
    await until(lambda: opened.line.running == 0, PATIENCE_S)
    await opened.all_gone()


@asynccontextmanager
async def unharmed(exchange: Asterisk, street: Open) -> AsyncIterator[Street]:
    """A line that takes calls before and after what is done to it, and keeps nothing of it."""
    opened = await street(exchange, Bot(queue=None))
    await a_normal_call(opened)
    await nothing_is_up(opened)
    await asyncio.sleep(0.5)
    tasks, ours, theirs = len(asyncio.all_tasks()), sockets(os.getpid()), sockets(exchange.pid)
    yield opened
    await nothing_is_up(opened)
    await a_normal_call(opened)
    await nothing_is_up(opened)
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    await until(lambda: sockets(os.getpid()) <= ours)
    await until(lambda: sockets(exchange.pid) <= theirs)
    assert exchange.pid and opened.line.exchange.ami.losses == 0


async def played_as_written(opened: Street, name: str) -> None:
    """Play a scenario to its end; where it says how calls go, they must go so."""
    played = await play(SCENARIOS[name], opened.settings.sip_port, CALLS)
    if name in ANSWERED:
        assert (played.status, played.successful, played.failed) == (0, CALLS, 0), (name, played.errors)
        assert len(opened.bot.calls) >= CALLS + 1
    else:
        assert played.status in (0, 1) and played.successful + played.failed == CALLS, (name, played.errors)


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - UNACKNOWLEDGED))
async def test_a_strange_telephone_harms_nobody(exchange: Asterisk, street: Open, name: str) -> None:
    async with asyncio.timeout(PATIENCE_S), unharmed(exchange, street) as opened:
        await played_as_written(opened, name)
    assert len(SCENARIOS) >= 14


async def test_telephones_that_leave_the_answer_unacknowledged_harm_nobody(exchange: Asterisk, street: Open) -> None:
    async with asyncio.timeout(PATIENCE_S), unharmed(exchange, street) as opened:
        await asyncio.gather(*(played_as_written(opened, name) for name in UNACKNOWLEDGED))
        assert len(opened.bot.calls) == len(UNACKNOWLEDGED) * CALLS + 1


async def test_noise_on_every_port_harms_nobody(exchange: Asterisk, street: Open) -> None:
    noise = random.Random(12345)
    async with asyncio.timeout(PATIENCE_S), unharmed(exchange, street) as opened:
        settings = opened.settings
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
            for size in (0, 1, 4, 100, 1400, 9000, 60000):
                sip.sendto(noise.randbytes(size), ("127.0.0.1", settings.sip_port))
                sip.sendto(b"INVITE " + noise.randbytes(size), ("127.0.0.1", settings.sip_port))
        for port in (settings.this_node.port, settings.ami_port, settings.web_port):
            for size in (0, 1, 19, 4000):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(noise.randbytes(size))
                writer.close()
