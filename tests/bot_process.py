"""A bot in a process of its own, to be killed: answers every call behind Asterisk and plays a tone without end.

python -m tests.bot_process SETTINGS.json
"""

import asyncio
import sys
from pathlib import Path

import uvloop

from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.line import Call, HungUp
from tests.integration.telephony.conftest import tone


async def answer(call: Call) -> None:
    """Play a tone until the caller goes."""
    await call.answer()
    async for event in call.events():
        if isinstance(event, HungUp):
            return
        if not call.queued:
            call.play(tone(0.5))


async def main(settings: AsteriskSettings) -> None:
    """Run until killed."""
    line = AsteriskLine(settings)
    await line.start(answer)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(AsteriskSettings.model_validate_json(Path(sys.argv[1]).read_text(encoding="utf8"))))
