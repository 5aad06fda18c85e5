"""G.711, resampling and WAV files."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audio import alaw_decode, alaw_encode, read_wav, resample, ulaw_decode, ulaw_encode, write_wav
from core.errors import AudioUnreadable


def tone(rate: int, seconds: float = 0.5, hz: float = 440.0) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


@given(st.binary(max_size=600))
def test_decoding_and_encoding_again_gives_the_same_sound(data: bytes) -> None:
    for decode, encode in ((alaw_decode, alaw_encode), (ulaw_decode, ulaw_encode)):
        sound = decode(data)
        assert (decode(encode(sound)) == sound).all()


def test_known_values_of_the_standard() -> None:
    # ITU-T G.711 tables 1a and 2a: the smallest and largest positive steps, scaled to 16 bits.
    assert alaw_decode(bytes([0xD5]))[0] == 8
    assert alaw_decode(bytes([0xAA]))[0] == 32256
    assert ulaw_decode(bytes([0xFF]))[0] == 0
    assert ulaw_decode(bytes([0x80]))[0] == 32124


@pytest.mark.parametrize(("encode", "decode"), [(alaw_encode, alaw_decode), (ulaw_encode, ulaw_decode)])
def test_a_tone_comes_through_with_35_db(encode: object, decode: object) -> None:
    sound = tone(8000)
    error = decode(encode(sound)).astype(float) - sound  # type: ignore[operator]
    assert 10 * np.log10((sound.astype(float) ** 2).mean() / (error**2).mean()) > 35


def test_resampling_keeps_length_and_tone() -> None:
    up = resample(tone(8000), 8000, 16000)
    assert len(up) == 8000
    assert abs(int(np.abs(np.fft.rfft(up)).argmax()) - 220) <= 1


def test_wav_round_trip(tmp_path: Path) -> None:
    write_wav(tmp_path / "t.wav", tone(8000), 8000)
    sound, rate = read_wav(tmp_path / "t.wav")
    assert rate == 8000
    assert (sound == tone(8000)).all()


@pytest.mark.parametrize(("tag", "encode"), [(6, alaw_encode), (7, ulaw_encode)])
def test_companded_wav_files_are_read(tmp_path: Path, tag: int, encode: object) -> None:
    data = encode(tone(8000))  # type: ignore[operator]
    header = b"fmt " + (18).to_bytes(4, "little") + tag.to_bytes(2, "little") + (1).to_bytes(2, "little")
    header += (8000).to_bytes(4, "little") * 2 + (1).to_bytes(2, "little") + (8).to_bytes(2, "little") + b"\0\0"
    body = b"WAVE" + header + b"data" + len(data).to_bytes(4, "little") + data
    (tmp_path / "t.wav").write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    sound, rate = read_wav(tmp_path / "t.wav")
    assert rate == 8000
    assert len(sound) == 4000
    assert np.corrcoef(sound, tone(8000))[0, 1] > 0.999


def test_stereo_is_mixed(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "t.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.repeat(tone(16000), 2).astype("<i2").tobytes())
    sound, rate = read_wav(tmp_path / "t.wav")
    assert (len(sound), rate) == (8000, 16000)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound at all" * 100])
def test_what_is_no_sound_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.wav").write_bytes(content)
    with pytest.raises(AudioUnreadable, match="无法读取"):
        read_wav(tmp_path / "t.wav")
