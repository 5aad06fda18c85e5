"""Settings of the desk."""

from pydantic import Field

from core.settings import Settings
from tickets.ticket import Channel


class Sender(Settings):
    """Another system that hands appeals over: the province's, a neighbour's, the mini-program's."""

    name: str = Field(min_length=1, max_length=80)
    """What it is called. Its Idempotency-Keys belong to this name: under another, what it sent comes in anew."""
    channels: tuple[Channel, ...] = Field(min_length=1)
    """The channels that its appeals come by."""
    key_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """SHA-256 (hex) of its key, as `hotline desk --new-key` prints it."""


class DeskSettings(Settings):
    """The HTTP API of the people behind the line (`hotline desk`)."""

    host: str = "127.0.0.1"
    """Address to listen on. From outside the machine only behind a proxy with TLS: keys travel in each request."""
    port: int = Field(default=8013, ge=0, le=65535)
    """TCP port; 0 takes any free one."""
    most_mb: int = Field(default=20, ge=1, le=500)
    """Largest body of a request in MB; a sheet of 10,000 entries has about 3."""
    senders: tuple[Sender, ...] = ()
    """The systems that may hand appeals over (POST /api/intake/…, Open311's api_key)."""
    submissions_an_hour: int = Field(default=20, ge=1, le=10_000)
    """Appeals that the public page takes in an hour from one address; a tenth of it, 3 at least, under one contact.
    Many people share an address at home or behind a mobile network; nobody has more than a few appeals an hour."""
    behind_proxy: bool = False
    """Whether a proxy of ours stands in front, so that the last address in X-Forwarded-For is the visitor's."""
    jurisdiction: str = ""
    """Open311's jurisdiction_id of this city, e.g. lanjiang.gov.cn; empty: none is asked for."""
    public_url: str = "http://127.0.0.1:8013"
    """Where the public reaches this server: what stands on QR codes."""
    most_jobs: int = Field(default=4, ge=1, le=32)
    """Publications, checks and imports at the same time; each takes a core."""
