"""What strangers, bad telephones and bad networks do to the SIP line: it stays up, and nobody else notices."""

import asyncio
import random
import socket

import pytest

from telephony.errors import LineError, PortTaken
from telephony.line import Audio, Call, HungUp, KeyPress, LineEvent
from telephony.settings import LineSettings
from telephony.sip_line import SipLine
from tests.integration.telephony.conftest import SETTINGS, SipKit, StartSip, tone
from tests.integration.telephony.phone import Phone, to_tag
from tests.integration.telephony.test_line_contract import SOON, Bot, loud_seconds


async def still_works(kit: SipKit, bot: Bot) -> None:
    """A whole call goes through."""
    async with asyncio.timeout(SOON):
        await nobody_calls(kit)
        bot.events.clear()
        caller = await kit.dial()
        assert await caller.answered()
        caller.send(tone(0.2))
        await caller.sent()
        caller.send(bytes(1600))
        await caller.sent()
        await caller.hang_up()
        await nobody_calls(kit)
    assert loud_seconds(bot.pcm) >= 0.16


async def nobody_calls(kit: SipKit) -> None:
    while kit.line.running or kit.line._tasks:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_a_taken_port_is_said(start_sip: StartSip) -> None:
    kit = await start_sip(Bot())
    port = kit.line.address[1]
    with pytest.raises(PortTaken, match=str(port)):
        await SipLine(LineSettings(port=port)).start(Bot())
    with pytest.raises(LineError):
        await SipLine(LineSettings(host="192.0.2.1", port=port)).start(Bot())


async def test_random_bytes_and_broken_sip(start_sip: StartSip, caplog: pytest.LogCaptureFixture) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    phone, chance = Phone(kit), random.Random(12345)
    good = (
        "INVITE sip:12345@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n"
        "From: <sip:1@x>;tag=a\r\n"
        "To: <sip:12345@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\n" + phone.sdp()
    ).encode()
    for turn in range(600):
        if turn % 3 == 0:
            data = chance.randbytes(chance.randrange(1500))
        elif turn % 3 == 1:
            data = good[: chance.randrange(len(good))]
        else:
            data = bytes(b if chance.random() > 0.02 else chance.randrange(256) for b in good)
        phone.send(data)
        if turn % 50 == 0:
            await asyncio.sleep(0.02)
    for data in (b"", b"\r\n\r\n", b"\0" * 60000, b"SIP/2.0 200 OK\r\n\r\n", b"A:" * 9000):
        phone.send(data)
    await asyncio.sleep(0.2)
    assert sum(kit.line.dropped) > 100
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    for call in list(kit.line._calls.values()):  # a damaged INVITE may still have been a good one
        await call.hang_up()
    await still_works(kit, bot)


async def test_what_the_answers_to_odd_requests_are(start_sip: StartSip) -> None:
    kit = await start_sip(Bot())
    phone = Phone(kit)
    for number, (send, code) in enumerate(
        [
            (lambda b: phone.request("OPTIONS", b, 1), 200),
            (lambda b: phone.request("BYE", b, 1, to_tag="nobody"), 481),
            (lambda b: phone.request("CANCEL", b, 1), 481),
            (lambda b: phone.request("NONSENSE", b, 1), 405),
            (lambda b: phone.request("INVITE", b, 1, to_tag="nobody", body=phone.sdp()), 481),
            (lambda b: phone.request("INVITE", b, 1, body=phone.sdp(), number="110"), 404),
            (lambda b: phone.request("INVITE", b, 1, body=phone.sdp(), extra="Require: 100rel\r\n"), 420),
            (lambda b: phone.request("INVITE", b, 1, body=phone.sdp("RTP/AVP 18")), 488),
            (lambda b: phone.request("INVITE", b, 1, body=phone.sdp("RTP/SAVP 8")), 488),
            (lambda b: phone.request("INVITE", b, 1, body=phone.sdp(host="a.name.invalid")), 488),
            (lambda b: phone.request("INVITE", b, 1, body="no sdp at all"), 488),
        ]
    ):
        send(f"odd{number}")
        assert (await phone.final()).startswith(f"SIP/2.0 {code}"), code
    assert kit.line.running == 0


