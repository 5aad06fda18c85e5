"""What an agent's telephone may dial itself: numbers and nothing that the dialplan would read as something else."""

import asyncio

import pytest
from aiosipua import SipDigestAuth, SipResponse
from aiosipua.auth import build_credentials
from aiosipua.headers import parse_auth, stringify_auth

from telephony import sdp, sip_text
from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.settings import AsteriskSettings
from telephony.sip_agent import SipDialog
from telephony.sip_socket import SipSocket
from tests.agent_phone import agent_phone
from tests.asterisk import City
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import DEPARTMENT, department
from tests.serving import until

AGENT = "8001"


async def dial(settings: AsteriskSettings, user: str) -> int:
    """Let the agent's telephone dial `user`, as it stands on the wire (RFC 3261 19.1.2); return the final status."""
    loop, exchange = asyncio.get_running_loop(), (settings.sip_host, settings.sip_port)
    uri, signed = f"sip:{user}@{exchange[0]}:{exchange[1]}", {"Content-Type": "application/sdp"}
    socket = SipSocket()
    socket.open(settings.sip_host, 0)
    caller = sip_text.dialog_of_caller(f"sip:{AGENT}@{exchange[0]}", uri, settings.sip_host)
    dialog = SipDialog(socket.agent, caller, exchange, socket.contact(exchange))

    async def invite() -> SipResponse:
        answered: asyncio.Future[SipResponse] = loop.create_future()

        def got(response: SipResponse | None) -> None:
            if response and response.status_code >= 200 and not answered.done():
                answered.set_result(response)

        dialog.request("INVITE", loop.time(), got, signed, sdp.offer(settings.sip_host, 40000, ("PCMA",)))
        return await answered

    try:
        challenge = parse_auth((await invite()).get_header("www-authenticate") or "")
        made = build_credentials(SipDigestAuth(AGENT, settings.password(AGENT)), challenge, "INVITE", uri)
        assert made is not None
        signed["Authorization"] = stringify_auth(made)
        final = await invite()
        if final.status_code < 300:
            dialog.dialog.remote_tag = final.to_addr.tag or ""
            dialog.dialog.confirm()
            dialog.acknowledge(final.cseq.seq)
            dialog.request("BYE", loop.time())
            await socket.quiet(1.0)
        return int(final.status_code)
    finally:
        socket.close()


@pytest.mark.parametrize(
    "user",
    [
        "8001%26PJSIP%2F8002",
        "12345,60,G(from-agent%5E8002%5E1)",
        "1%24%7BEXTEN%7D",
        # closes the quotes of a comparison, whose rest is a sum that comes to 0
        "12345%22%26PJSIP%2F8002%26%22PJSIP%2F1",
        "8002)%26PJSIP%2F8002",
        "8002%5C",
    ],
)
async def test_what_is_no_number_reaches_nothing(city: City, user: str) -> None:
    settings, opened = city[0].settings, list[str]()
    exchange = Exchange(settings)

    def hear(message: Message) -> None:
        if message.event == "Newchannel":
            opened.append(message.get("Channel"))

    exchange.subscribe(hear)
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(settings, "8002") as colleague,
        department(city) as office,
    ):
        await exchange.start()
        try:
            assert await dial(settings, user) == 404
            await exchange.refresh()  # what comes before its answer has been heard
        finally:
            await exchange.stop()
        assert colleague.calls == office.calls == 0
    assert len(opened) == 1 and opened[0].startswith(f"PJSIP/{AGENT}-")


async def test_a_number_is_dialled_and_shows_the_hotline_as_its_caller(city: City) -> None:
    async with asyncio.timeout(PATIENCE_S), department(city) as office:
        assert await dial(city[0].settings, DEPARTMENT) == 200
        assert office.call is not None and office.call.caller == "12345"
        await until(office.over.is_set)
