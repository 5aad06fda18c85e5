"""The caller's sound from Asterisk, cut into even 20 ms frames, with silence where nothing came. No clock."""

from core.audio import FRAME_MS, frame_bytes
from telephony.line import Audio

FRAME_S = FRAME_MS / 1000
PATIENCE_S = 0.1
"""How far the sound may fall behind real time before silence fills in: telephones that send nothing while nobody
speaks would otherwise stop the call's time, and with it every wait that is counted in frames."""
KEPT_BEHIND_S = 0.06
"""How far behind it stays after that, so that the next late frame still fits in."""
MOST_AHEAD_S = 1.0
"""How much more sound than time may be passed on. What comes after a stall was filled with silence already, so each
stall adds to it; past this the sound is cut to real time, or a caller who sends ten times too much costs ten times
the recognition."""
GIVE_BACK = 4
"""While there is more sound than time, every fourth frame of filling silence is left out."""


class SoundIn:
    """Counts frames against the time since `started`, in seconds of `time.monotonic()`."""

    def __init__(self, rate: int, started: float) -> None:
        self._size = frame_bytes(rate)
        self._due = started
        """When the next frame should be there."""
        self._rest = b""
        self._started = started
        self._passed = 0
        """Frames passed on."""
        self._left_out = 0
        self.dropped = 0
        """Frames that came faster than real time for too long."""

    def receive(self, pcm: bytes, now: float) -> list[Audio]:
        """Take sound of any length and return the frames that it completes."""
        self._rest += pcm
        frames = []
        while len(self._rest) >= self._size:
            if self._ahead(now) < MOST_AHEAD_S:
                frames.append(Audio(self._rest[: self._size], now))
                self._passed += 1
            else:
                self.dropped += 1
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
            self._due += FRAME_S
            if self._ahead(now) > 0 and self._give_back():
                continue
            frames.append(Audio(self._rest.ljust(self._size, b"\0"), now))
            self._passed += 1
            self._rest = b""
        return frames

    def _ahead(self, now: float) -> float:
        """Return how many seconds more of sound than of time have been passed on."""
        return self._passed * FRAME_S - (now - self._started)

    def _give_back(self) -> bool:
        self._left_out = (self._left_out + 1) % GIVE_BACK
        return self._left_out == 0
