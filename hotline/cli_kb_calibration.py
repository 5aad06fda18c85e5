"""`hotline kb calibration`: whether a confidence of 80 % is right in 80 of 100 cases."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotline.bars import Bars
from hotline.cli_records import Config
from hotline.kb_context import open_store
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from knowledge_base.curve import Curve

console = Console(highlight=False)


def calibration(
    svg: Annotated[Path | None, typer.Option(help="把曲线画成 SVG 写到这个文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    config: Config = None,
) -> None:
    """置信度准不准:系统说八成把握时,是不是真有八成答对。按现在发布的条目学习,不用来电人的问题。"""
    from knowledge_base.base import KnowledgeBase
    from knowledge_base.curve_picture import draw

    if svg:
        out_file(svg)
    with open_store(config) as (settings, store):
        live = store.live().entries
    with Bars(Console(stderr=True)) as bars:
        base = KnowledgeBase.from_entries(
            live, settings=settings.knowledge, progress=lambda done, all_: bars("建立索引和校准", done, all_)
        )
    curve = base.curve()
    if svg:
        svg.write_text(draw(curve), encoding="utf8")
    if as_json:
        typer.echo(json.dumps(asdict(curve), ensure_ascii=False))
        return
    _print(curve)
    if svg:
        console.print(f"曲线已画到 {svg}", markup=False)


def _print(curve: Curve) -> None:
    table = PlainTable("置信度", "问题", "平均置信度", "实际答对", title="校准:由条目生成、学习时没有见过的问题")
    for part in curve.bins:
        span = f"{part.low:.1f}–{part.high:.1f}"
        table.add_row(span, str(part.questions), f"{part.confidence:.1%}", f"{part.right:.1%}")
    console.print(table)
    console.print(
        f"平均相差 {curve.off:.1%}。从 {curve.answer_from:.2f} 起作答:作答 {curve.answered:.1%},"
        f"其中答对 {curve.right:.1%};相近而无答案的误答 {curve.near:.1%},无关的误答 {curve.far:.1%}。"
    )


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("calibration")(calibration)
