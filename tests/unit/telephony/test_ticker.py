"""One clock for all calls."""

import asyncio

from telephony.ticker import Ticker


async def test_members_are_called_until_they_are_removed() -> None:
    ticker = Ticker(period_s=0.004)
    calls: dict[str, list[float]] = {"a": [], "b": []}
    a, b = calls["a"].append, calls["b"].append
    ticker.add(a)
    ticker.add(b)
    async with asyncio.timeout(5):
        while min(map(len, calls.values())) < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    ticker.remove(a)
    ticker.remove(a)
    count = len(calls["a"])
    async with asyncio.timeout(5):
        while len(calls["b"]) < 20:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert len(calls["a"]) == count
    assert calls["b"] == sorted(calls["b"])


async def test_a_member_that_fails_stops_nobody() -> None:
    ticker = Ticker(period_s=0.004)
    done = asyncio.Event()

    def fails(now: float) -> None:
        raise ValueError("a fault in one call")

    calls: list[float] = []

    def counts(now: float) -> None:
        calls.append(now)
        if len(calls) == 10:
            done.set()

    ticker.add(fails)
    ticker.add(counts)
    async with asyncio.timeout(5):
        await done.wait()
    ticker.remove(fails)
    ticker.remove(counts)
    assert len(ticker) == 0


async def test_as_many_ticks_as_time_has_passed() -> None:
    """After the loop was held up for a moment, the missed ticks come: the audio stays as long as the time."""
    ticker = Ticker(period_s=0.02)
    calls: list[float] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    ticker.add(calls.append)
    held = loop.time()
    while loop.time() - held < 0.1:
        pass  # work that does not yield
    await asyncio.sleep(0.1)
    passed = loop.time() - began
    ticker.remove(calls.append)
    assert abs(len(calls) - passed / 0.02) <= 2 or passed > 0.35


async def test_it_starts_again_after_standing_still() -> None:
    ticker = Ticker(period_s=0.004)
    for _ in range(3):
        ticked = asyncio.Event()

        def member(now: float, ticked: asyncio.Event = ticked) -> None:
            ticked.set()

        ticker.add(member)
        async with asyncio.timeout(5):
            await ticked.wait()
        ticker.remove(member)
        await asyncio.sleep(0.01)