async def test_repeated_messages_change_nothing(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    phone = Phone(kit)
    for _ in range(3):
        phone.request("INVITE", "one", 1, body=phone.sdp())
    answer = await phone.final()
    assert answer.startswith("SIP/2.0 200")
    tag = to_tag(answer)
    assert kit.line.running == 1
    assert to_tag(await phone.final()) == tag  # unacknowledged, it comes again
    phone.request("ACK", "two", 1, to_tag=tag)
    phone.request("BYE", "three", 2, to_tag="wrong")
    while "2 BYE" not in (answer := await phone.final()):
        pass
    assert answer.startswith("SIP/2.0 481")
    assert kit.line.running == 1
    for _ in range(2):
        phone.request("BYE", "four", 3, to_tag=tag)
    codes = [(await phone.final())[8:11] for _ in range(2)]
    assert codes == ["200", "481"]
    async with asyncio.timeout(SOON):
        await bot.done.wait()
    assert [event for event in bot.events if isinstance(event, HungUp)] == [bot.end]


async def test_a_flood_of_keys(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        for _ in range(300):
            caller.press_by_info("5")
        await asyncio.sleep(0.3)
        await caller.hang_up()
        await bot.done.wait()
    assert set(bot.keys) == {"5"}
    await still_works(kit, bot)


async def test_strangers_and_garbage_on_the_audio_port(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    chance = random.Random(1)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.send(bytes(3200))
        await caller.sent()
        ours = caller.audio.port
        target = ("127.0.0.1", next(iter(kit.line._calls.values())).media.port.port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for _ in range(300):
                loud = b"\x80\x08" + chance.randbytes(10) + chance.randbytes(160)
                stranger.sendto(loud, target)
                stranger.sendto(chance.randbytes(chance.randrange(300)), target)
                ours._udp.send(chance.randbytes(chance.randrange(12)), target)  # garbage from the caller itself
                await asyncio.sleep(0.001)
        caller.send(bytes(1600))
        await caller.sent()
        assert loud_seconds(bot.pcm) == 0
        await caller.hang_up()
        await bot.done.wait()
    await still_works(kit, bot)


async def test_a_caller_who_vanishes_is_hung_up(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot, SETTINGS.model_copy(update={"silent_rtp_s": 0.5}))
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.send(bytes(1600))
        await caller.sent()
        caller.vanish()
        await bot.done.wait()
    assert isinstance(bot.end, HungUp) and bot.end.by == "line"
    assert kit.line.running == 0


async def test_a_flood_leaves_a_running_call_alone(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot, SETTINGS.model_copy(update={"sip_per_s": 50.0}))
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        phone = Phone(kit)
        for turn in range(3000):
            phone.request("OPTIONS", f"flood{turn}", turn + 1)
            if turn % 100 == 0:
                await asyncio.sleep(0.01)
        caller.send(tone(0.2))
        await caller.sent()
        caller.send(bytes(1600))
        await caller.sent()
        await caller.hang_up()
        await bot.done.wait()
    assert kit.line.dropped[0] > 1000
    assert loud_seconds(bot.pcm) >= 0.16


async def test_more_calls_than_the_line_carries(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot, SETTINGS.model_copy(update={"most_calls": 2}))
    async with asyncio.timeout(SOON):
        callers = [await kit.dial() for _ in range(3)]
        assert [await caller.answered() for caller in callers] == [True, True, False]
        assert (await callers[2].over()).code == 486
        for caller in callers:
            await caller.hang_up()


async def test_no_audio_port_left(start_sip: StartSip) -> None:
    kit = await start_sip(Bot(), SETTINGS.model_copy(update={"rtp_first": 25998, "rtp_last": 25999}))
    async with asyncio.timeout(SOON):
        first, second = await kit.dial(), await kit.dial()
        assert await first.answered()
        assert (await second.over()).code == 503
        await first.hang_up()


async def test_an_unread_call_does_not_grow(start_sip: StartSip) -> None:
    rest: list[LineEvent] = []
    go, done = asyncio.Event(), asyncio.Event()

    async def deaf(call: Call) -> None:
        await call.answer()
        await go.wait()
        rest.extend([event async for event in call.events()])
        done.set()

    kit = await start_sip(deaf)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        for _ in range(100):
            caller.press_by_info("5")
        await asyncio.sleep(0.3)
        await caller.hang_up()
        await asyncio.sleep(0.05)
        go.set()
        await done.wait()
    assert isinstance(rest[-1], HungUp)
    assert any(isinstance(event, KeyPress) for event in rest) and any(isinstance(event, Audio) for event in rest)
