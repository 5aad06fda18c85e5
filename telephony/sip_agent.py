"""A SIP user agent's rules (RFC 3261): which message belongs to what, what is sent again, what is refused.

No socket and no clock: datagrams and the time come in, datagrams go out through `send`.
"""

import logging
from collections.abc import Callable, Mapping

from aiosipua import Dialog, SipMessage, SipRequest, SipResponse, generate_tag

from telephony import sip_text
from telephony.resender import Resender
from telephony.sip_text import Head
from telephony.udp import Address

log = logging.getLogger(__name__)
logging.getLogger("aiosipua").setLevel(logging.ERROR)  # else a line for every damaged datagram

OnResponse = Callable[[SipResponse | None], None]
"""Takes each response to a request, and None where none came in 32 s."""

IN_DIALOG = frozenset({"BYE", "INFO", "UPDATE", "NOTIFY", "REFER", "PRACK", "SUBSCRIBE"})

REMEMBERED = 8
"""Answers in one dialog that can be given again to a repeated request."""


class SipDialog:
    """One call's signalling: numbers its requests, repeats its answers, knows its other side."""

    def __init__(self, agent: "SipAgent", dialog: Dialog, peer: Address, contact: Address) -> None:
        self.agent = agent
        self.dialog = dialog
        self.peer = peer
        self.contact = contact
        self.invite: SipRequest | None = None
        self.on_request: Callable[[SipRequest], None] = lambda request: None
        self.on_ack: Callable[[SipRequest], None] = lambda request: None
        self.on_cancel: Callable[[], None] = lambda: None
        self._answers: dict[tuple[int, str], tuple[bytes, Address]] = {}
        self.ack: bytes | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What finds this dialog in an incoming request."""
        return self.dialog.call_id, self.dialog.remote_tag

    def open(self) -> None:
        """Let requests of this dialog come in."""
        self.agent.dialogs[self.key] = self

    def close(self) -> None:
        """Forget the dialog; what is on its way is still sent again until it has arrived."""
        self.agent.dialogs.pop(self.key, None)

    def receive(self, request: SipRequest, head: Head) -> None:
        """Take a request whose tags fit."""
        known = self._answers.get((head.cseq, head.method))
        if known:
            self.agent.send(*known)
        elif head.method == "ACK":
            self.on_ack(request)
        elif head.cseq <= self.dialog.remote_cseq:
            self.agent.refuse(request, 500, self.peer)
        else:
            self.dialog.remote_cseq = head.cseq
            self.on_request(request)

    def answer(
        self, request: SipRequest, code: int, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> None:
        """Answer a request of this dialog, and remember the answer for when the request is repeated."""
        self.agent.send(self._write_answer(request, code, headers, body), self.peer)

    def answer_finally(
        self, request: SipRequest, code: int, now: float, no_ack: Callable[[], None], body: str = ""
    ) -> None:
        """Answer an INVITE for good: sent again until its ACK comes, `no_ack` where that never does."""
        data = self._write_answer(request, code, None, body)
        self.agent.resender.add(("final", *self.key), data, self.peer, now, no_ack)

    def answer_as_written(
        self, request: SipRequest, data: bytes, now: float, no_ack: Callable[[], None] | None = None
    ) -> None:
        """Give an answer whose text somebody else wrote; a final one to an INVITE comes with `no_ack`."""
        self._remember(request, data)
        if no_ack:
            self.agent.resender.add(("final", *self.key), data, self.peer, now, no_ack)
        else:
            self.agent.send(data, self.peer)

    def _write_answer(self, request: SipRequest, code: int, headers: Mapping[str, str] | None, body: str) -> bytes:
        extra = {"Contact": f"<sip:{self.contact[0]}:{self.contact[1]}>", "Allow": sip_text.ALLOW, **(headers or {})}
        data = bytes(sip_text.response(request, code, self.dialog.local_tag, extra, body))
        self._remember(request, data)
        return data

    def _remember(self, request: SipRequest, data: bytes) -> None:
        head = sip_text.read_head(request)
        self._answers[head.cseq, head.method] = data, self.peer
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def stop_answering(self) -> None:
        """Stop repeating the final answer (the call is over)."""
        self.agent.resender.stop(("final", *self.key))

    def request(
        self,
        method: str,
        now: float,
        on_response: OnResponse = lambda response: None,
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> SipRequest:
        """Send a request of this dialog, and again until a final response comes."""
        request = self.dialog.create_request(method, via_host=self.contact[0], via_port=self.contact[1])
        request.set_header("Contact", f"<sip:{self.contact[0]}:{self.contact[1]}>")
        request.set_header("User-Agent", sip_text.AGENT)
        for name, value in (headers or {}).items():
            request.set_header(name, value)
        request.text = body
        self.agent.request(request, self.peer, now, on_response)
        return request

    def acknowledge(self, cseq: int) -> None:
        """Send the ACK of a 2xx, a request of its own with the INVITE's number."""
        ack = self.dialog.create_request("ACK", via_host=self.contact[0], via_port=self.contact[1])
        self.dialog.local_cseq -= 1
        ack.set_header("CSeq", f"{cseq} ACK")
        self.ack = bytes(ack)
        self.agent.send(self.ack, self.peer)


