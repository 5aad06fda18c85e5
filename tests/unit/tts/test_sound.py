"""Level, edges, joins, and what a telephone line does to speech."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audio import Pcm
from tts.digits import SPOKEN, all_clips, clip_texts, join_digits
from tts.loudness import LEVEL_DBFS, fade, finish, level_dbfs
from tts.telephone import through_telephone

RATE = 24000


def tone(seconds: float, hertz: float = 440, level: float = 0.1, rate: int = RATE) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def as_pcm(wave: np.ndarray) -> Pcm:
    return np.rint(wave * 32767).astype(np.int16)


@pytest.mark.parametrize("level", [0.001, 0.05, 0.9])
def test_speech_comes_out_equally_loud(level: float) -> None:
    assert level_dbfs(finish(tone(1, level=level), RATE), RATE) == pytest.approx(LEVEL_DBFS, abs=0.5)


def test_silence_around_the_speech_is_cut_to_its_edges() -> None:
    quiet = np.zeros(RATE, np.float32)
    out = finish(np.concatenate([quiet, tone(1), quiet]), RATE)
    assert len(out) / RATE == pytest.approx(1.15, abs=0.03)


def test_a_pause_within_the_speech_stays() -> None:
    out = finish(np.concatenate([tone(0.5), np.zeros(RATE // 2, np.float32), tone(0.5)]), RATE)
    assert len(out) / RATE == pytest.approx(1.6, abs=0.15)


def test_peaks_never_clip() -> None:
    spiky = tone(1, level=0.01)
    spiky[::2400] = 1.0
    assert np.abs(finish(spiky, RATE)).max() < 32000


@pytest.mark.parametrize("wave", [np.zeros(0), np.zeros(100), np.zeros(RATE), np.full(RATE, np.nan)])
def test_nothing_gives_nothing(wave: np.ndarray) -> None:
    assert len(finish(wave, RATE)) == 0


@given(st.integers(0, 2000))
def test_fading_starts_and_ends_at_zero(length: int) -> None:
    faded = fade(np.ones(length, np.float32), RATE)
    assert len(faded) == length
    if length >= 2:
        assert faded[0] == faded[-1] == 0


def test_joined_digits_lose_their_silence_and_do_not_click() -> None:
    quiet = np.zeros(RATE // 5, np.float32)
    clip = as_pcm(np.concatenate([quiet, tone(0.3), quiet]))
    joined = join_digits([clip, clip, clip], RATE)
    assert 0.9 < len(joined) / RATE < 1.2
    steepest = np.abs(np.diff(as_pcm(tone(0.3)).astype(int))).max()
    assert np.abs(np.diff(joined.astype(int))).max() <= steepest + 1
    assert len(join_digits([], RATE)) == 0


@given(st.text(alphabet=SPOKEN, min_size=1, max_size=12))
def test_clips_say_every_number(group: str) -> None:
    clips = clip_texts(group)
    assert "".join(clip.rstrip("\uff0c") for clip in clips) == group
    assert set(clips) <= set(all_clips())


def band_level(pcm: Pcm, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(pcm), 1 / 8000)
    return float(10 * np.log10(spectrum[(hertz >= low) & (hertz < high)].sum() + 1e-9))


def test_a_telephone_takes_away_what_lies_outside_its_band() -> None:
    low, middle = tone(1, 100), tone(1, 1000)
    out = through_telephone(as_pcm(low + middle), RATE)
    assert len(out) == 8000
    assert band_level(out, 900, 1100) - band_level(out, 50, 150) > 20


@pytest.mark.parametrize("law", ["a", "u"])
def test_noise_is_as_loud_as_asked_and_repeatable(law: str) -> None:
    speech = as_pcm(np.concatenate([tone(1, 1000), np.zeros(RATE)]))
    noisy = [through_telephone(speech, RATE, law, noise_db=20, seed=1) for _ in range(2)]  # type: ignore[arg-type]
    assert (noisy[0] == noisy[1]).all()
    ratio = level_dbfs(noisy[0][:8000], 8000) - 20 * np.log10(
        np.sqrt(np.mean(noisy[0][8400:].astype(float) ** 2)) / 32768
    )
    assert 17 < ratio < 30  # the band filter takes some of the pink noise away
    assert (through_telephone(speech, RATE, law, noise_db=20, seed=2) != noisy[0]).any()  # type: ignore[arg-type]


def test_an_empty_telephone() -> None:
    assert len(through_telephone(np.zeros(0, np.int16), RATE)) == 0
