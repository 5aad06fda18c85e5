"""How somebody at the keyboard, or a script, says who can take a caller over."""

from pathlib import Path

import pytest

from dialog.errors import ScriptInvalid
from dialog.ports import Staffing
from hotline.script import read_script
from hotline.talk import typed_staffing


@pytest.mark.parametrize(
    ("typed", "staffing"),
    [
        ("/a", Staffing(True)),
        ("/n", Staffing(False)),
        ("/b", Staffing(True, False)),
        ("/b 3", Staffing(True, False, 3)),
        ("/b 3 5", Staffing(True, False, 3, 5)),
        ("/b x", None),
        ("/f", None),
        ("转人工", None),
    ],
)
def test_what_is_typed(typed: str, staffing: Staffing | None) -> None:
    assert typed_staffing(typed) == staffing


@pytest.mark.parametrize(
    ("head", "staffing"),
    [
        ("", Staffing(True)),
        ("human: false\n", Staffing(False)),
        ("busy: {}\n", Staffing(True, False)),
        ("busy: {ahead: 3, minutes: 5}\n", Staffing(True, False, 3, 5)),
    ],
)
def test_what_a_script_says(tmp_path: Path, head: str, staffing: Staffing) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text(f"scene: 忙\n{head}turns: [{{say: 转人工}}]\n", encoding="utf8")
    assert read_script(path).staffing == staffing


@pytest.mark.parametrize("head", ["human: false\nbusy: {}", "busy: {ahead: -1}", "sound: true\nbusy: {}"])
def test_what_a_script_cannot_mean(tmp_path: Path, head: str) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text(f"scene: 忙\n{head}\nturns: [{{say: 转人工}}]\n", encoding="utf8")
    with pytest.raises(ScriptInvalid, match="busy"):
        read_script(path)
