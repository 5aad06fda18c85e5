"""Where a command writes is made sure of before its work."""

from pathlib import Path

import pytest

from hotline.out_file import OutUnwritable, out_file


def test_a_missing_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "rows.jsonl"
    assert out_file(path) == path
    assert path.parent.is_dir() and not path.exists()


def test_what_is_there_stays_until_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("before", "utf8")
    assert out_file(path).read_text("utf8") == "before"


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf8")
    for path in (tmp_path, tmp_path / "file" / "rows.jsonl"):
        with pytest.raises(OutUnwritable, match="结果写不到"):
            out_file(path)
