"""How the telephone line listens: `[line]` in hotline.toml."""

from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field, model_validator

from core.settings import Settings

CodecName = Literal["PCMA", "PCMU"]


class LineSettings(Settings):
    """The telephone line, and how the embedded one listens."""

    kind: Literal["embedded", "asterisk", "pyvoip"] = "embedded"
    """Who carries the calls: the embedded SIP line, which needs nothing else; Asterisk (see `[asterisk]`); or
    `pyvoip`, which needs the extra of that name, speaks µ-law only and is for comparison."""

    host: str = "127.0.0.1"
    """IPv4 address to listen on. The default lets only this machine call; 0.0.0.0 lets the network."""

    port: int = Field(default=5060, ge=0, le=65535)
    """UDP port of SIP (RFC 3261's own is 5060); 0 takes a free one."""

    number: str = Field(default="12345", max_length=32, pattern=r"^[0-9A-Za-z+*#]+$")
    """The number that is answered; any other gets 404. The state hotline's is 12345; `*` answers every number."""

    advertised: str = ""
    """IPv4 address that callers are told to use; empty: the one they reach us on. Set it behind NAT."""

    peers: tuple[IPv4Network, ...] = ()
    """Networks that may send SIP; empty: all. Name the exchange's here when `host` is open to a network."""

    rtp_first: int = Field(default=20000, ge=1024, le=65534)
    """First UDP port for audio; even ones are used, one a call."""

    rtp_last: int = Field(default=20999, ge=1025, le=65535)
    """Last UDP port for audio. Twice as many as calls at once, because RTP takes even ports (RFC 3550)."""

    codecs: tuple[CodecName, ...] = Field(default=("PCMA", "PCMU"), min_length=1)
    """What is spoken on the line, liked best first. A-law is the Chinese network's own."""

    most_calls: int = Field(default=200, ge=1, le=10000)
    """Calls at once that the line carries at all; past it, 486. Two cores carry the audio of about 200."""

    silent_rtp_s: float = Field(default=30.0, gt=0, le=3600)
    """Seconds without any RTP after which a caller has vanished and is hung up; phones in a talk never pause
    this long, not even with silence suppression, because comfort noise is refreshed."""

    held_s: float = Field(default=300.0, gt=0, le=3600)
    """The same while the caller has put us on hold, when no RTP is normal."""

    transfer_s: float = Field(default=30.0, gt=0, le=300)
    """Seconds that a transfer may take to be accepted and to succeed: as long as a telephone rings."""

    sip_per_s: float = Field(default=400.0, gt=0)
    """SIP messages a second read from one address (a call takes about eight); the rest of a flood is dropped."""

    @model_validator(mode="after")
    def _ports_in_order(self) -> "LineSettings":
        if self.rtp_last <= self.rtp_first:
            raise ValueError("rtp_last must be above rtp_first")
        return self
