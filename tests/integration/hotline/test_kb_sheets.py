"""`hotline kb import` and `export` as people type them."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from hotline.cli import app
from knowledge_base.sheets.errors import SheetFaulty
from tests.small_city import small_city


class Desk:
    """A hotline with a small city, and the commands of its editors."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "hotline.toml"
        small = small_city(folder / "kb")
        self.config.write_text(
            f'[records]\nfolder = "{folder}"\n[knowledge]\nfolder = "{small}"\nembedding = false\n'
        )

    def kb(self, *words: object) -> Result:
        return CliRunner().invoke(app, ["kb", *map(str, words), "-c", str(self.config)])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_sheet_goes_out_is_changed_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "e.xlsx"
    assert desk.kb("export", file).exit_code == 0
    made = load_workbook(file)
    column = [cell.value for cell in made.active[1]].index("电话") + 1
    made.active.cell(2, column).value = "0571-12345"
    made.save(file)
    checked = desk.kb("import", file, "--check")
    assert "没有导入" in checked.output
    done = desk.kb("import", file, "--state", "submit")
    assert "1 条有改动" in done.output, done.output
    assert "待审核" in desk.kb("show", made.active.cell(2, 1).value).output
    assert "第 2 行" in desk.kb("import", file).output  # it is of the version before


def test_a_bad_row_keeps_all_out_and_is_reported(desk: Desk, tmp_path: Path) -> None:
    file, report = tmp_path / "e.csv", tmp_path / "r.xlsx"
    file.write_text("编号,问题\nfine,问\nBad Id,问\n", "utf8")
    refused = desk.kb("import", file, "--report", report)
    assert isinstance(refused.exception, SheetFaulty)
    assert "第 3 行" in refused.output
    assert [cell.value for cell in load_workbook(report).active[2]][:2] == [None, 3]
    assert desk.kb("show", "fine").exit_code != 0


def test_the_template_is_written_and_other_endings_are_refused(desk: Desk, tmp_path: Path) -> None:
    assert desk.kb("import", "--template", tmp_path / "t.xlsx").exit_code == 0
    assert load_workbook(tmp_path / "t.xlsx").active["A1"].value == "编号"
    assert ".xlsx、.csv" in str(desk.kb("import", "--template", tmp_path / "t.doc").exception)
    assert not (tmp_path / "t.doc").exists()
