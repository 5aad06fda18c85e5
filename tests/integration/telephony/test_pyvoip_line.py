"""What a line by pyVoIP adds to the contract: its sound, its threads, and how it is chosen."""

import asyncio
import gc
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np
import pytest

from telephony.codecs import SAMPLES
from telephony.errors import PortTaken, PyVoipMissing
from telephony.line import Answerer, Audio, Call, HungUp
from telephony.pyvoip_line import PyVoipLine
from telephony.settings import LineSettings
from tests.integration.telephony import test_nothing_is_left as many
from tests.integration.telephony.conftest import SETTINGS, SipKit, line_threads, pyvoip_kit, tone
from tests.integration.telephony.phone import Phone, to_tag
from tests.integration.telephony.test_line_contract import SOON, Bot, loud_seconds

Begin = Callable[..., Awaitable[SipKit]]


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Start a line by pyVoIP; no thread of it may be left."""
    threads = line_threads()
    kits: list[SipKit] = []

    async def start(answerer: Answerer, settings: LineSettings = SETTINGS) -> SipKit:
        kit = pyvoip_kit(settings)
        kits.append(kit)
        await kit.line.start(answerer)
        await kit.caller.start()
        return kit

    yield start
    for kit in kits:
        await kit.caller.stop()
        await kit.line.stop()
    assert line_threads() == threads


LONG_S = 0.6
"""How long what is said and repeated lasts."""


async def repeat(call: Call) -> None:
    """Say it after hearing it to its end, so that a busy machine's pauses do not come into the sound."""
    heard = bytearray()
    await call.answer()
    async for event in call.events():
        if isinstance(event, Audio):
            heard += event.pcm
            if len(heard) >= 16000 * (LONG_S + 0.2):
                break
    call.play(bytes(heard))
    await call.played_out()
    await call.hang_up()


def noise_ratio(original: bytes, heard: bytes) -> float:
    """Signal to noise in dB of what was heard, laid over the original where it fits best."""
    wanted, came = (np.frombuffer(pcm, "<i2").astype(float) for pcm in (original, heard))
    start = int(np.flatnonzero(np.abs(came) > np.abs(wanted).max() / 8)[0])
    fits = [came[s : s + len(wanted)] for s in range(max(0, start - 40), start + 40)]
    noise = min(float(((fit - wanted) ** 2).mean()) for fit in fits if len(fit) == len(wanted))
    return float(10 * np.log10((wanted**2).mean() / noise))


@pytest.mark.parametrize("loudness", [1.0, 0.125])  # speech on a telephone is as quiet as the second
async def test_what_is_repeated_comes_back_whole(begin: Begin, loudness: float) -> None:
    kit = await begin(repeat)
    said = (loudness * np.frombuffer(tone(LONG_S), "<i2")).astype("<i2").tobytes()
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.send(said + bytes(8000))
        await caller.over()
    assert caller.audio.timeliness.lost == 0
    assert noise_ratio(said, caller.heard) > 30  # µ-law twice; pyVoIP's own 8 bits give 14 of the quiet one


async def test_a_caller_who_has_only_a_law_is_refused(begin: Begin) -> None:
    kit = await begin(repeat)
    async with asyncio.timeout(SOON):
        call = await kit.caller.dial(kit.uri(), "13800001234", ["PCMA"])
        assert (await call.over()).code == 488


async def test_packet_numbers_go_round(begin: Begin) -> None:
    bot = Bot(tone(0.6))

    async def near_the_end(call: Call) -> None:
        call._voip.rtp.outSequence = 65535 - 10  # type: ignore[attr-defined]
        call._voip.rtp.outTimestamp = 2**32 - 20 * SAMPLES  # type: ignore[attr-defined]
        await bot(call)

    kit = await begin(near_the_end)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        await bot.up.wait()
        assert bot.call
        await bot.call.played_out()
        caller.send(bytes(1600))
        await caller.sent()
        await caller.hang_up()
    assert caller.audio.timeliness.received > 30 and caller.audio.timeliness.lost == 0
    assert 0.56 <= loud_seconds(caller.heard) <= 0.62


async def test_what_is_queued_waits_while_we_are_on_hold(begin: Begin) -> None:
    bot = Bot()
    kit = await begin(bot)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        await bot.up.wait()
        assert bot.call
        assert await caller.hold() == 200
        came = caller.audio.timeliness.received
        bot.call.play(tone(0.2))
        caller.send(bytes(4800))
        await caller.sent()
        assert bot.call.queued == 1600 and caller.audio.timeliness.received <= came + 1
        assert await caller.hold(False) == 200
        await bot.call.played_out()
        await caller.hang_up()
    assert bot.call.played == 1600


