"""The embedded telephone line: SIP and RTP over UDP, no other server."""

import asyncio
import errno
import logging
from datetime import datetime

from aiosipua import SipRequest

from core.ids import new_id
from telephony import sdp, sip_text
from telephony.errors import LineError, PortTaken
from telephony.gate import Gate
from telephony.line import Answerer
from telephony.registration import register
from telephony.rtp_port import RtpPorts
from telephony.settings import LineSettings
from telephony.sip_agent import SipDialog
from telephony.sip_call import SipCall
from telephony.sip_socket import SipSocket
from telephony.sip_text import Head
from telephony.ticker import Ticker
from telephony.udp import Address

log = logging.getLogger(__name__)

LAST_WORDS_S = 1.0
"""How long `stop` waits for answers to its last messages."""

ANSWERER_S = 2.0
"""How long `stop` lets an answerer finish after its call has ended, before it is cancelled."""


class SipLine:
    """See `telephony.line.Line`."""

    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings
        self._gate = Gate(settings.sip_per_s, settings.peers)
        self._sip = SipSocket(self._gate)
        self._ports = RtpPorts(settings.host, settings.rtp_first, settings.rtp_last)
        self._ticker = Ticker()
        self._answerer: Answerer | None = None
        self._calls: dict[str, SipCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """How many calls are up now."""
        return len(self._calls)

    @property
    def address(self) -> Address:
        """Where it listens for SIP; for a setting of port 0 the one that it got."""
        return self._sip.address

    @property
    def dropped(self) -> tuple[int, int]:
        """Datagrams on the SIP port that were dropped unread (floods, unknown peers), and that were no SIP."""
        return self._gate.dropped, self._sip.agent.garbled

    async def start(self, answerer: Answerer) -> None:
        """Listen. Raises `PortTaken` or `LineError`."""
        self._answerer = answerer
        self._sip.agent.on_invite = self._invited
        host, port = self._settings.host, self._settings.port
        try:
            self._sip.open(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host=host, port=port) from error
            raise LineError(what=error.strerror or error) from error

    async def register(self, password: str, exchange: Address, expires_s: int = 120) -> None:
        """Tell `exchange` that calls to our number come here. Raises `RegistrationFailed`."""
        await register(self._sip, self._settings.number, password, exchange, expires_s)

    def vanish(self) -> None:
        """Be gone without a word, like a telephone that lost its network; `stop` is still to be called."""
        self._sip.close()
        for call in list(self._calls.values()):
            call.media.close()

    async def stop(self, drain_s: float = 0.0) -> None:
        """Refuse new calls, let running ones end within `drain_s` seconds, end the rest, free everything."""
        self._answerer = None
        if self._tasks and drain_s > 0:
            await asyncio.wait(self._tasks, timeout=drain_s)
        for call in list(self._calls.values()):
            call.end("line stopped")
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=ANSWERER_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._sip.quiet(LAST_WORDS_S)
        self._sip.close()

    def _invited(self, invite: SipRequest, head: Head, peer: Address, now: float) -> None:
        """A new call: refuse it, or let it ring and hand it to the answerer."""
        agent = self._sip.agent
        if self._settings.number not in ("*", sip_text.user_part(invite.uri)):
            agent.refuse(invite, 404, peer)
            return
        required = invite.headers.get("require")
        if required:
            agent.refuse(invite, 420, peer, {"Unsupported": ", ".join(required)})
            return
        if self._answerer is None or len(self._calls) >= self._settings.most_calls:
            agent.refuse(invite, 503 if self._answerer is None else 486, peer, {"Retry-After": "10"})
            return
        try:
            remote = sdp.read(invite.text, self._settings.codecs) if invite.body else None
        except sdp.Unacceptable as error:
            log.info("call refused: %s", error)
            agent.refuse(invite, 488, peer)
            return
        self._take(invite, head, peer, remote, self._answerer)

    def _take(
        self,
        invite: SipRequest,
        head: Head,
        peer: Address,
        remote: sdp.Remote | None,
        answerer: Answerer,
    ) -> None:
        contact = self._sip.contact(peer, self._settings.advertised)
        dialog = SipDialog(self._sip.agent, sip_text.dialog_of_invite(invite, head), peer, contact)
        call = self._make_call(dialog, invite, remote)
        try:
            self._ports.open(call.media.port)
        except LineError as error:
            log.error("call refused: %s", error)
            call.drop()
            self._sip.agent.refuse(invite, 503, peer, {"Retry-After": "10"})
            return
        dialog.invite = invite
        dialog.open()
        self._calls[call.id] = call
        dialog.answer(invite, 100)
        call.ring()
        task = asyncio.get_running_loop().create_task(self._serve(call, answerer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _make_call(self, dialog: SipDialog, invite: SipRequest, remote: sdp.Remote | None) -> SipCall:
        return SipCall(new_id(datetime.now()), dialog, invite, remote, self._settings, self._ticker, self._over)

    async def _serve(self, call: SipCall, answerer: Answerer) -> None:
        try:
            await answerer(call)
        except Exception:
            log.exception("call %s: answerer failed", call.id)
        finally:
            call.end("answerer returned")

    def _over(self, call: SipCall) -> None:
        self._calls.pop(call.id, None)
