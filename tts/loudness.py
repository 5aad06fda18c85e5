"""The level and the edges of rendered speech: every clause equally loud, beginning and ending at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import Pcm

LEVEL_DBFS = -20.0
"""Root mean square of the spoken parts. Telephone speech is set to about -19 to -22 dBFS (ITU-T P.56 active level
near -26 dBov leaves callers in a noisy street straining)."""
PEAK = 0.92
"""The highest sample allowed, of full scale; A-law clips at 0.98."""
FRAME_S = 0.010
HEAD_S, TAIL_S = 0.050, 0.100
SILENT_DB = -42.0
"""A frame this far below the loudest one is silence."""


def finish(wave: NDArray[Any], rate: int) -> Pcm:
    """Return `wave` (floats, full scale 1) as 16 bits: trimmed to its speech, levelled, faded at both ends."""
    wave = np.nan_to_num(wave.astype(np.float32))
    energy = _energy(wave, rate)
    spoken = np.flatnonzero(energy > energy.max(initial=0) * 10 ** (SILENT_DB / 10))
    if not len(spoken) or energy.max() < 1e-8:
        return np.zeros(0, np.int16)
    frame = int(rate * FRAME_S)
    start = max(0, spoken[0] * frame - int(rate * HEAD_S))
    wave = wave[start : (spoken[-1] + 1) * frame + int(rate * TAIL_S)]
    active = float(np.sqrt(energy[energy > energy.max() * 1e-3].mean()))
    gain = min(10 ** (LEVEL_DBFS / 20) / active, PEAK / float(np.abs(wave).max()))
    out: Pcm = np.rint(fade(wave * gain, rate) * 32767).astype(np.int16)
    return out


def fade(wave: NDArray[Any], rate: int, seconds: float = 0.005) -> NDArray[Any]:
    """Return `wave` rising from and falling to zero, so that joins do not click."""
    length = min(int(rate * seconds), len(wave) // 2)
    if not length:
        return wave
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    faded = wave.astype(np.float32)
    faded[:length] *= ramp
    faded[-length:] *= ramp[::-1]
    return faded


def level_dbfs(pcm: Pcm, rate: int) -> float:
    """Return the root mean square of the spoken frames of `pcm` in dB of full scale; -inf for silence."""
    energy = _energy(pcm.astype(np.float32) / 32768, rate)
    loud = energy[energy > energy.max(initial=0) * 1e-3]
    return float(10 * np.log10(loud.mean())) if len(loud) else float("-inf")


def _energy(wave: NDArray[Any], rate: int) -> NDArray[Any]:
    frame = int(rate * FRAME_S)
    whole = len(wave) // frame * frame
    energy: NDArray[Any] = np.square(wave[:whole]).reshape(-1, frame).mean(axis=1)
    return energy
