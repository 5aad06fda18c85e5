"""Tells the bot's own voice, coming back from the caller's end, from a caller; pure."""

import numpy as np
from scipy.fft import next_fast_len


def echo_share(heard: bytes, said: bytes) -> float:
    """Return how much of the energy of `heard` (16-bit PCM) a delayed, scaled copy of `said` explains: 0 to 1.

    The best delay is found by normalised cross-correlation. A line echo gives more than 0.9; a caller who speaks
    over the bot gives the share of the echo alone, because two voices do not correlate.
    """
    x = np.frombuffer(heard, np.int16).astype(np.float32)
    r = np.frombuffer(said, np.int16).astype(np.float32)
    if len(r) < len(x) or not len(x):
        return 0.0
    energy = float(x @ x)
    if energy <= 0:
        return 0.0
    delays = len(r) - len(x) + 1
    size = next_fast_len(len(r), real=True)  # what wraps around lies behind the last delay
    spectrum = np.fft.rfft(r, size) * np.conj(np.fft.rfft(x, size))
    products = np.fft.irfft(spectrum, size)[:delays]
    sums = np.concatenate([[0.0], np.cumsum(np.square(r), dtype=np.float64)])
    energies = sums[len(x) :] - sums[:delays]
    floor = max(1.0, float(energies.max()) * 1e-4)  # near-silence correlates with anything
    return float(np.max(np.square(products) / np.maximum(energies, floor)) / energy)
