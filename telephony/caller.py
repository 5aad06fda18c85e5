"""A caller that is a real SIP telephone: for `hotline call`, the demo, the tests and the benchmarks."""

import asyncio
from collections.abc import Sequence

from aiosipua import parse_uri

from telephony import sdp, sip_text
from telephony.dialled import Dialled
from telephony.sip_agent import SipDialog
from telephony.sip_socket import SipSocket
from telephony.ticker import Ticker


class SipCaller:
    """Any number of calls from one SIP port. Use it as an async context, or `start` and `stop` it."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._sip = SipSocket()
        self._ticker = Ticker()
        self.calls: list[Dialled] = []
        """Every call dialled so far that is not over."""

    async def start(self) -> None:
        """Take a SIP port. Raises `OSError`."""
        self._sip.open(self._host, self._port)

    async def stop(self) -> None:
        """End every call and let go of everything."""
        for call in list(self.calls):
            await call.hang_up()
        await self._sip.quiet(1.0)
        for call in list(self.calls):
            call.vanish()
        self._sip.close()

    async def __aenter__(self) -> "SipCaller":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def dial(
        self, uri: str, caller_number: str | None = None, codecs: Sequence[str] = ("PCMA", "PCMU")
    ) -> Dialled:
        """Call `uri` (sip:12345@host:port); return at once, ringing. `caller_number` None withholds it.

        Raises `OSError` where the host is unknown.
        """
        parsed = parse_uri(uri)
        found = await asyncio.get_running_loop().getaddrinfo(parsed.host, parsed.port or 5060, family=2)
        peer = (str(found[0][4][0]), int(found[0][4][1]))
        contact = self._sip.contact(peer)
        caller_uri = f"sip:{caller_number}@{contact[0]}" if caller_number else "sip:anonymous@anonymous.invalid"
        signalling = sip_text.dialog_of_caller(caller_uri, uri, contact[0])
        dialog = SipDialog(self._sip.agent, signalling, peer, contact)
        call = Dialled(self, dialog, self._ticker, caller_number)
        call.audio.port.open(contact[0], 0)
        self.calls.append(call)
        call.invite(sdp.offer(contact[0], call.audio.port.port, codecs))
        return call
