"""How soon a human agent's telephone rings: from the order to hand over to the INVITE at the agent's socket.

    python -m tests.benchmarks.asterisk_handover [--times 200] [--load 50] [--json FILE]

Once idle and once with other calls that speak all the time. The time runs from `call.transfer` (two channel
variables, then AMI's Redirect) over the dialplan and the queue to the agent's telephone, which is a registered one of
our own in this process, as the line is; so waiting for this process is in the figure.
"""

import asyncio
import time
from collections.abc import Sequence

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.line import Audio, Call, HungUp
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import running_asterisk
from tests.benchmarks.asterisk_kit import MEASURED, crowd
from tests.benchmarks.report import Report, parser, percentile, spread
from tests.serving import until

TARGET_MS = 100.0
AGENT = "8001"


class Desk:
    """Echoes the crowd, hands measured callers over, and keeps how long each took to ring, in milliseconds."""

    def __init__(self, line: AsteriskLine, phone: AgentPhone) -> None:
        self._line, self._phone = line, phone
        self.rang_ms: list[float] = []
        self.missed = 0

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, AsteriskCall)
        await call.answer()
        if (call.caller or "").startswith(MEASURED):
            await self._hand_over(call)
            return
        async for event in call.events():
            if isinstance(event, Audio):
                call.play(event.pcm)
            elif isinstance(event, HungUp):
                return

    async def _hand_over(self, call: AsteriskCall) -> None:
        await until(lambda: self._line.exchange.queues.standing("general", time.time()).free)
        self._phone.rang.clear()
        ordered = time.monotonic()
        handing = asyncio.create_task(call.transfer("general", 10))
        await self._phone.rang.wait()
        self.rang_ms.append((time.monotonic() - ordered) * 1000)
        self.missed += not await handing


async def hand_overs(asterisk: Asterisk, times: int, load: int) -> Desk:
    """Hand over `times` times, one after the other, beside `load` other calls."""
    settings = asterisk.settings
    line = AsteriskLine(settings)
    uri = f"sip:12345@127.0.0.1:{settings.sip_port}"
    desk: Desk | None = None

    async def answer(call: Call) -> None:
        assert desk is not None
        await desk(call)

    await line.start(answer)
    try:
        async with agent_phone(settings, AGENT) as phone, SipCaller() as telephone:
            desk = Desk(line, phone)
            async with crowd(asterisk, load, times * 1.0 + load / 20 + 5) as others:
                for place in range(times):
                    caller = await telephone.dial(uri, f"{MEASURED}{place:04}")
                    await until(lambda place=place: len(desk.rang_ms) + desk.missed > place)
                    await phone.up.wait()
                    await caller.hang_up()
                    await phone.over.wait()
                others.stop()
            return desk
    finally:
        await line.stop()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--load", type=int, default=50)
    chosen = options.parse_args(argv)
    report = Report("asterisk_handover", f"From the order to hand over to the agent's ring, {chosen.times} times")
    spare_what_is_loaded()
    for load in (0, chosen.load):
        with running_asterisk() as asterisk:
            desk = asyncio.run(hand_overs(asterisk, chosen.times, load))
        p95 = percentile(desk.rang_ms, 95)
        what = f"beside {load} calls" if load else "idle"
        report.add(f"{what}: p50", f"{percentile(desk.rang_ms, 50):.1f} ms")
        report.add(f"{what}: p95", f"{p95:.1f} ms", f"≤ {TARGET_MS:.0f} ms", p95 <= TARGET_MS)
        report.add(f"{what}: all", spread(desk.rang_ms, "ms", 1))
        report.add(f"{what}: not connected", str(desk.missed), "0", desk.missed == 0)
        report.facts[what] = desk.rang_ms
    report.show(chosen.json)


if __name__ == "__main__":
    main()
