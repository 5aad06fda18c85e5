"""What returns teach: which unit keeps returning a matter, who handled it in the end, who plays ping-pong (推诿)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tickets.life import steps as s
from tickets.life.case import Case, Taken, after
from tickets.life.roles import Role

_CLEAR = 2 / 3
"""Share of a matter's returned tickets that one unit must have handled to be proposed."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A unit's ticket that left it: returned and granted, or taken from it by the centre (改派)."""

    ticket: str
    matter: str
    unit: str
    named: str
    """Whom the unit, or the centre, thought responsible; may be empty."""
    handled_by: str = ""
    """The lead unit whose feedback was the ticket's last; empty while nobody has dealt with it."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """How often a unit returned a matter, and who handled it."""

    matter: str
    unit: str
    times: int
    tickets: tuple[str, ...]
    handled_by: str = ""
    """The one unit that handled most of them; empty where there is none."""
    handled: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two units between which tickets go to and fro."""

    units: tuple[str, str]
    """In the order of their names."""
    times: int
    """How often one sent a ticket towards the other."""
    there_and_back: int
    """Tickets that came back to a unit that had had it: A → B → A."""
    tickets: tuple[str, ...]


def bounces(ticket: str, matter: str, taken: Iterable[Taken]) -> list[Bounce]:
    """Return the bounces of one ticket from its steps, oldest first. A part that only assisted does not count."""
    case, found, handler = Case(), list[tuple[str, str]](), ""
    for one in taken:
        before, case = case, after(case, one)
        lead = before.lead.unit if before.lead else ""
        match one.step:
            case s.Grant() if before.pending and isinstance(before.pending.step, s.Return):
                if before.leaves_all(before.pending):
                    found.append((before.pending.by.unit, before.pending.step.should_be or ""))
            case s.Redispatch(lead=new) if lead and lead != new and one.by.role is not Role.SYSTEM:
                found.append((lead, new))
            case s.Feedback() if one.by.unit == lead:
                handler = lead
            case _:
                pass
    return [Bounce(ticket, matter, unit, named, handler) for unit, named in found]


def holders(taken: Iterable[Taken]) -> list[str]:
    """Return the lead units that a ticket was sent to, in order."""
    return [one.step.lead for one in taken if isinstance(one.step, s.Dispatch)]


class Lessons:
    """Looks up what bounces say about a matter and a unit."""

    def __init__(self, found: Iterable[Bounce] = (), least: int = 3) -> None:
        """`least` bounces of a matter from a unit say something; fewer may be chance."""
        of: dict[tuple[str, str], list[Bounce]] = defaultdict(list)
        for one in found:
            if one.matter:
                of[one.matter, one.unit].append(one)
        self._of = {key: _bounced(all_) for key, all_ in of.items() if len(all_) >= least}

    def of(self, matter: str, unit: str) -> Bounced | None:
        """Return how `unit` returned `matter`, None where it did so too seldom to say anything."""
        return self._of.get((matter, unit))

    def all(self) -> list[Bounced]:
        """Return all of it, what was returned most first."""
        return sorted(self._of.values(), key=lambda one: (-one.times, one.matter, one.unit))


def _bounced(all_: Sequence[Bounce]) -> Bounced:
    first = all_[0]
    handled = Counter(one.handled_by for one in all_ if one.handled_by and one.handled_by != first.unit)
    unit, times = handled.most_common(1)[0] if handled else ("", 0)
    clear = bool(unit) and times >= _CLEAR * len(all_)
    tickets = tuple(dict.fromkeys(one.ticket for one in all_))
    return Bounced(first.matter, first.unit, len(all_), tickets, unit if clear else "", times if clear else 0)


def pairs(logs: Iterable[tuple[str, Sequence[Taken]]], least: int = 3) -> list[Pair]:
    """Return the units that send tickets to each other, the worst first.

    `logs` are tickets by number with their steps. A pair counts where a ticket came back to a unit that had had it,
    or where `least` tickets went between them.
    """
    went: dict[tuple[str, str], list[str]] = defaultdict(list)
    back: Counter[tuple[str, str]] = Counter()
    for number, taken in logs:
        for one in bounces(number, "", taken):
            if one.named and one.named != one.unit:
                went[_pair(one.unit, one.named)].append(number)
        chain = [unit for unit, following in pairwise([*holders(taken), ""]) if unit != following]
        for pair in {_pair(a, b) for a, b, c in zip(chain, chain[1:], chain[2:], strict=False) if a == c}:
            back[pair] += 1
            if number not in went[pair]:
                went[pair].append(number)
    found = [
        Pair(pair, len(numbers), back[pair], tuple(dict.fromkeys(numbers)))
        for pair, numbers in went.items()
        if back[pair] or len(numbers) >= least
    ]
    return sorted(found, key=lambda one: (-one.there_and_back, -one.times, one.units))


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
