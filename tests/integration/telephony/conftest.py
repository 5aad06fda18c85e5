"""The lines, and one way to call any of them."""

import asyncio
import importlib.util
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import numpy as np
import pytest

from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Answerer, Line
from telephony.memory_line import MemoryCaller, MemoryLine
from telephony.pyvoip_line import PyVoipLine
from telephony.settings import LineSettings
from telephony.sip_line import SipLine

SETTINGS = LineSettings(port=0, rtp_first=26000, rtp_last=26999, transfer_s=2.0)


def tone(seconds: float, hz: float = 440.0, rate: int = 8000) -> bytes:
    """A loud sine, as PCM with `rate` samples a second."""
    return (8000 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * hz / rate)).astype("<i2").tobytes()


class Kit(Protocol):
    """A line under test."""

    line: Line

    async def dial(self, number: str | None = "13800001234") -> Dialled | MemoryCaller: ...


class SipKit:
    def __init__(self, settings: LineSettings = SETTINGS, line: type[SipLine] = SipLine) -> None:
        self.line = line(settings)
        self.caller = SipCaller()

    def uri(self, number: str = "12345") -> str:
        return f"sip:{number}@127.0.0.1:{self.line.address[1]}"

    async def dial(self, number: str | None = "13800001234") -> Dialled:
        return await self.caller.dial(self.uri(), number)


class MemoryKit:
    def __init__(self) -> None:
        self.line = MemoryLine(tick_s=0.002)

    async def dial(self, number: str | None = "13800001234") -> MemoryCaller:
        return self.line.dial(number)


def pyvoip_kit(settings: LineSettings = SETTINGS) -> SipKit:
    """A line by pyVoIP, or a skipped test.

    What pyVoIP lacks is made up for, so no test of the contract is left out; docs/decisions/013 has its other limits.
    """
    if not importlib.util.find_spec("pyVoIP"):
        pytest.skip("pyVoIP is not installed: pip install 'hotline12345[pyvoip]'")
    return SipKit(settings, PyVoipLine)


def line_threads() -> set[threading.Thread]:
    """Every thread but the event loop's own pool, in which host names are looked up."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


StartKit = Callable[[Answerer], Awaitable[Kit]]
StartSip = Callable[..., Awaitable[SipKit]]


class AsteriskKit:
    """A line behind a real Asterisk, which a real telephone calls."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.settings = asterisk.settings
        self.line = AsteriskLine(asterisk.settings)
        self.caller = SipCaller()

    def uri(self, number: str = "12345") -> str:
        return f"sip:{number}@127.0.0.1:{self.settings.sip_port}"

    async def dial(self, number: str | None = "13800001234") -> Dialled:
        return await self.caller.dial(self.uri(), number)


KITS: dict[str, Callable[[], SipKit | MemoryKit]] = {"sip": SipKit, "memory": MemoryKit, "pyvoip": pyvoip_kit}


@pytest.fixture(params=[*KITS, "asterisk"])
async def start(request: pytest.FixtureRequest) -> AsyncIterator[StartKit]:
    """Start a line with an answerer; it is stopped afterwards, and nothing of it may be left."""
    kit: SipKit | MemoryKit | AsteriskKit
    kit = KITS[request.param]() if request.param in KITS else AsteriskKit(request.getfixturevalue("asterisk"))
    threads = line_threads()

    async def begin(answerer: Answerer) -> Kit:
        await kit.line.start(answerer)
        if not isinstance(kit, MemoryKit):
            await kit.caller.start()
        return kit

    yield begin
    if not isinstance(kit, MemoryKit):
        await kit.caller.stop()
    await kit.line.stop()
    assert kit.line.running == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert line_threads() == threads


@pytest.fixture
async def start_sip() -> AsyncIterator[StartSip]:
    """The same for what only a real line has; takes settings."""
    kits: list[SipKit] = []

    async def begin(answerer: Answerer, settings: LineSettings = SETTINGS) -> SipKit:
        kit = SipKit(settings)
        kits.append(kit)
        await kit.line.start(answerer)
        await kit.caller.start()
        return kit

    yield begin
    for kit in kits:
        await kit.caller.stop()
        await kit.line.stop()
