"""What an import would do: the entries as they would be saved, or all that stands against it, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge_base.entry import Entry
from knowledge_base.errors import StepRefused
from knowledge_base.headings import heading
from knowledge_base.life import Life, Step, after
from knowledge_base.reading import problems, tidied, too_much
from knowledge_base.roles import Actor
from knowledge_base.serial import NAMES, from_data, to_data
from knowledge_base.sheets.naming import made_id
from knowledge_base.sheets.sheet import MOST_FAULTS, Fault, Place, Progress, Row, Sheet
from knowledge_base.store import EntryStore
from knowledge_base.versions import Listed

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries to save, in the order of the file; with any of `faults` none may be saved.

    `hints` keep an entry from review, but not from being kept as a draft. `new` are not in the knowledge base yet.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...]
    new: int


def plan(
    sheet: Sheet,
    store: EntryStore,
    actor: Actor,
    steps: Sequence[Step] = (),
    progress: Progress = lambda _what, _done, _all: None,
) -> Plan:
    """Return what saving `sheet` as `actor`, and then taking `steps` (submit, approve), comes to."""
    there = {listed.life.id: listed for listed in store.list(limit=_ALL)}
    entries = _entries(sheet, store, there, actor)
    known = there.keys() | {entry.id for entry in entries}
    faults, hints = list(sheet.faults), list[Fault]()
    told = {(fault.place, fault.column) for fault in sheet.faults}
    first: dict[str, Place] = {}
    for number, (row, entry) in enumerate(zip(sheet.rows, entries, strict=True), 1):
        if number % 200 == 0 or number == len(entries):
            progress("检查", number, len(entries))
        faults += _against(row, entry, there.get(entry.id), first, actor, steps)
        stopping = too_much(entry)
        for problem in problems(entry, known):
            fault = Fault(row.place, heading(problem.field), problem.what)
            if (fault.place, fault.column) not in told:
                stops = steps or problem in stopping or (problem.field == "question" and not entry.question)
                (faults if stops else hints).append(fault)
        if len(faults) > MOST_FAULTS:
            break
    new = sum(entry.id not in there for entry in entries)
    faults.sort(key=lambda fault: (fault.place.sheet, fault.place.number))
    return Plan(tuple(entries), tuple(faults[:MOST_FAULTS]), tuple(hints[:MOST_FAULTS]), new)


def _entries(sheet: Sheet, store: EntryStore, there: Mapping[str, Listed], actor: Actor) -> list[Entry]:
    """Return an entry for each row: ids made, and what the sheet has no columns for left as it stands."""
    partial = not sheet.whole and any(
        row.data.get("id") in there and len(row.data) < len(NAMES) for row in sheet.rows
    )
    before = {entry.id: entry for entry in store.heads()} if partial else {}
    ours: dict[str, str] = {str(row.data["id"]): "" for row in sheet.rows if row.data.get("id")}

    def question_of(id: str) -> str | None:
        return ours[id] if id in ours else there[id].question if id in there else None

    entries: list[Entry] = []
    for row in sheet.rows:
        old = before.get(str(row.data.get("id", "")))
        data: dict[str, Any] = {**(to_data(old) if old else {}), **row.data}
        entry = tidied(from_data(data))
        if not entry.department and entry.id not in there:
            entry = replace(entry, department=actor.department)
        if not entry.id:
            entry = replace(entry, id=made_id(entry, question_of))
            ours[entry.id] = entry.question
        entries.append(entry)
    return entries


def _against(
    row: Row, entry: Entry, there: Listed | None, first: dict[str, Place], actor: Actor, steps: Sequence[Step]
) -> list[Fault]:
    """Return what stands against the row as a whole: an id used twice, a version that is past, another's entry."""
    found: list[Fault] = []
    if entry.id in first:
        found.append(Fault(row.place, heading("id"), f"{entry.id} 与{first[entry.id]}重复"))
    first.setdefault(entry.id, row.place)
    life = there.life if there else Life(entry.id, entry.department)
    if there and row.version is not None and row.version != life.head:
        what = f"表里是第 {row.version} 版,{life.author}已把它改成第 {life.head} 版;请重新导出再改,或清空这一格以覆盖"
        found.append(Fault(row.place, "版本", what))
    try:
        life = after(life, Step.SAVE, actor, "", entry.department)
        for step in steps:
            life = after(life, step, actor)
    except StepRefused as refused:
        found.append(Fault(row.place, "", f"不能{refused.facts['step']}:{refused.facts['what']}"))
    return found
