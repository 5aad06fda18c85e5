"""Both tracks reach the disk as they come; a disk that refuses costs the recording, never the call."""

import wave
from pathlib import Path

import numpy as np

from ivr.recording import Recorder

FRAME = 320


def read(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def test_caller_left_bot_right(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recording = recorder.open("a", 8000)
    for n in range(125):
        recording.add(np.full(160, n, "<i2").tobytes(), np.full(160, 1000 + n, "<i2").tobytes() if n >= 25 else b"")
    recording.close()
    recorder.close()
    tracks = read(tmp_path / "a.wav")
    assert len(tracks) == 125 * 160
    assert (tracks[:, 0] == np.repeat(np.arange(125), 160)).all()
    assert set(tracks[:, 1]) >= {1025, 1124}


def test_the_file_plays_while_the_call_goes_on(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recording = recorder.open("a", 8000)
    for _ in range(100):
        recording.add(bytes(FRAME), bytes(FRAME))
    recorder.close()  # writes what was handed over, without closing the call's file
    assert len(read(tmp_path / "a.wav")) == 16000


def test_a_folder_that_cannot_be_written_is_noted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recorder = Recorder(tmp_path / "file")
    recording = recorder.open("a", 8000)
    other = Recorder(tmp_path).open("b", 8000)
    for _ in range(100):
        recording.add(bytes(FRAME), bytes(FRAME))
    recording.close()
    recorder.close()
    assert recording.trouble
    assert not other.trouble
