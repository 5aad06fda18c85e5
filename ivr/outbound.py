"""One call of ours: dials, speaks where somebody takes it, and returns what it brought."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from dialog.outbound.errand import Errand, Result, unanswered
from ivr.records import CallRecord
from ivr.session import CallSession
from ivr.tools import Conversation, Tools
from telephony.dialer import Dialer, Unanswered
from telephony.line import Call

log = logging.getLogger(__name__)


class Talk(Conversation, Protocol):
    """What an outbound call needs of `dialog.outbound.talk.OutboundTalk`."""

    @property
    def result(self) -> Result:
        """What the call brought, as it stands."""
        ...


class OutboundCalls:
    """Makes calls, any number at a time. `converse` begins the conversation of an errand in the call of an id."""

    def __init__(self, dialer: Dialer, tools: Tools, converse: Callable[[Errand, str], Talk], ring_s: float) -> None:
        self._dialer, self._tools, self._converse, self._ring_s = dialer, tools, converse, ring_s

    async def make(self, errand: Errand) -> Result:
        """Call whom `errand` names, and stay to the end; whatever breaks is a failed attempt."""
        call = await self._dialer.dial(errand.number, self._ring_s)
        if isinstance(call, Unanswered):
            return unanswered(call.reason, call.detail)
        try:
            return await self._talk(call, errand)
        finally:
            await call.hang_up()

    async def _talk(self, call: Call, errand: Errand) -> Result:
        record = CallRecord(self._tools.log, call.id)
        record.placed(errand.number, errand.id, errand.kind.value)
        talk = self._converse(errand, call.id)
        session = CallSession(call, replace(self._tools, converse=lambda _id, _caller: talk), dialled=True)
        try:
            await session.run()
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("call %s broke: %s\n%s", call.id, type(error).__name__, where)
            record.add("call.broken", error=type(error).__name__)
            return _broken(call, talk)
        return _broken(call, talk) if session.broke else talk.result


def _broken(call: Call, talk: Talk) -> Result:
    """Return what the citizen had said already, or a failed attempt where it was nothing."""
    result = talk.result
    return result if result.ending else replace(unanswered("failed", "broken"), call_id=call.id)
