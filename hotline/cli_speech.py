"""`hotline asr`, `hotline tts` and `hotline models …`: hearing, speaking, and the files that they need."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from core.errors import HotlineError
from hotline.cli_records import Config, settings
from hotline.out_file import out_file
from hotline.plain_table import PlainTable

models = typer.Typer(no_args_is_help=True)
console = Console()


def asr(
    files: Annotated[list[Path], typer.Argument(help="WAV 文件,8 或 16 kHz,PCM、A 律、μ 律")],
    as_json: Annotated[bool, typer.Option("--json", help="每个文件一行 JSON")] = False,
    config: Config = None,
) -> None:
    """识别录音,走的就是电话里的那条路。"""
    raise typer.Exit(asyncio.run(_asr(files, as_json, config)))


async def _asr(files: list[Path], as_json: bool, config: Path | None) -> int:
    from asr.file import recognise_file
    from asr.pool import PooledRecogniser

    chosen = settings(config).asr
    recogniser = PooledRecogniser(chosen)
    await recogniser.start()
    failed = 0
    try:
        for file in files:
            try:
                heard = await recognise_file(file, recogniser, chosen.turns)
            except HotlineError as error:
                failed += 1
                Console(stderr=True).print(str(error), style="red", markup=False, highlight=False)
                continue
            row = {"file": str(file), "text": heard.text, "confidence": round(heard.confidence, 3)}
            row["seconds"] = round(heard.seconds, 3)
            if as_json:
                typer.echo(json.dumps(row, ensure_ascii=False))
            else:
                console.print(
                    f"{file.name}:[bold]{heard.text or '(没有听到话)'}[/bold] "
                    f"可信度 {row['confidence']},用时 {row['seconds']} 秒",
                    highlight=False,
                )
    finally:
        await recogniser.stop()
    return 1 if failed else 0


def tts(
    text: Annotated[str, typer.Argument(help="要说的话")],
    out: Annotated[Path, typer.Option(help="WAV 文件")] = Path("speech.wav"),
    voice: Annotated[str, typer.Option(help="音色,不给用配置里的")] = "",
    slow: Annotated[bool, typer.Option(help="慢速")] = False,
    config: Config = None,
) -> None:
    """把文字说成 8 kHz 的 WAV,数字、日期、电话号码按汉语读法。"""
    asyncio.run(spoken_to_file(text, out_file(out), voice, slow, config))


async def spoken_to_file(text: str, out: Path, voice: str, slow: bool, config: Path | None) -> None:
    """Write `text`, spoken, to the WAV file `out`, and print how it is read and how long it takes."""
    import numpy as np

    from core.audio import write_wav
    from tts.speakable import speakable
    from tts.voice import Voice

    chosen = settings(config).tts
    speaker = Voice(chosen.model_copy(update={"voice": voice}) if voice else chosen)
    await speaker.start()
    try:
        sound = b"".join([pcm async for pcm in speaker.speak(text, slow)])
    finally:
        await speaker.stop()
    write_wav(out, np.frombuffer(sound, "<i2"), 8000)
    console.print(f"{speakable(text)}\n{len(sound) / 16000:.1f} 秒 → {out}", highlight=False)


@models.command("fetch")
def fetch(names: Annotated[list[str] | None, typer.Argument(help="模型名,不给就取全部")] = None) -> None:
    """取得模型文件并核对 sha256;已有且完好的不再下载。"""
    from core.models import ModelStore

    store = ModelStore()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    if all(status.problem is None for status in store.status() if not names or status.name in names):
        console.print("模型齐全。")
        return
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("模型文件", total=None)
        store.fetch(names, lambda done, total: bars.update(task, completed=done, total=total))
    show_models()


@models.command("list")
def show_models() -> None:
    """有哪些模型,是否完好。"""
    from core.models import ModelStore

    out = PlainTable("名称", "用途", "许可", "大小", "状态", title="模型文件")
    for status in ModelStore().status():
        state = f"[red]{status.problem}[/red]" if status.problem else "[green]完好[/green]"
        out.add_row(status.name, status.about, status.licence, f"{status.size / 1e6:.1f} MB", state)
    console.print(out)
