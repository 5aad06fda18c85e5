"""What many short calls leave behind, in our process and in Asterisk: channels, tasks, sockets, files, memory.

    python -m tests.benchmarks.asterisk_short_calls [--first 1000] [--calls 2000] [--at-once 10] [--json FILE]

Every call is answered and hears a second of tone. Of three callers one hangs up, one is hung up by us, and one is
sent to a queue with nobody in it, comes back and is hung up. What is there after the first calls is held against what
is there after the last: what comes once (pools, caches) is no leak.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

from telephony.asterisk.ami import Ami
from telephony.asterisk.ami_text import Message
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from tests.asterisk import running_asterisk
from tests.benchmarks.asterisk_kit import MEASURED, LineProcess, Seen, line_process
from tests.benchmarks.call_process import Holds, held
from tests.benchmarks.report import Report, parser

GROWTH = 1.02
"""Memory may waver by 2 per cent: allocators do not give back every page."""
SETTLE_S = 6.0
"""Wait after the last hang-up for whatever ends a moment later."""
SIP_S = 17.0
"""SIP's transactions last 16 s at most."""
SOUND_S = 0.9
"""How much of the second a caller hears before hanging up."""


async def one_call(telephone: SipCaller, uri: str, place: int) -> str:
    """Make one short call; return how it ended. The last digit of the number decides who ends it."""
    call = await telephone.dial(uri, f"{MEASURED}{place:04}")
    if not await call.answered():
        return "not answered"
    if place % 10 % 3 == 0:
        await call.sound_after((call.answered_at or 0.0) - 0.001, 15.0)
        await asyncio.sleep(SOUND_S)
        await call.hang_up()
    return (await call.over()).by


async def short_calls(asterisk: Asterisk, places: Sequence[int], at_once: int) -> Counter[str]:
    """Make one call for each of `places`; return how they ended."""
    free, uri = asyncio.Semaphore(at_once), f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}"
    async with SipCaller() as telephone:

        async def one(place: int) -> str:
            async with free:
                return await one_call(telephone, uri, place)

        return Counter(await asyncio.gather(*map(one, places)))


async def channels(asterisk: Asterisk) -> list[Message]:
    """Return Asterisk's channels."""

    async def nothing() -> None:
        """There is nothing to read after the login."""

    ami = Ami(asterisk.settings, lambda _event: None, nothing)
    await ami.start()
    try:
        return await ami.list("CoreShowChannels")
    finally:
        await ami.stop()


async def run(asterisk: Asterisk, line: LineProcess, places: Sequence[int], at_once: int) -> "State":
    """Make the calls, wait until all has settled, and look."""
    ended = await short_calls(asterisk, places, at_once)
    await asyncio.sleep(SETTLE_S + SIP_S)
    left = len(await channels(asterisk))
    return State(ended, left, line.seen(), held(line.pid), held(asterisk.pid))


class State:
    """How things stand after some calls."""

    def __init__(self, ended: Counter[str], channels: int, seen: Seen, ours: Holds, asterisk: Holds) -> None:
        self.ended, self.channels, self.seen, self.ours, self.asterisk = ended, channels, seen, ours, asterisk


def fill(report: Report, first: State, last: State, calls: int) -> None:
    """Add the figures."""
    ended = first.ended + last.ended
    report.add("calls by how they ended for the caller", str(dict(ended)), "", ended["not answered"] == 0)
    report.add("calls that our side saw end", f"{last.seen.calls} of {calls}", "all", last.seen.calls == calls)
    report.add("channels left in Asterisk", str(last.channels), "0", last.channels == 0)
    report.add("calls left in our line", str(last.seen.running), "0", last.seen.running == 0)
    tasks = f"{first.seen.tasks} → {last.seen.tasks}"
    report.add("tasks in our process", tasks, "none left", last.seen.tasks <= first.seen.tasks)
    for who in ("ours", "asterisk"):
        before, after = getattr(first, who), getattr(last, who)
        for what in ("files", "sockets"):
            a, b = getattr(before, what), getattr(after, what)
            report.add(f"{who}: open {what}", f"{a} → {b}", "none left", b <= a)
        report.add(f"{who}: threads", f"{before.threads} → {after.threads}")
        memory = f"{before.memory_mb:.1f} → {after.memory_mb:.1f} MB"
        report.add(f"{who}: memory", memory, "no growth (2 %)", after.memory_mb <= before.memory_mb * GROWTH)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--first", type=int, default=1000)
    options.add_argument("--calls", type=int, default=2000)
    options.add_argument("--at-once", type=int, default=10)
    chosen = options.parse_args(argv)
    report = Report("asterisk_short_calls", f"What {chosen.calls} short calls leave behind, against {chosen.first}")
    spare_what_is_loaded()
    with running_asterisk() as asterisk, line_process(asterisk, "short") as line:
        first = asyncio.run(run(asterisk, line, range(chosen.first), chosen.at_once))
        last = asyncio.run(run(asterisk, line, range(chosen.first, chosen.calls), chosen.at_once))
    fill(report, first, last, chosen.calls)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
