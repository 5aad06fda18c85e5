"""What goes out as a file comes back as it was, whatever editors have written."""

import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import knowledge_base.sheets
from knowledge_base.entry import Entry
from knowledge_base.life import State
from knowledge_base.reading import tidied
from knowledge_base.serial import from_data
from knowledge_base.sheets.errors import TooLongForSheet
from knowledge_base.sheets.exchange import schema
from knowledge_base.sheets.export import Exported
from knowledge_base.sheets.reader import read_sheet
from knowledge_base.sheets.writer import write_entries

ENDINGS = (".xlsx", ".csv", ".json")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SCHEMA_FILE = Path(knowledge_base.sheets.__file__).parents[2] / "docs/schemas/knowledge-entries.schema.json"

NASTY = """=1+1|=cmd|+86 571|-|@x|'=x|''|#REF!|# 说明|0012|1e5|TRUE|_x000D_|a;b|a;b|"|,|2026-01-31|<b>|👩‍👩‍👧"""
nasty = st.sampled_from(
    [*NASTY.split("|"), "a\uff1bb", "\uff1d1", "'\uff0b", "\t", "\u2028", "\u3000x", "\x00\x1f", "|"]
)
text = st.one_of(
    nasty, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
)
items = st.lists(text, max_size=3).map(tuple)
days = st.none() | st.dates()
entries = st.builds(
    Entry,
    id=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    question=text,
    spoken=text,
    telephone=text,
    text=st.lists(text, max_size=3).map("\n".join),
    asked=items,
    materials=items,
    tags=items,
    valid_from=days,
    valid_to=days,
).map(tidied)


def through(entry: Entry, ending: str) -> Entry:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"entries{ending}"
        write_entries([Exported(entry, 3, State.DRAFT, False)], file, NOW, lambda *_: None)
        sheet = read_sheet(file)
    assert sheet.faults == ()
    (row,) = sheet.rows
    assert row.version == 3
    return tidied(from_data(row.data))


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entry=entries)
@example(entry=Entry("a", "=1", "#N/A", materials=("户口簿;身份证",), asked=("'", "+1"), valid_from=date(1899, 1, 1)))
@example(entry=Entry("a", "问", "答", text="一\n\n二", telephone="00123456789012345678", valid_to=date(9999, 12, 31)))
def test_a_file_gives_back_what_went_into_it(entry: Entry, ending: str) -> None:
    assert through(entry, ending) == entry


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_nothing_in_a_file_is_calculated_when_it_is_opened(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"entries{ending}"
    bad = '=HYPERLINK("http://x","点")'
    write_entries(
        [Exported(Entry("a", bad, "@SUM(1)", text="-1"), 1, State.DRAFT, False)], file, NOW, lambda *_: None
    )
    if ending == ".csv":
        cells = file.read_text("utf-8-sig").splitlines()[1]
        assert "\"'=HYPERLINK" in cells and "'@SUM" in cells and "'-1" in cells
    else:
        row = next(load_workbook(file).active.iter_rows(min_row=2))
        assert {cell.data_type for cell in row if cell.value == bad} == {"s"}
        assert [cell.quotePrefix for cell in row if cell.value == bad] == [True]


def test_what_excel_would_cut_off_is_not_written(tmp_path: Path) -> None:
    long = Entry("a", "问", "答", asked=tuple("字" * 190 for _ in range(200)))
    with pytest.raises(TooLongForSheet, match="问法"):
        write_entries([Exported(long, 1, State.DRAFT, False)], tmp_path / "e.xlsx", NOW, lambda *_: None)
    assert through(long, ".csv") == long


@settings(max_examples=60, deadline=None)
@given(st.lists(entries, max_size=3))
def test_the_json_is_what_its_schema_promises(some: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "e.json"
        write_entries([Exported(each, 1, State.PUBLISHED, True) for each in some], file, NOW, lambda *_: None)
        written = json.loads(file.read_text("utf8"))
    promised = json.loads(SCHEMA_FILE.read_text("utf8"))
    jsonschema.Draft202012Validator.check_schema(promised)
    jsonschema.validate(written, promised, format_checker=jsonschema.FormatChecker())


def test_the_schema_says_no_to_what_is_no_entry() -> None:
    good = {"id": "a", "question": "问", "version": 1, "state": "draft", "live": False}
    for wrong in ({"id": "A"}, {"colour": "红"}, {"asked": "一"}, {"valid_to": 5}, {"state": "x"}, {"version": 0}):
        document = {
            "format": "hotline-knowledge-entries",
            "version": 1,
            "exported": "x",
            "entries": [{**good, **wrong}],
        }
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, schema())
