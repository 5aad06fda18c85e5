"""Reading and writing SIP messages (RFC 3261): what `aiosipua` leaves to its user. No socket, no state."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from aiosipua import (
    Dialog,
    SipRequest,
    SipResponse,
    generate_call_id,
    generate_tag,
    parse_address,
    parse_cseq,
    parse_uri,
    parse_via,
    stringify_uri,
    stringify_via,
)

from telephony.udp import Address

ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, NOTIFY, REFER"
AGENT = "hotline12345"

REASONS = {
    100: "Trying", 180: "Ringing", 200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found",
    405: "Method Not Allowed", 420: "Bad Extension", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error",
    503: "Service Unavailable", 603: "Decline",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What tells which request this is, and of which dialog."""

    method: str
    call_id: str
    from_tag: str
    to_tag: str
    cseq: int
    branch: str


def read_head(message: SipRequest | SipResponse) -> Head:
    """Return the head of a message. Raises `ValueError` where a mandatory header is missing or wrong."""
    vias, cseq_text, call_id = message.headers.get("via"), message.get_header("cseq"), message.call_id
    from_text, to_text = message.get_header("from"), message.get_header("to")
    if not (vias and cseq_text and call_id and from_text and to_text):
        raise ValueError("mandatory header missing")
    cseq = parse_cseq(cseq_text)
    if not 0 <= cseq.seq < 2**32 or not cseq.method:
        raise ValueError("CSeq out of range")
    if isinstance(message, SipRequest) and cseq.method != message.method:
        raise ValueError("CSeq names another method")
    from_tag, to_tag = parse_address(from_text).tag or "", parse_address(to_text).tag or ""
    return Head(cseq.method, call_id, from_tag, to_tag, cseq.seq, parse_via(vias[0]).branch or "")


def answer_address(request: SipRequest, source: Address) -> Address:
    """Note the true source in the topmost Via (RFC 3261 18.2.1, RFC 3581); return where answers go.

    An answer never goes to a host that only the message names, so nobody is hit or looked up through us.
    """
    vias = request.headers.get("via")
    via = parse_via(vias[0])
    via.params["received"] = source[0]
    port = via.port or 5060
    if "rport" in via.params:
        port = source[1]
        via.params["rport"] = str(port)
    request.headers.remove("via")
    for text in [stringify_via(via), *vias[1:]]:
        request.headers.append("Via", text)
    return source[0], port


def response(
    request: SipRequest, code: int, to_tag: str = "", headers: Mapping[str, str] | None = None, body: str = ""
) -> SipResponse:
    """Build a response to `request`; a body is SDP."""
    answer = SipResponse(status_code=code, reason_phrase=REASONS.get(code, "Unknown"))
    for name in ("via", "record-route"):
        for value in request.headers.get(name):
            answer.headers.append(name, value)
    to = request.get_header("to") or ""
    if to_tag and code > 100 and not parse_address(to).tag:
        to += f";tag={to_tag}"
    answer.set_header("From", request.get_header("from") or "")
    answer.set_header("To", to)
    answer.set_header("Call-ID", request.call_id or "")
    answer.set_header("CSeq", request.get_header("cseq") or "")
    answer.set_header("Server", AGENT)
    for name, value in (headers or {}).items():
        answer.set_header(name, value)
    if body:
        answer.set_header("Content-Type", "application/sdp")
        answer.text = body
    return answer


def dialog_of_invite(invite: SipRequest, head: Head) -> Dialog:
    """Return the callee's dialog (RFC 3261 12.1.1; `aiosipua` reverses the route set, which only a caller may)."""
    sender, contacts = parse_address(invite.get_header("from")), ()
    if invite.get_header("contact"):
        contacts = tuple(invite.contact)
    return Dialog(
        call_id=head.call_id,
        local_tag=generate_tag(),
        remote_tag=head.from_tag,
        local_uri=uri_text(invite.get_header("to")),
        remote_uri=uri_text(invite.get_header("from")),
        remote_target=stringify_uri(contacts[0].uri) if contacts else stringify_uri(sender.uri),
        route_set=list(invite.headers.get("record-route")),
        local_cseq=secrets.randbelow(1000) + 1,
        remote_cseq=head.cseq,
    )