class SipAgent:
    """Sorts what comes in, and keeps what must be sent again."""

    def __init__(self, send: Callable[[bytes, Address], None]) -> None:
        self.send = send
        self.resender = Resender(send)
        self.dialogs: dict[tuple[str, str], SipDialog] = {}
        self._asked: dict[tuple[str, str], tuple[SipRequest, Address, OnResponse]] = {}
        self.on_invite: Callable[[SipRequest, Head, Address, float], None] | None = None
        self.garbled = 0
        """Datagrams that were no SIP."""

    @property
    def idle(self) -> bool:
        """True where nothing waits for the other side."""
        return not self._asked and not len(self.resender)

    def receive(self, data: bytes, source: Address, now: float) -> None:
        """Take one datagram. Never raises for what it holds."""
        if not data.strip(b"\r\n\0 "):
            return  # a keep-alive (RFC 5626)
        try:
            message = SipMessage.parse(data)
            if isinstance(message, SipResponse):
                self._response(message)
            else:
                self._request(message, source, now)
        except ValueError as error:
            self.garbled += 1
            log.debug("garbled SIP: %s", error)
        except Exception:  # a stranger's bytes must not end anybody's call
            self.garbled += 1
            log.exception("SIP message not understood")

    def tick(self, now: float) -> None:
        """Send again what is due. Call about every 100 ms while not `idle`."""
        self.resender.tick(now)

    def request(self, request: SipRequest, to: Address, now: float, on_response: OnResponse) -> None:
        """Send a request until it is answered."""
        head = sip_text.read_head(request)
        key = head.branch, head.method
        self._asked[key] = request, to, on_response
        self.resender.add(key, bytes(request), to, now, lambda: self._unanswered(key))

    def refuse(self, request: SipRequest, code: int, to: Address, headers: Mapping[str, str] | None = None) -> None:
        """Answer without keeping anything: a repeated request gets the answer again."""
        tag = generate_tag()
        self.send(bytes(sip_text.response(request, code, tag, {"Allow": sip_text.ALLOW, **(headers or {})})), to)

    def _unanswered(self, key: tuple[str, str]) -> None:
        _, _, on_response = self._asked.pop(key)
        on_response(None)

    def _request(self, request: SipRequest, source: Address, now: float) -> None:
        if not request.headers.get("via"):
            raise ValueError("no Via")
        to = sip_text.answer_address(request, source)
        try:
            head = sip_text.read_head(request)
        except ValueError:
            self.garbled += 1
            if request.method != "ACK":
                self.refuse(request, 400, to)
            return
        dialog = self.dialogs.get((head.call_id, head.from_tag))
        if head.method == "ACK":
            self.resender.stop(("final", head.call_id, head.from_tag))
        if dialog and head.to_tag == dialog.dialog.local_tag:
            dialog.peer = to
            dialog.receive(request, head)
        elif head.method == "ACK":
            return
        elif dialog and not head.to_tag:
            self._without_tag(dialog, request, head, to)
        elif head.to_tag or head.method in IN_DIALOG or head.method == "CANCEL":
            self.refuse(request, 481, to)
        elif head.method == "INVITE" and self.on_invite:
            self.on_invite(request, head, to, now)
        else:
            self.refuse(request, 200 if head.method == "OPTIONS" else 405, to, {"Accept": "application/sdp"})

    def _without_tag(self, dialog: SipDialog, request: SipRequest, head: Head, to: Address) -> None:
        """The INVITE that began `dialog` once more, or its CANCEL."""
        first = sip_text.read_head(dialog.invite) if dialog.invite else None
        if first and head.cseq == first.cseq and head.method == "INVITE":
            dialog.receive(request, head)
        elif first and head.cseq == first.cseq and head.branch == first.branch and head.method == "CANCEL":
            dialog.answer(request, 200)
            dialog.on_cancel()
        else:
            self.refuse(request, 482 if head.method == "INVITE" else 481, to)

    def _response(self, response: SipResponse) -> None:
        head = sip_text.read_head(response)
        key = head.branch, head.method
        code = response.status_code
        if key not in self._asked:
            dialog = self.dialogs.get((head.call_id, head.to_tag))
            if dialog and dialog.ack and head.method == "INVITE" and 200 <= code < 300:
                self.send(dialog.ack, dialog.peer)  # our ACK was lost
            return
        request, to, on_response = self._asked[key]
        if code >= 200:
            del self._asked[key]
            self.resender.stop(key)
            if head.method == "INVITE" and code >= 300:
                ack = sip_text.follow_up(request, "ACK", response.get_header("to"))
                self.send(bytes(ack), to)
        elif head.method == "INVITE":
            self.resender.stop(key)  # it has arrived; ringing may last
        on_response(response)
