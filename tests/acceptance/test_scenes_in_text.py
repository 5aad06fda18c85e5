"""Every scene script passes in text, in every wording."""

from datetime import date
from pathlib import Path

import pytest

from dialog.errors import ScriptInvalid
from hotline.script import read_script
from hotline.settings import HotlineSettings
from hotline.talk import ScriptRun, run_script
from hotline.text_call import Mind
from knowledge_base.base import KnowledgeBase
from tickets.understanding import Understanding

SCENES = sorted((Path(__file__).parent / "scenes").glob("*.yaml"))
RUNS = [(path, wording) for path in SCENES for wording in range(read_script(path).wordings)]


@pytest.fixture(scope="module")
def mind() -> Mind:
    knowledge = KnowledgeBase.from_folder(HotlineSettings().knowledge.folder, date(2026, 11, 23))
    return Mind(knowledge, Understanding())


@pytest.mark.parametrize(("path", "wording"), RUNS, ids=[f"{path.stem}-{wording}" for path, wording in RUNS])
def test_a_scene_goes_as_its_script_says(path: Path, wording: int, mind: Mind) -> None:
    result = ScriptRun(read_script(path), mind, wording, None).run()

    told = "\n".join(f"{who} {what}" for who, what in result.lines)
    assert result.passed, told


def test_every_scene_of_the_design_has_a_script() -> None:
    assert {read_script(path).number for path in SCENES} >= {*range(1, 26), 27, 28, 29}


def test_a_broken_expectation_fails_the_run(tmp_path: Path, mind: Mind) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "scene: 错的\nturns:\n- say: 转人工\n  expect: {transfer: false, contains_all: [不存在的话]}\n"
        "end: {tickets: [{kind: 投诉}]}\n",
        encoding="utf8",
    )
    result = run_script(path, mind)
    assert len(result.failures) == 3
    assert [who for who, _ in result.lines].count("错") == 3


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("scene: 空\nturns: []\n", "turns"),
        ("scene: 两件\nturns:\n- {say: 你好, key: '1'}\n", "turns.0"),
        ("scene: 错字\nturns:\n- {say: 你好, expect: {contain: [你好]}}\n", "contain"),
        ("scene: [\n", "YAML"),
        ("[]\n", "顶层"),
    ],
)
def test_a_script_with_a_mistake_is_named(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf8")
    with pytest.raises(ScriptInvalid, match=where):
        read_script(path)
