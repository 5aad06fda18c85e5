"""Sound that waits to go out, taken a frame at a time."""

from collections import deque


class PlayQueue:
    """A first-in first-out queue of bytes; the units are its user's (G.711 codes or PCM)."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._gone = 0  # bytes of the first chunk that have been taken
        self.queued = 0
        """Bytes that wait."""
        self.played = 0
        """Bytes that have been taken."""

    def add(self, data: bytes) -> None:
        """Queue `data` behind the rest."""
        if data:
            self._chunks.append(data)
            self.queued += len(data)

    def clear(self) -> None:
        """Drop what waits."""
        self._chunks.clear()
        self._gone = self.queued = 0

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer where no more wait."""
        out = b""
        while self._chunks and len(out) < size:
            part = self._chunks[0][self._gone : self._gone + size - len(out)]
            out += part
            self._gone += len(part)
            if self._gone == len(self._chunks[0]):
                self._chunks.popleft()
                self._gone = 0
        self.queued -= len(out)
        self.played += len(out)
        return out
