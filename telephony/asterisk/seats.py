"""What happens at the agents' seats, as events of ours. Pure: Asterisk's events and the time in, records out."""

from collections.abc import Iterable
from dataclasses import dataclass

from telephony.asterisk.ami_text import Message
from telephony.asterisk.legs import talk_ended
from telephony.asterisk.orders import Record
from telephony.asterisk.queues import NOT_THERE, PREFIX, WRAP_UP, wrap_up_until
from telephony.asterisk.talks import CALL, QUEUE, extension

VANISHED = "44"
"""Hang-up cause of a telephone from which no sound came any more."""


@dataclass(frozen=True, slots=True)
class _Talk:
    call_id: str
    queue: str
    since: float
    caller_channel: str


class Seats:
    """Appends agent.* to the stream agent:EXT. An agent in four queues is one agent, and so has one event.

    At the start nobody is known: who is logged in or on a break then is told once, so that the record has it.
    """

    def __init__(self, record: Record) -> None:
        self._append = record
        self._here: dict[str, bool] = {}
        self._pauses: dict[str, str] = {}
        """Reason of each agent's pause, "" for none."""
        self._talks: dict[str, _Talk] = {}
        """By the channel of the agent's leg."""
        self._hung_up: set[str] = set()
        """Channels whose telephone hung up by itself."""

    def hear(self, message: Message, now: float) -> None:
        """Take an event that came at `now`, in seconds since 1970; others change nothing."""
        match message.event:
            case "QueueMemberStatus" | "QueueMemberPause":
                self._member(message, now)
            case "AgentCalled":
                queue = message.get("Queue").removeprefix(PREFIX)
                self._record(message.get("Interface"), "agent.ringing", call=message.variable(CALL), queue=queue)
            case "DialBegin" if message.get("Context") == "transfer":
                call_id = message.variable(CALL)
                self._record(message.get("DestChannel"), "agent.ringing", call=call_id, queue="", passed_on=True)
            case "AgentRingNoAnswer":
                facts = {"call": message.variable(CALL), "queue": message.get("Queue").removeprefix(PREFIX)}
                self._record(message.get("Interface"), "agent.no_answer", **facts)
            case "AgentConnect":
                self._talking(message, message.get("DestChannel"), message.get("Channel"), now)
            case "UserEvent":
                self._user_event(message, now)
            case "HangupRequest":
                self._hung_up.add(message.get("Channel"))
            case "Hangup":
                self._ended(message, now)

    def read(self, messages: Iterable[Message], now: float) -> None:
        """Take what `QueueStatus` listed after a (re)connection: what changed meanwhile is told now."""
        for message in messages:
            if message.event == "QueueMember":
                self._member(message, now)

    def forget(self, channels: Iterable[Message]) -> None:
        """Take every channel there is: talks that ended while nobody told us are forgotten."""
        there = {each.get("Channel") for each in channels}
        self._talks = {channel: talk for channel, talk in self._talks.items() if channel in there}
        self._hung_up &= there | {talk.caller_channel for talk in self._talks.values()}

    def _user_event(self, message: Message, now: float) -> None:
        kind = message.get("UserEvent")
        if kind == "HotlineTalks" and message.get("Way") == "transfer":
            self._talking(message, message.get("Channel"), message.get("CallerChannel"), now)
        elif kind == "HotlineRefused" and message.get("Target").isdigit():
            facts = {"call": message.get("Call"), "queue": "", "passed_on": True}
            self._record(message.get("Target"), "agent.no_answer", **facts)

    def _member(self, message: Message, now: float) -> None:
        agent = extension(message.get("Interface") or message.get("Location"))
        here = message.get("Status") not in NOT_THERE
        if message.get("Status") and here != self._here.get(agent, False):
            self._record(agent, "agent.logged_in" if here else "agent.logged_out")
        if message.get("Status"):
            self._here[agent] = here
        reason = (message.get("PausedReason") or "未说明") if message.get("Paused") == "1" else ""
        before = self._pauses.get(agent, "")
        self._pauses[agent] = reason
        if reason == before:
            return
        until = wrap_up_until(reason)
        if until is not None:
            self._record(agent, "agent.wrapup", until=until, seconds=round(until - now))
        elif reason:
            self._record(agent, "agent.paused", reason=reason)
        else:
            ended = WRAP_UP if wrap_up_until(before) is not None else before
            self._record(agent, "agent.unpaused", reason=ended)

    def _talking(self, message: Message, channel: str, caller: str, now: float) -> None:
        queue = message.get("Queue").removeprefix(PREFIX) or message.variable(QUEUE)
        self._talks[channel] = _Talk(message.variable(CALL), queue, now, caller)
        waited = {"hold_s": message.number("HoldTime"), "ring_s": message.number("RingTime")}
        facts = waited if message.event == "AgentConnect" else {"passed_on": True}
        self._record(channel, "agent.talking", call=message.variable(CALL), queue=queue, **facts)

    def _ended(self, message: Message, now: float) -> None:
        channel = message.get("Channel")
        talk = self._talks.pop(channel, None)
        if talk or talk_ended(message):
            # A talk that began before we did: how long it was is not known here.
            call_id = talk.call_id if talk else message.variable(CALL)
            seconds = round(now - talk.since, 1) if talk else None
            self._record(channel, "agent.finished", call=call_id, talk_s=seconds, by=self._by(message, talk))
        # The caller's leg may be gone before the agent's: until then it is known who hung up.
        for gone in {channel, talk.caller_channel if talk else channel}:
            if all(gone != other.caller_channel for other in self._talks.values()):
                self._hung_up.discard(gone)

    def _by(self, message: Message, talk: _Talk | None) -> str:
        channel = message.get("Channel")
        if channel in self._hung_up:
            return "line" if message.get("Cause") == VANISHED else "agent"
        if talk and talk.caller_channel in self._hung_up:
            return "caller"
        passed_on = talk and any(other.call_id == talk.call_id for other in self._talks.values())
        return "transfer" if passed_on else "line" if message.get("Cause") == VANISHED else "other"

    def _record(self, interface: str, kind: str, **facts: object) -> None:
        self._append(f"agent:{extension(interface)}", kind, facts)
