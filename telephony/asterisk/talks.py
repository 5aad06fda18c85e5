"""Who talks with whom: callers and human agents, kept from Asterisk's events. No clock, no socket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import PREFIX

CALL = "HOTLINE_CALL"
"""The channel variable that names the call; agents' channels inherit it."""
QUEUE = "HOTLINE_QUEUE"
"""The one that names the queue the call came through, inherited as well."""
CALLER = "HOTLINE_CALLER"
"""The one with the caller's number, "" where it is withheld."""
NODE = "HOTLINE_NODE"
"""The one that names the process of ours that had the call, inherited as well."""
PARTY = "HOTLINE_PARTY"
"""The one that says who a third party is: `department 82345678`, `supervisor 8009`."""
AGENTS = "from-agent"
"""The context of the agents' channels."""
ROOM = "room"
"""The context of whoever is in the conference of a call; the extension says as what: caller, agent, other."""

Stage = Literal["ringing", "talking", "held", "transferring", "conference"]


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller whom an agent has, or is being rung for."""

    call_id: str
    caller_channel: str
    agent: str
    """The agent's extension."""
    agent_channel: str
    """Asterisk's name of the agent's leg."""
    queue: str
    stage: Stage = "ringing"
    in_room: bool = False
    """Whether the agent is in the call's conference; else caller and agent share a bridge of their own."""
    third: str = ""
    """The department's number in a three-party call."""
    third_channel: str = ""
    node: str = ""
    """The process of ours that had the call."""


class Talks:
    """All of them, one a call. Feed it every event; after a reconnect, `read` the channels."""

    def __init__(self) -> None:
        self._talks: dict[str, Talk] = {}

    @property
    def all(self) -> list[Talk]:
        """Every talk now."""
        return list(self._talks.values())

    def of_call(self, call_id: str) -> Talk | None:
        """Return the talk of a call."""
        return self._talks.get(call_id)

    def of_agent(self, agent: str) -> Talk | None:
        """Return what an agent is talking in."""
        return next((talk for talk in self._talks.values() if talk.agent == agent), None)

    def hear(self, message: Message) -> None:
        """Take an event; others change nothing."""
        match message.event:
            case "AgentCalled":
                self._rang(message)
            case "AgentConnect":
                interface, channel = extension(message.get("Interface")), message.get("DestChannel")
                self._connected(message, message.get("Channel"), interface, channel)
            case "UserEvent" if message.get("UserEvent") == "HotlineTalks" and message.get("Way") == "transfer":
                channel = message.get("Channel")
                self._connected(message, message.get("CallerChannel"), extension(channel), channel)
            case "UserEvent" if message.get("UserEvent") == "HotlineStage":
                self._staged(message)
            case "AgentRingNoAnswer":
                talk = self._talks.get(message.variable(CALL))
                if talk and talk.stage == "ringing" and talk.agent == extension(message.get("Interface")):
                    del self._talks[talk.call_id]
            case "ConfbridgeJoin" | "ConfbridgeLeave":
                self._third(message, message.event == "ConfbridgeJoin")
            case "Hangup":
                self._hung_up(message.get("Channel"))

    def read(self, channels: Iterable[Message]) -> None:
        """Replace everything by what `CoreShowChannels` listed."""
        calls: dict[str, list[Message]] = {}
        for channel in channels:
            if channel.variable(CALL):
                calls.setdefault(channel.variable(CALL), []).append(channel)
        found = (_talk(call_id, legs) for call_id, legs in calls.items())
        self._talks = {talk.call_id: talk for talk in found if talk}

    def _rang(self, message: Message) -> None:
        call_id = message.variable(CALL)
        known = self._talks.get(call_id)
        # Whoever passes a caller on keeps the talk until somebody else has it.
        if call_id and not (known and known.stage == "transferring"):
            self._talks[call_id] = Talk(
                call_id,
                message.get("Channel"),
                extension(message.get("Interface")),
                message.get("DestChannel"),
                message.get("Queue").removeprefix(PREFIX),
                node=message.variable(NODE),
            )

    def _connected(self, message: Message, caller: str, agent: str, channel: str) -> None:
        call_id = message.variable(CALL)
        if call_id:
            queue = message.get("Queue").removeprefix(PREFIX) or message.variable(QUEUE)
            self._talks[call_id] = Talk(
                call_id, caller, agent, channel, queue, "talking", node=message.variable(NODE)
            )

    def _staged(self, message: Message) -> None:
        talk = self._talks.get(message.get("Call"))
        if talk is None:
            return
        match message.get("Stage"):
            case "held":
                self._talks[talk.call_id] = replace(talk, stage="held", in_room=True)
            case "transferring":
                self._talks[talk.call_id] = replace(talk, stage="transferring", in_room=True)
            case "room":
                stage: Stage = "conference" if talk.third else "talking"
                self._talks[talk.call_id] = replace(talk, stage=stage, in_room=True)
            case _:
                del self._talks[talk.call_id]

    def _third(self, message: Message, joins: bool) -> None:
        talk, who = self._talks.get(message.variable(CALL)), department(message)
        if talk is None or not who:
            return
        if joins:
            talk = replace(talk, third=who, third_channel=message.get("Channel"))
        elif message.get("Channel") == talk.third_channel:
            talk = replace(talk, third="", third_channel="")
        if talk.stage in ("talking", "conference"):
            talk = replace(talk, stage="conference" if talk.third else "talking")
        self._talks[talk.call_id] = talk

    def _hung_up(self, channel: str) -> None:
        for talk in self.all:
            if channel in (talk.caller_channel, talk.agent_channel):
                del self._talks[talk.call_id]


def _talk(call_id: str, legs: Sequence[Message]) -> Talk | None:
    """Return what the channels of one call are to each other; None where no agent has its caller."""
    callers = [leg for leg in legs if leg.get("Context") != AGENTS and not _in_room(leg, "agent", "other")]
    if not callers:
        return None
    caller = callers[0]
    bridge, context = caller.get("BridgeId"), caller.get("Context")
    legs_of_agents = [leg for leg in legs if leg.get("Context") == AGENTS]
    waiting = [leg for leg in legs if _in_room(leg, "agent")]
    bridged = [leg for leg in legs_of_agents if bridge and leg.get("BridgeId") == bridge]
    ringing = [leg for leg in legs_of_agents if not leg.get("BridgeId")]
    thirds = [leg for leg in legs if _in_room(leg, "other") and department(leg)]
    in_room = False
    stage: Stage
    if bridged:
        agent, stage = bridged[0], "talking"
    elif waiting:
        agent, in_room = waiting[0], True
        stage = "held" if context == "held" else "transferring"
        if context == ROOM:
            stage = "conference" if thirds else "talking"
    elif ringing:
        agent, stage = ringing[0], "ringing"
    else:
        return None
    third = thirds[0] if thirds and in_room else None
    return Talk(
        call_id,
        caller.get("Channel"),
        extension(agent.get("Channel")),
        agent.get("Channel"),
        caller.variable(QUEUE),
        stage,
        in_room,
        department(third) if third else "",
        third.get("Channel") if third else "",
        caller.variable(NODE),
    )


def _in_room(leg: Message, *roles: str) -> bool:
    return leg.get("Context") == ROOM and leg.get("Exten") in roles


def department(message: Message) -> str:
    """Return the number of the department whose channel a message is about, "" for anybody else's."""
    kind, _, number = message.variable(PARTY).partition(" ")
    return number if kind == "department" else ""


def extension(interface: str) -> str:
    """Return the extension in PJSIP/8001 or PJSIP/8001-00000002."""
    return interface.removeprefix("PJSIP/").partition("-")[0]
