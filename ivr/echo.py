"""Tells the bot's own voice, coming back from the caller's end, from a caller; pure."""

import numpy as np
from numpy.typing import NDArray


def echo_share(heard: bytes, said: bytes) -> float:
    """Return how much of the energy of `heard` (16-bit PCM) a delayed, scaled copy of `said` explains: 0 to 1.

    The best delay is found by normalised cross-correlation. A line echo gives more than 0.9; a caller who speaks
    over the bot gives the share of the echo alone, because two voices do not correlate.
    """
    x = np.frombuffer(heard, np.int16).astype(np.float64)
    r = np.frombuffer(said, np.int16).astype(np.float64)
    if len(r) < len(x) or not len(x):
        return 0.0
    energy = float(x @ x)
    if energy <= 0:
        return 0.0
    size = 1 << (len(r) + len(x) - 1).bit_length()
    spectrum = np.fft.rfft(r, size) * np.conj(np.fft.rfft(x, size))
    products: NDArray[np.float64] = np.fft.irfft(spectrum, size)[: len(r) - len(x) + 1]
    sums = np.concatenate([[0.0], np.cumsum(r * r)])
    energies = sums[len(x) :] - sums[: len(r) - len(x) + 1]
    floor = max(1.0, float(energies.max()) * 1e-4)  # near-silence correlates with anything
    return float(np.max(products**2 / np.maximum(energies, floor)) / energy)
