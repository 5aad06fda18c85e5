"""The wrap-up after a talk (话后整理): the agent is logged in but not rung until the ticket is finished.

Asterisk's own wrapuptime cannot be ended early or prolonged, so it only covers the first two seconds. The rest is a
pause of ours whose reason says when it ends: whichever process runs then can end it, also after a restart.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.legs import talk_ended
from telephony.asterisk.queues import wrap_up_reason, wrap_up_until
from telephony.asterisk.talks import QUEUE, extension


class WrapUps:
    """Begins and ends them. One process has one, kept beside the exchange for as long as it runs."""

    def __init__(self, exchange: Exchange, clock: Callable[[], float] = time.time) -> None:
        self._exchange, self._clock = exchange, clock
        self._timers: dict[str, asyncio.TimerHandle] = {}
        exchange.subscribe(self._hear, self._read)

    def close(self) -> None:
        """End nothing any more; whoever starts next does."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _hear(self, message: Message) -> None:
        if agent := talk_ended(message):
            self._begin(agent, message.variable(QUEUE))
        elif message.event == "QueueMemberPause":
            reason = message.get("PausedReason") if message.get("Paused") == "1" else ""
            self._keep(extension(message.get("Interface")), wrap_up_until(reason))

    def _begin(self, agent: str, queue: str) -> None:
        seconds = self._exchange.settings.queue(queue).wrapup_s
        members = self._exchange.queues.of_agent(agent).values()
        # Who asked for a break during the talk goes into it, and not back to work after the wrap-up.
        if seconds and members and not any(member.paused and not member.wrapping_up for member in members):
            self._pause(agent, wrap_up_reason(self._clock() + seconds))

    async def _read(self, _: Sequence[Message]) -> None:
        ends: dict[str, int | None] = {}
        for name in self._exchange.queues.names:
            for member in self._exchange.queues.members(name):
                until = wrap_up_until(member.reason) if member.paused else None
                ends[extension(member.interface)] = until or ends.get(extension(member.interface))
        for agent, until in ends.items():
            self._keep(agent, until)

    def _keep(self, agent: str, until: int | None) -> None:
        """End the wrap-up of an agent at `until`, and any earlier plan with it."""
        if timer := self._timers.pop(agent, None):
            timer.cancel()
        if until is not None:
            loop = asyncio.get_running_loop()
            self._timers[agent] = loop.call_later(max(0.0, until - self._clock()), self._end, agent, until)

    def _end(self, agent: str, until: int) -> None:
        self._timers.pop(agent, None)
        reasons = (member.reason for member in self._exchange.queues.of_agent(agent).values() if member.paused)
        if wrap_up_reason(until) in reasons:
            self._pause(agent, "")

    def _pause(self, agent: str, reason: str) -> None:
        fields: dict[str, object] = {"Interface": f"PJSIP/{agent}", "Paused": "true" if reason else "false"}
        self._exchange.order("QueuePause", fields | ({"Reason": reason} if reason else {}))
