"""What goes to a recogniser process: one stretch of speech and what is expected in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Mono 16-bit PCM, little-endian, at `rate` Hz; `phrases` and `digits` as in `asr.recogniser.Hints`."""

    speech: bytes
    rate: int
    phrases: tuple[str, ...] = ()
    digits: bool = False
