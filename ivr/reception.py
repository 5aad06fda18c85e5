"""Takes every call: into a conversation, or, when all places are taken, to a human or a promise."""

import asyncio
import logging
import traceback

from ivr.deeds import Deeds
from ivr.mouth import Mouth
from ivr.records import CallRecord
from ivr.session import CallSession
from ivr.tools import Tools
from telephony.line import Call, HungUp

log = logging.getLogger(__name__)


class Reception:
    """The answerer of a line."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.talking = 0
        """Calls in conversation."""

    async def answer(self, call: Call) -> None:
        """Own `call` to its end."""
        if self.talking >= self._tools.settings.max_calls:
            await self._overflow(call)
            return
        self.talking += 1
        try:
            await CallSession(call, self._tools).run()
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("call %s broke: %s\n%s", call.id, type(error).__name__, where)
            CallRecord(self._tools.log, call.id).add("call.broken", error=type(error).__name__)
            await call.hang_up()
        finally:
            self.talking -= 1

    async def _overflow(self, call: Call) -> None:
        """Apologise and hand over, or store a call-back; nobody hears a dead line."""
        tools = self._tools
        record = CallRecord(tools.log, call.id)
        record.offered(call.caller, call.called)
        record.add("call.overflow", talking=self.talking)
        await call.answer()
        mouth = Mouth(call, tools.speaker, tools.texts.lead_in, record.bot_said, lambda _say, _error: None)
        deeds = Deeds(call, tools, mouth, record, lambda _move: None, lambda _expect: None)
        giving_up = asyncio.create_task(
            deeds.give_up(tools.texts.busy_human if tools.settings.human else tools.texts.busy)
        )
        over = HungUp("line", "", 0.0)
        async for event in call.events():
            mouth.tick()
            if isinstance(event, HungUp):
                over = event
        deeds.over = True
        await mouth.close()
        await giving_up
        record.ended(over.by, over.reason, 0.0, "")
