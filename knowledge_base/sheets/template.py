"""The sheet that editors fill in: headings, what belongs below each, and an example."""

from pathlib import Path

from core.yaml_file import read_yaml
from knowledge_base.headings import HEADINGS
from knowledge_base.serial import from_data
from knowledge_base.sheets.cells import write_cell
from knowledge_base.sheets.writer import write_table
from knowledge_base.text import DATA


def write_template(file: Path) -> None:
    """Write the template to `file`, as CSV where it ends so, else as Excel; raises OSError."""
    words = read_yaml(DATA / "sheet.yaml")
    example = from_data(words["example"])
    explained = [words["explained"][field] for field in HEADINGS]
    write_table(
        file,
        tuple(HEADINGS.values()),
        [explained, [write_cell(field, getattr(example, field)) for field in HEADINGS]],
    )
