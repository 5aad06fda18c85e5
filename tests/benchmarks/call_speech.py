"""What synthetic callers say: rendered before measuring, kept in the cache folder, telephone band."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress, track

from core.audio import read_wav, write_wav
from core.models import cache_folder
from core.yaml_file import read_yaml
from dialog.lines import all_lines
from dialog.moves import Heard, MoveOut, Note, Say
from hotline.settings import HotlineSettings
from hotline.wiring import Mind, build_mind
from tests.benchmarks.report import console
from tts.kokoro import Kokoro
from tts.settings import TtsSettings
from tts.telephone import RATE, through_telephone
from tts.voice import Voice

VOICES = ("zf_xiaobei", "zm_yunjian", "zm_yunxi", "zf_xiaoxiao")
"""Voices of the callers: intelligible ones, none of them the bot's."""
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asks, and the entries that answer it."""

    say: str
    expect: tuple[str, ...]


def questions(known: bool = False) -> list[Question]:
    """Return the questions with an answer: those nobody has tuned on, or the `known` ones."""
    file = DATA / ("known_questions.yaml" if known else "spoken_questions.yaml")
    rows = read_yaml(file)
    return [Question(row["say"], tuple(row["expect"])) for row in rows if row["expect"]]


class Callers:
    """The speech of the callers by text and voice: 16-bit PCM at 8 kHz."""

    def __init__(self) -> None:
        self._folder = cache_folder() / "benchmarks" / "callers"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sounds: dict[tuple[str, str], bytes] = {}

    def prepare(self, lines: Iterable[tuple[str, str]]) -> None:
        """Make what is missing of `lines`, pairs of text and voice. Blocking, about half a second a second."""
        missing = [line for line in dict.fromkeys(lines) if not self._file(*line).exists()]
        kokoro = Kokoro() if missing else None
        for text, voice in track(missing, "callers' speech", console=console, disable=not missing):
            assert kokoro is not None
            sound = through_telephone(kokoro.synthesise(text, voice), kokoro.rate)
            write_wav(self._file(text, voice), sound, RATE)

    def say(self, text: str, voice: str) -> bytes:
        """Return the sound of `text`, which was prepared."""
        if (text, voice) not in self._sounds:
            self._sounds[text, voice] = read_wav(self._file(text, voice))[0].tobytes()
        return self._sounds[text, voice]

    def _file(self, text: str, voice: str) -> Path:
        name = hashlib.sha256(f"{Kokoro.version}|{voice}|{text}".encode()).hexdigest()[:24]
        return self._folder / f"{name}.wav"


def first_moves(question: Question, mind: Mind) -> list[MoveOut]:
    """Return what the dialogue decides where a caller opens with `question`, in text."""
    conversation = mind.converse("benchmark", "13800000000")
    conversation.start()
    return conversation.hear(Heard(question.say), mind.clock.now())


def surely_answered(mind: Mind, count: int) -> list[Question]:
    """Return the `count` known questions that are answered at once with the most confidence, most first."""
    sure: list[tuple[float, Question]] = []
    for question in questions(known=True):
        answers = [m for m in first_moves(question, mind) if isinstance(m, Note) and m.kind == "answer"]
        sure += [(float(answer.facts["confidence"]), question) for answer in answers]
    return [question for _, question in sorted(sure, key=lambda each: -each[0])[:count]]


def answers_to(asked: Iterable[Question], mind: Mind) -> list[str]:
    """Return all that the bot may say to `asked`: what it decides in text, and every expected answer."""
    texts: list[str] = []
    for question in asked:
        texts += [move.text for move in first_moves(question, mind) if isinstance(move, Say)]
        texts += [mind.knowledge.entry(entry).spoken for entry in question.expect]
    return list(dict.fromkeys([*all_lines(), *texts]))


async def render_answers(asked: Iterable[Question], mind: Mind | None = None) -> None:
    """Put everything that the bot may say to `asked` into its cache, so that nothing is synthesised meanwhile."""
    settings = HotlineSettings()
    texts = answers_to(asked, mind or build_mind(settings))
    voice = Voice(TtsSettings(background_workers=os.cpu_count() or 1))
    await voice.start()
    try:
        with Progress(console=console, transient=True) as bars:
            bar = bars.add_task("the bot's answers")
            await voice.render(texts, progress=lambda done, all_: bars.update(bar, completed=done, total=all_))
    finally:
        await voice.stop()