def uri_text(address: str) -> str:
    """Return the URI of a From or To as it is written there, be it `sip:` or `tel:` (RFC 3261 20.10)."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", address)
    inner = re.search("<([^>]*)>", bare)
    return (inner[1] if inner else bare.split(";")[0]).strip()


def dialog_of_caller(caller_uri: str, target: str, host: str) -> Dialog:
    """Return a caller's dialog before its INVITE."""
    return Dialog(
        call_id=generate_call_id(host),
        local_tag=generate_tag(),
        local_uri=caller_uri,
        remote_uri=target,
        remote_target=target,
    )


def follow_up(invite: SipRequest, method: str, to: str) -> SipRequest:
    """Build the CANCEL of an INVITE, or the ACK of its refusal: same branch, same number (RFC 3261 9.1, 17.1.1.3)."""
    request = SipRequest(method=method, uri=invite.uri)
    request.headers.append("Via", invite.headers.get("via")[0])
    request.set_header("From", invite.get_header("from"))
    request.set_header("To", to)
    request.set_header("Call-ID", invite.call_id)
    request.set_header("CSeq", f"{invite.cseq.seq} {method}")
    request.set_header("Max-Forwards", "70")
    for route in invite.headers.get("route"):
        request.headers.append("Route", route)
    return request


def user_part(uri: str) -> str:
    """Return the user of a SIP URI, without parameters: `12345` of `sip:12345;x=y@host`."""
    return unquote(parse_uri(uri).user or "").split(";")[0]


def caller_number(invite: SipRequest) -> str | None:
    """Return the caller's number, from P-Asserted-Identity where the network gives it (RFC 3325), else From.

    None where it is withheld (RFC 3323) or no number.
    """
    privacy = {part.strip().lower() for part in re.split("[;,]", invite.get_header("privacy") or "")}
    if privacy & {"id", "user", "header", "full"}:
        return None
    for text in [*invite.headers.get("p-asserted-identity"), invite.get_header("from") or ""]:
        number = _number(text)
        if number:
            return number
    return None


def _number(address: str) -> str | None:
    inner = re.search("<([^>]*)>", address)
    uri = (inner[1] if inner else address).strip()
    scheme, _, rest = uri.partition(":")
    if scheme.lower() not in ("sip", "sips", "tel"):
        return None
    user = rest if scheme.lower() == "tel" else rest.rpartition("@")[0]
    digits = re.sub(r"[-.() ]", "", unquote(user).split(";")[0].split(",")[0])
    return digits if re.fullmatch(r"\+?[0-9]{2,20}", digits) else None


def sipfrag_status(body: str) -> int | None:
    """Return the status that a NOTIFY of a transfer reports (RFC 3515 2.4.5)."""
    found = re.match(r"\s*SIP/2\.0 +([1-6][0-9]{2})\b", body)
    return int(found[1]) if found else None


def info_key(request: SipRequest) -> str | None:
    """Return the key in an INFO (application/dtmf-relay, application/dtmf), None where there is none."""
    kind = (request.content_type or "").split(";")[0].strip().lower()
    text = request.text.strip()
    if kind == "application/dtmf-relay":
        found = re.search(r"(?im)^\s*signal\s*=\s*([0-9*#])\s*$", text)
        return found[1] if found else None
    return text if kind == "application/dtmf" and re.fullmatch("[0-9*#]", text) else None


def is_address(target: str) -> bool:
    """Return whether `target` can stand in a Refer-To: one SIP URI, nothing around it."""
    return bool(re.fullmatch(r"sips?:[^\s<>\"?,]+", target, re.IGNORECASE))
