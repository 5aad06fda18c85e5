"""One call that a test caller has dialled."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aiosipua import SipRequest, SipResponse, parse_address, stringify_uri

from core.audio import write_wav
from telephony import sdp, sip_text
from telephony.codecs import RATE
from telephony.leg_audio import LegAudio
from telephony.sip_agent import SipDialog
from telephony.sounds import Ended, Heard, Sounds
from telephony.ticker import Ticker

if TYPE_CHECKING:
    from telephony.caller import SipCaller

CODECS = ("PCMA", "PCMU")


class Dialled:
    """The caller's end of a call; made by `SipCaller.dial`.

    Set `accepts_transfer`, `follows` and `transfer_result` before the other side asks.
    """

    def __init__(self, owner: "SipCaller", dialog: SipDialog, ticker: Ticker, number: str | None) -> None:
        self._owner = owner
        self._dialog = dialog
        self._ticker = ticker
        self._number = number
        self._invite: SipRequest | None = None
        self._offer = ""
        self._state: Literal["calling", "up", "over"] = "calling"
        self._cancelled = False
        self._rang = asyncio.Event()
        self._settled = asyncio.Event()
        self._done = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self.audio = LegAudio()
        self.ended: Ended | None = None
        self.dialled_at = 0.0
        self.answered_at: float | None = None
        self.accepts_transfer = True
        """Whether a REFER is accepted (202) or declined (603)."""
        self.follows = False
        """Whether an accepted transfer is really dialled, as `next_leg`, and its outcome reported."""
        self.transfer_result: int | None = 200
        """What is reported of an accepted transfer that is not followed; None: nothing, ever."""
        self.transferred_to: str | None = None
        self.next_leg: Dialled | None = None

    # What the caller does

    def send(self, pcm: bytes) -> None:
        """Say 16-bit PCM at 8 kHz, behind what is already queued; before the answer it waits for that."""
        self.audio.send(pcm)

    def press(self, keys: str) -> None:
        """Press keys (0–9, *, #) as RFC 4733 events."""
        self.audio.press(keys)

    def press_by_info(self, key: str) -> None:
        """Press one key as a SIP INFO, as some telephones do."""
        headers = {"Content-Type": "application/dtmf-relay"}
        body = f"Signal={key}\r\nDuration=160\r\n"
        self._dialog.request("INFO", self._now(), headers=headers, body=body)

    async def sent(self) -> None:
        """Wait until all that was queued has been said and pressed, or the call is over."""
        await self.audio.sent()

    async def hold(self, on: bool = True) -> int:
        """Put the other side on hold, or take it back; return the SIP code of its answer."""
        text = self._offer.replace("a=sendrecv", "a=inactive") if on else self._offer
        answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def got(response: SipResponse | None) -> None:
            code = response.status_code if response else 408
            if code >= 200 and not answered.done():
                answered.set_result(code)
                if response and code < 300:
                    self._dialog.acknowledge(response.cseq.seq)

        self._dialog.request("INVITE", self._now(), got, {"Content-Type": "application/sdp"}, text)
        return await answered

    async def hang_up(self) -> None:
        """Leave: CANCEL before the answer, BYE after it. Harmless where the call is over."""
        if self._state == "calling" and self._invite and not self._cancelled:
            self._cancelled = True
            cancel = sip_text.follow_up(self._invite, "CANCEL", self._invite.get_header("to"))
            self._dialog.agent.request(cancel, self._dialog.peer, self._now(), lambda response: None)
        elif self._state == "up":
            self._dialog.request("BYE", self._now())
            self._end("us", 200)

    def vanish(self) -> None:
        """Be gone without a word, like a telephone that lost its network."""
        self._end("us", 0)

    # What the caller learns

    @property
    def sounds(self) -> Sounds:
        """When the other side could be heard."""
        return self.audio.sounds

    @property
    def said(self) -> Sounds:
        """When this caller could be heard: the times at which its sound left."""
        return self.audio.said

    @property
    def heard(self) -> bytes:
        """All PCM that came since the answer, in order."""
        return self.audio.heard

    def frames(self) -> AsyncIterator[Heard]:
        """Yield 20 ms frames with their arrival, until the call is over."""
        return self.audio.frames()

    async def rang(self) -> None:
        """Wait until it rings at the other side, or the call is settled."""
        await self._rang.wait()

    async def answered(self) -> bool:
        """Wait for the answer; False where the call ended without one."""
        await self._settled.wait()
        return self.answered_at is not None

    async def over(self) -> Ended:
        """Wait for the end."""
        await self._done.wait()
        assert self.ended is not None
        return self.ended

    async def quiet(self, seconds: float, timeout_s: float = 60.0) -> bool:
        """Wait until the other side has spoken and then been quiet for `seconds`; False where that never came."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while self._state != "over" and loop.time() < until:
            last = self.sounds.last
            if last and loop.time() - last.end >= seconds:
                return True
            await asyncio.sleep(0.02)
        return False

    async def sound_after(self, at: float, timeout_s: float = 60.0) -> float | None:
        """Wait for the first sound of the other side after `at`; return when it began, None where none came."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while self._state != "over" and loop.time() < until:
            began = self.sounds.first_after(at)
            if began is not None:
                return began
            await asyncio.sleep(0.01)
        return self.sounds.first_after(at)

    def record(self, path: Path) -> None:
        """Write what was said (left) and heard (right) so far as one WAV."""
        write_wav(path, self.audio.tracks(), RATE)

    # Signalling

    def invite(self, offer: str) -> None:
        """Called by `SipCaller.dial`: send the INVITE."""
        self._offer = offer
        self.dialled_at = self._now()
        headers = {"Content-Type": "application/sdp"}
        self._invite = self._dialog.request("INVITE", self.dialled_at, self._responded, headers, offer)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _responded(self, response: SipResponse | None) -> None:
        code = response.status_code if response else 408
        if response is None or code >= 300:
            by: Literal["no answer", "cancelled", "refused"] = "no answer" if response is None else "refused"
            self._end("cancelled" if self._cancelled else by, code)
        elif code > 100 and code < 200:
            self._rang.set()
        elif code >= 200:
            self._accepted(response)

    def _accepted(self, response: SipResponse) -> None:
        dialog = self._dialog.dialog
        dialog.remote_tag = response.to_addr.tag or ""
        if response.get_header("contact"):
            dialog.remote_target = stringify_uri(response.contact[0].uri)
        dialog.route_set = list(reversed(response.headers.get("record-route")))
        dialog.confirm()
        self._dialog.on_request = self._requested
        self._dialog.open()
        self._dialog.acknowledge(response.cseq.seq)
        self._state = "up"
        try:
            remote = sdp.read(response.text, CODECS)
        except sdp.Unacceptable:
            remote = None
        if self._cancelled or remote is None:
            self._dialog.request("BYE", self._now())
            self._end("cancelled" if self._cancelled else "us", 200)
            return
        self.answered_at = self._now()
        self.audio.start(remote, self._dialog.peer, self.answered_at)
        self._ticker.add(self.audio.tick)
        self._rang.set()
        self._settled.set()

    def _end(self, by: Literal["us", "them", "refused", "cancelled", "no answer"], code: int) -> None:
        if self._state == "over":
            return
        self._state = "over"
        self.ended = Ended(by, code, self._now())
        self._ticker.remove(self.audio.tick)
        self.audio.close()
        self._dialog.close()
        if self in self._owner.calls:
            self._owner.calls.remove(self)
        for event in (self._rang, self._settled, self._done):
            event.set()

    def _requested(self, request: SipRequest) -> None:
        if request.method == "BYE":
            self._dialog.answer(request, 200)
            self._end("them", 200)
        elif request.method == "REFER":
            self._referred(request)
        else:
            self._dialog.answer(request, 200 if request.method in ("INFO", "OPTIONS", "UPDATE") else 488)

    def _referred(self, request: SipRequest) -> None:
        self.transferred_to = stringify_uri(parse_address(request.get_header("refer-to") or "").uri)
        self._dialog.answer(request, 202 if self.accepts_transfer else 603)
        if self.accepts_transfer:
            self._notify(100)
            if self.follows:
                self._following = asyncio.get_running_loop().create_task(self._follow(self.transferred_to))
            elif self.transfer_result is not None:
                self._notify(self.transfer_result)

    async def _follow(self, target: str) -> None:
        self.next_leg = await self._owner.dial(target, self._number)
        answered = await self.next_leg.answered()
        ended = self.next_leg.ended
        self._notify(200 if answered else ended.code if ended else 500)

    def _notify(self, code: int) -> None:
        if self._state != "up":
            return
        headers = {
            "Event": "refer",
            "Subscription-State": "terminated;reason=noresource" if code >= 200 else "active;expires=60",
            "Content-Type": "message/sipfrag;version=2.0",
        }
        body = f"SIP/2.0 {code} {sip_text.REASONS.get(code, 'Unknown')}\r\n"
        self._dialog.request("NOTIFY", self._now(), headers=headers, body=body)
