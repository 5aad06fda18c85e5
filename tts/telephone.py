"""A telephone line for synthetic callers: what speech sounds like after 300-3400 Hz, G.711 and a noisy street."""

from functools import cache
from typing import Any, Literal

import numpy as np
from scipy.signal import butter, sosfiltfilt

from core.audio import Pcm, alaw_decode, alaw_encode, resample, ulaw_decode, ulaw_encode
from tts.loudness import level_dbfs

RATE = 8000
BAND_HZ = (300, 3400)
"""The telephone band (ITU-T G.712)."""


def through_telephone(
    pcm: Pcm, rate: int, law: Literal["a", "u"] = "a", noise_db: float | None = None, seed: int = 0
) -> Pcm:
    """Return `pcm` (at `rate` Hz) as it leaves a telephone line, at 8 kHz.

    `noise_db` adds pink noise that many dB below the speech (20 is a busy street); `seed` makes it repeatable.
    """
    wave = resample(pcm, rate, RATE).astype(np.float32)
    if not len(wave):
        return np.zeros(0, np.int16)
    if noise_db is not None:
        level = 10 ** ((level_dbfs(pcm, rate) - noise_db) / 20) * 32768
        wave = wave + _pink(len(wave), seed) * level
    band = sosfiltfilt(_band(), wave, padlen=min(60, len(wave) - 1))
    line = np.clip(np.rint(band), -32768, 32767).astype(np.int16)
    return alaw_decode(alaw_encode(line)) if law == "a" else ulaw_decode(ulaw_encode(line))


@cache
def _band() -> Any:
    return butter(4, BAND_HZ, "bandpass", fs=RATE, output="sos")


def _pink(length: int, seed: int) -> Any:
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, length)
    return noise / max(float(np.sqrt(np.mean(np.square(noise)))), 1e-9)
