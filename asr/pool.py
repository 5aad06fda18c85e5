"""The `Recogniser` of a running hotline: Whisper in worker processes behind a bounded queue."""

from collections.abc import Callable, Coroutine
from typing import Any

from asr.errors import RecogniserBusy, RecogniserDropped, RecogniserFailed
from asr.recogniser import Hints, Transcript
from asr.settings import AsrSettings
from asr.task import Task
from core.audio import Pcm
from core.errors import WorkDropped, WorkerDied, WorkersBusy
from core.workers import Workers

ANYTHING = Hints()
"""Nothing is expected."""

Correct = Callable[[str], str]
"""Corrects a text by its sound, such as `asr.by_sound.SoundVocabulary.correct`."""


class PooledRecogniser:
    """Recognises for all calls. A killed worker is started again and its speech tried once more.

    A worker answers one task at a time over its own pipe, so nobody can get another caller's text.
    """

    def __init__(self, settings: AsrSettings | None = None, correct: Correct | None = None) -> None:
        self._settings = settings or AsrSettings()
        self._correct = correct
        self._workers = Workers(
            factory="asr.hearing:load",
            args=(self._settings.model_dump(),),
            count=self._settings.workers,
            queue_limit=self._settings.queue_limit,
            nice=self._settings.nice,
            own_spare=self._settings.spare_workers,
        )

    async def start(self) -> None:
        """Load the model in every worker. Raises `core.errors.ModelMissing` or `ModelDamaged`."""
        await self._workers.start()

    def correct_with(self, correct: Correct | None) -> None:
        """Take a new correction, as when the knowledge base has changed."""
        self._correct = correct

    async def recognise(self, speech: Pcm, rate: int, hints: Hints = ANYTHING, urgent: bool = False) -> Transcript:
        """Return what `speech` says; see `asr.recogniser.Recogniser`. `urgent` work (a turn has ended) goes first.

        `text` is corrected by sound, `raw` is not.
        """
        task = Task(speech.astype("<i2").tobytes(), rate, tuple(hints.phrases), hints.digits)
        return await self._result(self._workers.do(task, urgent=urgent))

    async def recognise_spare(self, speech: Pcm, rate: int, patience_s: float) -> Transcript:
        """Return what `speech` says where that costs no other speech anything; see `SpareRecogniser`."""
        task = Task(speech.astype("<i2").tobytes(), rate)
        return await self._result(self._workers.do_spare(task, patience_s))

    async def _result(self, work: Coroutine[Any, Any, Transcript]) -> Transcript:
        """Await a decoding, correct its text, and name what went wrong in this room's words."""
        try:
            heard = await work
        except WorkersBusy as error:
            raise RecogniserBusy(limit=self._settings.queue_limit) from error
        except WorkDropped as error:
            raise RecogniserDropped(**error.facts) from error
        except WorkerDied as error:
            raise RecogniserFailed(what=error) from error
        if self._correct is None or heard.phrase is not None or not heard.text:
            return heard
        text = self._correct(heard.text)
        return Transcript(text, heard.confidence, heard.phrase, heard.seconds, heard.raw)

    @property
    def on_decode(self) -> Callable[[float, float], None] | None:
        """Told of each stretch of speech, also where its text was thrown away because the caller spoke on: the
        milliseconds that it waited for a worker, and those in it. Not of spare ones."""
        return self._workers.on_done

    @on_decode.setter
    def on_decode(self, listener: Callable[[float, float], None] | None) -> None:
        self._workers.on_done = listener

    def spare_while(self, most: Callable[[], int]) -> None:
        """Let `most()` spare stretches at once into the workers of the calls; without it, one. Asked before each."""
        self._workers.spare_while(most)

    @property
    def backlog(self) -> int:
        """Stretches of speech waiting for a worker, spare ones not counted."""
        return self._workers.backlog

    @property
    def spare_dropped(self) -> int:
        """Spare stretches that were never recognised because calls came first."""
        return self._workers.spare_dropped

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        return self._workers.pids

    async def stop(self) -> None:
        """End the workers."""
        await self._workers.stop()
