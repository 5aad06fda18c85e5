"""What can be set about the voice."""

from pathlib import Path

from pydantic import Field

from core.settings import Settings


class TtsSettings(Settings):
    """The `[tts]` table of hotline.toml."""

    voice: str = "zf_xiaoyi"
    """Voice of the bot; zf_ are women, zm_ men. Default: measured on the telephone, docs/decisions/030."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    """Speed of speech; 1 is the natural pace of the voice, about 5.5 characters a second without the pauses."""
    slow_speed: float = Field(default=0.8, ge=0.5, le=1.0)
    """Speed after a caller asked for slower speech; below 0.75 the voice drags."""
    slow_pause: float = Field(default=1.8, ge=1.0, le=4.0)
    """How many times longer the pauses become when speaking slowly; pauses help old ears more than slow vowels."""
    workers: int = Field(default=1, ge=1, le=16)
    """Processes that make speech during calls, each 0.4 GB; one keeps ahead of one voice on one core."""
    background_workers: int = Field(default=1, ge=1, le=16)
    """Processes that render ahead of time while there is something to render; they yield to calls (nice 10)."""
    queue: int = Field(default=32, ge=1, le=1000)
    """Clauses that may wait for a process before a call is told that speech is unavailable."""
    memory_mb: int = Field(default=96, ge=1, le=4096)
    """Rendered sound kept in memory, in megabytes; 96 hold 100 minutes, the prompts and some 400 answers."""
    cache: Path | None = None
    """Folder for rendered sound. Default: `speech` in the cache folder ($HOTLINE_CACHE or ~/.cache/hotline12345)."""
