"""A street with agents who talk in tones, for tests of who hears whom: each party has a pitch of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import numpy as np

from telephony.asterisk.control import Control
from telephony.asterisk.duty import Duty
from telephony.asterisk.runner import Asterisk
from telephony.dialled import Dialled
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import City
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Street
from tests.integration.telephony.conftest import tone
from tests.serving import until

CALLER_HZ, AGENT_HZ, OTHER_HZ, SUPERVISOR_HZ = 700.0, 1100.0, 1500.0, 1900.0
MUSIC_HZ = 493.9
LISTEN_S = 0.4


def loudness(pcm: bytes, hz: float) -> float:
    """Return how loud a pitch is, 1.0 for a tone of full length as `tone` makes it."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    if not len(samples):
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples)) / len(samples) * 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / 8000) - hz) < 15
    return float(np.sqrt((spectrum[near] ** 2).sum()) / 8000)


def pitches_in(pcm: bytes) -> set[float]:
    """Return whose pitches are to be heard."""
    pitches = (CALLER_HZ, AGENT_HZ, OTHER_HZ, SUPERVISOR_HZ, MUSIC_HZ)
    return {hz for hz in pitches if loudness(pcm, hz) > 0.02}


DEPARTMENT = "82345678"


@asynccontextmanager
async def department(city: City, answer_after_s: float | str | None = 0.0) -> AsyncIterator[AgentPhone]:
    """A department's telephone in the public network."""
    asterisk, port = city
    phone = AgentPhone(asterisk.settings, DEPARTMENT, answer_after_s, port)
    await phone.listen()
    try:
        yield phone
    finally:
        await phone.line.stop()


Phone = TypeVar("Phone", AgentPhone, Dialled)


class Party(Generic[Phone]):
    """Somebody on a telephone who hums one pitch without end and can say which pitches arrive."""

    def __init__(self, hz: float, phone: Phone) -> None:
        self.hz = hz
        self.phone: Phone = phone

    def hum(self, seconds: float = 20.0) -> None:
        """Begin to hum."""
        if isinstance(self.phone, AgentPhone):
            self.phone.say(tone(seconds, self.hz))
        else:
            self.phone.send(tone(seconds, self.hz))

    async def hears(self) -> set[float]:
        """Listen for a moment from now on and return the pitches that arrived."""
        before = len(self.phone.heard)
        await until(lambda: len(self.phone.heard) - before >= LISTEN_S * 16000)
        return pitches_in(bytes(self.phone.heard[before:]))

    async def comes_to_hear(self, *pitches: float) -> None:
        """Listen until exactly these pitches arrive."""
        heard: set[float] = set()
        for _ in range(18):
            heard = await self.hears()
            if heard == set(pitches):
                return
        raise AssertionError(f"{self.hz:.0f} Hz hears {sorted(heard)}, not {sorted(pitches)}")

    async def hang_up(self) -> None:
        """Leave."""
        await self.phone.hang_up()

    async def over(self) -> None:
        """Wait until the call has ended on this telephone."""
        if isinstance(self.phone, AgentPhone):
            await self.phone.over.wait()
        else:
            await self.phone.over()


class Seats(Street):
    """A street whose seats are on record and can be given orders."""

    def __init__(self, asterisk: Asterisk, bot: Bot, fresh: bool = True) -> None:
        super().__init__(asterisk.settings, bot, fresh)
        self.told: list[tuple[str, str, dict[str, object]]] = []
        self.duty = Duty(self.line.exchange, self.record)
        self.control = Control(self.line.exchange, self.record)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.told = [each for each in self.told if each[1] != "agent.unpaused"]  # the end of an earlier test's pause
        return self

    async def stop(self) -> None:
        """End everything."""
        await self.duty.close()
        await super().stop()

    def record(self, stream: str, kind: str, facts: object) -> None:
        """Keep an event."""
        assert isinstance(facts, dict)
        self.told.append((stream, kind, facts))

    def kinds(self, stream: str) -> list[str]:
        """Return what was told about one stream."""
        return [kind for where, kind, _ in self.told if where.startswith(stream)]

    def facts(self, kind: str) -> dict[str, object]:
        """Return the facts of the last event of a kind."""
        return next(facts for _, each, facts in reversed(self.told) if each == kind)

    def stage(self, agent: AgentPhone) -> str:
        """Return how an agent's talk stands, "" for none."""
        talk = self.line.exchange.talks.of_agent(agent.number)
        return talk.stage if talk else ""

    async def logged_in(self, queue: str, agents: int) -> None:
        """Wait until so many agents of `queue` are logged in."""
        await until(lambda: self.line.exchange.queues.standing(queue, 0).logged_in == agents)

    async def talk(self, agent: AgentPhone, number: str = "13800001234") -> tuple[Party[Dialled], Party[AgentPhone]]:
        """Let a citizen call and `agent` take the call; both hum."""
        caller = await self.dial(number)
        await agent.up.wait()
        await until(lambda: self.stage(agent) == "talking")
        citizen, human = Party(CALLER_HZ, caller), Party(AGENT_HZ, agent)
        citizen.hum()
        human.hum()
        return citizen, human


@asynccontextmanager
async def seats(asterisk: Asterisk, bot: Bot | None = None, fresh: bool = True) -> AsyncIterator[Seats]:
    """Run one; afterwards nobody talks. `fresh`: nobody is paused from an earlier test."""
    async with Seats(asterisk, bot or Bot(), fresh) as made:
        yield made
    assert asyncio.all_tasks() == {asyncio.current_task()}


@dataclass(frozen=True, slots=True)
class Talk:
    """A citizen and an agent who talk, both humming."""

    street: Seats
    phone: AgentPhone
    caller: Party[Dialled]
    agent: Party[AgentPhone]

    @property
    def control(self) -> Control:
        """What takes the orders."""
        return self.street.control

    @property
    def stage(self) -> str:
        """How the talk stands."""
        return self.street.stage(self.phone)

    async def end(self) -> None:
        """The citizen hangs up, and the agent notices."""
        await self.caller.hang_up()
        await self.agent.over()


@asynccontextmanager
async def talking(asterisk: Asterisk, agent: str = "8001", number: str = "13800001234") -> AsyncIterator[Talk]:
    """Let the citizen of that `number` talk with an agent."""
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings, agent) as phone,
        seats(asterisk) as street,
    ):
        yield Talk(street, phone, *await street.talk(phone, number))
