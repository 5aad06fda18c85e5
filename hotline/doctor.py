"""`hotline doctor`: what is missing, what is slow, what to do about it."""

import asyncio
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from rich.console import Console
from rich.markup import escape

from core.errors import HotlineError
from core.key_table import lookup_under_way
from core.models import ModelStore, cache_folder
from hotline.plain_table import PlainTable
from hotline.records import open_records
from hotline.settings import HotlineSettings
from knowledge_base.entry import Entry
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.prompts import missing
from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import LineError
from tickets.city_file import city_gazetteer
from tickets.deadlines import missing_year
from tickets.divisions import DIVISIONS
from tickets.holidays import calendar_of

SLOW_RECOGNITION_S = 0.6
"""Seconds of work for three seconds of speech above which 20 calls cannot be carried (docs/performance.md)."""
LEAST_DISK_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do; `ok` None is a hint."""

    what: str
    ok: bool | None
    state: str
    advice: str = ""


def examine(settings: HotlineSettings) -> int:
    """Print all findings; return 1 where something must be done before the hotline can serve."""
    table = PlainTable("检查", "", "状态", "怎么办", title="体检")
    bad = 0
    for check in (_python, _models, _disk, _records, _line, _places, _calendar, _knowledge, _voice, _recognition):
        for finding in _safely(check, settings):
            mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]![/yellow]"}[finding.ok]
            table.add_row(finding.what, mark, escape(finding.state), escape(finding.advice))
            bad += finding.ok is False
    Console().print(table)
    return 1 if bad else 0


def _safely(check: Callable[[HotlineSettings], Iterator[Finding]], settings: HotlineSettings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except HotlineError as error:
        yield Finding(check.__name__.strip("_"), False, "不可用", str(error))


def _python(_settings: HotlineSettings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "需要 3.11 或更新")
    cores = os.cpu_count() or 1
    advice = "一个核只够几路通话,识别会排队" if cores < 2 else ""
    yield Finding("处理器", None if cores < 2 else True, f"{cores} 核", advice)


def _models(settings: HotlineSettings) -> Iterator[Finding]:
    for status in ModelStore().status():
        needed = status.name != DIVISIONS or bool(settings.tickets.city)
        yield Finding(
            f"模型 {status.name}",
            True if status.problem is None else False if needed else None,
            status.problem or "完好",
            "hotline models fetch" if status.problem else "",
        )


def _disk(settings: HotlineSettings) -> Iterator[Finding]:
    for name, folder in (("缓存目录", cache_folder()), ("记录目录", settings.records.folder)):
        existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
        free = shutil.disk_usage(existing).free / 1e6
        writable = os.access(existing, os.W_OK)
        advice = "" if writable and free > LEAST_DISK_MB else "清理磁盘或在 hotline.toml 的 [records] 换一个目录"
        yield Finding(name, writable and free > LEAST_DISK_MB, f"{free / 1000:.1f} GB 可用", advice)


def _records(settings: HotlineSettings) -> Iterator[Finding]:
    database = open_records(settings.records)
    try:
        under_way = database.run(lookup_under_way)
    finally:
        database.close()
    yield Finding("记录库", True, "可读写")
    if under_way:
        advice = "停止全部热线进程,运行 hotline keys rotate --lookup 接着做完"
        yield Finding("查找钥匙", False, "没有换完,按号码和词会查不到工单", advice)


def _line(settings: HotlineSettings) -> Iterator[Finding]:
    yield from _asterisk(settings) if settings.line.kind == "asterisk" else _port(settings)


def _asterisk(settings: HotlineSettings) -> Iterator[Finding]:
    behind = settings.asterisk
    try:
        agents = asyncio.run(_agents(behind))
    except LineError as error:
        yield Finding("Asterisk", False, "不可用", str(error))
        return
    yield Finding("Asterisk", True, f"AMI {behind.host}:{behind.ami_port} 可用")
    advice = "" if agents else "没有坐席签入:转人工的来电会改为登记回电。话机账号见 hotline asterisk config --phones"
    yield Finding("坐席", True if agents else None, f"{agents} 个签入", advice)
    unspoken = len(missing(behind.folder))
    yield Finding("提示音", not unspoken, f"缺 {unspoken} 个" if unspoken else "齐全", "hotline asterisk config")


async def _agents(behind: AsteriskSettings) -> int:
    exchange = Exchange(behind)
    await exchange.start()
    try:
        return exchange.queues.agents_here
    finally:
        await exchange.stop()


def _port(settings: HotlineSettings) -> Iterator[Finding]:
    line = settings.line
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((line.host, line.port))
        except OSError:
            yield Finding(
                "SIP 端口",
                None,
                f"{line.host}:{line.port} 已被占用",
                "热线正在运行则正常;否则停掉占用者,或在 [line] 换端口",
            )
            return
    yield Finding("SIP 端口", True, f"{line.host}:{line.port} 空闲")


def _places(settings: HotlineSettings) -> Iterator[Finding]:
    chosen = settings.tickets
    if not chosen.city:
        yield Finding("地名", None, "示例城市 澜江市", "正式使用前在 [tickets] 写明 city 和 places")
        return
    known = city_gazetteer(chosen.city, chosen.places)
    streets, homes, roads = len(known.street_districts), len(known.homes), len(known.roads)
    state = f"{chosen.city}:{len(known.districts)} 个区县,{streets} 个街道乡镇,{homes} 个小区和建筑,{roads} 条道路"
    yield Finding(
        "地名", True if known.homes else None, state, "" if known.homes else "在 [tickets] places 写明城市地名文件"
    )


def _calendar(settings: HotlineSettings) -> Iterator[Finding]:
    year = missing_year(calendar_of(settings.tickets.holidays), date.today())
    state = "已知" if year is None else f"没有 {year} 年:到时按周一至周五为工作日计算"
    advice = "" if year is None else "pip install -U chinesecalendar,或在 [tickets] holidays 写明节假日文件"
    yield Finding("节假日", True if year is None else None, state, advice)


def _knowledge(settings: HotlineSettings) -> Iterator[Finding]:
    entries = _published(settings)
    advice = "" if entries else "用 hotline kb publish 发布,或检查 [knowledge] folder"
    yield Finding("知识库", bool(entries), f"已发布 {len(entries)} 条", advice)


def _published(settings: HotlineSettings) -> Sequence[Entry]:
    from hotline.entries import open_entries

    with open_entries(settings) as store:
        return store.live().entries


def _voice(settings: HotlineSettings) -> Iterator[Finding]:
    from dialog.lines import all_lines

    texts = [*all_lines(), *(entry.spoken for entry in _published(settings))]
    ready = asyncio.run(_count_ready(settings, texts))
    whole = ready == len(texts)
    advice = "" if whole else "hotline serve 会在后台继续合成;没合成好的回答先说一句过渡语"
    yield Finding("已合成的话", True if whole else None, f"{ready}/{len(texts)}", advice)


async def _count_ready(settings: HotlineSettings, texts: Sequence[str]) -> int:
    from tts.voice import Voice

    voice = Voice(settings.tts)
    await voice.start()
    try:
        return sum(voice.ready(text) for text in texts)
    finally:
        await voice.stop()


def _recognition(settings: HotlineSettings) -> Iterator[Finding]:
    work = asyncio.run(_recognition_seconds(settings))
    slow = work > SLOW_RECOGNITION_S
    yield Finding(
        "识别速度",
        None if slow else True,
        f"3 秒语音用 {work:.2f} 秒",
        "机器忙或太慢:减少 [ivr] max_calls,或换更快的处理器" if slow else "",
    )


async def _recognition_seconds(settings: HotlineSettings) -> float:
    from asr.pool import PooledRecogniser

    recogniser = PooledRecogniser(settings.asr.model_copy(update={"workers": 1}))
    await recogniser.start()
    try:
        noise = (np.random.default_rng(1).normal(0, 500, 24000)).astype(np.int16)
        await recogniser.recognise(noise, 8000)  # the first one warms the model up
        begun = time.perf_counter()
        await recogniser.recognise(noise, 8000)
        return time.perf_counter() - begun
    finally:
        await recogniser.stop()
