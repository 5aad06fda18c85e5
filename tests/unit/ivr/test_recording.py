"""Both tracks reach the disk as they come; a disk that refuses costs the recording, never the call."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    heard = np.flatnonzero(tracks[:, 1])
    assert abs(heard[0] - 25 * 160) <= 480, "the bot's first sound is not where it was played"
    assert set(tracks[:, 1]) >= {1025, 1121}


@given(st.lists(st.integers(0, 4), min_size=150, max_size=400))
def test_jitter_tears_no_word_apart(tmp_path_factory: pytest.TempPathFactory, played: list[int]) -> None:
    folder = tmp_path_factory.mktemp("jitter")
    recorder = Recorder(folder)
    recording = recorder.open("a", 8000)
    sent, due = 0, 0
    for n, burst in enumerate(played):  # frames leave unevenly, but never more than 60 ms late
        due += n >= 30
        frames = max(min(burst, due - sent), due - sent - 3)
        recording.add(bytes(FRAME), np.full(160 * frames, 7, "<i2").tobytes())
        sent += frames
    recording.close()
    recorder.close()
    bot = read(folder / "a.wav")[:, 1]
    heard = np.flatnonzero(bot)
    assert abs(heard[0] - 30 * 160) <= 480
    assert bot[heard[0] : heard[-1] + 1].all()
    assert len(bot) == len(played) * 160


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
