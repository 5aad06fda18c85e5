"""Advice on an entry against a small knowledge base: what it takes over, and what it is asked by."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.advice.advising import advise
from knowledge_base.advice.remarks import Severity
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.settings import KnowledgeBaseSettings
from tests.small_city import small_city


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = small_city(tmp_path_factory.mktemp("advice"))
    return KnowledgeBase.from_folder(folder, settings=KnowledgeBaseSettings(embedding=False, pseudo_questions=400))


@pytest.fixture(scope="module")
def thief(base: KnowledgeBase) -> Entry:
    """A draft of another department that asks what the entry on lost social security cards is asked."""
    lost = base.entry("shebao-card-lost")
    return replace(lost, id="thief", department="某区", spoken="到区里补办，当场就能拿到卡。", text="到区里补办。")


def test_a_live_entry_has_nothing_that_blocks_and_takes_nothing(base: KnowledgeBase) -> None:
    advice = advise(base.entry("gongnuan-temperature"), base)
    assert not advice.blocks
    assert advice.of("theft") == ()
    assert advice.of("problem") == ()


def test_a_copy_takes_the_questions_of_the_original(base: KnowledgeBase, thief: Entry) -> None:
    advice = advise(thief, base)
    stolen = advice.of("theft")
    assert {remark.other for remark in stolen} >= {"shebao-card-lost"}
    assert all(base.ask(remark.shown[0]).kind != "refuse" for remark in stolen)
    assert advice.of("duplicate")[0].other == "shebao-card-lost"
    assert base.entries == tuple(entry for entry in base.entries if entry.id != "thief"), "the base is not changed"


def test_a_recent_question_of_a_caller_that_is_taken_over_is_told(base: KnowledgeBase, thief: Entry) -> None:
    question = "我的社保卡丢了怎么补办呀"
    assert base.ask(question).kind == "answer"
    told = [remark for remark in advise(thief, base, recent=[question]).of("theft") if remark.shown == (question,)]
    assert len(told) == 1


def test_ways_of_asking_that_do_not_lead_to_the_entry_are_told(base: KnowledgeBase) -> None:
    entry = replace(base.entry("juzhu-proof"), asked=("驾照到期了怎么换证",))
    told = [str(remark) for remark in advise(entry, base).of("not_found")]
    assert any("驾照到期了怎么换证" in what and "cheguan-license-renew" in what for what in told)


def test_questions_that_nobody_answered_become_ways_of_asking(base: KnowledgeBase) -> None:
    entry = Entry(
        id="dog", question="养犬证怎么办？", spoken="带狗到派出所办。", text="养犬登记到居住地派出所办理。",
        subject="养犬证", aspect="办理", short="养犬证", topic="城管", department="市公安局",
        asked=("狗证怎么办", "养狗要办什么证", "给狗上户口"),
    )  # fmt: skip
    advice = advise(entry, base, ["狗证在哪里办", "养犬证怎么办理", "狗证在哪里办", "居住证怎么办", "养犬证怎么办?"])
    suggested = {remark.shown[0]: str(remark) for remark in advice.of("way")}
    assert list(suggested) == ["养犬证怎么办理", "狗证在哪里办"], "what it will answer comes first"
    assert "发布后就能答" in suggested["养犬证怎么办理"]
    assert "2 次" in suggested["狗证在哪里办"]


def test_quick_advice_asks_nothing_and_still_sees_the_copy(base: KnowledgeBase, thief: Entry) -> None:
    advice = advise(replace(thief, spoken="到区里补办，收费三十元。"), base, ["社保卡丢了咋补"], quick=True)
    assert advice.of("duplicate")
    assert advice.of("theft") == () and advice.of("not_found") == ()
    assert [remark.shown for remark in advice.of("way")] == [("社保卡丢了咋补",)]


def test_an_empty_entry_is_told_what_it_lacks_and_comes_as_data(base: KnowledgeBase) -> None:
    advice = advise(Entry(id="", question="", spoken=""), base)
    assert advice.blocks
    assert advice.remarks[0].severity is Severity.BLOCKS
    data = json.loads(json.dumps(advice.to_data()))
    assert data["blocks"] and data["remarks"][0]["severity"] == "blocks"


def test_progress_is_told(base: KnowledgeBase, thief: Entry) -> None:
    seen: list[tuple[str, int, int]] = []
    advise(thief, base, ["社保卡丢了咋补"], progress=lambda *step: seen.append(step))
    assert len({what for what, _, _ in seen}) >= 4
    assert all(done <= all_ for _, done, all_ in seen)


def test_the_whole_city_contradicts_itself_hardly_anywhere() -> None:
    from knowledge_base.advice.alike import alike, hold_together
    from knowledge_base.advice.contradictions import addresses, contradictions, within
    from knowledge_base.loading import from_folder
    from tests.small_city import SHIPPED

    city = from_folder(Path(SHIPPED))
    assert [remark.what for entry in city for remark in within(entry)] == []
    assert [remark.what for entry in city for remark in addresses(entry, city)] == []
    told = {
        (entry.id, remark.other)
        for entry in city
        for remark in contradictions(
            entry, alike(entry, [one for one in city if entry.subject in one.subject and hold_together(entry, one)])
        )
        if entry.id != remark.other
    }
    # Ordinary and urgent use of one fund, and the permit of people from Hong Kong, differ: an editor may well look.
    pairs = {frozenset(pair) for pair in told}
    assert pairs == {
        frozenset({"wuye-weixiu-use", "wuye-weixiu-emergency"}),
        frozenset({"juzhuzheng-new", "juzhuzheng-hmt"}),
    }
