"""Tells an exchange where this telephone is (REGISTER, RFC 3261 section 10), with digest authentication."""

import asyncio

from aiosipua import SipDigestAuth, SipRequest, SipResponse, generate_branch, generate_call_id, generate_tag
from aiosipua.auth import build_credentials
from aiosipua.headers import parse_auth, stringify_auth

from telephony.errors import LineError
from telephony.sip_socket import SipSocket
from telephony.udp import Address


class RegistrationFailed(LineError):
    """话机 {user} 没有登记到 {host}:{what}。请核对分机号、密码和地址。"""


async def register(socket: SipSocket, user: str, password: str, exchange: Address, expires_s: int = 120) -> None:
    """Register `user` at `exchange` for `expires_s` seconds; 0 logs out. Raises `RegistrationFailed`."""
    host = f"{exchange[0]}:{exchange[1]}"
    call_id, tag, credentials = generate_call_id(exchange[0]), generate_tag(), ""
    for number in (1, 2):
        request = _request(socket.contact(exchange), user, exchange, (call_id, tag, number), expires_s, credentials)
        response = await _answer(socket, request, exchange)
        code = response.status_code if response else 0
        challenge = response.get_header("www-authenticate") if response else None
        if code != 401 or not challenge or credentials:
            break
        made = build_credentials(
            SipDigestAuth(user, password), parse_auth(challenge), "REGISTER", f"sip:{exchange[0]}"
        )
        credentials = stringify_auth(made) if made else ""
    if code != 200:
        raise RegistrationFailed(user=user, host=host, what=f"应答 {code}" if code else "没有应答")


def _request(
    here: Address, user: str, exchange: Address, ids: tuple[str, str, int], expires_s: int, credentials: str
) -> SipRequest:
    call_id, tag, number = ids
    request = SipRequest(method="REGISTER", uri=f"sip:{exchange[0]}")
    headers = {
        "Via": f"SIP/2.0/UDP {here[0]}:{here[1]};rport;branch={generate_branch()}",
        "Max-Forwards": "70",
        "From": f"<sip:{user}@{exchange[0]}>;tag={tag}",
        "To": f"<sip:{user}@{exchange[0]}>",
        "Call-ID": call_id,
        "CSeq": f"{number} REGISTER",
        "Contact": f"<sip:{user}@{here[0]}:{here[1]}>",
        "Expires": str(expires_s),
    }
    if credentials:
        headers["Authorization"] = credentials
    for name, value in headers.items():
        request.set_header(name, value)
    return request


async def _answer(socket: SipSocket, request: SipRequest, exchange: Address) -> SipResponse | None:
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[SipResponse | None] = loop.create_future()

    def got(response: SipResponse | None) -> None:
        if not answered.done() and (response is None or response.status_code >= 200):
            answered.set_result(response)

    socket.agent.request(request, exchange, loop.time(), got)
    return await answered
