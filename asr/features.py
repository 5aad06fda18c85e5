"""Log-mel features as Whisper was trained on: 80 bands, 25 ms windows every 10 ms at 16 kHz."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.audio import Pcm, resample

RATE = 16_000
"""Samples a second that the features are made from."""
FRAMES_A_SECOND = 100
"""Feature frames a second; the encoder halves them."""

_WINDOW, _HOP, _BANDS = 400, 160, 80


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Slaney's mel scale: linear up to 1 kHz, logarithmic above."""
    return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(np.maximum(hz, 1) / 1000) / np.log(6.4))


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) * (mel - 15) / 27))


@cache
def _filters() -> NDArray[np.float32]:
    """Return triangles of equal area, shape [80, 201]."""
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    edges = _hz(np.linspace(0, float(_mel(np.array(RATE / 2))), _BANDS + 2))
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


def log_mel(speech: Pcm, rate: int, seconds: float) -> NDArray[np.float32]:
    """Return the features of `speech` (`rate` Hz) followed by digital silence up to `seconds`, shape [80, frames]."""
    frames = round(seconds * FRAMES_A_SECOND / 2) * 2
    samples = resample(speech, rate, RATE).astype(np.float32)[: frames * _HOP] / 32768
    # The silence behind the speech has one known value, so only the speech is transformed.
    sounding = min(frames, (len(samples) + _WINDOW) // _HOP + 1)
    before = samples[_WINDOW // 2 : 0 : -1]  # mirrored, as in training
    after = sounding * _HOP + _WINDOW - len(samples)
    samples = np.concatenate((np.pad(before, (_WINDOW // 2 - len(before), 0)), np.pad(samples, (0, after))))
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[: sounding * _HOP : _HOP]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    logs = np.full((_BANDS, frames), -10, np.float32)
    logs[:, :sounding] = np.log10(np.maximum(_filters() @ power.T, 1e-10))
    return np.asarray((np.maximum(logs, logs.max() - 8) + 4) / 4, np.float32)
