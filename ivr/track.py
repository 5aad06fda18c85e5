"""What the bot has given to the line, by position in samples; pure."""

from core.audio import FRAME_MS


class Track:
    """Keeps the bot's queued sound: to know what was heard, to go on after a pause, and to recognise an echo.

    Positions are samples since the call began, counted like `Call.played` (silence between is not counted);
    `start` is where a voice begins in a call that others have spoken in.
    """

    def __init__(self, rate: int, start: int = 0, keep_s: float = 60.0) -> None:
        self._keep = int(rate * keep_s) * 2
        self._sound = bytearray()
        self._from = start
        self.end = start
        """Position behind the last queued sample."""

    def add(self, pcm: bytes) -> None:
        """Append sound that was queued."""
        self._sound += pcm
        self.end += len(pcm) // 2

    def read(self, start: int, stop: int) -> bytes:
        """Return the sound between two positions, as far as it is still kept."""
        start, stop = max(start, self._from), min(stop, self.end)
        return bytes(self._sound[(start - self._from) * 2 : (stop - self._from) * 2]) if stop > start else b""

    def cut(self, at: int) -> bytes:
        """Forget, and return, what was queued behind position `at` and will not be played."""
        rest = self.read(at, self.end)
        del self._sound[max(0, at - self._from) * 2 :]
        self.end = min(self.end, at)
        return rest

    def forget(self, before: int) -> None:
        """Let go of sound played long before position `before`."""
        spare = (before - self._from) * 2 - self._keep
        if spare > self._keep:
            del self._sound[:spare]
            self._from += spare // 2


def samples(ms: int, rate: int) -> int:
    """Return how many samples `ms` milliseconds have at `rate` Hz."""
    return ms * rate // 1000


def frame_samples(rate: int) -> int:
    """Return the samples of one frame."""
    return samples(FRAME_MS, rate)
