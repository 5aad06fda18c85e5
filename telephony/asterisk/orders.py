"""What every order to an agent's seat needs: whose it is, and a sentence where it cannot be done."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange, Extra, Place
from telephony.asterisk.originate import Originator
from telephony.asterisk.talks import Talk
from telephony.asterisk.watch import Watch
from telephony.errors import AgentUnknown, AmiRefused, NotTalking, TalkBusy, TalkGone

log = logging.getLogger(__name__)

Record = Callable[[str, str, Mapping[str, Any]], None]
"""Appends an event: its stream, its kind, its facts (`core.events.EventLog.append`)."""

DOING = {"ringing": "正在振铃", "held": "正在保持", "transferring": "正在转接", "conference": "正在三方通话"}


class Orders:
    """Gives orders to one exchange. `by` of each order is who gave it: a user of the desk, or `cli`.

    `number` is the hotline's own, which the telephones that it rings show.
    """

    def __init__(self, exchange: Exchange, record: Record, number: str = "12345") -> None:
        self._exchange, self._record, self._number = exchange, record, number
        self._watch = Watch(exchange)
        self._originator = Originator(exchange, self._watch)

    def _known(self, agent: str) -> str:
        if not any(each.number == agent for each in self._exchange.settings.agents):
            raise AgentUnknown(agent=agent)
        return agent

    def _talk(self, agent: str, *stages: str) -> Talk:
        """Return the talk of an agent that is in one of `stages`; any but ringing where none is given."""
        talk = self._exchange.talks.of_agent(self._known(agent))
        if talk is None or (talk.stage == "ringing" and "ringing" not in stages):
            raise NotTalking(agent=agent)
        if stages and talk.stage not in stages:
            raise TalkBusy(agent=agent, what=DOING.get(talk.stage, "不在保持中"))
        return talk

    def _ordered(self, talk_or_agent: Talk | str, command: str, by: str, **facts: object) -> None:
        """Put on record who ordered what; that it happened comes from Asterisk (seats.py)."""
        if isinstance(talk_or_agent, Talk):
            stream, agent = f"call:{talk_or_agent.call_id}", talk_or_agent.agent
        else:
            stream, agent = f"agent:{talk_or_agent}", talk_or_agent
        self._record(stream, "agent.command", {"command": command, "agent": agent, "by": by, **facts})

    async def _move(
        self,
        talk: Talk,
        caller_to: Place,
        reached: Callable[[Message], str | None],
        variables: dict[str, object] | None = None,
    ) -> None:
        """Send the caller of a talk somewhere; its agent waits in the room. Raises `TalkGone`, `AmiDown`."""
        extra: Extra | None = None if talk.in_room else (talk.agent_channel, ("room", "agent"))

        async def order() -> None:
            await self._exchange.move(talk.caller_channel, caller_to, variables, extra)

        try:
            told = await self._watch.after(order, reached)
        except AmiRefused as error:
            raise TalkGone(agent=talk.agent) from error
        if told != "done":
            raise TalkGone(agent=talk.agent)

    @staticmethod
    def _staged(talk: Talk, stage: str) -> Callable[[Message], str | None]:
        """Return what tells that a talk has come to a stage of the dialplan, or that its caller has gone."""

        def look(message: Message) -> str | None:
            if message.event == "Hangup" and message.get("Channel") == talk.caller_channel:
                return "gone"
            about = message.get("UserEvent") == "HotlineStage" and message.get("Call") == talk.call_id
            return "done" if about and message.get("Stage") == stage else None

        return look
