"""Entries as editors see them in the terminal: one whole, its difference from another, what happened to it."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from core.events import Event
from hotline.plain_table import PlainTable
from hotline.story import local_time
from knowledge_base.differences import Difference
from knowledge_base.entry import Entry
from knowledge_base.headings import HEADINGS, heading
from knowledge_base.life import STATE_NAMES, Life
from knowledge_base.reading import Problem, spoken_seconds
from knowledge_base.versions import Listed, Version

_EVENTS = {
    "entry.saved": "保存",
    "entry.set_aside": "旁存(对方先保存了)",
    "entry.submitted": "提交审核",
    "entry.returned": "退回修改",
    "entry.approved": "审核通过",
    "entry.published": "发布",
    "entry.not_published": "发布没有完成",
    "entry.withdrawn": "撤下",
    "entry.expired": "到期下线",
}
_FACTS = ("version", "who", "why", "role")
_STYLES = {"same": "", "gone": "red", "new": "green"}
_MARKS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}


def listed(found: Sequence[Listed], title: str) -> PlainTable:
    """Return entries one a row."""
    out = _table("编号", "责任部门", "状态", "播出", "领域", "问题", "改动时间", title=Text(title))
    out.columns[0].no_wrap = True  # an id is copied into the next command
    for one in found:
        life = one.life
        heard = f"第 {life.live} 版" if life.live else "–"
        changed = local_time(one.changed.timestamp())[:16]
        cells = (life.id, life.department, STATE_NAMES[life.state], heard, one.topic, one.question, changed)
        out.add_row(*map(Text, cells))
    return out


def page(version: Version, life: Life, wrong: Sequence[Problem] = ()) -> PlainTable:
    """Return all of one version, with where the entry stands and what keeps it from being reviewed."""
    entry = version.entry
    out = _table("", "", title=Text(f"条目 {life.id} 第 {version.number} 版"))
    out.show_header = False
    out.add_row("状态", Text(standing(life)))
    at = local_time(version.at.timestamp())
    out.add_row("本版", Text(f"{version.who},{at}{',' + version.why if version.why else ''}{_aside(version)}"))
    for name in HEADINGS:
        if text := _shown(entry, name):
            out.add_row(heading(name), Text(text))
    if wrong:
        out.add_row("待改正", Text("\n".join(map(str, wrong)), style="red"))
    return out


def standing(life: Life) -> str:
    """Return where an entry stands and what callers hear, in a sentence."""
    heard = f"来电人听到的是第 {life.live} 版" if life.live else "来电人听不到"
    return f"{STATE_NAMES[life.state]}(第 {life.head} 版),{heard}"


def changes(found: Iterable[Difference]) -> Text:
    """Return differences with colours, and marks for those who do not see them."""
    out = Text()
    for one in found:
        out.append(f"{heading(one.field)}:", style="bold")
        for piece in one.pieces:
            before, after = _MARKS[piece.kind]
            out.append(before + piece.text + after, style=_STYLES[piece.kind])
        out.append("\n")
    out.rstrip()
    return out if out.plain else Text("(没有差异)")


def course(events: Sequence[Event], versions: Sequence[Version], id: str) -> tuple[PlainTable, PlainTable]:
    """Return every version with its writer, and every step with who took it and why."""
    kept = _table("版本", "时间", "谁", "依据", "说明", title=Text(f"条目 {id} 的版本"))
    for version in versions:
        base = f"第 {version.base} 版" if version.base else "新写"
        told = version.why + _aside(version)
        cells = (str(version.number), local_time(version.at.timestamp()), version.who, base, told)
        kept.add_row(*map(Text, cells))
    steps = _table("时间", "经过", "版本", "谁", "原因", title=Text(f"条目 {id} 的经过"))
    for event in events:
        facts = event.body
        rest = "、".join(f"{name} {value}" for name, value in facts.items() if name not in _FACTS)
        why = ";".join(part for part in (str(facts.get("why") or ""), rest) if part)
        what = _EVENTS.get(event.kind, event.kind)
        cells = (local_time(event.at), what, str(facts.get("version", "")), str(facts.get("who", "")), why)
        steps.add_row(*map(Text, cells))
    return kept, steps


def _table(*columns: str, title: Text) -> PlainTable:
    """Return a table in which long Chinese, which has no blanks to break at, is folded rather than cut."""
    out = PlainTable(title=title)
    for column in columns:
        out.add_column(column, overflow="fold")
    return out


def _aside(version: Version) -> str:
    return "(旁存,不在用)" if version.aside else ""


def _shown(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if not value or name == "id":
        return ""
    if name == "spoken":
        return f"{value}(约 {spoken_seconds(value):.1f} 秒)"
    return "\n".join(value) if isinstance(value, tuple) else str(value)
