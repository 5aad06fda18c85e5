"""Who talks with whom: callers and human agents, kept from Asterisk's events. No clock, no socket."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import PREFIX

CALL = "HOTLINE_CALL"
"""The channel variable that names the call; agents' channels inherit it."""
NODE = "HOTLINE_NODE"
"""The one that names the process of ours that had the call; only the caller's channel has it."""

Stage = Literal["ringing", "talking", "held", "conference"]


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller whom an agent has, or is being rung for."""

    call_id: str
    caller_channel: str
    agent: str
    """The agent's extension."""
    agent_channel: str
    """Asterisk's name of the agent's leg; "" while it rings."""
    queue: str
    stage: Stage = "ringing"
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

    def change(self, talk: Talk, stage: Stage) -> Talk:
        """Note that a talk is held, or goes on."""
        changed = replace(talk, stage=stage)
        if talk.call_id in self._talks:
            self._talks[talk.call_id] = changed
        return changed

    def hear(self, message: Message) -> None:
        """Take an event; others change nothing."""
        match message.event:
            case "AgentCalled" | "AgentConnect":
                self._rang(message, "talking" if message.event == "AgentConnect" else "ringing")
            case "AgentRingNoAnswer":
                self._drop(message, "ringing")
            case "AgentComplete":
                self._drop(message, "talking")
            case "Hangup":
                channel = message.get("Channel")
                for talk in self.all:
                    if channel in (talk.caller_channel, talk.agent_channel):
                        del self._talks[talk.call_id]

    def read(self, channels: Iterable[Message]) -> None:
        """Replace everything by what `CoreShowChannels` listed: legs of one call that share a bridge."""
        bridges: dict[tuple[str, str], list[Message]] = {}
        for channel in channels:
            if channel.get("BridgeId") and channel.variable(CALL):
                bridges.setdefault((channel.get("BridgeId"), channel.variable(CALL)), []).append(channel)
        before, self._talks = self._talks, {}
        for (_, call_id), legs in bridges.items():
            callers = [leg for leg in legs if leg.get("Context") != AGENTS]
            agents = [leg.get("Channel") for leg in legs if leg.get("Context") == AGENTS]
            if callers and agents:
                known = before.get(call_id)
                queue, stage = (known.queue, known.stage) if known else ("", "talking")
                self._talks[call_id] = Talk(
                    call_id,
                    callers[0].get("Channel"),
                    extension(agents[0]),
                    agents[0],
                    queue,
                    stage,
                    callers[0].variable(NODE),
                )

    def _rang(self, message: Message, stage: Stage) -> None:
        call_id = message.variable(CALL)
        if call_id:
            self._talks[call_id] = Talk(
                call_id,
                message.get("Channel"),
                extension(message.get("Interface")),
                message.get("DestChannel"),
                message.get("Queue").removeprefix(PREFIX),
                stage,
                message.variable(NODE),
            )

    def _drop(self, message: Message, stage: Stage) -> None:
        talk = self._talks.get(message.variable(CALL))
        if talk and talk.stage == stage:
            del self._talks[talk.call_id]


AGENTS = "from-agent"
"""The context of the agents' channels."""


def extension(interface: str) -> str:
    """Return the extension in PJSIP/8001 or PJSIP/8001-00000002."""
    return interface.removeprefix("PJSIP/").partition("-")[0]