async def test_a_caller_who_leaves_the_offer_to_us(begin: Begin) -> None:
    bot = Bot()
    kit = await begin(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1)
    answer = await phone.final()
    assert "PCMU/8000" in answer and "PCMA" not in answer
    phone.request("ACK", "two", 1, to_tag=to_tag(answer), body=phone.sdp("RTP/AVP 0"))
    async with asyncio.timeout(SOON):
        await bot.up.wait()
        assert (await asyncio.get_running_loop().sock_recv(phone.socket, 2048))[:2] == b"\x80\0"
        phone.request("BYE", "three", 2, to_tag=to_tag(answer))
        await bot.done.wait()


async def test_the_answer_is_what_pyvoip_writes_under_our_tag(begin: Begin) -> None:
    kit = await begin(Bot())
    phone = Phone(kit)
    offer = phone.sdp("RTP/AVP 96 8 0 101") + "a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n"
    phone.request("INVITE", "one", 1, body=offer, extra="Record-Route: <sip:127.0.0.2;lr>\r\n")
    await phone.answer()
    rings, answer = await phone.answer(), await phone.final()
    for text in (rings, answer):
        assert "User-Agent: pyVoIP" in text and "Record-Route: <sip:127.0.0.2;lr>" in text
    assert to_tag(rings) == to_tag(answer)
    assert "RTP/AVP 0 101\r\n" in answer and "opus" not in answer
    phone.request("BYE", "two", 2, to_tag=to_tag(answer))


async def test_two_calls_of_one_call_id_are_a_fork(begin: Begin) -> None:
    kit = await begin(Bot())
    phone, other = Phone(kit), Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp("RTP/AVP 0"))
    tag = to_tag(await phone.final())
    data = f"INVITE sip:12345@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{other.port};branch=z9hG4bKf\r\n"
    data += "From: <sip:1@x>;tag=fork\r\nTo: <sip:12345@x>\r\nCall-ID: by-hand\r\nCSeq: 1 INVITE\r\n"
    other.send(f"{data}Content-Length: 0\r\n\r\n".encode())
    assert (await other.final()).startswith("SIP/2.0 482")
    phone.request("BYE", "two", 2, to_tag=tag)


async def test_a_caller_who_vanishes_is_noticed(begin: Begin) -> None:
    bot = Bot()
    kit = await begin(bot, SETTINGS.model_copy(update={"silent_rtp_s": 0.3}))
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.vanish()
        await bot.done.wait()
    assert isinstance(bot.end, HungUp) and (bot.end.by, bot.end.reason) == ("line", "no RTP")


async def test_no_port_for_audio_is_a_refusal(begin: Begin) -> None:
    kit = await begin(Bot(), SETTINGS.model_copy(update={"rtp_first": 26500, "rtp_last": 26501}))
    async with asyncio.timeout(SOON):
        first = await kit.dial()
        assert await first.answered()
        assert (await (await kit.dial()).over()).code == 503
        assert isinstance(kit.line, PyVoipLine) and kit.line._phone
        assert kit.line.running == len(kit.line._phone.calls) == 1
        await first.hang_up()


async def test_a_taken_port_is_said(begin: Begin) -> None:
    kit = await begin(Bot())
    with pytest.raises(PortTaken):
        await PyVoipLine(LineSettings(port=kit.line.address[1])).start(Bot())


async def test_nothing_is_left_after_many_calls(begin: Begin) -> None:
    settings = SETTINGS.model_copy(update={"silent_rtp_s": 0.5, "sip_per_s": 100000.0})
    threads = line_threads()
    kit = await begin(many.answer, settings)
    line = kit.line
    assert isinstance(line, PyVoipLine) and line._phone
    phone = line._phone

    async def counts() -> tuple[int, ...]:
        async with asyncio.timeout(45):
            while line.running or line._tasks or not line._sip.agent.idle or len(line_threads() - threads) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        gc.collect()
        kinds = ("PyVoipCall", "PyVoipMedia", "VoipCall", "RtpClient", "Handover", "SipDialog")
        alive = [type(o).__name__ for o in gc.get_objects() if type(o).__name__ in kinds]
        tables = len(phone.calls), len(phone.sip.tagLibrary), len(phone.sip.tags), len(phone.assignedPorts)
        return len(os.listdir("/proc/self/fd")), *tables, *map(alive.count, kinds)

    await asyncio.gather(*(many.one_call(kit, number) for number in range(10)))
    first = await counts()
    for start in range(0, 40, 20):
        await asyncio.gather(*(many.one_call(kit, number) for number in range(start, start + 20)))
    assert await counts() == first


async def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.startswith("telephony.pyvoip_") and name != PyVoipLine.__module__
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyVoIP", None)
    with pytest.raises(PyVoipMissing, match=r"pip install 'hotline12345\[pyvoip\]'"):
        await PyVoipLine(SETTINGS).start(Bot())


def test_nobody_imports_it_who_has_not_chosen_it() -> None:
    program = "import sys, hotline.cli, telephony.pyvoip_line as line, telephony.settings as s; "
    program += "line.PyVoipLine(s.LineSettings()); sys.exit('pyVoIP' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
