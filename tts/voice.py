"""The bot's voice: text in, sound out clause by clause, from the cache where it can, made on the spot where not."""

import asyncio
import importlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import lru_cache

import numpy as np

from core import models
from core.workers import Workers
from tts.cache import MemoryCache, SoundCache, sound_key
from tts.clauses import Clause, date_pieces, split_clauses
from tts.digits import all_clips, clip_texts, join_digits
from tts.errors import SynthesisFailed
from tts.settings import TtsSettings
from tts.speakable import speakable
from tts.synthesiser import SpeechTask

log = logging.getLogger(__name__)

AHEAD = 2
"""Clauses that are made while one plays: enough to stay ahead, little to throw away on an interruption."""
TRIES = 3
"""Times that a clause is tried before the caller is told, each on a worker that was started again."""

_clauses = lru_cache(maxsize=4096)(lambda text: tuple(split_clauses(text)))


class _Making:
    """A sound being made, and how many wait for it."""

    def __init__(self, task: "asyncio.Task[bytes]") -> None:
        self.task, self.waiting = task, 0


class Voice:
    """Speaks for all calls. `start` it on the event loop that uses it; `stop` it there.

    `rate` is the line's, in Hz; `factory` makes the synthesiser in each process (`tts.tones:load` needs no model).
    """

    def __init__(
        self, settings: TtsSettings | None = None, rate: int = 8000, factory: str = "tts.kokoro:load", nice: int = 0
    ) -> None:
        self._settings = settings or TtsSettings()
        self.rate = rate
        self._factory, self._nice = factory, nice
        self._version: str = importlib.import_module(factory.partition(":")[0]).VERSION
        self._disk = SoundCache(self._settings.cache or models.cache_folder() / "speech")
        self._memory = MemoryCache(self._settings.memory_mb << 20)
        self._workers: Workers | None = None
        self._background: Workers | None = None
        self._renderers = 0
        self._starting = asyncio.Lock()
        self._making: dict[str, _Making] = {}
        self._chores: set[asyncio.Task[object]] = set()
        self._calm = asyncio.Event()
        self._calm.set()
        self._urgent = 0
        self.unmade: Exception | None = None
        """Why the last text that could not be rendered ahead was not."""

    @property
    def trouble(self) -> str | None:
        """Why rendered sound is not being kept, None where all is well."""
        return self._disk.trouble

    @property
    def pids(self) -> list[int]:
        """The processes that make speech during calls."""
        return self._workers.pids if self._workers else []

    async def start(self, speaks: bool = True) -> None:
        """Look at what is rendered and start the processes; one that never `speaks` only renders ahead.

        Raises `ModelMissing`, `ModelDamaged`.
        """
        if self._factory == "tts.kokoro:load":  # here, where the error is still one of ours
            for name in ("kokoro", "kokoro-vocab", "kokoro-voices"):
                await asyncio.to_thread(models.path, name)
        found = await asyncio.to_thread(self._disk.scan)
        log.info("%d rendered clauses in %s", found, self._disk.folder)
        if not speaks:
            return
        for clip in all_clips():  # hot from the first call on
            for slow in (False, True):
                await self._recall(self._key(clip, slow))
        self._workers = self._pool(self._settings.workers, self._nice)
        await self._workers.start()

    async def stop(self) -> None:
        """End the processes; what is being made is thrown away, what is being kept is kept."""
        for making in list(self._making.values()):
            making.task.cancel()
        await asyncio.gather(*(making.task for making in self._making.values()), return_exceptions=True)
        await asyncio.gather(*self._chores, return_exceptions=True)
        for pool in (self._workers, self._background):
            if pool:
                await pool.stop()
        self._workers = self._background = None

    def ready(self, text: str, slow: bool = False) -> bool:
        """Tell whether all of `text` can be spoken without making anything. Never touches the disk."""
        return all(self._has_clause(clause, slow) for clause in self._plan(text, slow))

    def notice(self, texts: Iterable[str]) -> list[str]:
        """Take note of what another process has rendered of `texts` since the start; return those not wholly there.

        Looks on the disk: call it in a thread.
        """

        def is_there(text: str) -> bool:
            looked = [self._disk.look(self._key(part, False)) for part in self._inventory([text])]
            return all(looked)

        return [text for text in texts if not is_there(text)]

    async def speak(self, text: str, slow: bool = False, keep: bool = True) -> AsyncGenerator[bytes]:
        """Yield `text` as 16-bit mono PCM at `rate`, a clause with the pause after it at a time, first clause first.

        What is made goes to disk only where `keep` allows it: a caller's own words stay in memory.
        What is cached comes at once; the next clauses are made while the caller of this listens. Closing the
        iterator (an interruption) stops the making. Raises `SynthesisFailed` when all retries have failed.
        """
        plan = self._plan(text, slow)
        ahead: deque[bytes | asyncio.Task[bytes]] = deque()
        try:
            for place, clause in enumerate(plan):
                for later in plan[place + len(ahead) : place + 1 + AHEAD]:
                    hot = self._hot(later, slow)
                    ahead.append(asyncio.create_task(self._clause(later, slow, keep)) if hot is None else hot)
                sound = ahead.popleft()
                pcm = sound if isinstance(sound, bytes) else await sound
                yield self._with_pause(pcm, clause, slow, last=place == len(plan) - 1)
        finally:
            left = [sound for sound in ahead if isinstance(sound, asyncio.Task)]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def whole(self, text: str, slow: bool = False) -> bytes:
        """Return all of `text` as one piece of PCM. Raises `SynthesisFailed`."""
        async with aclosing(self.speak(text, slow)) as sounds:
            return b"".join([pcm async for pcm in sounds])

    async def render(
        self,
        texts: Iterable[str],
        slow: bool = False,
        progress: Callable[[int, int], None] | None = None,
        processes: int | None = None,
        all_or_stop: bool = False,
    ) -> int:
        """Make ahead of time what `speak` will need for `texts`, the first clause of each first; return the failures.

        Works at low priority in processes that exist only meanwhile, and waits while a call needs speech.
        `progress` gets the clauses that are done and the clauses in all. `processes` is how many are used where the
        setting `background_workers` does not fit, because no call runs yet. With `all_or_stop` nothing more is begun
        after the first failure.
        """
        wanted = list(dict.fromkeys(self._inventory(list(texts))))
        processes = processes or self._settings.background_workers
        return await self._render_all(wanted, slow, progress, processes, all_or_stop)

    async def _render_all(
        self,
        wanted: Sequence[str],
        slow: bool,
        progress: Callable[[int, int], None] | None,
        processes: int,
        all_or_stop: bool = False,
    ) -> int:
        done = failed = 0
        if progress:
            progress(0, len(wanted))
        turn = iter(wanted)

        async def work() -> None:
            nonlocal done, failed
            for text in turn:
                failed += not await self._prepare(text, slow, processes)
                done += 1
                if progress:
                    progress(done, len(wanted))
                if failed and all_or_stop:
                    return

        self._renderers += 1
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(processes):
                    group.create_task(work())
        finally:
            self._renderers -= 1
            if not self._renderers and self._background:
                pool, self._background = self._background, None
                await pool.stop()
        return failed

    async def render_numbers(
        self, year: int, slow: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Make ahead of time the clips of every number and of every date in `year` and the next, as `render` does.

        About 160 short clips, 80 s of a core; until then numbers are made when they are needed.
        """
        dates = (
            [f"{y}年" for y in (year, year + 1)] + [f"{m}月" for m in range(1, 13)] + [f"{d}日" for d in range(1, 32)]
        )
        wanted = [speakable(date) for date in dates] + all_clips()
        return await self._render_all(wanted, slow, progress, self._settings.background_workers)

    def _inventory(self, texts: Sequence[str]) -> Iterable[str]:
        plans = [_clauses(text) for text in texts]
        for place in range(max(map(len, plans), default=0)):
            for plan in plans:
                if place < len(plan):
                    clause = plan[place]
                    yield from clip_texts(clause.text) if clause.digits else (clause.text,)

    async def _prepare(self, text: str, slow: bool, processes: int) -> bool:
        key = self._key(text, slow)
        if (
            self._memory.get(key) is not None
            or (self._memory.room and await self._recall(key))
            or self._disk.has(key)
        ):
            return True
        await self._calm.wait()
        try:
            pool = await self._background_pool(processes)
            pcm = await pool.do(self._task(text, slow))
        except Exception as error:
            log.warning("a clause could not be rendered ahead: %s", error)
            self.unmade = error
            return False
        self._keep(key, pcm)
        return True

    async def _background_pool(self, processes: int) -> Workers:
        async with self._starting:
            if self._background is None:
                pool = self._pool(processes, 10)
                await pool.start()
                self._background = pool
            return self._background

    def _pool(self, count: int, nice: int) -> Workers:
        return Workers(self._factory, count=count, queue_limit=self._settings.queue, nice=nice)

    def _plan(self, text: str, slow: bool) -> list[Clause]:
        """Return the clauses of `text`; one with a date is joined from parts where only the parts are there."""
        plan: list[Clause] = []
        for clause in _clauses(text):
            parts = date_pieces(clause)
            joined = len(parts) > 1 and not self._has(clause.text, slow)
            joined = joined and sum(not self._has(part.text, slow) for part in parts) <= 1
            plan += parts if joined else [clause]
        return plan

    def _has_clause(self, clause: Clause, slow: bool) -> bool:
        if clause.digits:
            return all(self._has(clip, slow) for clip in clip_texts(clause.text))
        return self._has(clause.text, slow)

    def _has(self, text: str, slow: bool) -> bool:
        key = self._key(text, slow)
        return self._memory.get(key) is not None or self._disk.has(key)

    def _hot(self, clause: Clause, slow: bool) -> bytes | None:
        """Return the sound of `clause` where memory has it."""
        if not clause.digits:
            return self._memory.get(self._key(clause.text, slow))
        clips = [self._memory.get(self._key(clip, slow)) for clip in clip_texts(clause.text)]
        return self._join([clip for clip in clips if clip is not None]) if None not in clips else None

    async def _clause(self, clause: Clause, slow: bool, keep: bool) -> bytes:
        if clause.digits and self._has_clause(clause, slow):
            return self._join([await self._sound(clip, slow) for clip in clip_texts(clause.text)])
        return await self._sound(clause.text + "\uff0c" if clause.digits else clause.text, slow, keep)

    def _join(self, clips: Sequence[bytes]) -> bytes:
        return join_digits([np.frombuffer(clip, "<i2") for clip in clips], self.rate).astype("<i2").tobytes()

    async def _sound(self, text: str, slow: bool, keep: bool = True) -> bytes:
        """Return the sound of `text` from memory, disk, or a worker; several who wait share the work."""
        key = self._key(text, slow)
        if (hot := self._memory.get(key)) is not None:
            return hot
        making = self._making.get(key)
        if making is None:
            task = asyncio.create_task(self._make(key, self._task(text, slow), keep))
            making = self._making[key] = _Making(task)
            task.add_done_callback(lambda _: self._forget(key, making))
        making.waiting += 1
        try:
            return await asyncio.shield(making.task)
        finally:
            making.waiting -= 1
            if not making.waiting and not making.task.done():
                making.task.cancel()  # nobody listens any more
                self._forget(key, making)  # and nobody new may wait for what is being thrown away

    def _forget(self, key: str, making: _Making | None) -> None:
        if self._making.get(key) is making:
            del self._making[key]

    async def _make(self, key: str, task: SpeechTask, keep: bool) -> bytes:
        if (kept := await self._recall(key)) is not None:
            return kept
        if self._workers is None:
            raise SynthesisFailed(what="尚未启动")
        self._urgent += 1
        self._calm.clear()
        try:
            pcm = await self._insist(self._workers, task)
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._calm.set()
        if keep:
            self._keep(key, pcm)
        else:
            self._memory.put(key, pcm)
        return pcm

    async def _insist(self, workers: Workers, task: SpeechTask) -> bytes:
        trouble: Exception | None = None
        for attempt in range(TRIES):
            try:
                pcm: bytes = await workers.do(task, urgent=True)
                return pcm
            except Exception as error:
                trouble = error
                log.warning("synthesis failed: %s", error)
                await asyncio.sleep(0.1 * 2**attempt)
        raise SynthesisFailed(what=trouble) from trouble

    async def _recall(self, key: str) -> bytes | None:
        if (hot := self._memory.get(key)) is not None:
            return hot
        if not self._disk.has(key):
            return None
        pcm = await asyncio.to_thread(self._disk.get, key)
        if pcm is not None:
            self._memory.put(key, pcm)
        return pcm

    def _keep(self, key: str, pcm: bytes) -> None:
        self._memory.put(key, pcm)
        chore: asyncio.Task[object] = asyncio.create_task(asyncio.to_thread(self._disk.put, key, pcm))
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    def _key(self, text: str, slow: bool) -> str:
        return _key(text, self._settings.voice, self._speed(slow), self._version, self.rate)

    def _task(self, text: str, slow: bool) -> SpeechTask:
        return SpeechTask(text, self._settings.voice, self._speed(slow), self.rate)

    def _speed(self, slow: bool) -> float:
        return self._settings.slow_speed if slow else self._settings.speed

    def _with_pause(self, pcm: bytes, clause: Clause, slow: bool, last: bool) -> bytes:
        if last:
            return pcm
        pause = clause.pause_ms * (self._settings.slow_pause if slow else 1.0)
        return pcm + bytes(int(pause * self.rate / 1000) * 2)


@lru_cache(maxsize=16384)
def _key(text: str, voice: str, speed: float, version: str, rate: int) -> str:
    return sound_key(text, voice, speed, version, rate)
