"""`hotline demo`: the system runs, three people call it over real SIP and RTP, and what is left behind is shown."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from core.events import Event
from hotline.bars import Bars
from hotline.cli_looking import ticket_table
from hotline.demo_line import demo_line
from hotline.entries import open_entries
from hotline.over_call import OverCall, Played
from hotline.picture import draw_file
from hotline.plain_table import PlainTable
from hotline.script import Script, read_script
from hotline.service import Service
from hotline.settings import HotlineSettings
from hotline.story import STYLE, WHO, story, table, tell
from hotline.talk import ScriptRun
from hotline.text_call import Mind as TextMind
from hotline.wiring import Mind, build_mind
from telephony.caller import SipCaller
from tickets.secrecy.view import Viewer, ViewRole, view
from tts.settings import TtsSettings
from tts.voice import Voice

SCENES = Path(__file__).parent / "demo_scenes"
VOICE = "zf_xiaobei"
"""The caller's voice where the scene names none; not the bot's."""

console = Console(highlight=False)


def run_demo(keep: Path, behind_asterisk: bool = False) -> int:
    """Run the demonstration; return 0 where every call went as its script says."""
    return asyncio.run(_demo(keep, behind_asterisk))


async def _demo(keep: Path, behind_asterisk: bool) -> int:
    begun = time.monotonic()
    scripts = [read_script(file) for file in sorted(SCENES.glob("*.yaml"))]
    console.rule("12345 热线演示:三个真实的电话")
    async with demo_line(keep, behind_asterisk, console) as settings:
        service = Service(settings, bars := Bars())
        by_name = {name: Voice(TtsSettings(voice=name)) for name in {script.voice or VOICE for script in scripts}}
        voices = [by_name[script.voice or VOICE] for script in scripts]
        with bars:
            bars("读取知识库", 0, 1)
            service.mind = await asyncio.to_thread(_mind, settings, bars)
            bars("读取知识库", 1, 1)
            needed = await asyncio.to_thread(_texts_needed, scripts, service.mind)
            await _prepare_callers(scripts, voices, bars)
            await service.start(render_first=needed, render_rest=False)
        try:
            played = await _call_all(service, scripts, voices)
        finally:
            for voice in set(voices):
                await voice.stop()
            await service.stop()
        _show_remains(service, played, keep)
    return _summary(played, time.monotonic() - begun, keep)


def _mind(settings: HotlineSettings, bars: Bars) -> Mind:
    with open_entries(settings) as store:
        return build_mind(settings, lambda done, all_: bars("读取知识库", done, all_ + 1), store)


def _texts_needed(scripts: Sequence[Script], mind: Mind) -> list[str]:
    """Return what the bot will say: the same scripts are first played in text."""
    thinking = TextMind(mind.knowledge, mind.understanding, mind.settings.dialog)
    runs = [ScriptRun(script, thinking, 0, None).run() for script in scripts]
    return [text for run in runs for who, text in run.lines if who == "机" and not text.startswith("→")]


async def _prepare_callers(scripts: Sequence[Script], voices: Sequence[Voice], bars: Bars) -> None:
    lines = [[turn.words(0) for turn in script.turns if turn.words(0)] for script in scripts]
    total, done = sum(map(len, lines)), 0
    for voice in set(voices):
        await voice.start()

    async def prepare(texts: Sequence[str], voice: Voice) -> None:
        nonlocal done
        for text in texts:
            await voice.whole(text)
            done += 1
            bars("合成来电人的话", done, total)

    await asyncio.gather(*(prepare(texts, voice) for texts, voice in zip(lines, voices, strict=True)))


async def _call_all(service: Service, scripts: Sequence[Script], voices: Sequence[Voice]) -> list[Played]:
    """Place all calls at once, as in life, and print what happens in them as it happens."""
    begun = time.time()
    console.rule(f"拨打 {service.uri}")
    async with SipCaller() as telephone:
        callers = []
        for number, (script, voice) in enumerate(zip(scripts, voices, strict=True), 1):
            console.print(
                f"通话 {number}:{script.scene}(来电 {script.caller},音色 {script.voice or VOICE})", style="bold"
            )
            caller = OverCall(service, telephone, voice, script.caller or "")
            caller.watch(lambda event, number=number: _print_live(event, number, begun))  # type: ignore[misc]
            callers.append(caller)
        return list(
            await asyncio.gather(*(caller.insist(script) for caller, script in zip(callers, scripts, strict=True)))
        )


def _print_live(event: Event, number: int, begun: float) -> None:
    told = tell(event.kind, event.body)
    if told is None or event.kind == "dialogue.note":
        return
    who, text, _ = told
    name = WHO[who]
    console.print(f"{event.at - begun:6.1f} 秒  通话 {number}  {name:　<3}  {text}", style=STYLE[name], markup=False)


def _show_remains(service: Service, played: Sequence[Played], keep: Path) -> None:
    console.rule("留下了什么")
    for number, call in enumerate(played, 1):
        console.print(table(story(call.events), f"通话 {number}:{call.script.scene}", details=True))
        recording = keep / "recordings" / f"{call.call_id}.wav"
        if recording.exists():
            picture = recording.with_suffix(".svg")
            draw_file(call.events, recording, picture)
            console.print(f"录音(左声道来电,右声道话务员):{recording}\n时间线:{picture}")
        for ticket in call.tickets:
            seen = view(ticket, Viewer(ViewRole.AGENT, "演示"))
            assert seen
            console.print(ticket_table(seen.ticket))


def _summary(played: Sequence[Played], seconds: float, keep: Path) -> int:
    out = PlainTable("通话", "轮数", "应答间隔(中位)", "结果", title="小结")
    for call in played:
        gaps = sorted(event.body["gap_ms"] / 1000 for event in call.events if event.kind == "turn.answered")
        median = f"{gaps[len(gaps) // 2]:.2f} 秒" if gaps else "–"
        times = f"(第 {call.tries} 次拨打)" if call.tries > 1 else ""
        result = f"[green]与脚本一致{times}[/green]" if not call.failures else f"[red]{';'.join(call.failures)}[/red]"
        out.add_row(call.script.scene, str(len(call.script.turns)), median, result)
    console.print(out)
    console.print(f"用时 {seconds:.0f} 秒,记录在 {keep}。")
    console.print(
        "用真的软电话打进来:先运行 .venv/bin/hotline serve,再用 Linphone、Zoiper 或 MicroSIP(不用注册,UDP,PCMA)\n"
        "拨 sip:12345@127.0.0.1:5060;没有软电话就运行 .venv/bin/hotline call --say 我社保卡丢了怎么补"
    )
    return 1 if any(call.failures for call in played) else 0
