"""One caller on a line by pyVoIP: it rings, answers and carries the audio; the rules of SIP are the line's own."""

from collections.abc import Callable
from typing import Literal

from aiosipua import SipRequest

from telephony import sip_text
from telephony.codecs import PCMU
from telephony.line import LineEvent
from telephony.media import CallMedia
from telephony.pyvoip_phone import Phone
from telephony.pyvoip_rtp import RtpClient
from telephony.rtp_out import RtpOut
from telephony.rtp_port import RtpPort
from telephony.sdp import KEYS_TYPE, Remote
from telephony.settings import LineSettings
from telephony.sip_agent import SipDialog
from telephony.sip_call import SipCall
from telephony.ticker import Ticker
from telephony.udp import Address

UNKNOWN = Remote(None, PCMU, KEYS_TYPE, hears=True, speaks=True)
"""The caller's side until it answers our offer."""


class PyVoipMedia(CallMedia):
    """What is heard is put in order here; what is said is taken by pyVoIP's thread."""

    def __init__(
        self,
        settings: LineSettings,
        put: Callable[[LineEvent], None],
        vanished: Callable[[], None],
        client: RtpClient,
    ) -> None:
        super().__init__(settings, put, vanished)
        self._client = client
        self._queue = client.pmout.queue
        self.port = RtpPort(self._received, client.heard_by)
        client.send_packet = self.port.send
        client.pmout.on_drained = self._emptied

    def change(self, remote: Remote, signalling: Address, now: float) -> None:
        """Follow the other side to another address, or onto hold and back."""
        super().change(remote, signalling, now)
        self._client.pmout.held = not (remote.hears and remote.address)

    def _send(self, out: RtpOut) -> None:
        """Leave it to pyVoIP's thread."""

    def _emptied(self) -> None:
        if not self.queued:
            self._drained.set()


class PyVoipCall(SipCall):
    """See `telephony.line.Call`."""

    def __init__(
        self,
        call_id: str,
        dialog: SipDialog,
        invite: SipRequest,
        remote: Remote | None,
        settings: LineSettings,
        ticker: Ticker,
        forget: Callable[[SipCall], None],
        phone: Phone,
    ) -> None:
        super().__init__(call_id, dialog, invite, remote, settings, ticker, forget)
        head = sip_text.read_head(invite)
        self._voip = phone.offer(invite, head, remote or UNKNOWN, dialog.dialog.local_tag, dialog.contact)
        self.media = PyVoipMedia(settings, self._heard, self._vanished, self._voip.rtp)

    def ring(self) -> None:
        """Tell the caller that it rings (180)."""
        self._dialog.answer_as_written(self._invite, self._voip.ringing(), self._now())

    def drop(self) -> None:
        """Let go of a call that never began to ring."""
        super().drop()
        self._voip.over()

    async def answer(self) -> None:
        """Take the call."""
        if self._state != "ringing":
            return
        if self._remote is None:  # the offer is ours, and pyVoIP writes offers only when it calls itself
            await super().answer()
            return
        self._state = "up"
        now = self._now()
        self._start_media(self._remote, now)
        self._dialog.dialog.confirm()
        self._dialog.answer_as_written(self._invite, self._voip.accepted(), now, self._no_ack)

    def _start_media(self, remote: Remote, now: float) -> None:
        super()._start_media(remote, now)
        self._voip.gen_ms()  # starts the threads

    def _refuse(self, code: int) -> None:
        if code == 486:
            self._dialog.answer_as_written(self._invite, self._voip.denied(), self._now(), lambda: None)
        else:  # pyVoIP knows no other way to decline
            super()._refuse(code)

    def _end(self, by: Literal["caller", "line", "us"], reason: str) -> None:
        if self._state != "over":
            self._voip.over()
        super()._end(by, reason)
