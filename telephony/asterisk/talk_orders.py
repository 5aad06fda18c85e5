"""Orders about a running talk: hold it, bring a department in, pass the caller on. No caller is dropped for any."""

import re
from collections.abc import Callable

from telephony.asterisk.ami_text import Message
from telephony.asterisk.orders import Orders
from telephony.asterisk.originate import Ringing
from telephony.asterisk.talks import CALL, PARTY, Talk
from telephony.errors import NumberInvalid, TalkBusy, TargetBusy, TargetUnknown, ThirdNotReached, TrunkMissing

RING_S = 30.0
"""Seconds that a department's or a colleague's telephone rings."""
SLACK_S = 3.0
NUMBER = re.compile(r"\+?[0-9]{3,20}")


class TalkOrders(Orders):
    """Hold, three-party call, transfer."""

    async def hold(self, agent: str, by: str = "") -> None:
        """Let the caller hear music and nothing of the agent, until `resume`; a third party and the agent talk on.

        Raises `NotTalking`, `TalkBusy`, `TalkGone`, `AmiDown`.
        """
        talk = self._talk(agent, "talking", "conference")
        await self._move(talk, ("held", "s"), self._staged(talk, "held"))
        self._ordered(talk, "hold", by)

    async def resume(self, agent: str, by: str = "") -> None:
        """Take the caller back who is held, or whom nobody has taken yet.

        Raises `NotTalking`, `TalkBusy`, `TalkGone`, `AmiDown`.
        """
        talk = self._talk(agent, "held", "transferring")
        await self._move(talk, ("room", "caller"), self._staged(talk, "room"))
        self._ordered(talk, "resume", by)

    async def three_party(self, agent: str, number: str, by: str = "", ring_s: float = RING_S) -> None:
        """Bring a department, or another extension, into the talk (三方通话); returns once it is in.

        While it rings, caller and agent talk on, and so they do where it is not reached: then it raises
        `ThirdNotReached`. Raises `NotTalking`, `TalkBusy`, `NumberInvalid`, `TrunkMissing`, `TalkGone`, `AmiDown`.
        """
        talk = self._talk(agent, "talking", "held")
        if talk.third:
            raise TalkBusy(agent=agent, what="已有第三方")
        phone = self._phone(number)
        if not talk.in_room or talk.stage == "held":
            await self._move(talk, ("room", "caller"), self._staged(talk, "room"))
        self._ordered(talk, "three-party", by, number=number)
        wanted = Ringing(phone, ("room", "other"), ring_s, self._shown_number, self._party(talk, number))
        failed = await self._originator.ring(wanted, lambda: self._exchange.talks.of_call(talk.call_id) is not None)
        if failed:
            raise ThirdNotReached(number=number, what=failed)

    async def transfer(self, agent: str, target: str, by: str = "", ring_s: float = RING_S) -> bool:
        """Pass the caller on to another agent or a queue.

        The agent waits, hearing nothing, and is released when somebody has the caller, or gets the caller back where
        nobody takes it; one who hangs up meanwhile leaves the caller to the queue, before all others. For an agent it
        returns whether that one took the call within `ring_s` seconds; for a queue True at once.
        Raises `NotTalking`, `TalkBusy`, `TargetUnknown`, `TargetBusy`, `TalkGone`, `AmiDown`.
        """
        talk = self._talk(agent, "talking", "held", "conference")
        settings = self._exchange.settings
        is_queue = any(queue.name == target for queue in settings.queues)
        if not is_queue:
            self._check_free(agent, target)
        variables: dict[str, object] = {"HOTLINE_TARGET": target, "HOTLINE_RING": round(ring_s)}

        async def order() -> None:
            place = ("transfer", "queue" if is_queue else "agent")
            await self._move(talk, place, self._staged(talk, "transferring"), variables)
            self._ordered(talk, "transfer", by, to=target)

        if is_queue:
            await order()
            return True
        return await self._watch.after(order, _outcome(talk), ring_s + SLACK_S) == "taken"

    @property
    def _shown_number(self) -> str:
        return f"{self._number} <{self._exchange.settings.trunk.user or self._number}>"

    def _phone(self, number: str) -> str:
        if not NUMBER.fullmatch(number):
            raise NumberInvalid(number=number)
        if any(agent.number == number for agent in self._exchange.settings.agents):
            return f"PJSIP/{number}"
        if not self._exchange.settings.trunk.host:
            raise TrunkMissing(number=number)
        return f"PJSIP/{number}@trunk"

    def _check_free(self, agent: str, target: str) -> None:
        if not any(each.number == target for each in self._exchange.settings.agents):
            raise TargetUnknown(target=target)
        if target == agent:
            raise TargetBusy(target=target, what="就是本机")
        for member in self._exchange.queues.of_agent(target).values():
            if not member.logged_in:
                raise TargetBusy(target=target, what="未登录")
            if member.paused:
                raise TargetBusy(target=target, what="话后整理中" if member.wrapping_up else "示忙")
        if self._exchange.talks.of_agent(target):
            raise TargetBusy(target=target, what="通话中")

    @staticmethod
    def _party(talk: Talk, number: str) -> dict[str, object]:
        return {CALL: talk.call_id, "HOTLINE_CHANNEL": talk.caller_channel, PARTY: f"department {number}"}


def _outcome(talk: Talk) -> Callable[[Message], str | None]:
    """Return what reads from the events whether somebody took the caller who was passed on."""

    def look(message: Message) -> str | None:
        if message.event == "Hangup" and message.get("Channel") == talk.caller_channel:
            return "gone"
        if message.event != "UserEvent" or message.get("Call") != talk.call_id:
            return None
        if message.get("UserEvent") == "HotlineStage" and message.get("Stage") == "room":
            return "taken back"
        return {"HotlineTalks": "taken", "HotlineRefused": "refused"}.get(message.get("UserEvent"))

    return look
