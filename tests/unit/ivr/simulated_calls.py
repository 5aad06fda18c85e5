"""A city that calls without end, simulated: arrivals, turns and decodes as events of an invented clock."""

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Admits = Callable[[int, int, float], bool]
"""Whether a call is taken: calls running, stretches of speech waiting, seconds."""
Note = Callable[[float, float, float], None]
"""What recognition tells: milliseconds waited, milliseconds worked, seconds."""


@dataclass(frozen=True)
class City:
    """How its callers behave; seconds."""

    calls_per_s: float = 1.0
    talk_s: float = 150.0
    greeting_s: float = 6.0
    """Nobody speaks before the greeting is over."""
    every_s: float = 10.0
    """From one turn of a caller to the next, on average."""
    early: float = 0.3
    """Share of turns with a further decode that is thrown away."""
    work_s: float = 0.3
    scatter: float = 0.35
    """Standard deviation of the work, as a share of its mean."""
    workers: int = 2


@dataclass
class Seen:
    """What came of it: (when, value)."""

    waits_s: list[tuple[float, float]] = field(default_factory=list)
    running: list[tuple[float, int]] = field(default_factory=list)
    refused: int = 0
    verdicts: list[tuple[float, bool]] = field(default_factory=list)

    def wait_p95(self, since: float, until: float = float("inf")) -> float:
        waits = sorted(wait for at, wait in self.waits_s if since <= at < until)
        return waits[int(len(waits) * 0.95)]

    def calls(self, since: float) -> list[int]:
        return [running for at, running in self.running if at >= since]


def simulate(city: City, admits: Admits, note: Note, until_s: float, seed: int) -> Seen:
    """Let the city call for `until_s` seconds; one queue, first come first served."""
    chance, order, seen = random.Random(seed), itertools.count(), Seen()
    events: list[tuple[float, int, str, Any]] = [(0.0, next(order), "call", None)]
    waiting: deque[float] = deque()
    running, idle = 0, city.workers

    def at(when: float, what: str, fact: Any = None) -> None:
        heapq.heappush(events, (when, next(order), what, fact))

    def begin(now: float) -> None:
        nonlocal idle
        while idle and waiting:
            idle -= 1
            came = waiting.popleft()
            work = chance.gammavariate(city.scatter**-2, city.work_s * city.scatter**2)
            seen.waits_s.append((came, now - came))
            at(now + work, "decoded", (now - came, work))

    while events and events[0][0] < until_s:
        now, _, what, fact = heapq.heappop(events)
        if what == "call":
            at(now + chance.expovariate(city.calls_per_s), "call")
            taken = admits(running, len(waiting), now)
            seen.verdicts.append((now, taken))
            if taken:
                running += 1
                ends = now + city.greeting_s + chance.expovariate(1 / city.talk_s)
                at(now + city.greeting_s + chance.expovariate(1 / city.every_s), "turn", ends)
                at(ends, "end")
            else:
                seen.refused += 1
        elif what == "turn" and now < fact:
            waiting.append(now)
            if chance.random() < city.early:
                at(now + chance.uniform(0.5, 2.0), "goes on")
            at(now + chance.expovariate(1 / city.every_s), "turn", fact)
            begin(now)
        elif what == "goes on":
            waiting.append(now)
            begin(now)
        elif what == "decoded":
            idle += 1
            note(fact[0] * 1000, fact[1] * 1000, now)
            begin(now)
        elif what == "end":
            running -= 1
        seen.running.append((now, running))
    return seen
