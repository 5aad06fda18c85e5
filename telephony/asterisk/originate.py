"""Rings a telephone from Asterisk and says what came of it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange, Place
from telephony.asterisk.watch import Watch

REASONS = {"3": "无人接听", "5": "正忙", "8": "线路拥塞", "0": "没有登录或号码不通", "1": "拒绝接听"}
"""What OriginateResponse's Reason means: AST_CONTROL frames of Asterisk's frame.h."""
CAUSES = {"1": "是空号", "17": "正忙", "18": "无人接听", "19": "无人接听", "20": "没有登录", "21": "拒绝接听"}
"""What the hang-up causes mean with which a telephone declines (ITU-T Q.850)."""
SLACK_S = 5.0
"""Seconds beyond the ringing until the outcome must be told."""
GONE = "来电人或话务员已挂机"


@dataclass(frozen=True, slots=True)
class Ringing:
    """A telephone to ring: which, where in the dialplan it goes once answered, for how many seconds it rings."""

    channel: str
    place: Place
    ring_s: float
    caller_id: str = ""
    variables: Mapping[str, object] | None = None


class Originator:
    """Rings telephones, one outcome each."""

    def __init__(self, exchange: Exchange, watch: Watch) -> None:
        self._exchange, self._watch = exchange, watch

    async def ring(self, wanted: Ringing, wanted_still: Callable[[], bool] = lambda: True) -> str:
        """Ring, and return "" once it was answered, else why not, in Chinese.

        Where `wanted_still` becomes false the ringing stops. Raises `AmiDown`, `AmiRefused`.
        """
        mark = f"{uuid.uuid4()}"
        number = f"ring-{mark}"
        name = failed = ""

        def look(message: Message) -> str | None:
            nonlocal name, failed
            if message.event == "Newchannel" and message.get("Uniqueid") == mark:
                name = message.get("Channel")
            if message.event == "Hangup" and message.get("Uniqueid") == mark:
                return CAUSES.get(message.get("Cause"), failed or REASONS["3"])
            if message.event == "OriginateResponse" and message.get("ActionID") == number:
                if message.get("Response") == "Success":
                    return "answered"
                failed = _why(message)
                return None if name else failed  # the cause, which says more, comes with the channel's end
            if name and not wanted_still():
                self._exchange.order("Hangup", {"Channel": name, "Cause": 16})
                return GONE
            return None

        async def order() -> None:
            fields: dict[str, object] = {
                "Channel": wanted.channel,
                "Context": wanted.place[0],
                "Exten": wanted.place[1],
                "Priority": 1,
                "Timeout": round(wanted.ring_s * 1000),
                "CallerID": wanted.caller_id,
                "Async": "true",
                "ChannelId": mark,
            }
            _, response = self._exchange.ami.send("Originate", fields, dict(wanted.variables or {}), number)
            await response

        outcome = await self._watch.after(order, look, wanted.ring_s + SLACK_S)
        if not outcome and name:
            self._exchange.order("Hangup", {"Channel": name, "Cause": 16})
        return "" if outcome == "answered" else outcome or REASONS["3"]


def _why(message: Message) -> str:
    return REASONS.get(message.get("Reason"), "没有接通")
