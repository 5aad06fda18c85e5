"""`hotline callback run`: makes the calls that are due, shows how they go, and stops when it is told to."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from rich.console import Console

from core.clock import Clock
from core.errors import HotlineError
from dialog.lines import outbound_lines
from dialog.outbound.errand import Errand, Result
from hotline.bars import Bars
from hotline.errands import StoredErrands
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from hotline.story import CALL_BACKS, masked
from hotline.supervising import make_lives
from hotline.wiring import Parts, build_parts, make_humans
from ivr.campaign import Campaign
from ivr.outbound import OutboundCalls
from telephony.asterisk.dialer import AsteriskDialer
from telephony.dialer import Dialer
from tickets.callback_store import CallBackStore

POLL_S = 5.0
"""How often it is asked whether something has become due, in seconds."""
_OUTCOMES = {
    "answered": "接通",
    "no_answer": "无人接听",
    "busy": "占线",
    "machine": "机器应答",
    "failed": "没有打通",
    "hung_up_early": "没说完就挂了",
}
_ENDINGS = {
    "": "再打或放弃",
    "done": "完成",
    "put_off": "改时间再打",
    "wrong_number": "打错了",
    "void": "空号",
    "do_not_call": "不再打",
}
_SOLVED = {"yes": "解决", "partly": "部分解决", "no": "没解决", "unknown": ""}
_SATISFIED = {"satisfied": "满意", "fairly": "基本满意", "dissatisfied": "不满意", "unknown": ""}


class NoOutboundLine(HotlineError):
    """回拨需要 Asterisk 线路:在 hotline.toml 中设 [line] kind = "asterisk"。"""


class CallingBack:
    """One run: its settings, what it dials with, and what it shows."""

    def __init__(
        self, settings: HotlineSettings, dialer: AbstractAsyncContextManager[Dialer], console: Console
    ) -> None:
        self._settings, self._dialer, self._console = settings, dialer, console
        self.made: list[tuple[Errand, Result]] = []
        """The calls that are over."""

    async def run(self, keep: bool) -> None:
        """Load the models and make the calls that are due; with `keep` go on until a signal."""
        with Bars() as bars:
            bars("读取知识库和记录库", 0, 1)
            by = self._dialer
            humans = make_humans(self._settings, by.line) if isinstance(by, AsteriskDialer) else None
            parts = await asyncio.to_thread(build_parts, self._settings, humans=humans)
            bars("读取知识库和记录库", 1, 1)
            try:
                bars("启动识别和合成", 0, 1)
                await asyncio.gather(parts.recogniser.start(), parts.voice.start())
                parts.following.start()
                bars("启动识别和合成", 1, 1)
                await parts.voice.render(
                    [*parts.texts_needed, *outbound_lines()], progress=lambda done, all_: bars("合成话术", done, all_)
                )
            except BaseException:
                await parts.close()
                raise
        try:
            async with self._dialer as dialer:
                await self.campaign(parts, dialer, parts.mind.clock, keep)
        finally:
            await parts.close()

    async def campaign(self, parts: Parts, dialer: Dialer, clock: Clock, keep: bool) -> None:
        """Make the calls with what is loaded already."""
        rules = self._settings.callback
        calls = OutboundCalls(dialer, parts.tools, parts.mind.call_back, rules.ring_s)
        lives = make_lives(self._settings, parts.database)
        errands = StoredErrands(CallBackStore(parts.database, rules, lives=lives))
        campaign = Campaign(errands, calls.make, clock, parts.log, rules.at_once, self._told)
        running = asyncio.create_task(campaign.run(POLL_S if keep else None))
        self._obey_signals(campaign, running)
        try:
            await running
        except asyncio.CancelledError:
            self._console.print("已立即停止,正在进行的通话已挂断,记为未打通。")

    def _obey_signals(self, campaign: Campaign, running: "asyncio.Task[None]") -> None:
        """The first signal lets running calls end, the second hangs up."""
        asked = False

        def stop() -> None:
            nonlocal asked
            if asked:
                running.cancel()
            asked = True
            campaign.stop()
            self._console.print(f"不再拨新的电话,正在等 {campaign.running} 个通话结束(再按一次立即停止)……")

        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop)
        running.add_done_callback(
            lambda _done: [loop.remove_signal_handler(name) for name in (signal.SIGTERM, signal.SIGINT)]
        )

    def show(self) -> None:
        """Print how the calls went."""
        self._console.print(results_table(self.made) if self.made else "现在没有该打的电话。")

    def _told(self, errand: Errand, result: Result | None) -> None:
        who = f"{CALL_BACKS[errand.kind]} {masked(errand.number)}"
        if result is None:
            self._console.print(f"正在拨 {who}(第 {errand.tries + 1} 次)……", highlight=False)
            return
        self.made.append((errand, result))
        self._console.print(f"{who}:{_OUTCOMES[result.outcome.value]}", highlight=False)


def results_table(made: Sequence[tuple[Errand, Result]]) -> PlainTable:
    """Return how the calls went, numbers masked."""
    out = PlainTable(
        "任务", "类型", "号码", "结果", "之后", "解决", "满意", "不满意的原因", title=f"外呼 {len(made)} 个"
    )
    for errand, result in made:
        out.add_row(
            errand.id,
            CALL_BACKS[errand.kind],
            masked(errand.number),
            _OUTCOMES[result.outcome.value],
            _ENDINGS[result.ending],
            _SOLVED[result.solved.value],
            _SATISFIED[result.satisfied.value],
            result.reason,
        )
    return out


def call_back(
    settings: HotlineSettings,
    dialer: AbstractAsyncContextManager[Dialer] | None,
    console: Console,
    keep: bool = False,
) -> int:
    """Make the calls that are due and print how they went; raise `NoOutboundLine` where nothing can dial."""
    if dialer is None:
        raise NoOutboundLine
    run = CallingBack(settings, dialer, console)
    asyncio.run(run.run(keep))
    run.show()
    return 0
