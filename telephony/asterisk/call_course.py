"""What happens to a caller among humans, as events of ours. Pure: Asterisk's events and the time in, records out."""

from collections.abc import Iterable

from telephony.asterisk.ami_text import Message
from telephony.asterisk.legs import party_of
from telephony.asterisk.orders import Record
from telephony.asterisk.queues import PREFIX
from telephony.asterisk.talks import CALL, extension

LAST_PARTY = 2
"""Parties of an ordinary talk: joining and leaving is only told beyond them."""


class CallCourse:
    """Appends call.* to the stream call:ID: waiting, held, passed on, in a conference."""

    def __init__(self, record: Record) -> None:
        self._append = record
        self._waiting: dict[str, tuple[str, float]] = {}
        """Queue and since when, by the caller's channel."""
        self._stages: dict[str, str] = {}
        self._agents: dict[str, str] = {}
        """Who has the caller, by call."""
        self._rooms: dict[str, dict[str, tuple[str, str]]] = {}
        """Who is in the room of a call, by channel; kept while a third party is there."""
        self._callers: dict[str, str] = {}
        self._hung_up: set[str] = set()

    def hear(self, message: Message, now: float) -> None:
        """Take an event that came at `now`, in seconds since 1970; others change nothing."""
        call_id, channel = message.variable(CALL) or message.get("Call"), message.get("Channel")
        if not call_id:
            return
        match message.event:
            case "QueueCallerJoin":
                queue = message.get("Queue").removeprefix(PREFIX)
                self._waiting[channel] = (queue, now)
                self._record(call_id, "call.queued", queue=queue, position=message.number("Position", 1))
            case "QueueCallerLeave":
                self._left_queue(call_id, channel, now)
            case "AgentConnect":
                self._agents[call_id] = extension(message.get("Interface"))
            case "UserEvent":
                self._user_event(call_id, message)
            case "ConfbridgeJoin" | "ConfbridgeLeave":
                self._room(call_id, message)
            case "HangupRequest" | "SoftHangupRequest":
                self._hung_up.add(channel)
            case "Hangup":
                self._hung_up.discard(channel)
                if self._callers.get(call_id) == channel:
                    self._forget(call_id)

    def read(self, channels: Iterable[Message]) -> None:
        """Take every channel there is: what ended while nobody told us is forgotten."""
        there = {each.get("Channel") for each in channels}
        self._hung_up &= there
        self._waiting = {channel: since for channel, since in self._waiting.items() if channel in there}
        for call_id, channel in list(self._callers.items()):
            if channel not in there:
                self._forget(call_id)

    def _forget(self, call_id: str) -> None:
        for known in (self._stages, self._agents, self._rooms, self._callers):
            known.pop(call_id, None)

    def _user_event(self, call_id: str, message: Message) -> None:
        match message.get("UserEvent"):
            case "HotlineOffer":
                self._callers[call_id] = message.get("Channel")
            case "HotlineStage":
                self._staged(call_id, message.get("Stage"), message.get("Target"))
            case "HotlineTalks":
                agent, before = extension(message.get("Channel")), self._agents.get(call_id, "")
                if self._stages.pop(call_id, "") == "transferring":
                    self._record(call_id, "call.transferred", **{"from": before, "to": agent, "taken": True})
                self._agents[call_id] = agent
            case "HotlineRefused":
                facts = {"from": self._agents.get(call_id, ""), "to": message.get("Target"), "taken": False}
                self._record(call_id, "call.transferred", **facts)

    def _staged(self, call_id: str, stage: str, target: str) -> None:
        before, self._stages[call_id] = self._stages.get(call_id, ""), stage
        agent = self._agents.get(call_id, "")
        if stage == "held":
            self._record(call_id, "call.held", agent=agent)
        elif stage == "transferring":
            self._record(call_id, "call.transferring", **{"from": agent, "to": target})
        elif before == "held":
            self._record(call_id, "call.resumed", agent=agent, back_in_queue=stage == "waiting")

    def _room(self, call_id: str, message: Message) -> None:
        inside, channel = self._rooms.setdefault(call_id, {}), message.get("Channel")
        who, number = party_of(message)
        joins = message.event == "ConfbridgeJoin"
        third = any(kind in ("department", "supervisor") for kind, _ in [*inside.values(), (who, number)])
        inside.pop(channel, None)
        if joins:
            inside[channel] = (who, number)
        if third and (who in ("department", "supervisor") or not joins or len(inside) > LAST_PARTY):
            kind = "call.conference.joined" if joins else "call.conference.left"
            self._record(call_id, kind, who=who, number=number, parties=len(inside))

    def _left_queue(self, call_id: str, channel: str, now: float) -> None:
        queue, since = self._waiting.pop(channel, ("", now))
        gone = channel in self._hung_up
        self._record(call_id, "call.left_queue", queue=queue, waited_s=round(now - since, 1), abandoned=gone)

    def _record(self, call_id: str, kind: str, **facts: object) -> None:
        self._append(f"call:{call_id}", kind, facts)
