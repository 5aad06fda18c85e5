"""What the line speaks: G.711 A-law and µ-law, 8 kHz, one byte a sample."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core import audio

RATE = 8000
"""Samples a second of G.711, and units a second of its RTP clock (RFC 3551)."""

SAMPLES = RATE * audio.FRAME_MS // 1000
"""Samples, and bytes of G.711, in one 20 ms frame."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A way to put speech into bytes; `payload_type` is the static one of RFC 3551."""

    name: str
    payload_type: int
    silence: bytes
    """The byte for a sample of (nearly) zero."""
    _expand: Callable[[bytes], audio.Pcm]
    _compress: Callable[[audio.Pcm], bytes]

    def decode(self, data: bytes) -> bytes:
        """Return 16-bit little-endian PCM."""
        return self._expand(data).astype("<i2", copy=False).tobytes()

    def encode(self, pcm: bytes) -> bytes:
        """Return one byte for each whole 16-bit little-endian sample."""
        return self._compress(np.frombuffer(pcm, "<i2", count=len(pcm) // 2))


PCMA = Codec("PCMA", 8, b"\xd5", audio.alaw_decode, audio.alaw_encode)
PCMU = Codec("PCMU", 0, b"\xff", audio.ulaw_decode, audio.ulaw_encode)

BY_NAME = {codec.name: codec for codec in (PCMA, PCMU)}
