"""`hotline tickets train|classify|dispatch-eval|drift`: what the city's own letters teach."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from core.errors import HotlineError
from hotline.bars import Bars
from hotline.cli_records import Config, opened, settings
from hotline.out_file import out_file
from hotline.plain_table import PlainTable

if TYPE_CHECKING:  # scikit-learn and jieba take seconds that no other command should wait
    from tickets.corrections import Part
    from tickets.learning.letters import Letter
    from tickets.learning.model import LetterClassifier
    from tickets.learning.report import Report
    from tickets.learning.versions import Verdict

console = Console(highlight=False)

_LETTERS = "来信 JSONL,一行一封:text,或 subject 和 detail;label 或 department;同一 id 后面的行更正前面的"
_TEXTS = "来信:JSONL,或一行一封的文本;- 为标准输入"
_OUT = "模型写到这个文件;不写则成为本市的下一版,不比在用的差才启用"
Model = Annotated[Path, typer.Option("--model", help="hotline tickets train 写的模型文件")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Folds = Annotated[int, typer.Option(min=2, max=20, help="交叉检验分几份")]
ByMeaning = Annotated[bool, typer.Option(help="学部门时也看来信的意思(更准,一封约 0.1–0.5 秒,只算一次)")]
Least = Annotated[int, typer.Option(min=2, help="一个类别至少几封才学")]


class TextsUnreadable(HotlineError):
    """来信文件 {file} 读不了:{what}。请核对文件名和编码(UTF-8)。"""


def train(
    letters: Annotated[list[Path] | None, typer.Option("--letters", help=_LETTERS + ";可给多个")] = None,
    out: Annotated[Path | None, typer.Option(help=_OUT)] = None,
    field: Annotated[
        Literal["label", "department", "kind", "category"],
        typer.Option(help="学哪个字段:label 来信自己的类别,department 承办部门,kind 六种类型,category 类别树"),
    ] = "label",
    corrections: Annotated[bool, typer.Option("--corrections", help="加上工作人员更正过的工单")] = False,
    folds: Folds = 5,
    least: Least = 8,
    by_meaning: ByMeaning = True,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """用本市的来信和更正训练分类或派单模型,并用交叉检验说明有多准;雷同的来信不会一半用来学、一半用来考。

    学部门时,只有类别的来信也有用:它们先教会分类,分类再提示部门。
    """
    from hotline.meaning import meaning_of
    from tickets.learning import model, stored
    from tickets.learning.letters import read_letters
    from tickets.learning.reading import SPOKEN, WRITTEN
    from tickets.learning.versions import split
    from tickets.written import known_words

    known = [*read_letters(letters or []), *(_corrected(config) if corrections else [])]
    spoken = not letters and field in ("kind", "category")  # only corrections: our own appeals are the ground
    if spoken:
        known = [*_own_appeals(), *known]
    if out:
        out_file(out)
    learn, held = (known, []) if out else split(known)
    at = datetime.now().astimezone().isoformat("T", "seconds")
    with Bars(Console(stderr=True)) as bars:
        learned = model.train(
            learn,
            field,
            at,
            folds,
            min(least, _OWN_LEAST) if spoken else least,
            bars,
            meaning_of(bars) if by_meaning and field == "department" else None,
            SPOKEN if spoken else WRITTEN,
            known_words() if spoken and field == "category" else (),
        )
    if out:
        stored.save(learned, out)
    verdict = None if out else _offered(learned, held, config)
    about = learned.about
    if as_json:
        told = {"model": str(out)} if out else {"verdict": asdict(verdict) if verdict else None}
        typer.echo(json.dumps({**told, **asdict(about)}, ensure_ascii=False))
        return
    _show(about.report, about.left_out, least)
    console.print(f"已写到 {out}" if verdict is None else _said(verdict), markup=False)


_OWN_LEAST = 6
"""Appeals of ours that each category has at least."""


def _own_appeals() -> "list[Letter]":
    from tickets.learning.letters import Letter
    from tickets.written import written

    return [Letter(one.text, kind=one.kind, category=one.category) for one in written()]


def _corrected(config: Path | None) -> "list[Letter]":
    from hotline.wiring import make_understanding
    from tickets.corrections import Corrections
    from tickets.store import TicketStore

    with opened(config) as database:
        return Corrections(
            database, TicketStore(database), make_understanding(settings(config), database, date.today())
        ).letters()


def _offered(learned: "LetterClassifier", held: "Sequence[Letter]", config: Path | None) -> "Verdict":
    from hotline.wiring import model_shelf
    from tickets.learning.shipped import shipped_categories

    before = shipped_categories() if learned.about.field == "category" else None
    return model_shelf(settings(config)).offer(learned, held, before)


def _said(verdict: "Verdict") -> str:
    on = f"{verdict.letters} 封从不参加学习的来信上" if verdict.letters else "交叉检验中"
    old = "还没有可比的版本" if verdict.old is None else f"在用的一版对 {verdict.old:.1%}"
    if verdict.in_force:
        return f"第 {verdict.version} 版已启用:{on}对 {verdict.new:.1%},{old}。"
    return f"第 {verdict.version} 版没有启用:{on}只对 {verdict.new:.1%},{old}。"


def classify(
    file: Annotated[str, typer.Argument(help=_TEXTS)],
    model: Model,
    as_json: AsJson = False,
) -> None:
    """给来信分类或派单:类别、置信度、前三个候选、依据的词。"""
    from hotline.meaning import meaning_of
    from tickets.learning import stored

    letters = _letters(file)
    judged = stored.load(model, meaning_of()).judge([letter.text for letter in letters])
    if as_json:
        for letter, one in zip(letters, judged, strict=True):
            rows = [{"label": name, "confidence": chance} for name, chance in one.alternatives]
            line = {**({"id": letter.id} if letter.id else {}), **asdict(one), "alternatives": rows}
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    table = PlainTable("来信", "类别", "置信度", "其他候选", "依据")
    for letter, one in zip(letters, judged, strict=True):
        others = " ".join(f"{name} {chance:.2f}" for name, chance in one.alternatives[1:])
        begins = letter.text if len(letter.text) <= 30 else letter.text[:29] + "…"
        table.add_row(begins, one.label, f"{one.confidence:.2f}", others, "、".join(one.evidence))
    console.print(table)


def dispatch_eval(
    file: Annotated[Path, typer.Argument(help=_LETTERS)],
    more: Annotated[list[Path] | None, typer.Option("--letters", help="只有类别的来信,先教会分类作提示")] = None,
    folds: Folds = 5,
    least: Least = 8,
    by_meaning: ByMeaning = True,
    as_json: AsJson = False,
) -> None:
    """派单评测:在有承办部门的来信上交叉检验,首选、前三命中多少,多大比例可以 95 % 准地自动派。"""
    from hotline.meaning import meaning_of
    from tickets.learning.letters import read_letters
    from tickets.learning.model import measure

    known = read_letters([file, *(more or [])])
    with Bars(Console(stderr=True)) as bars:
        meaning = meaning_of(bars) if by_meaning else None
        found, left_out = measure(known, "department", folds, least, bars, meaning)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "left_out": left_out}, ensure_ascii=False))
        return
    _show(found, left_out, least)


def drift(
    file: Annotated[str, typer.Argument(help=_TEXTS + ";records 为已登记的工单,同时看各月更正率")],
    model: Annotated[
        Path | None, typer.Option("--model", help="hotline tickets train 写的模型文件;不写则为在用的类别模型")
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """看近期来信与训练时相差多远:类别分布、没见过的词、置信度;差得多就该重新训练。"""
    from hotline.meaning import meaning_of
    from hotline.wiring import model_shelf
    from tickets.learning import stored
    from tickets.learning.drift import drift as measure
    from tickets.learning.shipped import shipped_categories

    texts, corrected = _recorded(config) if file == "records" else ([one.text for one in _letters(file)], None)
    known = (
        stored.load(model, meaning_of())
        if model
        else model_shelf(settings(config)).in_force("category") or shipped_categories()
    )
    found = measure(known, texts)
    if as_json:
        rates = {} if corrected is None else {"corrected": corrected}
        typer.echo(json.dumps(asdict(found) | rates, ensure_ascii=False))
        return
    typer.echo(found.sentence)
    for month, fields in (corrected or {}).items():
        from tickets.corrections import CALLED

        told = "、".join(f"{CALLED[field]} {share:.1%}" for field, share in fields.items()) or "没有"
        typer.echo(f"{month} 被人工更正的工单:{told}")


def _recorded(config: Path | None) -> "tuple[list[str], dict[str, dict[Part, float]]]":
    """Return what the last tickets say, and the share that was corrected, by month and field."""
    from hotline.wiring import make_understanding
    from tickets.corrections import Corrections, rates
    from tickets.store import TicketStore

    with opened(config) as database:
        store = TicketStore(database)
        tickets = store.list_now(limit=_RECORDED)
        made = Corrections(database, store, make_understanding(settings(config), database, date.today())).made()
    return [ticket.what for ticket in tickets], rates(made, tickets)


_RECORDED = 10_000
"""Tickets that are compared with what a model was trained from."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("train")(train)
    app.command("classify")(classify)
    app.command("dispatch-eval")(dispatch_eval)
    app.command("drift")(drift)


