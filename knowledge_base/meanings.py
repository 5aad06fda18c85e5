"""Vectors of ways of asking: few as they are, very many in one byte a number."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from knowledge_base.grams import Vector

_EXACT = 60_000
"""Vectors kept as they are (90 MB); more are rounded to one byte a number, which moves a cosine by 0.001."""
_MADE_AT_ONCE, _MULTIPLIED_AT_ONCE = 8192, 1024
"""Rows of 384 numbers; those multiplied fit in a core's own cache."""


class Meanings:
    """Unit vectors of texts, row by row. Nothing changes after it is made."""

    def __init__(self, count: int, made: Callable[[slice], Vector]) -> None:
        """Keep the `count` vectors of which `made` returns a slice, float32 [rows, size]."""
        self._scale: Vector | None = None
        self._rows: npt.NDArray[np.float32] | npt.NDArray[np.int8]
        if count <= _EXACT:
            self._rows = made(slice(0, count))
            return
        rows, self._scale = [], np.empty(count, np.float32)
        for some in _slices(count, _MADE_AT_ONCE):
            vectors = made(some)
            self._scale[some] = np.abs(vectors).max(axis=1) / 127.0 + 1e-12
            rows.append(np.rint(vectors / self._scale[some, None]).astype(np.int8))
        self._rows = np.concatenate(rows)

    def vectors(self, rows: slice) -> Vector:
        """Return the vectors of `rows`, float32."""
        if self._scale is None:
            return np.asarray(self._rows[rows], dtype=np.float32)
        return np.asarray(self._rows[rows] * self._scale[rows, None], dtype=np.float32)

    def cosines(self, meaning: Vector, rows: npt.NDArray[np.int64] | None = None) -> Vector:
        """Return the cosine of `meaning` with every row, or with `rows`, float32."""
        chosen = self._rows if rows is None else self._rows[rows]
        if self._scale is None:
            return np.asarray(chosen @ meaning, dtype=np.float32)
        scale = self._scale if rows is None else self._scale[rows]
        parts = [chosen[some].astype(np.float32) @ meaning for some in _slices(len(chosen), _MULTIPLIED_AT_ONCE)]
        return np.asarray(np.concatenate(parts) * scale if parts else scale, dtype=np.float32)


def _slices(count: int, at_once: int) -> list[slice]:
    return [slice(at, at + at_once) for at in range(0, count, at_once)]
