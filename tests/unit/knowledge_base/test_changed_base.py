"""A knowledge base that changes: the new one answers at once with what is new, the old one as before."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.calibration import Calibrator, Recipe, examples
from knowledge_base.entry import Context, Entry
from knowledge_base.search import Search
from knowledge_base.settings import KnowledgeBaseSettings
from tests.small_city import small_city

DRONE = Entry(
    id="drone",
    question="无人机飞行要报备吗",
    spoken="要，在网上报备。",
    topic="交通",
    subject="无人机",
    aspect="办理",
    short="无人机报备",
    asked=("飞无人机怎么报备", "无人机要不要登记"),
    text="无人机飞行前在网上报备，不收费。",
    related=("fees",),
)
SETTINGS = KnowledgeBaseSettings(embedding=False, pseudo_questions=400)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Eight entries of the shipped knowledge base."""
    return KnowledgeBase.from_folder(small_city(tmp_path_factory.mktemp("city")), settings=SETTINGS)


def test_a_published_entry_is_answered_at_once_and_the_base_before_does_not_know_it(base: KnowledgeBase) -> None:
    after = base.changed([DRONE])
    assert after.ask("无人机飞行要报备吗").entry == DRONE
    assert after.entry("drone") == DRONE
    assert base.ask("无人机飞行要报备吗").kind == "refuse"
    assert len(base.entries) + 1 == len(after.entries)


def test_a_changed_answer_is_spoken_and_the_old_one_nowhere(base: KnowledgeBase) -> None:
    old = base.entry("gongjijin-withdraw")
    new = replace(old, spoken="改了，在网上提取。")
    after = base.changed([new])
    assert after.ask(old.question).entry == new
    assert base.ask(old.question).entry == old
    assert new.spoken in after.spoken_texts()
    assert old.spoken not in after.spoken_texts()
    assert [entry.id for entry in after.entries] == [entry.id for entry in base.entries]
    assert old not in [candidate.entry for candidate in after.ask(old.question).candidates]


def test_a_withdrawn_entry_is_not_answered(base: KnowledgeBase) -> None:
    after = base.changed([], ["gongjijin-withdraw", "never-there"])
    assert all(option.id != "gongjijin-withdraw" for option in after.ask("公积金怎么提取").options)
    assert after.ask("公积金怎么提取").kind != "answer"
    with pytest.raises(KeyError):
        after.entry("gongjijin-withdraw")


def test_an_entry_that_is_removed_and_comes_again_is_there(base: KnowledgeBase) -> None:
    gone = base.changed([DRONE]).changed([], ["drone"])
    again = gone.changed([DRONE], ["drone"])
    assert gone.ask("无人机飞行要报备吗").kind == "refuse"
    assert again.ask("无人机飞行要报备吗").entry == DRONE


def test_a_new_entry_is_found_by_its_matter_and_its_field(base: KnowledgeBase) -> None:
    fees = replace(
        DRONE,
        id="fees",
        question="无人机报备多少钱",
        asked=("无人机登记要交费吗",),
        aspect="费用",
        short="无人机费用",
        spoken="不收费。",
        text="无人机登记不收费。",
    )
    after = base.changed([DRONE, fees])
    assert after.ask("那要多少钱", Context((DRONE,))).entry == fees
    moved = after.changed([replace(fees, subject="航模", related=())])
    assert moved.ask("那要多少钱", Context((replace(DRONE, related=()),))).entry != fees


def test_renewed_it_decides_the_same_and_is_no_longer_worn(base: KnowledgeBase) -> None:
    changed = base.changed([replace(entry, id=f"{entry.id}-{n}") for entry in base.entries for n in range(8)])
    assert changed.worn
    renewed = changed.renewed()
    assert not renewed.worn
    assert renewed.entries == changed.entries
    for entry in base.entries:
        assert renewed.ask(entry.question).candidates[0].entry.question == entry.question


def test_recalibrated_it_trusts_the_new_calibration_within_the_settings(base: KnowledgeBase) -> None:
    known = examples(base.entries, None, Recipe(pseudo_questions=400))
    strict = base.recalibrated(Calibrator(known, wanted_near=0.001, wanted_far=0.001))
    assert SETTINGS.least_confidence <= strict.answer_from <= SETTINGS.most_confidence
    assert strict.recalibrated(base._search.calibrator).answer_from == base.answer_from
    assert strict.entries is base.entries


def test_questions_are_answered_while_it_changes(base: KnowledgeBase) -> None:
    asked, wrong, stop = [0], [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            decision = base.ask("社保卡丢了怎么办")
            asked[0] += 1
            if decision.entry is None or decision.entry.id != "shebao-card-lost":
                wrong.append(decision)

    caller = threading.Thread(target=ask)
    caller.start()
    newer = base
    for number in range(20):
        newer = newer.changed([replace(DRONE, id=str(number)), replace(base.entries[0], spoken=f"{number}。")])
    while not asked[0]:
        stop.wait(0.01)
    stop.set()
    caller.join()
    assert not wrong
    assert len(newer.entries) == len(base.entries) + 20


def test_only_what_holds_today_and_in_the_area_is_found(base: KnowledgeBase) -> None:
    search: Search = base.changed(
        [
            replace(DRONE, id="east", areas=("城东区",)),
            replace(DRONE, id="west", areas=("城西区",), valid_to=date(2026, 6, 30)),
        ]
    )._search

    def found(day: date | None, area: str, only: set[str] | None = None) -> set[str]:
        candidates = search.find("无人机飞行要报备吗", day, only, area=area).candidates
        return {candidate.entry.id for candidate in candidates} & {"east", "west"}

    assert found(None, "") == {"east", "west"}
    assert found(None, "城东区") == {"east"}
    assert found(date(2026, 6, 30), "城西区") == {"west"}
    assert found(date(2026, 7, 1), "城西区") == set()
    assert found(None, "", {"west", "no such entry"}) == {"west"}
    assert [entry.id for entry in search.entries(["east", "west"], None, "城西区")] == ["west"]
