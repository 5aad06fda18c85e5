"""Sound as the rooms pass it on: mono 16-bit PCM, as `bytes` on the line and `int16` arrays inside."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from core.errors import AudioUnreadable

Pcm = NDArray[np.int16]
"""Mono samples, shape [n], at a rate that the context names in Hz."""

FRAME_MS = 20
"""The length of a telephone frame in milliseconds (RFC 3551's default packet time)."""


def frame_bytes(rate: int) -> int:
    """Return the bytes of one 20 ms frame of 16-bit PCM at `rate` Hz."""
    return rate * FRAME_MS // 1000 * 2


def resample(pcm: Pcm, rate: int, to: int) -> Pcm:
    """Return `pcm` at `to` Hz, low-pass filtered, clipped to 16 bits."""
    if rate == to or not len(pcm):
        return pcm
    shared = int(np.gcd(rate, to))
    out = resample_poly(pcm.astype(np.float32), to // shared, rate // shared)
    return np.clip(np.rint(out), -32768, 32767).astype(np.int16)


def read_wav(path: Path) -> tuple[Pcm, int]:
    """Return the samples and the rate of a mono or stereo sound file (PCM, A-law, µ-law); stereo is mixed.

    Raises `AudioUnreadable`.
    """
    import av  # slow to import, and the live line never reads files

    try:
        with av.open(str(path)) as file:
            stream = file.streams.audio[0]
            resampler = av.AudioResampler(format="s16", layout="mono", rate=stream.rate)
            parts: list[Any] = []
            for frame in file.decode(stream):
                parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
            pcm = np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
            return pcm, int(stream.rate)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise AudioUnreadable(path=path, what=error) from error


def write_wav(path: Path, pcm: Pcm, rate: int) -> None:
    """Write mono (shape [n]) or several tracks (shape [n, tracks]) as 16-bit PCM WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if pcm.ndim == 1 else pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.ascontiguousarray(pcm, dtype="<i2").tobytes())


# G.711 (ITU-T G.711, 1988): tables made once from the segment definitions.


def _expand_alaw() -> Pcm:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


def _expand_ulaw() -> Pcm:
    code = ~np.arange(256) & 0xFF
    value = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132
    return np.where(code & 0x80, -value, value).astype(np.int16)


def _compress(expand: Pcm) -> NDArray[np.uint8]:
    """Invert an expansion table: each 16-bit value goes to the code of its nearest level."""
    order = np.argsort(expand, kind="stable")
    levels = expand[order].astype(np.int32)
    edges = (levels[1:] + levels[:-1]) / 2
    values = np.arange(-32768, 32768)
    return order[np.searchsorted(edges, values, side="left")].astype(np.uint8)


_ALAW, _ULAW = _expand_alaw(), _expand_ulaw()
_TO_ALAW, _TO_ULAW = _compress(_ALAW), _compress(_ULAW)


def alaw_decode(data: bytes) -> Pcm:
    """Return the samples of G.711 A-law `data`, one byte each."""
    return _ALAW[np.frombuffer(data, np.uint8)]


def ulaw_decode(data: bytes) -> Pcm:
    """Return the samples of G.711 µ-law `data`, one byte each."""
    return _ULAW[np.frombuffer(data, np.uint8)]


def alaw_encode(pcm: Pcm) -> bytes:
    """Return `pcm` as G.711 A-law, one byte a sample."""
    return _TO_ALAW[pcm.astype(np.int32) + 32768].tobytes()


def ulaw_encode(pcm: Pcm) -> bytes:
    """Return `pcm` as G.711 µ-law, one byte a sample."""
    return _TO_ULAW[pcm.astype(np.int32) + 32768].tobytes()
