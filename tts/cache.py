"""Rendered sound on disk: written once, checked when read, never in the way of a call."""

import hashlib
import logging
import os
import struct
import threading
import zlib
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

_HEADER = struct.Struct("<4sII")  # magic, crc32 of the samples, bytes of samples
_MAGIC = b"HLS1"


def sound_key(text: str, voice: str, speed: float, version: str, rate: int) -> str:
    """Return the name under which the sound of `text` is kept; anything that changes the sound changes it."""
    parts = "\x00".join((version, voice, f"{speed:.3f}", str(rate), text))
    return hashlib.sha256(parts.encode("utf8", "surrogatepass")).hexdigest()[:40]


class SoundCache:
    """Sounds by key in `folder`, as raw 16-bit PCM behind a checksum. Blocking; call it from a thread.

    A disk that is full or read-only costs rendering again, nothing else; a damaged file is removed and counts
    as absent. Safe to share between processes: a file appears whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: str | None = None
        """Why sounds are not being kept, for `hotline doctor`; None where all is well."""
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def scan(self) -> int:
        """Learn which sounds are there; return how many."""
        with self._lock:
            self._known = {file.stem for file in self.folder.glob("??/*.pcm")}
            return len(self._known)

    def has(self, key: str) -> bool:
        """Tell from memory whether `key` was there at the last scan or came since. Never touches the disk."""
        return key in self._known

    def look(self, key: str) -> bool:
        """Look on the disk whether `key` is there by now: another process may have kept it since the scan."""
        there = self._path(key).exists()
        if there:
            self._remember(key)
        return there

    def get(self, key: str) -> bytes | None:
        """Return the samples of `key`, None where they are absent or damaged."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            self._forget(key)
            return None
        pcm = data[_HEADER.size :]
        whole = len(data) >= _HEADER.size and _HEADER.unpack_from(data) == (_MAGIC, zlib.crc32(pcm), len(pcm))
        if whole:
            self._remember(key)
            return pcm
        log.warning("sound %s is damaged; it will be rendered again", key)
        self._forget(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self.trouble = str(error)
        return None

    def put(self, key: str, pcm: bytes) -> bool:
        """Keep `pcm` under `key`; return whether the disk took it."""
        path = self._path(key)
        part = path.with_name(f"{key}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_HEADER.pack(_MAGIC, zlib.crc32(pcm), len(pcm)) + pcm)
            part.replace(path)
        except OSError as error:
            if self.trouble is None:
                log.warning("rendered sound is not kept: %s", error)
            self.trouble = str(error)
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        self.trouble = None
        self._remember(key)
        return True

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.pcm"

    def _remember(self, key: str) -> None:
        with self._lock:
            self._known.add(key)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._known.discard(key)


class MemoryCache:
    """The most recently used sounds, up to `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit, self._used = limit, 0
        self._sounds: dict[str, bytes] = {}  # in order of use, the oldest first

    def get(self, key: str) -> bytes | None:
        """Return the sound of `key` and count it as used."""
        pcm = self._sounds.pop(key, None)
        if pcm is not None:
            self._sounds[key] = pcm
        return pcm

    def put(self, key: str, pcm: bytes) -> None:
        """Keep `pcm`; the least recently used give way."""
        self._used -= len(self._sounds.pop(key, b""))
        self._sounds[key] = pcm
        self._used += len(pcm)
        while self._used > self._limit and len(self._sounds) > 1:
            oldest = next(iter(self._sounds))
            self._used -= len(self._sounds.pop(oldest))

    @property
    def room(self) -> int:
        """Bytes that still fit without anything giving way."""
        return max(0, self._limit - self._used)
