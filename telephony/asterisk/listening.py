"""Orders of a supervisor: hear a talk, whisper to its agent, talk with all. Every look is on record with who."""

import contextlib
from typing import Literal

from telephony.asterisk.ami_text import Message
from telephony.asterisk.orders import Orders
from telephony.asterisk.originate import Ringing
from telephony.asterisk.talks import CALL, PARTY, ROOM, Talk, extension
from telephony.errors import AmiRefused, NotListening, SupervisorNotReached, TalkGone

RING_S = 20.0
"""Seconds that the supervisor's telephone rings."""
SPIES = "listen"
"""Context of whoever hears a talk without being heard by the caller."""

How = Literal["listen", "whisper", "barge"]


class Listening(Orders):
    """Listen, whisper, barge in. A supervisor who is in changes from one to another without ringing again."""

    async def listen(self, supervisor: str, agent: str, by: str = "") -> None:
        """Let `supervisor` hear caller and agent; nobody hears the supervisor (监听).

        Raises `AgentUnknown`, `NotTalking`, `SupervisorNotReached`, `TalkGone`, `AmiDown`.
        """
        await self._supervise(supervisor, self._talk(agent), "listen", by)

    async def whisper(self, supervisor: str, agent: str, by: str = "") -> None:
        """The same, and the agent alone hears the supervisor (耳语). Raises like `listen`."""
        await self._supervise(supervisor, self._talk(agent), "whisper", by)

    async def barge(self, supervisor: str, agent: str, by: str = "") -> None:
        """All three hear each other (强插): the supervisor joins the talk. Raises like `listen`, and `TalkBusy`."""
        talk = self._talk(agent, "talking", "conference")
        if not talk.in_room:
            await self._move(talk, ("room", "caller"), self._staged(talk, "room"))
        await self._supervise(supervisor, talk, "barge", by)

    async def stop_listening(self, supervisor: str) -> None:
        """End what `supervisor` hears. Raises `NotListening`, `AmiDown`."""
        channel = await self._listening(self._known(supervisor))
        if not channel:
            raise NotListening(supervisor=supervisor)

        def gone(message: Message) -> str | None:
            return "gone" if message.event == "Hangup" and message.get("Channel") == channel else None

        with contextlib.suppress(AmiRefused):  # hung up in this moment
            await self._watch.after(lambda: self._exchange.ami.ask("Hangup", {"Channel": channel, "Cause": 16}), gone)

    async def listeners(self, agent: str) -> list[str]:
        """Return the supervisors who hear an agent's talk now. Raises `AmiDown`."""
        channels = await self._exchange.ami.list("CoreShowChannels")
        return [extension(each.get("Channel")) for each in channels if each.variable(PARTY) == f"supervisor {agent}"]

    async def _supervise(self, supervisor: str, talk: Talk, how: How, by: str) -> None:
        self._known(supervisor)
        if supervisor == talk.agent:
            raise SupervisorNotReached(supervisor=supervisor, what="就是被监听的分机")
        place = (ROOM, "other") if how == "barge" else (SPIES, how)
        variables: dict[str, object] = {PARTY: f"supervisor {talk.agent}"}
        # Only who is in the talk belongs to the call.
        variables |= {CALL: talk.call_id if how == "barge" else "", "HOTLINE_CHANNEL": talk.caller_channel}
        variables["HOTLINE_TARGET"] = talk.agent_channel
        if channel := await self._listening(supervisor):
            try:
                await self._exchange.move(channel, place, variables)
            except AmiRefused as error:
                raise SupervisorNotReached(supervisor=supervisor, what="刚刚挂机") from error
        else:
            wanted = Ringing(f"PJSIP/{supervisor}", place, RING_S, f"{self._number} <{talk.agent}>", variables)
            failed = await self._originator.ring(
                wanted, lambda: self._exchange.talks.of_agent(talk.agent) is not None
            )
            if failed and self._exchange.talks.of_agent(talk.agent) is None:
                raise TalkGone(agent=talk.agent)
            if failed:
                raise SupervisorNotReached(supervisor=supervisor, what=failed)
        self._record(
            f"call:{talk.call_id}",
            "call.listened",
            {"by": by or supervisor, "supervisor": supervisor, "agent": talk.agent, "how": how},
        )

    async def _listening(self, supervisor: str) -> str:
        """Return the channel by which a supervisor is in a talk already, "" for none."""
        channels = await self._exchange.ami.list("CoreShowChannels")
        return next((each.get("Channel") for each in channels if _is_supervisor(each, supervisor)), "")


def _is_supervisor(channel: Message, supervisor: str) -> bool:
    return channel.variable(PARTY).startswith("supervisor ") and extension(channel.get("Channel")) == supervisor
