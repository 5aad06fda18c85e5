"""A telephone line carried by pyVoIP (GPL-3.0), which is imported only when such a line is started."""

from datetime import datetime
from typing import TYPE_CHECKING

from aiosipua import SipRequest

from core.ids import new_id
from telephony.errors import PyVoipMissing
from telephony.line import Answerer
from telephony.sdp import Remote
from telephony.settings import LineSettings
from telephony.sip_agent import SipDialog
from telephony.sip_call import SipCall
from telephony.sip_line import SipLine
from telephony.sip_socket import SipSocket
from telephony.sip_text import Head
from telephony.udp import Address

if TYPE_CHECKING:
    from telephony.pyvoip_call import PyVoipCall
    from telephony.pyvoip_phone import Phone


class PyVoipLine(SipLine):
    """See `telephony.line.Line`. It speaks µ-law only, whatever `codecs` says.

    pyVoIP's threads read the ports and send the audio; everything else happens on the event loop.
    """

    def __init__(self, settings: LineSettings) -> None:
        super().__init__(settings.model_copy(update={"codecs": ("PCMU",)}))
        self._phone: Phone | None = None
        self._call_class: type[PyVoipCall] | None = None

    async def start(self, answerer: Answerer) -> None:
        """Listen. Raises `PyVoipMissing`, `PortTaken` or `LineError`."""
        try:
            from telephony.pyvoip_call import PyVoipCall
            from telephony.pyvoip_phone import Phone
        except ImportError as error:  # not installed, or a Python without audioop
            raise PyVoipMissing(what=error) from error
        self._call_class = PyVoipCall
        self._phone = Phone(self._settings.number)
        self._sip = SipSocket(self._gate, self._phone.sip.heard_by)
        await super().start(answerer)

    async def stop(self, drain_s: float = 0.0) -> None:
        """Refuse new calls, let running ones end within `drain_s` seconds, end the rest, free everything."""
        await super().stop(drain_s)
        if self._phone:
            await self._phone.own_threads.ended()

    def _invited(self, invite: SipRequest, head: Head, peer: Address, now: float) -> None:
        """Refuse a fork (RFC 3261 8.2.2.2): pyVoIP tells calls apart by their Call-ID alone."""
        if self._phone and head.call_id in self._phone.calls:
            self._sip.agent.refuse(invite, 482, peer)
        else:
            super()._invited(invite, head, peer, now)

    def _make_call(self, dialog: SipDialog, invite: SipRequest, remote: Remote | None) -> SipCall:
        assert self._phone and self._call_class
        call_id = new_id(datetime.now())
        return self._call_class(
            call_id, dialog, invite, remote, self._settings, self._ticker, self._over, self._phone
        )
