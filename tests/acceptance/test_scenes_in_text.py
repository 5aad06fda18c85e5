"""Every scene script passes in text, in every wording."""

from datetime import date
from pathlib import Path

import pytest

from hotline.script import read_script
from hotline.settings import HotlineSettings
from hotline.talk import ScriptRun
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
    assert {read_script(path).number for path in SCENES} >= set(range(1, 26))
