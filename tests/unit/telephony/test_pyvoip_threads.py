"""From threads to the event loop: in order, bounded, and harmless when the loop has gone."""

import asyncio
import threading

import pytest

from telephony import pyvoip_threads
from telephony.pyvoip_threads import MOST_WAITING, Handover, Threads, tell


async def test_datagrams_come_in_order_and_a_flood_is_lost() -> None:
    came: list[int] = []
    handover = Handover(lambda data, source, at: came.append(source[1]))

    def flood() -> None:
        for number in range(MOST_WAITING + 100):
            handover.put(b"", ("", number))

    thread = threading.Thread(target=flood)
    thread.start()
    thread.join()  # the loop is busy with this, so that all must wait
    await asyncio.sleep(0.01)
    assert came == list(range(MOST_WAITING))
    await asyncio.to_thread(handover.put, b"", ("", 7))
    await asyncio.sleep(0.01)
    assert came[-1] == 7


def test_a_loop_that_has_gone_is_not_missed() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    tell(loop, lambda: None)


async def test_a_stuck_thread_is_named(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(pyvoip_threads, "LONGEST_END_S", 0.05)
    threads, go = Threads(), threading.Event()
    threads.begin(lambda: bool(go.wait()) and None, "stuck one")
    await threads.ended()
    assert "stuck one" in caplog.text
    go.set()
    caplog.clear()
    monkeypatch.undo()
    await threads.ended()
    assert not caplog.text
