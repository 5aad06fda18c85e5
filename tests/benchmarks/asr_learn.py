"""Learns asr/data/familiar.npz, by which the commands are known by ear, from synthetic telephone speech.

Usage: python -m tests.benchmarks.asr_learn render | listen | learn  [--shard I/N] [--without VOICE]...
`render` lets 28 voices (data/speakers.toml), 27 of them of other languages, say every command and the utterances for
tuning, and some of them and the Chinese voices the answers; the Chinese voices' commands are `asr_tune render`'s.
`listen` keeps what the encoder makes of it in the cache folder.
`learn` says how a look learnt from all voices but one does on that one, and writes the look learnt from all;
with `--without` it leaves these voices out and writes to the cache folder: measured with it, they are strangers.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import hashlib
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from asr.commands import answers, meanings, means
from asr.familiar import ELSE, WEIGHTS, Familiar
from asr.file import RATE, speech_in
from asr.hearing import load
from asr.settings import AsrSettings
from core.audio import Pcm, read_wav, write_wav
from core.models import ModelStore, cache_folder, manifest
from tests.benchmarks import asr_tune
from tests.benchmarks.report import console
from tts.kokoro import Kokoro
from tts.telephone import through_telephone

SPEAKERS = Path(__file__).parent / "data" / "speakers.toml"
SPEEDS = (0.95, 1.05, 0.85, 1.15)
NOISES = (None, 32.0, 26.0)
SAYING, BESIDES = 14, 2
"""Speakers of each way to say a command, and of each other utterance."""
COMPONENTS, PENALTY = 400, 0.3
"""Principal components looked at, and the logit's inverse penalty: chosen by cross-validation over voices."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance of one speaker; speed and noise hang on both."""

    text: str
    voice: str

    @property
    def number(self) -> int:
        """A number of its own."""
        return zlib.crc32(f"{self.text}|{self.voice}".encode())

    @property
    def file(self) -> Path:
        """Where its sound is kept."""
        name = hashlib.sha256(f"{Kokoro.version}|{self.text}|{self.voice}".encode()).hexdigest()[:24]
        return folder() / f"{name}.wav"


Utterance = Saying | asr_tune.Utterance


def folder() -> Path:
    """Return the folder of what the speakers say, made where missing."""
    made = cache_folder() / "benchmarks" / "speakers"
    made.mkdir(parents=True, exist_ok=True)
    return made


def speakers() -> ModelStore:
    """Return the store of the other voices."""
    return ModelStore(cache_folder() / "benchmarks" / "models", manifest(SPEAKERS))


