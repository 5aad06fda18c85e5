"""The two-track recording of a call, written as it comes, without the event loop touching the disk."""

import logging
import queue
import threading
import wave
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)


class Recorder:
    """One thread that writes the recordings of all calls."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._work: queue.SimpleQueue[tuple[Recording, bytes | None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def open(self, call_id: str, rate: int) -> "Recording":
        """Begin the recording of one call."""
        return Recording(self, self._folder / f"{call_id}.wav", rate)

    def close(self) -> None:
        """Finish everything that was handed over."""
        self._work.put(None)
        self._thread.join()

    def hand_over(self, recording: "Recording", sound: bytes | None) -> None:
        """Queue interleaved sound for the disk; None closes the file."""
        self._work.put((recording, sound))

    def _write(self) -> None:
        while (item := self._work.get()) is not None:
            recording, sound = item
            try:
                recording.write(sound)
            except (OSError, wave.Error) as error:
                # The call goes on; a full disk costs the recording, never the caller.
                if not recording.trouble:
                    log.error("recording stopped: %s", error)
                recording.trouble = str(error)
            finally:
                recording.written.set() if sound is None else None


class Recording:
    """The recording of one call: caller left, bot right, 16-bit PCM."""

    BLOCK_MS = 1000
    """How much is lost at the most where the machine dies."""
    JITTER_MS = 60
    """A bot that has played nothing for longer is silent; less, and jitter would tear its words apart."""

    def __init__(self, recorder: Recorder, path: Path, rate: int) -> None:
        self._recorder, self.path, self._rate = recorder, path, rate
        self._caller, self._bot = bytearray(), bytearray()
        self._nothing = 0
        """Bytes of the caller's track since the bot last played something."""
        self._file: wave.Wave_write | None = None
        self.trouble = ""
        self.written = threading.Event()

    def add(self, caller: bytes, bot: bytes) -> None:
        """Add one frame of the caller and what the bot has played meanwhile."""
        self._caller += caller
        self._bot += bot
        self._nothing = 0 if bot else self._nothing + len(caller)
        if self._nothing > self._rate * self.JITTER_MS // 1000 * 2:
            self._bot += bytes(max(0, len(self._caller) - len(self._bot)))
        if len(self._caller) >= self._rate * self.BLOCK_MS // 1000 * 2:
            self._hand_over()

    def close(self) -> None:
        """Hand over the rest."""
        self._bot += bytes(max(0, len(self._caller) - len(self._bot)))
        self._hand_over()
        self._recorder.hand_over(self, None)

    def write(self, sound: bytes | None) -> None:
        """Write to the file; runs in the recorder's thread."""
        if sound is None:
            if self._file:
                file, self._file = self._file, None
                file.close()
            return
        if self._file is None:
            if self.trouble:
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = wave.open(str(self.path), "wb")  # noqa: SIM115  (closed when the call ends)
            self._file.setnchannels(2)
            self._file.setsampwidth(2)
            self._file.setframerate(self._rate)
        self._file.writeframes(sound)  # also brings the header up to date, so that a torn file still plays

    def _hand_over(self) -> None:
        both = min(len(self._caller), len(self._bot))
        tracks = [np.frombuffer(bytes(track[:both]), "<i2") for track in (self._caller, self._bot)]
        del self._caller[:both], self._bot[:both]
        if both:
            self._recorder.hand_over(self, np.column_stack(tracks).astype("<i2").tobytes())
