"""Fits the weights of asr/data/closed_set.yaml on synthetic telephone speech that the benchmark does not measure.

Usage: python -m tests.benchmarks.asr_tune render | listen | fit  [--shard I/N]
`render` makes every way to say a command in seven voices and the utterances for tuning of data/short_utterances.txt
(those before the blank line) in one, `listen` keeps the evidence for every phrase in the cache folder, both going on
where they stopped; `fit` cross-validates by voice and prints the weights.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import hashlib
import pickle
import wave
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from asr import evidence
from asr.commands import meanings
from asr.evidence import Evidence
from asr.file import speech_in
from asr.hearing import load
from asr.settings import AsrSettings
from core.audio import Pcm, write_wav
from core.models import cache_folder
from core.yaml_file import read_yaml
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


def utterances() -> list[Utterance]:
    """Return the whole set in an order that mixes it, so that a part of it is a fair sample."""
    said = [(say, voice) for say in meanings() for voice in VOICES]
    rest = [(text, VOICES[i % len(VOICES)]) for i, text in enumerate(others())]
    mixed = [pair for i in range(max(len(said), len(rest))) for pair in (*said[i : i + 1], *rest[i : i + 1])]
    # The number hangs on the utterance alone, so that a new phrase does not change the others' sound.
    made = [Utterance(text, voice, zlib.crc32(f"{text}|{voice}".encode()) % 900) for text, voice in mixed]
    np.random.default_rng(7).shuffle(made)
    return made


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


def listen(wanted: list[Utterance]) -> None:
    """Keep the evidence of what is rendered and was not listened to yet."""
    settings = AsrSettings()
    hearing = load(settings.model_dump())
    for one in wanted:
        kept = one.file.with_suffix(".pickle")
        if kept.exists() or not one.file.exists():
            continue
        parts = list(speech_in(sound_of(one), RATE, settings.turns))
        kept.write_bytes(pickle.dumps(hearing.evidence(max(parts, key=len), RATE) if parts else []))


@dataclass(frozen=True, slots=True)
class Heard:
    """The set as numbers: features [utterance, phrase, feature], and which phrases mean what was said."""

    features: Any
    right: Any
    is_command: Any

    def part(self, chosen: Any) -> "Heard":
        """Return some of the utterances."""
        return Heard(self.features[chosen], self.right[chosen], self.is_command[chosen])


def as_numbers(said: list[tuple[Utterance, list[Evidence]]]) -> Heard:
    """Return the evidence as arrays; utterances with fewer phrases are filled with impossible ones."""
    known = meanings()
    most = max(len(found) for _, found in said)
    width = len(evidence.features(said[0][1][0]))
    features, right = np.zeros((len(said), most, width)), np.zeros((len(said), most), bool)
    features[:, :, 0] = -50
    for i, (one, found) in enumerate(said):
        for j, candidate in enumerate(found):
            features[i, j] = evidence.features(candidate)
            right[i, j] = one.text in known and known[candidate.phrase] is known[one.text]
    return Heard(features, right, np.array([one.text in known for one, _ in said]))


def fitted(heard: Heard) -> Any:
    """Return the weights of a conditional logit whose alternatives are the phrases and, at 0, something else."""
    scale = heard.features.std((0, 1)) + 1e-6
    scale[0] = 1
    counts = np.where(heard.is_command, 1.0, 1.6)  # a wrong command is worse than a missed one

    def loss(weights: Any) -> tuple[float, Any]:
        scores = heard.features @ weights
        top = np.maximum(scores.max(1), 0)
        each, none = np.exp(scores - top[:, None]), np.exp(-top)
        whole = each.sum(1) + none
        good = np.where(heard.is_command, (each * heard.right).sum(1), none) + 1e-9
        wanted = np.where(heard.is_command[:, None], each * heard.right / good[:, None], 0)
        slope = (counts[:, None] * (each / whole[:, None] - wanted))[..., None] * heard.features
        held = 0.5 * (weights * scale) ** 2
        return float((counts * np.log(whole / good)).sum() + held.sum()), slope.sum((0, 1)) + weights * scale**2

    return minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x


def fit(said: list[tuple[Utterance, list[Evidence]]]) -> None:
    """Print how a decision fitted to all voices but one does on that one, for several thresholds, and the weights."""
    known = meanings()
    heard, voices = as_numbers(said), np.array([one.voice for one, _ in said])
    decisions = []
    for voice in VOICES:
        weights = fitted(heard.part(voices != voice))
        for i in np.flatnonzero(voices == voice):
            one, found = said[i]
            scores = np.array([weights @ evidence.features(candidate) for candidate in found])
            shares = np.exp(scores) / (1 + np.exp(scores).sum())
            by_meaning: dict[str, float] = {}
            for candidate, share in zip(found, shares, strict=True):
                means = known[candidate.phrase].phrase
                by_meaning[means] = by_meaning.get(means, 0) + share
            best = max(by_meaning, key=lambda means: by_meaning[means])
            meant = known[one.text].phrase if one.text in known else None
            decisions.append((meant, best, by_meaning[best]))
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        commands = [best == meant and share >= least for meant, best, share in decisions if meant]
        taken = [share >= least for meant, _, share in decisions if not meant]
        print(
            f"least {least}: {np.mean(commands):.1%} of commands right, {np.mean(taken):.1%} of others taken for one"
        )
    names = list(read_yaml(Path(evidence.__file__).with_name("data").joinpath("closed_set.yaml"))["weights"])
    for name, weight in zip(names, fitted(heard), strict=True):
        print(f"  {name}: {weight:.3f}")


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("render", "listen", "fit"))
    parser.add_argument("--shard", default="0/1")
    chosen = parser.parse_args()
    first, step = map(int, chosen.shard.split("/"))
    wanted = utterances()[first::step]
    if chosen.step == "render":
        render(wanted)
    elif chosen.step == "listen":
        listen(wanted)
    else:
        kept = [(one, one.file.with_suffix(".pickle")) for one in wanted]
        said = [(one, pickle.loads(file.read_bytes())) for one, file in kept if file.exists()]
        fit([(one, found) for one, found in said if found])


if __name__ == "__main__":
    main()
