"""Confidence is learnt anew after publications, in a process beside the service."""

from dataclasses import replace
from pathlib import Path

from hotline.recalibrating import Recalibrating
from knowledge_base.base import KnowledgeBase
from knowledge_base.live import LiveKnowledge
from knowledge_base.loading import from_folder
from knowledge_base.settings import KnowledgeBaseSettings
from tests.serving import until
from tests.small_city import small_city


async def test_what_is_published_is_learnt_from_when_it_has_come_to_rest(tmp_path: Path) -> None:
    entries = from_folder(small_city(tmp_path / "kb"))
    settings = KnowledgeBaseSettings(embedding=False, pseudo_questions=400, recalibrate_after_s=1)
    live = LiveKnowledge(KnowledgeBase(entries, settings), 1)
    before = live.current.curve()
    recalibrating = Recalibrating(live, nice=0)
    recalibrating.start()
    try:
        new = replace(entries[0], id="new", question="图书馆几点开门", asked=("图书馆周末开吗", "借书几点关门"))
        live.take(2, [new], [])
        assert live.current.curve() == before, "until then the calibration of before holds"
        await until(lambda: live.current.curve() != before, 120)
    finally:
        await recalibrating.stop()
    fresh = KnowledgeBase(live.entries, settings)
    assert live.current.curve() == fresh.curve()
    assert live.number == 2
    assert live.ask("图书馆几点开门").entry == new