def _letters(file: str) -> "Sequence[Letter]":
    from tickets.learning.letters import read_texts

    content = sys.stdin.read() if file == "-" else read_text(file)
    return read_texts(content, "标准输入" if file == "-" else file)


def read_text(file: str) -> str:
    """Return what `file` holds. Raises `TextsUnreadable`."""
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TextsUnreadable(file=file, what="不是 UTF-8 编码的文本") from None
    except OSError as error:
        raise TextsUnreadable(file=file, what=error.strerror or error) from error


def _show(found: "Report", left_out: Sequence[tuple[str, int]], least: int) -> None:
    table = PlainTable("类别", "来信", "精确率", "召回率", "F1", title="交叉检验(考的都是没学过的来信)")
    for one in found.classes:
        table.add_row(one.name, str(one.letters), f"{one.precision:.1%}", f"{one.recall:.1%}", f"{one.f1:.3f}")
    console.print(table)
    console.print(
        f"共 {found.letters} 封,首选对 {found.accuracy:.1%},前三有 {found.top3:.1%},宏 F1 {found.macro_f1:.3f}"
    )
    if found.sure_from is None:
        console.print("还没有哪一部分能有 95 % 的准确率,每一封都要人看。")
    else:
        console.print(f"置信度从 {found.sure_from:.2f} 起的占 {found.coverage:.1%},这部分 95 % 是对的。")
    if left_out:
        names = "、".join(f"{name}({many})" for name, many in left_out)
        console.print(f"不足 {least} 封、没有学的类别:{names}", markup=False)