def sayings() -> list[Saying]:
    """Return what the speakers say, in an order that mixes it."""
    voices = [file.name.removesuffix(".bin") for file in manifest(SPEAKERS)["kokoro-speakers"].files]
    chance = random.Random(5)
    said = [Saying(say, voice) for say in meanings() for voice in chance.sample(voices, SAYING)]
    said += [Saying(text, voice) for text in asr_tune.others() for voice in chance.sample(voices, BESIDES)]
    chance.shuffle(said)
    chinese = manifest()["kokoro-voices"].files
    for say in answers():
        some = [*chance.sample(voices, SAYING // 3), *(f.name.removesuffix(".bin") for f in chinese)]
        said = [Saying(say, voice) for voice in some] + said
    return said


def render(wanted: Sequence[Saying]) -> None:
    """Make the sound of what is not there yet."""
    store = speakers()
    store.fetch()
    own, foreign = Kokoro(), Kokoro(voices=store.path("kokoro-speakers"))
    for one in track([one for one in wanted if not one.file.exists()], "speech", console=console):
        kokoro = foreign if one.voice in foreign.voices else own
        speech = kokoro.synthesise(one.text, one.voice, SPEEDS[one.number % 4])
        noise = NOISES[one.number // 4 % 3]
        sound = through_telephone(speech, kokoro.rate, noise_db=noise, seed=one.number % 1000)
        write_wav(one.file, sound, RATE)


def _kept(one: Utterance) -> Path:
    return one.file.with_suffix(".npy")


def _sound(one: Utterance) -> Pcm:
    idle = np.random.default_rng(0).normal(0, 6, RATE).astype(np.int16)
    return np.concatenate((idle, read_wav(one.file)[0], idle))


def listen(wanted: Sequence[Utterance]) -> None:
    """Keep what is looked at of all that is rendered and was not listened to yet."""
    settings = AsrSettings()
    hearing = load(settings.model_dump())
    for one in track([one for one in wanted if one.file.exists() and not _kept(one).exists()], "", console=console):
        parts = list(speech_in(_sound(one), RATE, settings.turns))
        if parts:
            np.save(_kept(one), hearing.look(max(parts, key=len), RATE).astype(np.float16))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Features [utterances, features], what was meant, and who said it."""

    features: Any
    meant: Any
    voices: Any

    def part(self, chosen: Any) -> "Lesson":
        """Return some of the utterances."""
        return Lesson(self.features[chosen], self.meant[chosen], self.voices[chosen])


def lesson(heard: Sequence[Utterance]) -> Lesson:
    """Return what was listened to, as arrays."""
    there = [one for one in heard if _kept(one).exists()]
    return Lesson(
        np.array([np.load(_kept(one)) for one in there], np.float32),
        np.array([means(one.text) or ELSE for one in there]),
        np.array([one.voice for one in there]),
    )


def learnt(taught: Lesson) -> Familiar:
    """Return the look learnt from `taught`: principal components and a logit over them, folded into one matrix."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(taught.features)
    space = PCA(COMPONENTS, whiten=True, random_state=0).fit(scaler.transform(taught.features))
    logit = LogisticRegression(C=PENALTY, max_iter=500)
    logit.fit(space.transform(scaler.transform(taught.features)), taught.meant)
    turn = space.components_.T / np.sqrt(space.explained_variance_) @ logit.coef_.T
    weights = turn / scaler.scale_[:, None]
    offsets = logit.intercept_ - space.mean_ @ turn - scaler.mean_ @ weights
    return Familiar(tuple(map(str, logit.classes_)), weights.astype(np.float32), offsets.astype(np.float32))


def tried(look: Familiar, on: Lesson) -> list[tuple[str, str, float]]:
    """Return for each utterance what was meant, the likeliest command and its share."""
    found = []
    for features, meant in zip(on.features, on.meant, strict=True):
        shares = look.shares(features)
        best = max((m for m in shares if m != ELSE), key=lambda m: shares[m])
        found.append((str(meant), best, shares[best]))
    return found


def tell(name: str, found: Sequence[tuple[str, str, float]]) -> None:
    """Print how many commands are right and how many others are taken for one, from several shares on."""
    for least in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        right = [best == meant and share >= least for meant, best, share in found if meant != ELSE]
        taken = [share >= least for meant, _, share in found if meant == ELSE]
        print(f"{name}, least {least}: {np.mean(right):.1%} of commands right, {np.mean(taken):.1%} of others taken")


def learn(whole: Lesson, without: Sequence[str]) -> None:
    """Cross-validate over the Chinese voices, then write the look learnt from all voices but `without`."""
    found = []
    for voice in asr_tune.VOICES:
        theirs = whole.voices == voice
        found += tried(learnt(whole.part(~theirs)), whole.part(theirs))
    tell("a voice never heard", found)
    look = learnt(whole.part(~np.isin(whole.voices, without)))
    target = folder() / "without.npz" if without else WEIGHTS
    np.savez_compressed(
        target, weights=look.weights.astype(np.float16), offsets=look.offsets, meanings="|".join(look.meanings)
    )
    print(f"{len(whole.meant)} utterances of {len(set(whole.voices))} voices; written to {target.name}")


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("render", "listen", "learn"))
    parser.add_argument("--shard", default="0/1")
    parser.add_argument("--without", action="append", default=[])
    chosen = parser.parse_args()
    first, step = map(int, chosen.shard.split("/"))
    if chosen.step == "render":
        render(sayings()[first::step])
    elif chosen.step == "listen":
        listen([*sayings(), *asr_tune.utterances()][first::step])
    else:
        learn(lesson([*sayings(), *asr_tune.utterances()]), chosen.without)


if __name__ == "__main__":
    main()
