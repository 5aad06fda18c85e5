"""Which questions are one, when a gap closes, what a draft takes over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.database import Database
from knowledge_base.entry import Decision, Entry
from knowledge_base.gaps.filing import file
from knowledge_base.gaps.gap import Gap, GapState, Question, draft_from, is_answered, is_closed
from knowledge_base.gaps.likeness import ALIKE, Likeness, Neighbours, alike
from knowledge_base.gaps.listening import Unanswered
from knowledge_base.gaps.store import GapStore
from knowledge_base.life import system

KNOWN = [
    "居住证怎么办理",
    "驾驶证怎么办理",
    "社保卡丢了怎么补",
    "公积金怎么提取",
    "医保怎么报销",
    "身份证在哪里办理",
    "要什么材料",
]
LIKENESS = Likeness(KNOWN)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("无人机在哪里登记", "请问无人机登记去哪儿"),
        ("共享单车押金不退怎么办", "共享单车的押金退不了"),
        ("小区充电桩怎么申请", "小区充店庄怎么申请"),
        ("狗证怎么办", "办狗证要什么材料"),
    ],
)
def test_questions_of_one_meaning_are_alike(one: str, other: str) -> None:
    assert LIKENESS.alike(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("居住证怎么办理", "驾驶证怎么办理"),
        ("狗证在哪里办", "无人机在哪里登记"),
        ("充电桩要什么材料", "开饭店要什么材料"),
    ],
)
def test_questions_about_different_matters_are_not(one: str, other: str) -> None:
    assert LIKENESS.alike(one, other) < ALIKE


MATTERS, ACTS, TAILS = (
    ("无人机", "共享单车"),
    ("登记", "押金", "年审", "登记年审", "押金年审"),
    ("在哪里", "要多少钱", ""),
)
ASKED = st.sampled_from(["".join(parts) for parts in product(MATTERS, ACTS, TAILS)])
"""Close enough that some are alike to two that are not alike to each other."""


@given(st.lists(ASKED, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_neighbours_are_exactly_those_that_are_alike(texts: list[str]) -> None:
    neighbours = Neighbours(LIKENESS)
    texts = list(dict.fromkeys(texts))
    for number, text in enumerate(texts):
        near = {other for other, _ in neighbours.near(text)}
        grams = LIKENESS.grams(text)
        wanted = {other for other in range(number) if alike(grams, LIKENESS.grams(texts[other])) >= ALIKE}
        assert near == wanted
        neighbours.add(number, text)


def _filed(folder: Path, texts: Sequence[str]) -> set[frozenset[str]]:
    """Return which of `texts`, filed in this order, came into one gap."""
    database = Database(f"sqlite:///{folder / 'some.db'}")
    try:
        neighbours = Neighbours(LIKENESS)
        for number, text in enumerate(texts, 1):
            found = Unanswered(number, "c", NOON.timestamp() + number, "refused", text)
            near = neighbours.near(text)
            database.run(lambda c, found=found, near=near: file(c, found, near))
            neighbours.add(number, text)
        store = GapStore(database)
        waiting = store.list(system(), limit=1000)
        assert sum(gap.times for gap in waiting) == len(texts)
        return {frozenset(one.question for one in store.get(gap.id, system())[1]) for gap in waiting}
    finally:
        database.close()


@given(st.lists(ASKED, min_size=3, max_size=10, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_gaps_do_not_depend_on_the_order_in_which_questions_came(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], random: st.DataObject
) -> None:
    shuffled = list(texts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = _filed(tmp_path_factory.mktemp("one"), texts)
    assert first == _filed(tmp_path_factory.mktemp("other"), shuffled)


def _question(id: int, text: str, at: datetime = NOON, entry: str = "") -> Question:
    return Question(id, 1, "c", at, "refused", text, "", entry, "")


def test_a_gap_closes_when_four_of_five_questions_are_answered() -> None:
    questions = [_question(number, f"问题{number}") for number in range(5)]
    assert is_closed(questions, {0, 1, 2, 3}, NOON)
    assert not is_closed(questions, {0, 1, 2}, NOON)
    assert not is_closed([], set(), NOON)


def test_a_gap_that_was_opened_again_closes_only_when_the_new_question_is_answered() -> None:
    later = NOON + timedelta(days=1)
    questions = [*(_question(number, f"问题{number}") for number in range(9)), _question(9, "新问法", later)]
    assert not is_closed(questions, set(range(9)), later)
    assert is_closed(questions, set(range(1, 10)), later)


def test_the_answer_that_a_caller_rejected_answers_only_when_it_was_written_anew() -> None:
    entry = Entry("a", "问", "答")
    decision = Decision("answer", 0.9, entry)
    rejected = _question(1, "问", entry="a")
    assert not is_answered(rejected, decision, {"a": NOON - timedelta(days=1)})
    assert is_answered(rejected, decision, {"a": NOON + timedelta(days=1)})
    assert is_answered(rejected, Decision("answer", 0.9, replace(entry, id="b")), {})
    assert not is_answered(_question(1, "问"), Decision("ask_back", 0.9, entry), {})


def test_a_draft_takes_the_ways_of_asking_but_nothing_that_was_left_out() -> None:
    gap = Gap(7, GapState.OPEN, "狗证怎么办", "公安局", None, "", "", {"refused": 4}, NOON, NOON, NOON, None, 0)
    asked = ["办狗证要多少钱", "狗证怎么办", "请问狗证怎么办", "我叫(姓名)狗证怎么办"]
    at = [NOON + timedelta(minutes=number) for number in range(4)]
    draft = draft_from(gap, [_question(number, asked[number], at[number]) for number in range(4)], "gap-7")
    assert draft.question == "请问狗证怎么办"  # asked twice, the last time so
    assert draft.asked == ("办狗证要多少钱",)
    assert draft.department == "公安局"
