"""Settings of the desk."""

from pydantic import Field

from core.settings import Settings


class DeskSettings(Settings):
    """The HTTP API of the people behind the line (`hotline desk`)."""

    host: str = "127.0.0.1"
    """Address to listen on. From outside the machine only behind a proxy with TLS: keys travel in each request."""
    port: int = Field(default=8013, ge=0, le=65535)
    """TCP port; 0 takes any free one."""
    most_mb: int = Field(default=20, ge=1, le=500)
    """Largest body of a request in MB; a sheet of 10,000 entries has about 3."""
    most_jobs: int = Field(default=4, ge=1, le=32)
    """Publications, checks and imports at the same time; each takes a core."""
