"""Talks between callers and agents without a telephone: the twin of `telephony.asterisk.taps` for tests."""

from core.audio import FRAME_MS, frame_bytes
from telephony.legs import Leg, LegListener, Listen, Who
from telephony.line import Audio


class MemoryTalk:
    """One talk; what its sides say comes from `say`. Its time moves by 20 ms a frame."""

    def __init__(self, legs: "MemoryLegs", call_id: str, agent: str) -> None:
        self._legs, self.call_id, self.agent = legs, call_id, agent
        self._listeners: dict[Who, LegListener] = {}
        self._now = 0.0

    def begin(self, listen: Listen) -> None:
        """Let both sides be heard."""
        for who in ("caller", "agent"):
            self._listeners[who] = listen(Leg(self.call_id, who, self.agent))

    def say(self, who: Who, pcm: bytes) -> None:
        """Say 16-bit PCM at 8 kHz in whole frames, while the other side is silent."""
        size = frame_bytes(8000)
        for at in range(0, len(pcm) // size * size, size):
            self._now += FRAME_MS / 1000
            for side, listener in self._listeners.items():
                listener.hear(Audio(pcm[at : at + size] if side == who else bytes(size), self._now))

    def lose(self, who: Who) -> None:
        """Lose the sound of one side."""
        if listener := self._listeners.pop(who, None):
            listener.over()

    def end(self) -> None:
        """Both hang up."""
        for who in ("caller", "agent"):
            self.lose(who)
        self._legs.forget(self)


class MemoryLegs:
    """Talks begin with `talk`."""

    def __init__(self) -> None:
        self._listen: Listen | None = None
        self._talks: list[MemoryTalk] = []

    def start(self, listen: Listen) -> None:
        """Let every talk be heard."""
        self._listen = listen
        for talk in self._talks:
            talk.begin(listen)

    def stop(self) -> None:
        """Hear nothing any more."""
        self._listen = None
        for talk in list(self._talks):
            talk.end()

    def talk(self, call_id: str, agent: str = "8001") -> MemoryTalk:
        """Connect a caller with an agent."""
        made = MemoryTalk(self, call_id, agent)
        self._talks.append(made)
        if self._listen:
            made.begin(self._listen)
        return made

    def forget(self, talk: MemoryTalk) -> None:
        """Called by a talk that has ended."""
        if talk in self._talks:
            self._talks.remove(talk)
