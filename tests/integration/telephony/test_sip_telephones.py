"""What honest telephones and networks do in their own way: offers, keys, addresses, holding, handing over."""

import asyncio
import socket

import pytest

from telephony.codecs import PCMA
from telephony.line import Call
from telephony.rtp_out import RtpOut
from tests.integration.telephony.conftest import SETTINGS, StartSip, tone
from tests.integration.telephony.phone import Phone, to_tag
from tests.integration.telephony.test_line_contract import SOON, Bot, loud_seconds


async def test_an_invite_without_an_offer_gets_ours(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1)
    answer = await phone.final()
    assert "m=audio" in answer and "PCMA/8000" in answer
    phone.request("ACK", "two", 1, to_tag=to_tag(answer), body=phone.sdp())
    async with asyncio.timeout(SOON):
        while not bot.events:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    phone.request("BYE", "three", 2, to_tag=to_tag(answer))
    async with asyncio.timeout(SOON):
        await bot.done.wait()


async def test_who_answers_our_offer_hears_the_greeting(start_sip: StartSip) -> None:
    bot = Bot(tone(0.4))
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1)
    answer = await phone.final()
    await asyncio.sleep(0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        phone.request("ACK", "two", 1, to_tag=to_tag(answer), body=phone.sdp(port=ear.getsockname()[1]))
        heard = b""
        async with asyncio.timeout(SOON):
            while loud_seconds(PCMA.decode(heard)) < 0.35:
                heard += (await asyncio.get_running_loop().sock_recv(ear, 2000))[12:]
    phone.request("BYE", "three", 2, to_tag=to_tag(answer))
    async with asyncio.timeout(SOON):
        await bot.done.wait()


async def test_the_answer_to_a_later_offer_of_ours_moves_the_sound(start_sip: StartSip) -> None:
    bot = Bot(tone(5.0))
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp())
    answer = await phone.final()
    phone.request("ACK", "one2", 1, to_tag=to_tag(answer))
    phone.request("INVITE", "two", 2, to_tag=to_tag(answer))
    await phone.final()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        phone.request("ACK", "two2", 2, to_tag=to_tag(answer), body=phone.sdp(port=ear.getsockname()[1]))
        async with asyncio.timeout(SOON):
            await asyncio.get_running_loop().sock_recv(ear, 2000)
    phone.request("BYE", "three", 3, to_tag=to_tag(answer))
    async with asyncio.timeout(SOON):
        await bot.done.wait()


async def test_keys_by_info_and_never_twice(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.press_by_info("7")
        await asyncio.sleep(0.05)
        caller.press("8")  # a telephone that sends both
        caller.press_by_info("8")
        await caller.sent()
        await asyncio.sleep(0.05)
        await caller.hang_up()
        await bot.done.wait()
    assert bot.keys == "78"


async def test_a_caller_behind_address_translation(start_sip: StartSip) -> None:
    bot = Bot(tone(0.5))
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp(host="192.0.2.99"))  # its address inside its own network
    answer = await phone.final()
    phone.request("ACK", "two", 1, to_tag=to_tag(answer))
    port = int(answer.partition("m=audio ")[2].split()[0])
    out = RtpOut(PCMA)
    out.play(tone(0.4))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.bind(("127.0.0.1", 0))
        outside.setblocking(False)
        outside.sendto(b"no RTP at all", ("127.0.0.1", port))
        for _ in range(20):
            outside.sendto(out.next_packet(), ("127.0.0.1", port))
            await asyncio.sleep(0.02)
        heard = outside.recv(2048)
    assert len(heard) == 172
    phone.request("BYE", "three", 2, to_tag=to_tag(answer))
    async with asyncio.timeout(SOON):
        await bot.done.wait()
    assert loud_seconds(bot.pcm) >= 0.3


async def test_hold_is_harmless(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        await bot.up.wait()
        assert await caller.hold() == 200
        assert bot.call is not None
        bot.call.play(tone(0.2))
        before = len(bot.pcm)
        await asyncio.sleep(0.3)
        assert len(bot.pcm) > before  # the clock of the conversation goes on
        assert bot.call.queued == 1600
        assert await caller.hold(False) == 200
        await bot.call.played_out()
        caller.send(bytes(1600))
        await caller.sent()
        assert loud_seconds(caller.heard) >= 0.16
        await caller.hang_up()
        await bot.done.wait()


@pytest.mark.parametrize("result", [486, None])
async def test_a_transfer_that_fails_later(start_sip: StartSip, result: int | None) -> None:
    outcome = asyncio.get_running_loop().create_future()
    go = asyncio.Event()

    async def hand_over(call: Call) -> None:
        await call.answer()
        await go.wait()
        outcome.set_result(await call.transfer("sip:8001@127.0.0.1:5099"))
        await call.hang_up()

    kit = await start_sip(hand_over, SETTINGS.model_copy(update={"transfer_s": 0.5}))
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        caller.transfer_result = result
        go.set()
        assert await outcome is False
        assert (await caller.over()).by == "them"


async def test_a_transfer_to_nonsense_is_refused_here(start_sip: StartSip) -> None:
    answers: list[bool] = []

    async def hand_over(call: Call) -> None:
        await call.answer()
        targets = ("", "12345", "sip:a b", "sip:x>\r\nEvil: 1", "http://x")
        answers.extend([await call.transfer(target) for target in targets])

    kit = await start_sip(hand_over)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        await caller.over()
    assert answers == [False] * 5 and caller.transferred_to is None


async def test_a_hand_over_reaches_the_person(start_sip: StartSip) -> None:
    person = Bot(tone(0.3, hz=900))
    desk = await start_sip(person)

    async def hand_over(call: Call) -> None:
        await call.answer()
        assert await call.transfer(desk.uri())

    kit = await start_sip(hand_over)
    async with asyncio.timeout(SOON):
        caller = await kit.dial("13800004321")
        caller.follows = True
        assert (await caller.over()).by == "them"
        assert caller.next_leg is not None and person.call is not None
        assert person.call.caller == "13800004321"
        await person.call.played_out()
        caller.next_leg.send(bytes(1600))
        await caller.next_leg.sent()
        assert loud_seconds(caller.next_leg.heard) >= 0.26
        await caller.next_leg.hang_up()
        await person.done.wait()
