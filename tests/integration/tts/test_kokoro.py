"""The real synthesiser: one contract for it and its twin, and speech that is understood on the telephone."""

from functools import cache

import numpy as np
import pytest

from core import models
from core.audio import Pcm, resample
from tests.benchmarks.tts_intelligibility import errors, hear, sounds
from tts.errors import VoiceUnknown
from tts.kokoro import Kokoro, load
from tts.loudness import LEVEL_DBFS, level_dbfs
from tts.speakable import speakable
from tts.synthesiser import SpeechTask, Synthesiser
from tts.telephone import through_telephone
from tts.tones import Tones

VOICES = {"kokoro": "zf_xiaoyi", "tones": "hum_low"}


@cache
def synthesiser(name: str) -> Synthesiser:
    if name == "tones":
        return Tones()
    models.fetch(["kokoro", "kokoro-vocab", "kokoro-voices"])
    return Kokoro()


@pytest.fixture(params=["kokoro", "tones"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def speak(name: str, text: str, speed: float = 1.0) -> Pcm:
    return synthesiser(name).synthesise(text, VOICES[name], speed)


def test_it_speaks_at_a_telephone_level_without_clipping(name: str) -> None:
    speech = speak(name, "您好\uff0c请问有什么可以帮您\uff1f")
    assert speech.dtype == np.int16 and 1.0 < len(speech) / synthesiser(name).rate < 5.0
    assert level_dbfs(speech, synthesiser(name).rate) == pytest.approx(LEVEL_DBFS, abs=1.5)
    assert np.abs(speech).max() < 32000


def test_it_starts_at_once_and_ends_softly(name: str) -> None:
    speech, rate = speak(name, "好的。"), synthesiser(name).rate
    loud = np.flatnonzero(np.abs(speech) > 0.1 * np.abs(speech).max())
    assert loud[0] / rate < 0.15 and (len(speech) - loud[-1]) / rate < 0.35
    assert abs(int(speech[0])) < 50 and abs(int(speech[-1])) < 50


def test_the_same_text_sounds_the_same_and_slower_takes_longer(name: str) -> None:
    usual = speak(name, "请带上身份证。")
    assert (usual == speak(name, "请带上身份证。")).all()
    assert len(speak(name, "请带上身份证。", 0.8)) > 1.1 * len(usual)


@pytest.mark.parametrize("text", ["", "。", " \uff0c\uff01", "😀", "\x00"])
def test_what_has_no_sound_gives_none(name: str, text: str) -> None:
    assert len(speak(name, text)) == 0


def test_an_unknown_voice_names_the_known_ones(name: str) -> None:
    with pytest.raises(VoiceUnknown, match=VOICES[name]):
        synthesiser(name).synthesise("您好。", "nobody")


def test_a_very_long_text_is_spoken_to_the_end() -> None:
    sentence = "请带上身份证原件到派出所户籍窗口办理"
    once = len(speak("kokoro", sentence + "。"))
    assert len(speak("kokoro", sentence * 8 + "。")) > 5 * once


def test_a_worker_speaks_at_the_rate_of_the_line() -> None:
    synthesiser("kokoro")
    pcm = np.frombuffer(load()(SpeechTask("您好。", "zm_yunjian", 1.0, 8000)), "<i2")
    assert 0.4 < len(pcm) / 8000 < 2.5


@pytest.mark.parametrize("voice", ["zf_xiaoyi", "zm_yunjian"])
def test_it_is_understood_on_the_telephone(voice: str) -> None:
    from faster_whisper import WhisperModel

    models.fetch(["whisper-base"])
    ear = WhisperModel(str(models.path("whisper-base")), device="cpu", compute_type="int8", cpu_threads=1)
    text = "请您带上身份证原件,到户口所在地的派出所办理。"
    kokoro = synthesiser("kokoro")
    line = through_telephone(kokoro.synthesise(speakable(text), voice), kokoro.rate)
    assert len(line) and len(resample(line, 8000, 16000)) == 2 * len(line)
    said = sounds(text)
    assert errors(said, sounds(hear(ear, line))) <= 0.2 * len(said)
