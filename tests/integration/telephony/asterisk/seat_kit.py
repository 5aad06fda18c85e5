"""A street with agents who talk in tones, for tests of who hears whom: each party has a pitch of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import numpy as np

from telephony.asterisk.control import Control
from telephony.asterisk.duty import Duty
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AgentSettings, QueueSettings, TrunkSettings
from telephony.dialled import Dialled
from tests.agent_phone import AgentPhone
from tests.asterisk import running_asterisk
from tests.integration.telephony.asterisk.conftest import Bot, Street
from tests.integration.telephony.conftest import tone
from tests.serving import free_port, until

CALLER_HZ, AGENT_HZ, OTHER_HZ, SUPERVISOR_HZ = 700.0, 1100.0, 1500.0, 1900.0
MUSIC_HZ = 493.9
LISTEN_S = 0.6


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
QUEUES = (QueueSettings(name="general", wrapup_s=0), QueueSettings(name="company", wrapup_s=3))


@contextmanager
def centre() -> Iterator[tuple[Asterisk, int]]:
    """Run an Asterisk with two agents, a supervisor and a trunk; also return the port that the trunk leads to."""
    port = free_port()
    agents = (
        AgentSettings(number="8001"),
        AgentSettings(number="8002", queues=("general", "company")),
        AgentSettings(number="8009", queues=()),
    )
    trunk = TrunkSettings(host=f"127.0.0.1:{port}")
    with running_asterisk(agents=agents, trunk=trunk, queues=QUEUES) as asterisk:
        yield asterisk, port


@asynccontextmanager
async def department(
    asterisk: Asterisk, port: int, answer_after_s: float | str | None = 0.0
) -> AsyncIterator[AgentPhone]:
    """A department's telephone in the public network."""
    phone = AgentPhone(asterisk.settings, DEPARTMENT, answer_after_s, port)
    await phone.listen()
    try:
        yield phone
    finally:
        await phone.line.stop()


class Party:
    """Somebody on a telephone who hums one pitch without end and can say which pitches arrive."""

    def __init__(self, hz: float, phone: "AgentPhone | Dialled") -> None:
        self.hz, self.phone = hz, phone

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
        for _ in range(12):
            heard = await self.hears()
            if heard == set(pitches):
                return
        raise AssertionError(f"{self.hz:.0f} Hz hears {sorted(heard)}, not {sorted(pitches)}")


class Seats(Street):
    """A street whose seats are on record and can be given orders."""

    def __init__(self, asterisk: Asterisk, bot: Bot) -> None:
        super().__init__(asterisk.settings, bot)
        self.told: list[tuple[str, str, dict[str, object]]] = []
        self.duty = Duty(self.line.exchange, self.record)
        self.control = Control(self.line.exchange, self.record)

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

    async def talk(self, agent: AgentPhone) -> tuple[Party, Party]:
        """Let a citizen call and `agent` take the call; both hum."""
        caller = await self.dial()
        await agent.up.wait()
        await until(lambda: self.stage(agent) == "talking")
        parties = Party(CALLER_HZ, caller), Party(AGENT_HZ, agent)
        for party in parties:
            party.hum()
        return parties


@asynccontextmanager
async def seats(asterisk: Asterisk, bot: Bot | None = None, fresh: bool = True) -> AsyncIterator[Seats]:
    """Run one; afterwards nobody talks. `fresh`: nobody is paused from an earlier test."""
    made = Seats(asterisk, bot or Bot())
    await made.line.start(made.bot)
    await made.telephone.start()
    for agent in asterisk.settings.agents if fresh else ():
        made.line.exchange.order("QueuePause", {"Interface": f"PJSIP/{agent.number}", "Paused": "false"})
    await made.line.exchange.ami.ask("Ping")
    try:
        yield made
    finally:
        await made.duty.close()
        await made.stop()
        assert asyncio.all_tasks() == {asyncio.current_task()}
