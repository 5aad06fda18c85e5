"""Where the content of attachments is kept: a port, a folder, and memory; by the SHA-256 of what is in it."""

import os
import tempfile
from pathlib import Path
from typing import Protocol

from core.errors import RecordsError


class Files(Protocol):
    """Keeps content under its SHA-256 (64 hexadecimal digits). Raises `RecordsError` where it cannot."""

    def keep(self, sha256: str, content: bytes) -> None:
        """Keep `content`, whole or not at all; what is there already is kept anew."""
        ...

    def read(self, sha256: str) -> bytes | None:
        """Return the content; None where there is none."""
        ...

    def drop(self, sha256: str) -> None:
        """Let go of the content; nothing happens where there is none."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether the content is there."""
        ...


class FolderFiles:
    """Files in a folder of its own, two letters a subfolder, through to the disk before anything names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sha256: str, content: bytes) -> None:
        """See `Files`."""
        path: Path | None = None
        try:
            self._path(sha256).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix="incoming-", delete=False) as file:
                path = Path(file.name)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            path.replace(self._path(sha256))
        except OSError as error:
            if path:
                path.unlink(missing_ok=True)
            raise RecordsError(url=self._folder, what=error.strerror) from error

    def read(self, sha256: str) -> bytes | None:
        """See `Files`."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RecordsError(url=self._folder, what=error.strerror) from error

    def drop(self, sha256: str) -> None:
        """See `Files`."""
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise RecordsError(url=self._folder, what=error.strerror) from error

    def has(self, sha256: str) -> bool:
        """See `Files`."""
        return self._path(sha256).exists()

    def _path(self, sha256: str) -> Path:
        assert len(sha256) == 64 and sha256.isalnum()
        return self._folder / sha256[:2] / sha256


class MemoryFiles:
    """The same in memory, for tests and trials."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def keep(self, sha256: str, content: bytes) -> None:
        """See `Files`."""
        self._kept[sha256] = content

    def read(self, sha256: str) -> bytes | None:
        """See `Files`."""
        return self._kept.get(sha256)

    def drop(self, sha256: str) -> None:
        """See `Files`."""
        self._kept.pop(sha256, None)

    def has(self, sha256: str) -> bool:
        """See `Files`."""
        return sha256 in self._kept
