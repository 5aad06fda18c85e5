"""What every `Dialer` keeps, whoever carries it. A new dialer joins by a kit of its own in `KITS`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import numpy as np
import pytest

from telephony.asterisk.dialer import AsteriskDialer
from telephony.asterisk.runner import Asterisk
from telephony.dialer import Dialer, Unanswered
from telephony.line import Audio, Call, HungUp, KeyPress, LineEvent
from telephony.memory_dialer import Callee, MemoryDialer
from telephony.memory_line import MemoryCaller
from telephony.settings import LineSettings
from telephony.sip_line import SipLine
from tests.integration.telephony.conftest import tone

SOON = 20.0
RING_S = 2.0


class Other(Protocol):
    """The telephone at the other end of a call that was taken, which the test speaks and hears through."""

    def send(self, pcm: bytes) -> None: ...
    def press(self, keys: str) -> None: ...
    async def hang_up(self) -> None: ...
    async def over(self) -> object: ...
    @property
    def heard(self) -> bytes: ...


class Kit(Protocol):
    """A dialer under test, with numbers whose telephones behave as their names say.

    `taken` answers after half a second, `vain` never, `busy` is busy, `dead` cannot be reached. `other` returns the
    far end of the newest call that was taken.
    """

    dialer: Dialer
    taken: str
    vain: str
    busy: str
    dead: str

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def other(self) -> Other: ...
    @property
    def running(self) -> int: ...


class MemoryKit:
    taken, vain, busy, dead = "13800000001", "13800000002", "13800000003", "13800000004"

    def __init__(self) -> None:
        self.dialer: MemoryDialer = MemoryDialer(
            {
                self.taken: Callee(after_s=0.5),
                self.vain: Callee(after_s=None),
                self.busy: Callee(busy=True),
                self.dead: Callee(fails=True),
            },
            tick_s=0.002,
        )

    async def start(self) -> None:
        await self.dialer.start()

    async def stop(self) -> None:
        await self.dialer.stop()

    def other(self) -> MemoryCaller:
        return self.dialer.sides[-1]

    @property
    def running(self) -> int:
        return self.dialer.running


class Telephone:
    """A citizen's phone behind the operator's switch."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._over = asyncio.Event()
        self._heard = bytearray()
        self._reading = asyncio.create_task(self._read())

    @property
    def heard(self) -> bytes:
        return bytes(self._heard)

    def send(self, pcm: bytes) -> None:
        self._call.play(pcm)

    def press(self, keys: str) -> None:
        self._call.press(keys)  # type: ignore[attr-defined]

    async def hang_up(self) -> None:
        await self._call.hang_up()

    async def over(self) -> None:
        await self._over.wait()

    async def _read(self) -> None:
        async for event in self._call.events():
            if isinstance(event, Audio):
                self._heard += event.pcm
        self._over.set()


class AsteriskKit:
    """Asterisk's trunk leads to a switch of ours, behind which the numbers behave as their names say."""

    taken, vain, busy, dead = "13800000001", "13800000002", "13800000003", "13800000004"

    def __init__(self, asterisk: Asterisk, switch_port: int) -> None:
        self.dialer = AsteriskDialer(asterisk.settings)
        self._switch = SipLine(LineSettings(port=switch_port, number="*", rtp_first=31000, rtp_last=31999))
        self._phones: list[Telephone] = []

    async def start(self) -> None:
        await self._switch.start(self._connect)
        await self.dialer.start()

    async def stop(self) -> None:
        await self.dialer.stop()
        await self._switch.stop()

    def other(self) -> Telephone:
        return self._phones[-1]

    @property
    def running(self) -> int:
        return self.dialer.running

    async def _connect(self, call: Call) -> None:
        if call.called == self.busy:
            await call.refuse()
        elif call.called == self.dead:
            call._refuse(404)  # type: ignore[attr-defined]  # no such number
        elif call.called == self.taken:
            await asyncio.sleep(0.5)
            await call.answer()
        phone = Telephone(call)
        if call.called == self.taken:
            self._phones.append(phone)
        await phone.over()


KITS: dict[str, Callable[[], Any]] = {"memory": MemoryKit}


