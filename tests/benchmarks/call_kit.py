"""A hotline in a process of its own, callers with a voice, and what its records say about their calls."""

import asyncio
import json
import os
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.events import Event
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from tests.serving import Served, served

os.environ.setdefault("OMP_NUM_THREADS", "1")

QUIET_S = 1.0
"""Silence of the bot after which it has finished; the pauses inside its sentences are shorter."""
DECIDED_S = 0.4
"""After the first sound of a reply its decision is in the records."""
PATIENCE_S = 15.0
"""How long a caller waits for a reply that does not come."""


@contextmanager
def hotline(most_calls: int = 30) -> Iterator[Served]:
    """Run `hotline serve` with its defaults in an empty folder, rendering nothing ahead."""
    toml = f"[ivr]\nmax_calls = {most_calls}\n[serve]\nrender_ahead = false\n"
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), toml) as running:
        yield running


@asynccontextmanager
async def called(telephone: SipCaller, uri: str, number: str) -> AsyncIterator[Dialled]:
    """Make a call from `number`; hang up at the end."""
    call = await telephone.dial(uri, number)
    if not await call.answered():
        raise RuntimeError(f"the call was not answered: {call.ended}")
    try:
        yield call
    finally:
        await call.hang_up()


def first_sound_s(call: Dialled) -> float | None:
    """Return the seconds from the answer to the first sound of the bot."""
    answered = call.answered_at or 0.0
    first = call.sounds.first_after(answered - 0.001)
    return None if first is None else first - answered


async def hear_greeting(call: Dialled) -> None:
    """Wait until the bot has asked what the matter is."""
    await call.sound_after((call.answered_at or 0.0) - 0.001, PATIENCE_S)
    await call.quiet(QUIET_S)


@dataclass(frozen=True, slots=True)
class Asked:
    """One utterance of a caller: its first and last sound and the first sound of the reply, on the loop's clock."""

    start: float
    end: float
    reply: float | None

    @property
    def gap_s(self) -> float | None:
        """How long the reply let wait, at the caller's ear."""
        return None if self.reply is None else self.reply - self.end


async def ask(call: Dialled, pcm: bytes, patience_s: float = PATIENCE_S) -> Asked:
    """Say `pcm` and wait for the first sound of the reply."""
    start, end = await speak(call, pcm)
    return Asked(start, end, await call.sound_after(end, patience_s))


async def speak(call: Dialled, pcm: bytes) -> tuple[float, float]:
    """Say `pcm`; return when its first sound left and when its last one had left."""
    begun = asyncio.get_running_loop().time()
    call.send(pcm)
    await call.sent()
    sounds = [sound for sound in call.said.all if sound.end > begun]
    return (sounds[0].start, sounds[-1].end) if sounds else (begun, begun)


def records(folder: Path) -> dict[str, list[Event]]:
    """Return the events of every call so far, by the caller's number."""
    with closing(sqlite3.connect(f"file:{folder / 'hotline.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT at, stream, kind, body FROM events ORDER BY seq").fetchall()
    streams: dict[str, list[Event]] = defaultdict(list)
    for at, stream, kind, body in rows:
        streams[stream].append(Event(at, stream, kind, json.loads(body)))
    return {events[0].body["caller"]: events for events in streams.values() if events[0].kind == "call.offered"}


def bodies(events: list[Event], kind: str) -> list[Any]:
    """Return the facts of all events of one kind."""
    return [event.body for event in events if event.kind == kind]


def notes(events: list[Event], what: str) -> list[Any]:
    """Return the facts of the dialogue's decisions of one kind."""
    return [body["facts"] for body in bodies(events, "dialogue.note") if body["what"] == what]


def number(place: int) -> str:
    """Return the invented telephone number of the caller at `place`."""
    return f"1380000{place:04}"
