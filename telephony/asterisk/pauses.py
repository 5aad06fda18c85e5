"""Orders about an agent's readiness: on a break (示忙), back (示闲), and the wrap-up after a talk (话后整理)."""

import time

from telephony.asterisk.orders import Orders
from telephony.asterisk.queues import WRAP_UP, Member, wrap_up_reason, wrap_up_until
from telephony.errors import AgentUnknown, NotWrappingUp, ReasonInvalid

LONGEST_REASON = 40
MOST_S = 3600
"""Longest wrap-up, in seconds, from now on."""


class Pauses(Orders):
    """Pause, unpause, ready, more time: in all queues of the agent at once."""

    async def pause(self, agent: str, reason: str, by: str = "") -> None:
        """Ring the agent no more, for `reason`; a running talk goes on, a running wrap-up ends in this pause.

        Raises `AgentUnknown`, `ReasonInvalid`, `AmiDown`.
        """
        self._member(agent)
        if not 0 < len(reason.strip()) <= LONGEST_REASON or "\n" in reason or "\r" in reason:
            raise ReasonInvalid(reason=reason)
        if reason.startswith(WRAP_UP):
            raise ReasonInvalid(reason=reason)
        await self._set(agent, reason.strip())
        self._ordered(agent, "pause", by, reason=reason.strip())

    async def unpause(self, agent: str, by: str = "") -> None:
        """Ring the agent again, whatever the pause was. Raises `AgentUnknown`, `AmiDown`."""
        self._member(agent)
        await self._set(agent, "")
        self._ordered(agent, "unpause", by)

    async def ready(self, agent: str, by: str = "") -> None:
        """End the wrap-up before its time. Raises `AgentUnknown`, `NotWrappingUp`, `AmiDown`."""
        self._until(agent)
        await self._set(agent, "")
        self._ordered(agent, "ready", by)

    async def more_time(self, agent: str, seconds: float, by: str = "", now: float | None = None) -> float:
        """Prolong the wrap-up by `seconds` and return when it ends, in seconds since 1970.

        Raises `AgentUnknown`, `NotWrappingUp`, `AmiDown`.
        """
        now = time.time() if now is None else now
        until = min(max(self._until(agent), now) + max(seconds, 0.0), now + MOST_S)
        await self._set(agent, wrap_up_reason(until))
        self._ordered(agent, "more-time", by, seconds=seconds)
        return until

    def _member(self, agent: str) -> Member:
        members = self._exchange.queues.of_agent(self._known(agent))
        if not members:
            raise AgentUnknown(agent=agent)
        return next(iter(members.values()))

    def _until(self, agent: str) -> int:
        member = self._member(agent)
        until = wrap_up_until(member.reason) if member.paused else None
        if until is None:
            raise NotWrappingUp(agent=agent)
        return until

    async def _set(self, agent: str, reason: str) -> None:
        fields: dict[str, object] = {"Interface": f"PJSIP/{agent}", "Paused": "true" if reason else "false"}
        await self._exchange.ami.ask("QueuePause", fields | ({"Reason": reason} if reason else {}))
