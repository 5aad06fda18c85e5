"""The operations on sheets: template, import, export."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from agent_desk.jobs import Job, Jobs, Progress
from agent_desk.operation import Call, File, Model, Operation
from core.clock import Clock
from knowledge_base.life import State, Step
from knowledge_base.roles import Actor
from knowledge_base.sheets.export import exported
from knowledge_base.sheets.planning import plan
from knowledge_base.sheets.reader import read_sheet
from knowledge_base.sheets.sheet import Fault
from knowledge_base.sheets.template import write_template
from knowledge_base.sheets.writer import write_entries
from knowledge_base.store import EntryStore

_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_STEPS = {"draft": (), "submit": (Step.SUBMIT,)}
_MOST_TOLD = 200


class ImportOf(Model):
    """How a file is taken in."""

    name: str = Field(default="导入.xlsx", min_length=1, max_length=200)
    """Name of the file: its ending says what it is."""
    state: Literal["draft", "submit"] = "draft"
    check: bool = False
    """Only look at it."""


class ExportOf(Model):
    """Which entries go out, and as what."""

    format: Literal["xlsx", "csv", "json"] = "xlsx"
    department: str = Field(default="", max_length=300)
    state: State | None = None
    live: bool = False
    """What callers hear, and not what is being written."""


class TemplateOf(Model):
    """The format of the template."""

    format: Literal["xlsx", "csv"] = "xlsx"


@dataclass(frozen=True, slots=True)
class SheetDesk:
    """What comes and goes as files."""

    store: EntryStore
    jobs: Jobs
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations."""
        kb, every, sheets = "/api/kb", tuple(_MEDIA.values()), (_MEDIA["xlsx"], _MEDIA["csv"])
        return [
            Operation(
                "POST",
                f"{kb}/imports",
                "导入 Excel、CSV 或 JSON(任务)",
                self.import_sheet,
                Job,
                query=ImportOf,
                raw=True,
                status=202,
                refusals=(429,),
            ),
            Operation("GET", f"{kb}/export", "导出", self.export, every, query=ExportOf, refusals=(409,)),
            Operation("GET", f"{kb}/template", "导入模板", self.template, sheets, query=TemplateOf),
        ]

    async def import_sheet(self, call: Call) -> Job:
        """Begin to check a file and to take it in, all of it or nothing."""
        wanted: ImportOf = call.query

        async def work(progress: Progress) -> dict[str, Any]:
            return await asyncio.to_thread(self._import, call.body, wanted, call.actor, progress)

        return self.jobs.begin(call.actor.name, work)

    def _import(self, content: bytes, wanted: ImportOf, actor: Actor, progress: Progress) -> dict[str, Any]:
        sheet = read_sheet(content, wanted.name, progress)
        steps = _STEPS[wanted.state]
        planned = plan(sheet, self.store, actor, steps, progress)
        saved = None
        if not planned.faults and not wanted.check:
            why = f"从 {sheet.name} 导入"
            saved = self.store.save_all(planned.entries, actor, why, self.clock.now(), steps)
        return {
            "rows": len(planned.entries),
            "new": planned.new,
            "saved": saved,
            "faults": _told(planned.faults),
            "hints": _told(planned.hints),
            "notes": list(sheet.notes),
        }

    async def export(self, call: Call) -> File:
        """Return entries as a file."""
        wanted: ExportOf = call.query

        def work(file: Path) -> None:
            entries = exported(self.store, wanted.department, wanted.state, wanted.live)
            write_entries(entries, file, self.clock.now(), lambda _what, _done, _all: None)

        return await asyncio.to_thread(_file, f"知识库.{wanted.format}", work)

    async def template(self, call: Call) -> File:
        """Return the sheet that editors fill in."""
        return await asyncio.to_thread(_file, f"知识库模板.{call.query.format}", write_template)


def _told(faults: tuple[Fault, ...]) -> list[str]:
    return [str(fault) for fault in faults[:_MOST_TOLD]]


def _file(name: str, write: Any) -> File:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return File(path.read_bytes(), _MEDIA[path.suffix[1:]], name)
