"""One caller on the SIP line."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Literal

from aiosipua import SipRequest, SipResponse

from telephony import sdp, sip_text
from telephony.codecs import RATE
from telephony.inbox import Inbox
from telephony.line import HungUp, KeyPress, LineEvent, Returned
from telephony.media import CallMedia
from telephony.settings import LineSettings
from telephony.sip_agent import SipDialog
from telephony.ticker import Ticker

log = logging.getLogger(__name__)

ACK_S = 2.0
"""Seconds that a goodbye waits for the caller's ACK; it takes a round trip."""
TWO_WAYS_S = 0.5
"""A key told in RTP and in an INFO as well within this time is one press."""


class SipCall:
    """See `telephony.line.Call`. `forget` is called once, when the call is over."""

    def __init__(
        self,
        call_id: str,
        dialog: SipDialog,
        invite: SipRequest,
        remote: sdp.Remote | None,
        settings: LineSettings,
        ticker: Ticker,
        forget: Callable[["SipCall"], None],
    ) -> None:
        self.id = call_id
        self.caller = sip_text.caller_number(invite)
        self.called = sip_text.user_part(invite.uri)
        self.rate = RATE
        self.media = CallMedia(settings, self._heard, self._vanished)
        self._settings = settings
        self._dialog = dialog
        self._invite = invite
        self._offered = invite.text
        self._remote = remote  # None where the caller leaves the offer to us
        self._offering = remote is None
        """Whether our offer waits for its answer, which comes in the ACK."""
        self._media_runs = asyncio.Event()
        self._acked = asyncio.Event()
        """Set when the caller has confirmed the answer, or the call is over."""
        self._versions = 0
        self._ticker = ticker
        self._forget = forget
        self._inbox = Inbox()
        self._state: Literal["ringing", "up", "over"] = "ringing"
        self._last_key: tuple[str, type, float] = ("", object, 0.0)
        self._transfer: asyncio.Future[bool] | None = None
        dialog.on_request, dialog.on_ack, dialog.on_cancel = self._requested, self._acknowledged, self._cancelled

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out."""
        return self.media.played

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self.media.queued

    def events(self) -> AsyncIterator[LineEvent]:
        """Yield what comes from the caller."""
        return self._inbox.events()

    def play(self, pcm: bytes) -> None:
        """Queue PCM."""
        self.media.play(pcm)

    def stop_playing(self) -> None:
        """Drop what is queued."""
        self.media.stop_playing()

    async def played_out(self) -> None:
        """Wait until nothing is queued, or the call is over."""
        await self.media.played_out()

    def press(self, keys: str) -> None:
        """Press keys (RFC 4733), as a person's telephone does."""
        self.media.press(keys)

    def ring(self) -> None:
        """Tell the caller that it rings (180)."""
        self._dialog.answer(self._invite, 180)

    def drop(self) -> None:
        """Let go of a call that never began to ring."""
        self.media.close()

    @property
    def away(self) -> bool:
        """Never: until the other side has taken the caller, we have."""
        return False

    @property
    def returned(self) -> Returned:
        """Nobody took the call; more is not told."""
        return Returned.NOBODY

    async def answer(self) -> None:
        """Take the call; return when sound can go both ways, or the call is over."""
        if self._state != "ringing":
            return
        self._state = "up"
        now = self._now()
        if self._remote:
            body = self._answer_sdp(self._offered, self._remote)
            self._start_media(self._remote, now)
        else:
            body = sdp.offer(self._dialog.contact[0], self.media.port.port, self._settings.codecs)
        self._dialog.dialog.confirm()
        self._dialog.answer_finally(self._invite, 200, now, self._no_ack, body)
        await self._media_runs.wait()

    async def refuse(self, busy: bool = True) -> None:
        """Decline the call."""
        if self._state == "ringing":
            self._refuse(486 if busy else 480)
            self._end("us", "refused")

    async def hang_up(self) -> None:
        """End the call.

        A BYE may not overtake the caller's ACK (RFC 3261, 15): Asterisk loses it, and keeps the call until no sound
        has come for `rtp_timeout` seconds.
        """
        if self._state == "up" and not self._acked.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._acked.wait(), ACK_S)
        self.end("hung up")

    def end(self, reason: str, by: Literal["line", "us"] = "us") -> None:
        """End the call from this side, answered or not."""
        if self._state == "ringing":
            self._refuse(480)
        elif self._state == "up":
            self._dialog.stop_answering()
            self._dialog.request("BYE", self._now())
        self._end(by, reason)

    async def transfer(self, target: str, patience_s: float | None = None, urgent: bool = False) -> bool:
        """Ask the caller's side to call `target` (REFER, RFC 3515), and wait for what it reports."""
        if self._state != "up" or self._transfer or not sip_text.is_address(target):
            return False
        self._transfer = asyncio.get_running_loop().create_future()
        headers = {"Refer-To": f"<{target}>", "Referred-By": f"<{self._dialog.dialog.local_uri}>"}
        self._dialog.request("REFER", self._now(), self._referred, headers)
        try:
            async with asyncio.timeout(patience_s or self._settings.transfer_s):
                accepted = await self._transfer
        except TimeoutError:
            accepted = False
        finally:
            self._transfer = None
        if accepted:
            self.end("transferred")
        return accepted

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _start_media(self, remote: sdp.Remote, now: float) -> None:
        self.media.start(remote, self._dialog.peer, now)
        self._ticker.add(self.media.tick)
        self._media_runs.set()

    def _answer_sdp(self, offered: str, remote: sdp.Remote) -> str:
        self._versions += 1
        return sdp.answer(offered, remote, self._dialog.contact[0], self.media.port.port, self._versions)

    def _refuse(self, code: int) -> None:
        self._dialog.answer_finally(self._invite, code, self._now(), lambda: None)

    def _end(self, by: Literal["caller", "line", "us"], reason: str) -> None:
        if self._state == "over":
            return
        self._state = "over"
        self._dialog.close()
        self._ticker.remove(self.media.tick)
        self.media.close()
        self._settle_transfer(False)
        self._media_runs.set()
        self._acked.set()
        self._inbox.put(HungUp(by, reason, self._now()))
        self._forget(self)

    def _settle_transfer(self, accepted: bool) -> None:
        if self._transfer and not self._transfer.done():
            self._transfer.set_result(accepted)

    def _heard(self, event: LineEvent) -> None:
        if isinstance(event, KeyPress):
            self._press(event.key, event.at, bytes)
        else:
            self._inbox.put(event)

    def _press(self, key: str, at: float, way: type) -> None:
        last, last_way, last_at = self._last_key
        if last == key and last_way is not way and at - last_at < TWO_WAYS_S:
            return
        self._last_key = key, way, at
        self._inbox.put(KeyPress(key, at))

    def _vanished(self) -> None:
        log.info("call %s: no RTP", self.id)
        self.end("no RTP", by="line")

    def _no_ack(self) -> None:
        log.info("call %s: no ACK", self.id)
        self.end("no ACK", by="line")

    def _cancelled(self) -> None:
        if self._state == "ringing":
            self._refuse(487)
            self._end("caller", "cancelled")

    def _acknowledged(self, ack: SipRequest) -> None:
        self._acked.set()
        if not self._offering or self._state != "up":
            return
        self._offering, first = False, self._remote is None
        try:
            remote = sdp.read(ack.text, [self._remote.codec.name] if self._remote else self._settings.codecs)
        except sdp.Unacceptable:
            if first:
                self.end("no codec in common", by="line")
            return  # to a later offer: the call stays as it is
        self._remote = remote
        if first:
            self._start_media(remote, self._now())
        else:
            self.media.change(remote, self._dialog.peer, self._now())

    def _requested(self, request: SipRequest) -> None:
        handlers = {
            "BYE": self._bye,
            "INVITE": self._reinvite,
            "UPDATE": self._reinvite,
            "INFO": self._info,
            "NOTIFY": self._notify,
            "OPTIONS": self._fine,
        }
        handlers.get(request.method, self._not_allowed)(request)

    def _fine(self, request: SipRequest) -> None:
        self._dialog.answer(request, 200)

    def _not_allowed(self, request: SipRequest) -> None:
        self._dialog.answer(request, 405)

    def _bye(self, request: SipRequest) -> None:
        self._dialog.stop_answering()
        if self._state == "ringing":
            self._refuse(487)
        self._dialog.answer(request, 200)
        self._end("caller", "hung up")

    def _info(self, request: SipRequest) -> None:
        self._dialog.answer(request, 200)
        key = sip_text.info_key(request)
        if key and self._state == "up":
            self._press(key, self._now(), str)

    def _reinvite(self, request: SipRequest) -> None:
        """Hold, its end, or a new address; what we cannot follow is refused and the call stays as it is."""
        now = self._now()
        if self._state != "up" or self._remote is None:
            self._dialog.answer(request, 491)
            return
        if request.body:
            try:
                remote = sdp.read(request.text, [self._remote.codec.name])
            except sdp.Unacceptable:
                remote = None
            if remote is None or remote.codec != self._remote.codec:
                self._finish(request, 488, now)
                return
            self._remote = remote
            self.media.change(remote, self._dialog.peer, now)
            self._finish(request, 200, now, self._answer_sdp(request.text, remote))
        elif request.method == "INVITE":  # our turn to offer: what we already use
            body = sdp.offer(self._dialog.contact[0], self.media.port.port, [self._remote.codec.name])
            self._offering = True
            self._finish(request, 200, now, body)
        else:
            self._fine(request)

    def _finish(self, request: SipRequest, code: int, now: float, body: str = "") -> None:
        if request.method == "INVITE":
            self._dialog.answer_finally(request, code, now, self._no_ack if code == 200 else lambda: None, body)
        else:
            self._dialog.answer(request, code, body=body)

    def _referred(self, response: SipResponse | None) -> None:
        if response is None or response.status_code >= 300:
            self._settle_transfer(False)

    def _notify(self, request: SipRequest) -> None:
        event = (request.get_header("event") or "").split(";")[0].strip().lower()
        if event != "refer":
            self._dialog.answer(request, 489)
            return
        self._dialog.answer(request, 200)
        status = sip_text.sipfrag_status(request.text)
        state = (request.get_header("subscription-state") or "").lower()
        if status and status >= 200:
            self._settle_transfer(status < 300)
        elif state.startswith("terminated"):
            self._settle_transfer(False)
