"""pyVoIP's telephone and its calls: what they write is caught and sent by the line, which knows to whom, and again.

What pyVoIP 1.6.8 does instead, and why it is replaced here, is in docs/decisions/013.
"""

import re
import socket
from collections.abc import Callable
from typing import Any

import pyVoIP.VoIP  # noqa: F401  (first: it and pyVoIP.SIP import each other)
from aiosipua import SipRequest, generate_tag, parse_via
from pyVoIP import RTP, SIP
from pyVoIP.VoIP import VoIP

from telephony.pyvoip_rtp import RtpClient
from telephony.pyvoip_threads import Handover, Threads
from telephony.sdp import Remote
from telephony.sip_text import Head
from telephony.udp import Address, Receiver

LARGEST = 65535


class Caught:
    """In the place of the socket that pyVoIP writes to: its texts go to one fixed exchange, and only once."""

    def __init__(self) -> None:
        self.text = b""

    def sendto(self, text: bytes, to: Address) -> None:
        """Keep the text."""
        self.text = text


class SipPort(SIP.SIPClient):
    """pyVoIP's SIP port and the thread that reads it; to the line it is a `telephony.udp.Datagrams`."""

    def __init__(self, phone: "Phone", number: str) -> None:
        super().__init__("", 0, number, "", phone)
        self.out: Caught = Caught()  # type: ignore[assignment]  # what it calls is `sendto`
        self.tag = ""
        """Our tag in the call that is being written about."""
        self._threads = phone.own_threads
        self._handover: Handover | None = None

    def heard_by(self, receiver: Receiver) -> "SipPort":
        """Hand what comes to `receiver`."""
        self._handover = Handover(receiver)
        return self

    @property
    def address(self) -> Address:
        """Where it is bound."""
        return self._address

    _address: Address = ("", 0)

    def open(self, host: str, port: int) -> None:
        """Bind, and begin to read. Raises `OSError`."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
        except (OSError, OverflowError):
            sock.close()
            raise
        self.s, self._address = sock, sock.getsockname()[:2]
        self.start()

    def start(self) -> None:
        """Read at once and register nowhere; pyVoIP first registers, then waits a second."""
        self.NSD = True
        self._threads.begin(self._read, "pyVoIP SIP")

    def send(self, data: bytes, to: Address) -> None:
        """Send, or drop as the network would."""
        if self.NSD:
            try:
                self.s.sendto(data, to)
            except (OSError, OverflowError):
                return

    def close(self) -> None:
        """Let go of the port, as soon as the thread has seen it. Harmless twice."""
        self.NSD = False

    def _read(self) -> None:
        self.recv_loop()
        self.s.close()

    def recv(self) -> None:
        """Hand one datagram over with its source, which pyVoIP does not look at."""
        try:
            data, source = self.s.recvfrom(LARGEST)
        except BlockingIOError:
            raise  # pyVoIP's loop waits then
        except OSError:
            return
        if self._handover:
            self._handover.put(data, source)

    def gen_tag(self) -> str:
        """Return the tag that this call has; pyVoIP takes a new one for each text, and remembers all for ever."""
        return getattr(self, "tag", "") or str(generate_tag())


class VoipCall(VoIP.VoIPCall):
    """One call as pyVoIP keeps it: ringing, answered, ended."""

    phone: "Phone"
    sip: SipPort

    def __init__(
        self, phone: "Phone", invite: SipRequest, head: Head, remote: Remote, tag: str, contact: Address
    ) -> None:
        self._tag, self._contact = tag, contact
        self._routes = "".join(f"Record-Route: {route}\r\n" for route in invite.headers.get("record-route")).encode()
        message = read_message(invite, head, remote, contact)
        super().__init__(phone, VoIP.CallState.RINGING, message, contact[1], contact[0], sendmode=_direction(remote))

    @property
    def rtp(self) -> RtpClient:
        """Its audio."""
        client = self.RTPClients[0]
        assert isinstance(client, RtpClient)
        return client

    def create_rtp_clients(
        self, codecs: dict[int, RTP.PayloadType], ip: str, port: int, request: SIP.SIPMessage, baseport: int
    ) -> None:
        """Make the audio port; pyVoIP calls it while it is being made itself."""
        to = request.body["c"][0]["address"], baseport
        self.RTPClients.append(RtpClient(codecs, to, self.phone.own_threads))

    def ringing(self) -> bytes:
        """Return the 180."""
        return self._written(lambda: self.sip.out.sendto(self.sip.gen_ringing(self.request).encode(), ("", 0)))

    def accepted(self) -> bytes:
        """Take the call: start its audio, return the 200."""
        return self._written(self.answer)

    def denied(self) -> bytes:
        """Decline the call, return the 486."""
        return self._written(self.deny)

    def over(self) -> None:
        """End the audio and forget the call."""
        self.rtp.stop()
        self.bye()
        self.sip.tagLibrary.pop(self.call_id, None)

    def _written(self, write: Callable[[], None]) -> bytes:
        self.sip.tag = self.sip.tagLibrary[self.call_id] = self._tag
        self.sip.myIP, self.sip.myPort = self._contact
        write()
        return self.sip.out.text.replace(b"\r\n", b"\r\n" + self._routes, 1)


class Phone(VoIP.VoIPPhone):
    """pyVoIP's telephone, without a registration and without its choice of ports."""

    sip: SipPort

    def __init__(self, number: str) -> None:
        super().__init__("", 0, number, "")
        self.own_threads = Threads()
        self.sip = SipPort(self, number)

    def offer(self, invite: SipRequest, head: Head, remote: Remote, tag: str, contact: Address) -> VoipCall:
        """Return a new call that rings."""
        call = VoipCall(self, invite, head, remote, tag, contact)
        self.calls[head.call_id] = call
        return call

    def request_port(self, blocking: bool = True) -> int:
        """Leave the port to the line: pyVoIP draws one at random and does not try it."""
        return 0

    def release_ports(self, call: VoIP.VoIPCall | None = None) -> None:
        """Release nothing: pyVoIP's own, called by the garbage collector, can lock itself out."""


