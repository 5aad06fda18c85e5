"""The bot's own command phrases and other short utterances at telephone quality: how many are told apart.

Usage: python -m tests.benchmarks.asr_commands [--show] [--part N] [--expected]
Every phrase of PHRASES in six voices, and each other utterance of data/short_utterances.txt in one, with changing
speed and a little noise, cut by the turn detector as in a call. Renders are kept in the cache folder.
`--part N` measures only every Nth utterance.
"""

import argparse
import hashlib
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import wave
from pathlib import Path

import numpy as np

from asr.commands import meanings
from asr.file import RATE, speech_in
from asr.hearing import load
from asr.recogniser import Transcript
from asr.settings import AsrSettings
from asr.task import Task
from core.audio import Pcm, write_wav
from core.models import cache_folder
from tts.kokoro import Kokoro
from tts.telephone import through_telephone

VOICES = ("zf_xiaoyi", "zm_yunjian", "zf_xiaobei", "zm_yunxi", "zm_yunxia", "zf_xiaoxiao")
PHRASES = """
    转人工 人工 是的 对 对的 不是 不对 可以 不可以 不行 好的 没有了 没有 不用了 不需要 等一下 等等 再说一遍 没听清
    说慢点 谢谢 再见 你好 人工服务 我要人工
""".split()  # noqa: SIM905 - a list of words reads best as words
SPEEDS = (0.9, 1.0, 1.1)
NOISES = (None, 35.0, 30.0)


class Studio:
    """Makes the utterances, or finds them in the cache folder."""

    def __init__(self) -> None:
        self._kokoro: Kokoro | None = None
        self._folder = cache_folder() / "benchmarks" / "commands"
        self._folder.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, voice: str, number: int) -> Pcm:
        """Return `text` as it comes over the line; `number` varies speed and noise."""
        speed, noise = SPEEDS[number % 3], NOISES[number // 3 % 3]
        name = hashlib.sha256(f"{Kokoro.version}|{text}|{voice}|{speed}|{noise}|{number}".encode()).hexdigest()[:24]
        file = self._folder / f"{name}.wav"
        if not file.exists():
            self._kokoro = self._kokoro or Kokoro()
            speech = self._kokoro.synthesise(text, voice, speed)
            write_wav(file, through_telephone(speech, self._kokoro.rate, noise_db=noise, seed=number), RATE)
        with wave.open(str(file)) as sound:
            return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)


def others() -> list[str]:
    """Return the utterances for measuring: those behind the blank line."""
    text = (Path(__file__).parent / "data" / "short_utterances.txt").read_text(encoding="utf8")
    return text.split("\n\n", 1)[1].split()


def meaning(heard: Transcript) -> str | None:
    """Return the command that the dialogue reads in `heard`: the phrase that the sound chose, or the text itself."""
    command = meanings().get(heard.phrase or heard.text)
    return command.phrase if command else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--expected", action="store_true", help="as when the dialogue has asked for these phrases")
    chosen = parser.parse_args()
    settings, studio = AsrSettings(), Studio()
    hearing = load(settings.model_dump())
    expected = tuple(dict.fromkeys(meanings()[p].phrase for p in PHRASES)) if chosen.expected else ()
    idle = np.random.default_rng(0).normal(0, 6, RATE).astype(np.int16)
    jobs = [(p, p, v) for p in PHRASES for v in VOICES] + [("", o, VOICES[i % 6]) for i, o in enumerate(others())]
    right: dict[str, list[bool]] = {}
    taken, work, heard_at_all = [], 0.0, 0
    for number, (phrase, text, voice) in list(enumerate(jobs))[:: chosen.part]:
        sound = np.concatenate((idle, studio.say(text, voice, number), idle))
        parts = [hearing(Task(s.tobytes(), RATE, expected)) for s in speech_in(sound, RATE, settings.turns)]
        work += sum(part.seconds for part in parts)
        heard_at_all += bool(parts)
        got = next((meaning(part) for part in parts if meaning(part)), None)
        if phrase:
            good = got == meanings()[phrase].phrase
            right.setdefault(phrase, []).append(good)
        else:
            good = got is None
            taken.append(not good)
        if chosen.show and not good:
            print(f"{text} {voice}: {got} {[(p.text, p.raw, round(p.confidence, 2)) for p in parts]}", flush=True)
    every = [good for group in right.values() for good in group]
    human = right.get("转人工", []) + right.get("人工", [])
    print(f"commands right          {100 * np.mean(every):5.1f} %   (at least 96 %)  {len(every)} utterances")
    print(f"转人工, 人工 right       {100 * np.mean(human or [True]):5.1f} %   (at least 98 %)")
    print(f"others taken for one    {100 * np.mean(taken):5.1f} %   (at most 2 %)  {len(taken)} utterances")
    print(f"{work / max(1, heard_at_all):.2f} CPU seconds an utterance")
    for phrase, group in right.items():
        if not all(group):
            print(f"  {phrase} {sum(group)}/{len(group)}")


if __name__ == "__main__":
    main()
