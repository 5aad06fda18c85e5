"""How the queues of human agents stand, kept from Asterisk's events. No clock, no socket."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from telephony.asterisk.ami_text import Message

NOT_THERE = {"0", "4", "5"}
"""Device states that mean no phone: unknown, invalid, unavailable."""
FREE = {"1"}
RECENT = 20
"""Talks whose length counts for the expected wait."""
PREFIX = "hotline-"
"""What our queues' names begin with in Asterisk (queues.conf)."""
USUAL_TALK_S = 180.0
"""Length of a talk while none has been seen yet: about three minutes at the hotlines that report it."""
WRAP_UP = "话后整理"
"""Reason of the pause in which an agent finishes the ticket; its end follows, in seconds since 1970."""


def wrap_up_reason(until: float) -> str:
    """Return the reason of a wrap-up that ends at `until`: every process of ours can read there when that is."""
    return f"{WRAP_UP} {until:.0f}"


def wrap_up_until(reason: str) -> int | None:
    """Return when the wrap-up of that reason ends, in seconds since 1970; None where it is another pause."""
    words, _, until = reason.partition(" ")
    return int(until) if words == WRAP_UP and until.isascii() and until.isdigit() else None


@dataclass(frozen=True, slots=True)
class Member:
    """An agent's phone in one queue."""

    interface: str
    """As Asterisk names it: PJSIP/8001."""
    name: str
    status: str
    """Asterisk's device state as a number in text."""
    paused: bool
    reason: str = ""
    """Why it is paused."""
    last_call: int = 0
    """When its last talk ended, in seconds since 1970; 0 for none yet."""
    last_pause: int = 0
    """When it was paused, in seconds since 1970; 0 for not."""

    @property
    def logged_in(self) -> bool:
        """Whether there is a phone."""
        return self.status not in NOT_THERE

    @property
    def wrapping_up(self) -> bool:
        """Whether the ticket of the last talk is being finished: the agent is back in a moment."""
        return self.paused and wrap_up_until(self.reason) is not None

    @property
    def here(self) -> bool:
        """Whether somebody is logged in there and takes calls, now or after the wrap-up."""
        return self.logged_in and (not self.paused or self.wrapping_up)

    def free(self, now: float, wrapup_s: float = 0.0) -> bool:
        """Whether a call would ring there at `now`, in seconds since 1970."""
        return (
            self.here
            and not self.paused
            and self.status in FREE
            and (not self.last_call or now - self.last_call >= wrapup_s)
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """One queue at this moment."""

    logged_in: int
    free: int
    waiting: int
    expected_wait_s: float | None
    """Seconds until the next caller would be taken; None while nobody is logged in."""


@dataclass(slots=True)
class _Queue:
    members: dict[str, Member] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    """Position by channel."""
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))


class Queues:
    """All queues. Feed it every event; after a reconnect, `read` the whole state.

    `wrapup_s` is how long Asterisk itself rings nobody after a talk, by the queue's name; what the agents have beyond
    that is a pause (`wrap_up_reason`).
    """

    def __init__(self, wrapup_s: Mapping[str, float] | None = None) -> None:
        self._wrapup_s = wrapup_s or {}
        self._queues: dict[str, _Queue] = {}

    @property
    def agents_here(self) -> int:
        """How many agents are logged in, in whatever queues."""
        members = (member for queue in self._queues.values() for member in queue.members.values())
        return len({member.interface for member in members if member.here})

    def standing(self, name: str, now: float) -> Standing:
        """Return how the queue stands at `now` (seconds since 1970); nobody where there is no such queue."""
        queue = self._queues.get(name, _Queue())
        here = [member for member in list(queue.members.values()) if member.here]  # asked in threads, too
        wrapup_s = self._wrapup_s.get(name, 0.0)
        free, waiting = sum(member.free(now, wrapup_s) for member in here), len(queue.waiting)
        talk = sum(queue.talks) / len(queue.talks) if queue.talks else USUAL_TALK_S
        wait = None if not here else 0.0 if free > waiting else talk * (waiting - free + 1) / len(here)
        return Standing(len(here), free, waiting, wait)

    def of_agent(self, agent: str) -> dict[str, Member]:
        """Return how an agent's phone stands, by queue; nothing for one who serves none."""
        phone = f"PJSIP/{agent}"
        return {name: queue.members[phone] for name, queue in self._queues.items() if phone in queue.members}

    @property
    def stranded(self) -> list[str]:
        """The channels that wait where nobody will come: every agent is on a break or has logged out."""
        empty = (queue for queue in self._queues.values() if not any(one.here for one in queue.members.values()))
        return [channel for queue in empty for channel in queue.waiting]

    @property
    def names(self) -> list[str]:
        """Every queue."""
        return list(self._queues)

    def members(self, name: str) -> list[Member]:
        """Return the agents of one queue."""
        return list(self._queues.get(name, _Queue()).members.values())

    def position(self, channel: str) -> tuple[str, int] | None:
        """Return the queue in which a channel waits, and its place from 1."""
        for name, queue in self._queues.items():
            if channel in queue.waiting:
                return name, queue.waiting[channel]
        return None

    def read(self, messages: Iterable[Message]) -> None:
        """Replace everything with what `QueueStatus` listed."""
        talks = {name: queue.talks for name, queue in self._queues.items()}
        self._queues = {}
        for message in messages:
            match message.event:
                case "QueueParams":
                    name = _name(message)
                    self._queues[name] = _Queue(talks=talks.get(name) or deque(maxlen=RECENT))
                case "QueueMember":
                    self._member(message, message.get("Name"), message.get("Location"))
                case "QueueEntry":
                    self._queue(message).waiting[message.get("Channel")] = message.number("Position", 1)

    def hear(self, message: Message) -> None:
        """Take an event; others change nothing."""
        match message.event:
            case "QueueMemberStatus" | "QueueMemberAdded" | "QueueMemberPause":
                self._member(message, message.get("MemberName"), message.get("Interface"))
            case "QueueMemberRemoved":
                self._queue(message).members.pop(message.get("Interface"), None)
            case "QueueCallerJoin":
                self._join(self._queue(message), message.get("Channel"), message.number("Position", 1))
            case "QueueCallerLeave":
                self._leave(self._queue(message), message.get("Channel"))
            case "AgentComplete":
                self._queue(message).talks.append(float(message.number("TalkTime")))

    def _queue(self, message: Message) -> _Queue:
        return self._queues.setdefault(_name(message), _Queue())

    def _member(self, message: Message, name: str, interface: str) -> None:
        known = self._queue(message).members.get(interface) or Member(interface, name, "0", False)
        self._queue(message).members[interface] = replace(
            known,
            status=message.get("Status", known.status),
            paused=message.get("Paused") == "1",
            reason=message.get("PausedReason"),
            last_call=message.number("LastCall", known.last_call),
            last_pause=message.number("LastPause", known.last_pause),
        )

    @staticmethod
    def _join(queue: _Queue, channel: str, position: int) -> None:
        """Whoever is urgent joins in front, and the others move back; one who was read already moves nobody."""
        if channel not in queue.waiting:
            queue.waiting = {each: place + (place >= position) for each, place in queue.waiting.items()}
        queue.waiting[channel] = position

    @staticmethod
    def _leave(queue: _Queue, channel: str) -> None:
        gone = queue.waiting.pop(channel, None)
        if gone is not None:
            queue.waiting = {each: place - (place > gone) for each, place in queue.waiting.items()}


def _name(message: Message) -> str:
    return message.get("Queue").removeprefix(PREFIX)
