"""After many calls of every kind, no task, socket, file or table entry is left of them."""

import asyncio
import gc
import os

from telephony.line import Audio, Call, HungUp
from tests.integration.telephony.conftest import SETTINGS, SipKit, StartSip, tone


async def answer(call: Call) -> None:
    """Does by the caller's number what an answerer may do."""
    kind = int((call.caller or "0")[-1])
    if kind == 0:
        await call.refuse()
        return
    await call.answer()
    call.play(tone(0.5))
    if kind in (1, 2):
        return
    async for event in call.events():
        if isinstance(event, Audio) and kind == 3:
            await call.hang_up()
        if isinstance(event, Audio) and kind == 4:
            await call.transfer("sip:8001@127.0.0.1:5099")
        if isinstance(event, HungUp):
            return


async def one_call(kit: SipKit, number: int) -> None:
    caller = await kit.dial(f"1380000{number:04}")
    if number % 10 == 5:
        await caller.hang_up()
        await caller.over()
        return
    if await caller.answered():
        caller.press("1")
        caller.send(tone(0.1))
        if number % 10 >= 6:
            await caller.sent()
            caller.vanish() if number % 10 == 6 else await caller.hang_up()
    await caller.over()


async def test_nothing_is_left_after_many_calls(start_sip: StartSip) -> None:
    settings = SETTINGS.model_copy(update={"silent_rtp_s": 0.5, "sip_per_s": 100000.0})
    kit = await start_sip(answer, settings)

    async def all_ended() -> None:
        async with asyncio.timeout(45):
            while kit.line.running or kit.line._tasks or not kit.line._sip.agent.idle or kit.caller.calls:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def counts() -> tuple[int, ...]:
        await all_ended()
        gc.collect()
        kinds = ("SipCall", "CallMedia", "SipDialog", "Dialled", "UdpSocket")
        alive = [type(o).__name__ for o in gc.get_objects() if type(o).__name__ in kinds]
        tasks, files = len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
        return tasks, files, len(kit.line._sip.agent.dialogs), len(kit.line._ticker), *map(alive.count, kinds)

    await asyncio.gather(*(one_call(kit, number) for number in range(10)))
    first = await counts()
    for start in range(0, 60, 20):
        await asyncio.gather(*(one_call(kit, number) for number in range(start, start + 20)))
    assert await counts() == first
    assert first[2:4] == (0, 0)
