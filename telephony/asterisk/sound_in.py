"""The caller's sound from Asterisk, cut into even 20 ms frames, with silence where nothing came. No clock."""

from core.audio import FRAME_MS, frame_bytes
from telephony.line import Audio

FRAME_S = FRAME_MS / 1000
PATIENCE_S = 0.1
"""How far the sound may fall behind real time before silence fills in: telephones that send nothing while nobody
speaks would otherwise stop the call's time, and with it every wait that is counted in frames."""
KEPT_BEHIND_S = 0.06
"""How far behind it stays after that, so that the next late frame still fits in."""


class SoundIn:
    """Counts frames against the time since `started`, in seconds of `time.monotonic()`."""

    def __init__(self, rate: int, started: float) -> None:
        self._size = frame_bytes(rate)
        self._due = started
        """When the next frame should be there."""
        self._rest = b""

    def receive(self, pcm: bytes, now: float) -> list[Audio]:
        """Take sound of any length and return the frames that it completes."""
        self._rest += pcm
        frames = []
        while len(self._rest) >= self._size:
            frames.append(Audio(self._rest[: self._size], now))
            self._rest = self._rest[self._size :]
            self._due += FRAME_S
        # A burst after a stall brings no time back: the frames count from now on.
        self._due = min(self._due, now + FRAME_S)
        return frames

    def tick(self, now: float) -> list[Audio]:
        """Return the silence that fills what did not come; to be called every 20 ms."""
        frames: list[Audio] = []
        if now - self._due <= PATIENCE_S:
            return frames
        while now - self._due > KEPT_BEHIND_S:
            frames.append(Audio(self._rest.ljust(self._size, b"\0"), now))
            self._rest = b""
            self._due += FRAME_S
        return frames
