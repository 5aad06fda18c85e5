"""What a telephone may ask in the middle of a call, by hand."""

import asyncio

import pytest

from telephony import resender
from telephony.line import Call, HungUp, LineEvent
from tests.integration.telephony.conftest import SipKit, StartSip
from tests.integration.telephony.phone import Phone, to_tag
from tests.integration.telephony.test_line_contract import SOON, Bot


async def up(kit: SipKit) -> tuple[Phone, str]:
    """A call by hand that is up; the phone and our tag."""
    phone = Phone(kit)
    phone.request("INVITE", "begin", 1, body=phone.sdp())
    tag = to_tag(await phone.final())
    phone.request("ACK", "begun", 1, to_tag=tag)
    return phone, tag


async def leave(phone: Phone, tag: str, bot: Bot) -> None:
    phone.request("BYE", "end", 99, to_tag=tag)
    async with asyncio.timeout(SOON):
        await bot.done.wait()


async def test_a_change_that_we_cannot_follow_leaves_the_call_as_it_is(start_sip: StartSip) -> None:
    bot = Bot()
    phone, tag = await up(await start_sip(bot))
    for number, body in enumerate((phone.sdp("RTP/AVP 18"), phone.sdp("RTP/AVP 0"), "nonsense")):
        phone.request("INVITE", f"change{number}", 2 + number, to_tag=tag, body=body)
        assert (await phone.final()).startswith("SIP/2.0 488")
        phone.request("ACK", f"change{number}", 2 + number, to_tag=tag)
    before = len(bot.pcm)
    await asyncio.sleep(0.1)
    assert len(bot.pcm) > before
    await leave(phone, tag, bot)


async def test_refreshes_and_questions_are_answered(start_sip: StartSip) -> None:
    bot = Bot()
    phone, tag = await up(await start_sip(bot))
    for number, (method, code) in enumerate(
        [("UPDATE", 200), ("OPTIONS", 200), ("INFO", 200), ("NOTIFY", 489), ("REFER", 405), ("MESSAGE", 405)]
    ):
        phone.request(method, f"ask{number}", 2 + number, to_tag=tag)
        assert (await phone.final()).startswith(f"SIP/2.0 {code}"), method
    phone.request("UPDATE", "old", 2, to_tag=tag, body=phone.sdp())
    assert (await phone.final()).startswith("SIP/2.0 200")  # the answer of the first time
    phone.request("INFO", "older", 1, to_tag=tag)
    assert (await phone.final()).startswith("SIP/2.0 500")
    await leave(phone, tag, bot)


async def test_a_refresh_without_an_offer_gets_what_we_use(start_sip: StartSip) -> None:
    bot = Bot()
    phone, tag = await up(await start_sip(bot))
    phone.request("INVITE", "again", 2, to_tag=tag)
    answer = await phone.final()
    assert answer.startswith("SIP/2.0 200") and "PCMA/8000" in answer and "PCMU" not in answer
    phone.request("ACK", "again2", 2, to_tag=tag, body=phone.sdp())
    await leave(phone, tag, bot)


async def test_a_late_answer_without_a_codec_ends_the_call(start_sip: StartSip) -> None:
    bot = Bot()
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1)
    tag = to_tag(await phone.final())
    phone.request("ACK", "two", 1, to_tag=tag, body=phone.sdp("RTP/AVP 18"))
    async with asyncio.timeout(SOON):
        await bot.done.wait()
    assert isinstance(bot.end, HungUp) and bot.end.by == "line"
    assert "BYE sip:" in await phone.answer()


async def test_a_caller_who_never_acknowledges_is_let_go(
    start_sip: StartSip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resender, "GIVE_UP", 0.3)
    bot = Bot()
    kit = await start_sip(bot)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp())
    async with asyncio.timeout(SOON):
        await bot.done.wait()
    assert isinstance(bot.end, HungUp) and (bot.end.by, bot.end.reason) == ("line", "no ACK")
    assert kit.line.running == 0


async def test_a_bye_that_overtakes_the_answer(start_sip: StartSip) -> None:
    ends: list[LineEvent] = []
    done = asyncio.Event()

    async def slow(call: Call) -> None:
        ends.extend([event async for event in call.events()])
        done.set()

    kit = await start_sip(slow)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp())
    tag = to_tag(await phone.answer() and await phone.answer())  # 100, then 180
    phone.request("BYE", "two", 2, to_tag=tag)
    async with asyncio.timeout(SOON):
        await done.wait()
    assert [end.by for end in ends if isinstance(end, HungUp)] == ["caller"]
    answers = {(await phone.final()).split("\r\n")[0] for _ in range(2)}
    assert answers == {"SIP/2.0 487 Request Terminated", "SIP/2.0 200 OK"}


async def test_a_goodbye_waits_for_the_acknowledgement(start_sip: StartSip) -> None:
    async def brief(call: Call) -> None:
        await call.answer()
        await call.hang_up()

    kit = await start_sip(brief)
    phone = Phone(kit)
    phone.request("INVITE", "one", 1, body=phone.sdp())
    tag = to_tag(await phone.final())
    with pytest.raises(TimeoutError):  # nothing but the answer again, until it is acknowledged
        async with asyncio.timeout(0.3):
            while not (await phone.answer()).startswith("BYE "):
                pass
    phone.request("ACK", "begun", 1, to_tag=tag)
    async with asyncio.timeout(SOON):
        while not (await phone.answer()).startswith("BYE "):
            pass
    assert kit.line.running == 0
