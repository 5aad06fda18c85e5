"""Fits the weights of asr/data/closed_set.yaml on synthetic telephone speech that the benchmark does not measure.

Usage: python -m tests.benchmarks.asr_tune render | listen | fit  [--shard I/N]
`render` makes every way to say a command in seven voices and the utterances for tuning of data/short_utterances.txt
(those before the blank line) in one, `listen` keeps the evidence for every phrase in the cache folder, both going on
where they stopped; `fit` cross-validates by voice and prints the weights.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import hashlib
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr.commands import meanings
from core.audio import Pcm, write_wav
from core.models import cache_folder
from tts.kokoro import Kokoro
from tts.telephone import through_telephone

RATE = 8000
VOICES = ("zf_xiaoyi", "zm_yunjian", "zf_xiaobei", "zm_yunxi", "zm_yunxia", "zf_xiaoxiao", "zm_yunyang")
SPEEDS = (0.95, 1.05, 0.85)
NOISES = (None, 32.0, 26.0)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance of the tuning set; `number` varies speed and noise."""

    text: str
    voice: str
    number: int

    @property
    def file(self) -> Path:
        """Where its sound is kept."""
        key = f"{Kokoro.version}|{self.text}|{self.voice}|{self.number}"
        return folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.wav"


def folder() -> Path:
    """Return the folder of the tuning set, made where missing."""
    made = cache_folder() / "benchmarks" / "tuning"
    made.mkdir(parents=True, exist_ok=True)
    return made


def others() -> list[str]:
    """Return the utterances for tuning that are no command."""
    text = (Path(__file__).parent / "data" / "short_utterances.txt").read_text(encoding="utf8")
    return [word for line in text.split("\n\n", 1)[0].splitlines() if line[:1] != "#" for word in line.split()]


def utterances(rounds: int = 1) -> list[Utterance]:
    """Return the whole set, commands and others taking turns."""
    said = [(say, voice) for say in meanings() for voice in VOICES]
    rest = [(text, VOICES[i % len(VOICES)]) for i, text in enumerate(others())]
    mixed = [pair for i in range(max(len(said), len(rest))) for pair in (*said[i : i + 1], *rest[i : i + 1])]
    return [Utterance(text, voice, n + turn) for turn in range(rounds) for n, (text, voice) in enumerate(mixed)]


def render(wanted: list[Utterance]) -> None:
    """Make the sound of what is not there yet."""
    kokoro = Kokoro()
    for one in wanted:
        if one.file.exists():
            continue
        speech = kokoro.synthesise(one.text, one.voice, SPEEDS[one.number % 3])
        sound = through_telephone(speech, kokoro.rate, noise_db=NOISES[one.number // 3 % 3], seed=one.number)
        write_wav(one.file, sound, RATE)


def sound_of(one: Utterance) -> Pcm:
    """Return the rendered sound between two seconds of an idle line."""
    idle = np.random.default_rng(0).normal(0, 6, RATE).astype(np.int16)
    with wave.open(str(one.file)) as sound:
        return np.concatenate((idle, np.frombuffer(sound.readframes(sound.getnframes()), np.int16), idle))
