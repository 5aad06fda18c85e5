"""`hotline kb hit-test`: what callers would hear to a question or a file of them, and why."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import HotlineError
from dialog.hit_test import PART_NAMES, Hit, hit_test
from hotline.cli_records import Config
from hotline.kb_context import open_store
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from knowledge_base.areas import all_areas, named_areas
from knowledge_base.sheets.cells import guarded
from knowledge_base.sheets.questions import Asked, read_questions

console = Console(highlight=False)
_FILE = "问题文件:txt 一行一个;csv、xlsx 有“问题”列,可有“期望条目”“区域”列;jsonl"


class NothingAsked(HotlineError):
    """没有要测的问题。请写一个问题,或用 --file 给一个问题文件(txt、csv、xlsx 或 jsonl),两样选一样。"""


class AreaUnknown(HotlineError):
    """没有叫“{area}”的区县。可以写:{areas}。"""


class OutUnknown(HotlineError):
    """不会写 {path} 这种文件。--out 的文件名请以 .csv 或 .jsonl 结尾。"""


def test_hits(
    question: Annotated[str, typer.Argument(help="来电人的一句话")] = "",
    file: Annotated[Path | None, typer.Option(help=_FILE)] = None,
    after: Annotated[list[str] | None, typer.Option(help="之前问过的话,可以给多个,按先后")] = None,
    area: Annotated[str, typer.Option(help="来电人所在的区县")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    out: Annotated[Path | None, typer.Option(help="结果写到这个 .csv 或 .jsonl 文件")] = None,
    config: Config = None,
) -> None:
    """命中测试:来电人这样问,会答什么、为什么;走的就是电话里的那个函数。"""
    if bool(question.strip()) == bool(file):
        raise NothingAsked
    if out and out.suffix.lower() not in (".csv", ".jsonl"):
        raise OutUnknown(path=out)
    if out:
        out_file(out)
    here = _area(area)
    asked = read_questions(file) if file else (Asked(question),)
    hits, answer_from = _hits(config, asked, after or (), here)
    rows = [hit.data(answer_from) for hit in hits]
    if out:
        _write(out, hits, rows)
    if as_json:
        typer.echo(json.dumps(rows if file else rows[0], ensure_ascii=False))
        return
    if file:
        console.print(_overview(hits))
        console.print(_summary(hits))
    else:
        _show(hits[0], answer_from)
    if out:
        console.print(f"已写到 {out}")


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("hit-test")(test_hits)


def _hits(config: Path | None, asked: Sequence[Asked], after: Sequence[str], area: str) -> tuple[list[Hit], float]:
    from hotline.wiring import build_mind

    with open_store(config) as (settings, store):
        mind = build_mind(settings, store=store)
    base, now = mind.knowledge.current, mind.clock.now()
    hits = [
        hit_test(base, mind.understanding, one.question, now, after, _area(one.area) or area, one.expect)
        for one in asked
    ]
    return hits, base.answer_from


def _area(given: str) -> str:
    if not given.strip():
        return ""
    named = named_areas(given)
    if len(named) != 1:
        raise AreaUnknown(area=given, areas="、".join(all_areas()))
    return named[0]


def _show(hit: Hit, answer_from: float) -> None:
    """Print everything about one question."""
    decision = hit.decision
    console.print(f"[bold]{hit.verdict}[/bold] 置信度 {decision.confidence:.2f}(从 {answer_from:.2f} 起答)")
    console.print(f"原因:{decision.reason}", markup=False)
    if not hit.consulted:
        console.print("电话里这样说不会查知识库:会当作诉求登记,或转到别的处理。下面是知识库本身的决定。")
    for name, value in (
        ("接着", "、".join(hit.before)),
        ("区县", hit.area),
        ("还原为", decision.restored),
        ("查的是", decision.understood if decision.understood != hit.question else ""),
    ):
        if value:
            console.print(f"{name}:{value}", markup=False)
    console.print(f"会说:{hit.says}", style="cyan", markup=False)
    table = PlainTable("条目", "总分", "各路分数")
    for one in decision.candidates:
        parts = "\n".join(f"{name} {one.parts[part]:.2f}" for part, name in PART_NAMES.items() if part in one.parts)
        table.add_row(f"{one.entry.id}\n{one.entry.question}", f"{one.score:.2f}", parts)
    console.print(table)


def _overview(hits: Sequence[Hit]) -> PlainTable:
    table = PlainTable("问题", "结果", "条目", "置信度", "原因", title="命中测试")
    for hit in hits:
        best = hit.best
        named = f"{best.id}\n{best.short or best.question}" if best else ""
        why = hit.decision.reason if hit.consulted else f"电话里不会查知识库;{hit.decision.reason}"
        table.add_row(hit.question, hit.verdict, named, f"{hit.decision.confidence:.2f}", why)
    return table


def _summary(hits: Sequence[Hit]) -> PlainTable:
    table = PlainTable("合计", "个数", "占比")
    expected = [hit for hit in hits if hit.expect]
    counts: list[tuple[str, int, int]] = [("问题", len(hits), len(hits))]
    counts += [(name, sum(hit.verdict == name for hit in hits), len(hits)) for name in ("答", "反问", "不答", "不对")]
    if expected:
        right = sum(hit.verdict == "答" for hit in expected)
        first = sum(hit.best is not None and hit.best.id in hit.expect for hit in expected)
        counts += [("答对(有期望的)", right, len(expected)), ("首选命中(有期望的)", first, len(expected))]
    for name, count, whole in counts:
        table.add_row(name, str(count), f"{count / whole:.0%}" if whole else "—")
    return table


def _write(path: Path, hits: Iterable[Hit], rows: Sequence[dict[str, object]]) -> None:
    if path.suffix.lower() == ".jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
        return
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["问题", "结果", "条目", "置信度", "原因", "会说", "期望条目", "区域"])
    for hit in hits:
        best = hit.best.id if hit.best else ""
        cells = [hit.question, hit.verdict, best, f"{hit.decision.confidence:.4f}", hit.decision.reason, hit.says]
        writer.writerow([guarded(cell) for cell in (*cells, "、".join(hit.expect), hit.area)])
    path.write_text(text.getvalue(), encoding="utf-8-sig")  # Excel takes UTF-8 for it only with a mark
