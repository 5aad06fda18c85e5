"""The bad rows of an import with the reasons, as a sheet that an editor works through."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from knowledge_base.sheets.reader import COLUMNS
from knowledge_base.sheets.sheet import Fault, Place, Sheet
from knowledge_base.sheets.writer import write_table


def write_report(file: Path, sheet: Sheet, faults: Sequence[Fault]) -> None:
    """Write each row of `sheet` that has any of `faults`: where it is, all reasons, and its cells as they were."""
    reasons: dict[Place, list[str]] = defaultdict(list)
    for fault in faults:
        reasons[fault.place].append(f"{fault.column}:{fault.what}" if fault.column else fault.what)
    shown = {row.place: row.shown for row in sheet.rows if row.place in reasons}
    headings = [heading for heading in COLUMNS if any(heading in cells for cells in shown.values())]
    rows = (
        [place.sheet, place.number, "\n".join(reasons[place]), *(shown.get(place, {}).get(name) for name in headings)]
        for place in sorted(reasons, key=lambda place: (place.sheet, place.number))
    )
    write_table(file, ("工作表", "行", "原因", *headings), rows)
