"""`hotline call`: a test caller with a voice, and what both sides said."""

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console

from asr.file import recognise_pcm
from asr.pool import PooledRecogniser
from asr.settings import AsrSettings
from core.audio import read_wav, resample
from core.errors import HotlineError
from hotline.caller_script import CallerPart, Step, Turn
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from tts.settings import TtsSettings
from tts.voice import Voice

RATE = 8000
_ADDRESS = re.compile(r"sips?:([^\s@]+@)?[^\s@:]+(:\d{1,5})?([;?]\S*)?")
console = Console(stderr=True)


class CallFailed(HotlineError):
    """电话没有打通:{uri} 的应答是 {code}。请确认热线正在运行(hotline serve),地址和号码正确。"""


class AddressInvalid(HotlineError):
    """拨不了地址 {uri}:{what}。请写成 sip:号码@主机:端口,例如 sip:12345@127.0.0.1:5060。"""


class KeysInvalid(HotlineError):
    """按键 {keys} 里有电话上没有的键。只能是 0-9、* 和 #。"""


def place_call(
    uri: str,
    order: Sequence[str | Path],
    digits: str,
    record: Path | None,
    barge_in: bool,
    caller: str,
    voice: str,
    as_json: bool,
) -> int:
    """Make one call and print what both sides said; return the exit status."""
    if set(digits) - set("0123456789*#"):
        raise KeysInvalid(keys=digits)
    if not _ADDRESS.fullmatch(uri):
        raise AddressInvalid(uri=uri, what="不是电话地址")
    if record:
        out_file(record)
    report = asyncio.run(_call(uri, order, digits, record, barge_in, caller, voice))
    typer.echo(json.dumps(report, ensure_ascii=False, indent=1)) if as_json else _show(report)
    return 0


async def steps_of(order: Sequence[str | Path], digits: str, barge_in: bool, voice: str) -> list[Step]:
    """Turn texts, WAV files and keys into what a caller does. Raises `AudioUnreadable`, `VoiceUnknown`."""
    texts = [item for item in order if isinstance(item, str)]
    steps: list[Step] = []
    interrupts = 1.0 if barge_in else None
    speaker = Voice(TtsSettings(voice=voice))
    if texts:
        await speaker.start()
    try:
        for item in order:
            if isinstance(item, Path):
                sound, rate = read_wav(item)
                steps.append(Step(item.name, resample(sound, rate, RATE).tobytes(), interrupts_s=interrupts))
            else:
                steps.append(Step(item, await speaker.whole(item), interrupts_s=interrupts))
    finally:
        await speaker.stop()
    if digits:
        steps.append(Step(f"[按键 {digits}]", keys=digits, interrupts_s=interrupts))
    return steps


async def _call(
    uri: str, order: Sequence[str | Path], digits: str, record: Path | None, barge_in: bool, caller: str, voice: str
) -> dict[str, Any]:
    steps = await steps_of(order, digits, barge_in, voice)
    async with SipCaller() as telephone:
        try:
            call = await telephone.dial(uri, caller or None)
        except OSError as error:
            raise AddressInvalid(uri=uri, what="找不到这台主机") from error
        if not await call.answered():
            ended = await call.over()
            raise CallFailed(uri=uri, code=ended.code or "无应答")
        part = CallerPart(call, steps, lambda step: console.print(f"来电:{step.label}", style="yellow"))
        await part.run()
        await call.hang_up()
        ended = await call.over()
    if record:
        call.record(record)
    return {
        "uri": uri,
        "answered_ms": round(((call.answered_at or 0) - call.dialled_at) * 1000),
        "first_sound_ms": _first_sound_ms(call),
        "turns": await _report(call, part.turns),
        "ended_by": {"us": "caller", "them": "bot"}.get(ended.by, ended.by),
        "transferred_to": call.transferred_to,
        "seconds": round(ended.at - (call.answered_at or ended.at), 2),
        "frames": {
            "received": call.audio.timeliness.received,
            "lost": call.audio.timeliness.lost,
            "late": call.audio.timeliness.late,
        },
    }


def _first_sound_ms(call: Dialled) -> int | None:
    answered = call.answered_at or 0.0
    first = call.sounds.first_after(answered - 0.001)
    return None if first is None else round((first - answered) * 1000)


async def _report(call: Dialled, turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return both sides with times from the answer; what the bot said is recognised from its sound."""
    zero = call.answered_at or 0.0
    tracks, began = call.audio.tracks()[:, 1], call.audio.began or zero
    recogniser = PooledRecogniser(AsrSettings(workers=1))
    await recogniser.start()
    rows = []
    try:
        for place, turn in enumerate(turns):
            row: dict[str, Any] = {"who": turn.who, "text": turn.label}
            if turn.who == "bot":
                until = turns[place + 1].start if place + 1 < len(turns) else turn.end + 0.5
                first, last = (turn.start - began - 0.2) * RATE, (max(turn.end, until) - began) * RATE
                piece = tracks[max(0, int(first)) : max(0, int(last))]
                row["text"] = (await recognise_pcm(piece.astype(np.int16), RATE, recogniser)).text
                row["gap_s"] = round(turn.gap_s or 0.0, 3)
            rows.append(row | {"start_s": round(turn.start - zero, 2), "end_s": round(turn.end - zero, 2)})
    finally:
        await recogniser.stop()
    return rows


def _show(report: dict[str, Any]) -> None:
    table = PlainTable("秒", "谁", "说了什么(话务员的话由录音识别)", "间隔", title=report["uri"])
    for row in report["turns"]:
        gap = f"{row['gap_s']:.2f} 秒" if "gap_s" in row else ""
        who, style = ("话务员", "cyan") if row["who"] == "bot" else ("来电", "yellow")
        table.add_row(f"{row['start_s']:.1f}", who, row["text"], gap, style=style)
    out = Console()
    out.print(table)
    frames = report["frames"]
    first = report["first_sound_ms"]
    out.print(
        f"接通 {report['answered_ms']} ms,首声 {'无' if first is None else first} ms;通话 {report['seconds']:.1f} 秒,"
        f"由 {report['ended_by']} 结束;收到 {frames['received']} 帧,丢 {frames['lost']},迟 {frames['late']}"
        + (f";转接到 {report['transferred_to']}" if report["transferred_to"] else ""),
        highlight=False,
    )