def read_message(invite: SipRequest, head: Head, remote: Remote, contact: Address) -> SIP.SIPMessage:
    """Return an INVITE as pyVoIP's parser would have read it.

    It is given the result because it knows no compact or lower-case header names, no `tel:`, no second
    connection line, and resets Python's warning filters at every codec that it does not know.
    """
    message = SIP.SIPMessage(f"INVITE {invite.uri} SIP/2.0\r\nCall-ID: {head.call_id}\r\n\r\n".encode())
    keys = {} if remote.keys_type is None else {str(remote.keys_type): {"rtpmap": {"name": "telephone-event"}}}
    host, port = remote.address or ("0.0.0.0", 9)
    audio = {"type": "audio", "port": port, "port_count": 1, "methods": [str(remote.codec.payload_type), *keys]}
    message.headers |= {
        "Via": [_via(text) for text in invite.headers.get("via")],
        "From": {"raw": _without_tag(invite.get_header("from") or ""), "tag": head.from_tag},
        "To": {"raw": _without_tag(invite.get_header("to") or ""), "tag": ""},
        "CSeq": {"check": str(head.cseq), "method": head.method},
        "Contact": f"<sip:{contact[0]}:{contact[1]}>",  # pyVoIP puts it into its own answers
    }
    message.body = {"c": [{"address": host, "address_count": 1}], "m": [audio | {"attributes": keys}]}
    return message


def _via(text: str) -> dict[str, Any]:
    via = parse_via(text)
    parameters = {name: value or None for name, value in via.params.items()}
    return {"type": "SIP/2.0/UDP", "address": (via.host, str(via.port or 5060)), **parameters}


def _without_tag(address: str) -> str:
    return re.sub(r";\s*tag\s*=[^;>\s]*", "", address)


def _direction(remote: Remote) -> str:
    hears = remote.hears and remote.address is not None
    if hears:
        return "sendrecv" if remote.speaks else "sendonly"
    return "recvonly" if remote.speaks else "inactive"
