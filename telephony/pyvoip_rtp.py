"""pyVoIP's RTP client: its thread that sends, on our queue and our beat; ours that hears.

What pyVoIP 1.6.8 does instead, and why it is replaced here, is in docs/decisions/013.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable

from pyVoIP import RTP

from telephony.codecs import PCMU, SAMPLES
from telephony.play_queue import PlayQueue
from telephony.pyvoip_beat import Beat
from telephony.pyvoip_threads import Handover, Threads, tell
from telephony.rtp_port import LARGEST
from telephony.udp import Address, Receiver

LOOK_UP_S = 0.1
"""How often a thread that waits for a packet looks whether it should end."""


class SharedQueue(PlayQueue):
    """A queue that the event loop fills and a thread empties."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        """Queue `data` behind the rest."""
        with self._lock:
            super().add(data)

    def clear(self) -> None:
        """Drop what waits."""
        with self._lock:
            super().clear()

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer where no more wait."""
        with self._lock:
            return super().take(size)


class Outgoing(RTP.RTPPacketManager):
    """In the place of pyVoIP's buffer, which can neither be emptied nor say how much has gone."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.queue = SharedQueue()
        self.held = False
        """While the caller has put us on hold, what is queued waits."""
        self.on_drained: Callable[[], None] = lambda: None
        self.beat = Beat()
        self._loop = asyncio.get_running_loop()

    def read(self, length: int = SAMPLES) -> bytes:
        """Return the µ-law codes of the next 20 ms. Called in pyVoIP's thread, once a packet."""
        self.beat.leaves(time.monotonic())
        code = b"" if self.held else self.queue.take(length)
        if code and not self.queue.queued:
            tell(self._loop, self.on_drained)
        return code.ljust(length, PCMU.silence)


class RtpClient(RTP.RTPClient):
    """One call's audio port; to the line it is a `telephony.udp.Datagrams`."""

    pmout: Outgoing

    def __init__(self, codecs: dict[int, RTP.PayloadType], to: Address, threads: Threads) -> None:
        super().__init__(codecs, "", 0, *to, RTP.TransmitType.SENDRECV)
        self.pmout = Outgoing()
        self.send_packet: Callable[[bytes], None] = lambda packet: None
        """Sends to where the caller really is."""
        self._threads = threads
        self._handover: Handover | None = None
        self._begun = False

    # What the line sees: a port

    def heard_by(self, receiver: Receiver) -> "RtpClient":
        """Hand what comes to `receiver`."""
        self._handover = Handover(receiver)
        return self

    @property
    def address(self) -> Address:
        """Where it is bound."""
        return self.inIP, self.inPort

    def open(self, host: str, port: int) -> None:
        """Bind. Raises `OSError`."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
        except (OSError, OverflowError):
            sock.close()
            raise
        sock.settimeout(LOOK_UP_S)  # pyVoIP asks every 10 ms; waiting costs less and hears at once
        self.sin, (self.inIP, self.inPort) = sock, sock.getsockname()[:2]

    def send(self, data: bytes, to: Address) -> None:
        """Send, or drop as the network would."""
        try:
            self.sin.sendto(data, to)
        except (OSError, OverflowError):
            return  # closed, buffer full, no route

    def close(self) -> None:
        """Let go of the port, within `LOOK_UP_S` where threads use it. Harmless twice."""
        self.NSD = False
        if not self._begun and hasattr(self, "sin"):
            self.sin.close()

    # What pyVoIP calls

    def start(self) -> None:
        """Begin to hear and to send. The port is open already."""
        if not self._begun:
            self._begun = True
            self.sout = self  # type: ignore[assignment]  # what it calls is `sendto`
            self._threads.begin(self.recv, f"pyVoIP hears on {self.inPort}")
            self._threads.begin(self.trans, f"pyVoIP sends from {self.inPort}")

    def stop(self) -> None:
        """End both threads."""
        self.close()

    def recv(self) -> None:
        """Hand packets over with their source, which pyVoIP's own loop does not look at."""
        while self.NSD:
            try:
                data, source = self.sin.recvfrom(LARGEST)
            except OSError:  # nothing came, or an ICMP error of an earlier packet
                continue
            if self._handover:
                self._handover.put(data, source)
        self.sin.close()

    def sendto(self, packet: bytes, to: Address) -> None:
        """Send where the line says: pyVoIP knows the address of the offer only."""
        if self.NSD and not self.pmout.held:
            self.send_packet(packet)

    def encode_packet(self, payload: bytes) -> bytes:
        """Pass µ-law on as it is: pyVoIP's own way there leads through 8 bits.

        The counters go round here; past their end pyVoIP sends a packet without them.
        """
        self.outSequence %= 1 << 16
        self.outTimestamp %= 1 << 32
        return payload

    @property
    def trans_delay_reduction(self) -> float:
        """What pyVoIP divides its wait of 20 ms by."""
        return self.pmout.beat.divisor(time.monotonic())
