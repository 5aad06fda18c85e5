"""The running hotline: a line, its calls, the records and the health page, from start to drained end."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable

from core.looking import LookingThread
from hotline.dispatching import DispatchThread
from hotline.knowledge_care import CareThread
from hotline.live_text import RunningLiveText, start_live_text
from hotline.ops import HealthPage, Metrics
from hotline.recalibrating import Recalibrating
from hotline.retaining import RetainingThread
from hotline.settings import HotlineSettings
from hotline.supervising import supervise_threads
from hotline.wiring import Mind, Parts, build_parts, make_humans, make_line
from ivr.reception import Reception
from telephony.asterisk.duty import Duty
from telephony.asterisk.line import AsteriskLine
from telephony.collector import spare_what_is_loaded
from telephony.sip_line import SipLine
from tickets.deadlines import warn_ahead
from tickets.holidays import calendar_of

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is in all."""


_MOST_AT_START = 4
"""Processes at most (0.4 GB each) that render what is needed before the first call."""


class Service:
    """Everything that `hotline serve` runs. Start it, let it run, stop it."""

    def __init__(
        self,
        settings: HotlineSettings,
        progress: Progress = lambda _what, _done, _all: None,
        mind: Mind | None = None,
    ) -> None:
        self.settings = settings
        self.mind = mind
        """What conversations think with; made at the start where it is not given."""
        self._progress = progress
        self.line = make_line(settings)
        self.parts: Parts
        self._rendering: asyncio.Task[None] | None = None
        self._unrendered = 0
        """Clauses that wait to be rendered ahead."""
        self._page: HealthPage | None = None
        self._duty: Duty | None = None
        self._live_text: RunningLiveText | None = None
        self._looking: list[LookingThread] = []
        self._recalibrating: Recalibrating | None = None

    async def start(self, render_first: Iterable[str] = (), render_rest: bool = True) -> None:
        """Load the models, render what the first call needs, then listen.

        `render_first` adds texts that must be ready before the first call. Raises a `HotlineError` that says what is
        missing; whatever had been started is stopped again.
        """
        try:
            await self._start(render_first, render_rest)
        except BaseException:
            await self.stop(0)
            raise

    async def _start(self, render_first: Iterable[str], render_rest: bool) -> None:
        reading = "读取知识库和记录库"
        self._progress(reading, 0, 1)
        self.parts = parts = await asyncio.to_thread(
            build_parts,
            self.settings,
            self.mind,
            lambda done, all_: self._progress(reading, done, all_ + 1),
            make_humans(self.settings, self.line),
        )
        self._progress(reading, 1, 1)
        warn_ahead(calendar_of(self.settings.tickets.holidays), parts.mind.clock.now().date())
        metrics = Metrics()
        parts.log.subscribe(metrics.count)
        self._progress("启动识别和合成", 0, 1)
        await asyncio.gather(parts.recogniser.start(), parts.voice.start())
        parts.following.start()
        parts.duties.start()
        self._looking = [
            CareThread(self.settings, parts.mind.knowledge, parts.mind.clock),
            DispatchThread(self.settings, parts.mind.clock),
            *supervise_threads(self.settings, parts.mind.clock),
            RetainingThread(self.settings, parts.mind.clock),
        ]
        for thread in self._looking:
            thread.start()
        self._recalibrating = Recalibrating(parts.mind.knowledge)
        self._recalibrating.start()
        self._progress("启动识别和合成", 1, 1)
        first = list(dict.fromkeys([*parts.texts_needed, *render_first]))
        await parts.voice.render(
            first,
            progress=lambda done, all_: self._progress("合成话术", done, all_),
            processes=min(_MOST_AT_START, os.cpu_count() or 1),
        )
        self.reception = Reception(parts.tools)
        metrics.gauge("hotline_calls_running", "Calls in conversation", lambda: self.reception.talking)
        metrics.gauge("hotline_recogniser_backlog", "Stretches of speech that wait", lambda: parts.recogniser.backlog)
        metrics.gauge("hotline_events_behind", "Events not yet on disk", lambda: parts.log.behind)
        metrics.gauge("hotline_speech_unrendered", "Clauses not rendered ahead yet", lambda: self._unrendered)
        health = self.settings.health
        self._page = HealthPage(metrics, self.problems)
        await self._page.start(health.host, health.port)
        if isinstance(self.line, AsteriskLine):
            behind = self.settings.asterisk
            keeps = behind.node == behind.nodes[0].name  # one of them keeps the record for all
            self._duty = Duty(self.line.exchange, parts.log.append if keeps else None)
            self._live_text = start_live_text(
                self.settings,
                self.line,
                parts.recogniser,
                parts.log,
                parts.mind.knowledge,
                lambda: parts.tools.admission.braked,
            )
        await self.line.start(self.reception.answer)
        if render_rest and self.settings.serve.render_ahead:
            self._rendering = asyncio.create_task(self._render(parts.texts_all), name="render")
        spare_what_is_loaded()

    @property
    def uri(self) -> str:
        """The SIP address to dial."""
        line, behind = self.settings.line, self.settings.asterisk
        if isinstance(self.line, SipLine):
            return f"sip:{line.number}@{line.host}:{self.line.address[1]}"
        return f"sip:{line.number}@{behind.sip_host}:{behind.sip_port}"

    @property
    def health_port(self) -> int:
        """TCP port of the health page."""
        return self._page.port if self._page else 0

    def problems(self) -> list[str]:
        """Return a sentence for everything that is not well."""
        threads = (thread.trouble for thread in self._looking)
        keys = self.parts.database.keys
        told = (keys and keys.trouble, self.parts.log.trouble, self.parts.following.trouble, *threads)
        problems = [trouble for trouble in told if trouble]
        if isinstance(self.line, AsteriskLine) and not self.line.exchange.reachable:
            problems.append("连不上 Asterisk 的管理接口,新来电由其他进程或人工接听。")
        return problems

    async def stop(self, drain_s: float | None = None) -> None:
        """Take no new calls, let running ones end, free everything."""
        left_s = self.settings.ivr.drain_s if drain_s is None else drain_s
        if self._live_text and isinstance(self.line, AsteriskLine):
            await self.line.drain(left_s)  # until then, what humans say is written down
            await self._live_text.close()
            left_s = 0.0
        await self.line.stop(left_s)
        if self._duty:
            await self._duty.close()
        if self._rendering:
            self._rendering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._rendering
        if self._page:
            await self._page.stop()
        if self._recalibrating:
            await self._recalibrating.stop()
        for thread in self._looking:
            await asyncio.to_thread(thread.stop)
        if hasattr(self, "parts"):
            await self.parts.close()

    async def _render(self, texts: Iterable[str]) -> None:
        def progress(done: int, all_: int) -> None:
            self._unrendered = all_ - done

        try:
            await self.parts.voice.render(texts, progress=progress)
            await self.parts.voice.render_numbers(self.parts.tools.clock.now().year)
            log.info("every prompt and answer is rendered")
        except Exception as error:  # calls go on: what is missing is made when it is needed
            log.error("rendering ahead stopped: %s", error)