@pytest.fixture(params=[*KITS, "asterisk"])
async def kit(request: pytest.FixtureRequest) -> AsyncIterator[Kit]:
    factory = KITS.get(request.param) or (lambda: AsteriskKit(*request.getfixturevalue("city")))
    made: Kit = factory()
    await made.start()
    yield made
    await made.stop()
    assert made.running == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Listener:
    """Reads a call to its end."""

    def __init__(self, call: Call) -> None:
        self.events: list[LineEvent] = []
        self.task = asyncio.create_task(self._read(call))

    async def _read(self, call: Call) -> None:
        async for event in call.events():
            self.events.append(event)

    @property
    def loud(self) -> bool:
        pcm = b"".join(event.pcm for event in self.events if isinstance(event, Audio))
        return bool((np.abs(np.frombuffer(pcm, "<i2").astype(int)) > 2000).any())


async def up(kit: Kit) -> Call:
    call = await kit.dialer.dial(kit.taken, RING_S)
    assert not isinstance(call, Unanswered)
    return call


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_a_call_that_is_taken_is_up_and_carries_sound_both_ways(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        call = await up(kit)
        await call.answer()  # does nothing: it is up
        assert call.caller == kit.taken
        listener = Listener(call)
        kit.other().send(tone(0.3))
        call.play(tone(0.3))
        await call.played_out()
        await until(lambda: listener.loud)
        assert call.played > 0
        await until(lambda: bool((np.abs(np.frombuffer(kit.other().heard, "<i2").astype(int)) > 2000).any()))
        await call.hang_up()
        await listener.task
        assert isinstance(listener.events[-1], HungUp) and listener.events[-1].by == "us"


async def test_keys_arrive(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        call = await up(kit)
        listener = Listener(call)
        kit.other().press("31")
        await until(lambda: "".join(e.key for e in listener.events if isinstance(e, KeyPress)) == "31")
        await call.hang_up()
        await listener.task


async def test_the_other_side_hangs_up(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        call = await up(kit)
        listener = Listener(call)
        await kit.other().hang_up()
        await listener.task
        end = listener.events[-1]
        assert isinstance(end, HungUp) and end.by == "caller"
        call.play(tone(0.1))
        await call.hang_up()  # harmless


async def test_we_hang_up_and_the_other_side_knows(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        call = await up(kit)
        await call.hang_up()
        await kit.other().over()


@pytest.mark.parametrize(("whom", "reason"), [("vain", "no_answer"), ("busy", "busy"), ("dead", "failed")])
async def test_why_nobody_took_it(kit: Kit, whom: str, reason: str) -> None:
    async with asyncio.timeout(SOON):
        outcome = await kit.dialer.dial(getattr(kit, whom), RING_S)
    assert isinstance(outcome, Unanswered)
    assert outcome.reason == reason
    await until(lambda: kit.running == 0)


async def test_it_rings_no_longer_than_it_may(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        outcome = await kit.dialer.dial(kit.taken, 0.1)
    assert isinstance(outcome, Unanswered) and outcome.reason == "no_answer"


async def test_several_calls_ring_and_are_up_at_the_same_time(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        calls = await asyncio.gather(*(up(kit) for _ in range(3)), kit.dialer.dial(kit.vain, 0.2))
        assert isinstance(calls[-1], Unanswered)
        assert kit.running == 3
        assert len({call.id for call in calls[:3] if not isinstance(call, Unanswered)}) == 3
        for call in calls[:3]:
            assert not isinstance(call, Unanswered)
            await call.hang_up()


async def test_to_cancel_stops_the_ringing(kit: Kit) -> None:
    async with asyncio.timeout(SOON):
        ringing = asyncio.create_task(kit.dialer.dial(kit.vain, 60.0))
        await until(lambda: kit.running == 1)
        ringing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ringing
        await until(lambda: kit.running == 0)


async def test_a_callee_of_the_twin_behaves_as_told() -> None:
    callee = Callee(after_s=0.1, says=tone(0.2), leaves_after_s=0.6)
    async with asyncio.timeout(SOON), MemoryDialer({"1": callee}, tick_s=0.002) as dialer:
        call = await dialer.dial("1", RING_S)
        assert not isinstance(call, Unanswered)
        listener = Listener(call)
        await listener.task
        assert listener.loud and dialer.dialled == ["1"] and dialer.most_at_once == 1
