"""The index, its gram models and the pseudo-questions, over a few entries."""

import numpy as np
import pytest

from knowledge_base.entry import Entry
from knowledge_base.evaluate import Row, summarise
from knowledge_base.features import SIGNS, describe
from knowledge_base.grams import CHARACTERS, GramModel
from knowledge_base.index import Index
from knowledge_base.postings import Postings
from knowledge_base.pseudo import far, make
from knowledge_base.scored import Grams

ENTRIES = (
    Entry(
        id="card",
        question="社保卡怎么补办",
        spoken="去社保大厅。",
        asked=("社保卡丢了", "重新办一张社保卡", "社保卡掉了咋办"),
    ),
    Entry(id="fund", question="公积金怎么提取", spoken="在小程序申请。", asked=("取公积金", "公积金能取吗")),
    Entry(id="lamp", question="路灯坏了找谁", spoken="告诉我在哪条路。", text="路灯由市政维修。" * 5),
)


def test_a_text_is_most_like_itself() -> None:
    texts = ["社保卡", "公积金", "路灯坏了"]
    model = GramModel.of(CHARACTERS, texts)
    postings = Postings.of(model, texts)
    for number, text in enumerate(texts):
        grams = Grams.of(model, text)
        touched = postings.touched(model.grams(grams.columns), grams.weights * model.idf[grams.columns])
        scores = postings.scores(touched)
        assert scores.argmax() == number
        assert scores[number] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("question", "best"),
    [("我的社保卡丢了", "card"), ("攻击金怎么提去", "fund"), ("门口路灯坏啦", "lamp")],
)
def test_the_right_entry_is_first_even_when_misheard(question: str, best: str) -> None:
    index = Index(ENTRIES)
    scored = index.score(question)
    assert index.entries[int(scored.fused.argmax())].id == best


def test_several_ways_of_asking_count_more_than_one_that_is_alike_by_accident() -> None:
    lost = ("护照丢了怎么补", "护照丢了去哪补", "护照丢了要带什么")
    other = ("护照丢了", "办护照多少钱", "护照几天能拿到")
    index = Index([Entry(name, "", "", asked=ways) for name, ways in (("lost", lost), ("other", other))])
    title = index.score("护照丢了").parts["character_title"]
    assert title[0] > title[1]


def test_an_entry_with_one_way_is_scored_by_that_one() -> None:
    few, many = (
        Entry("few", "护照丢了怎么补", ""),
        Entry("many", "护照丢了怎么补", "", asked=("天气", "路灯", "停水", "井盖")),
    )
    title = Index([few, many]).score("护照丢了怎么补").parts["character_title"]
    assert title[0] == pytest.approx(1.0, abs=1e-5)
    assert title[1] < title[0]


def test_an_entry_left_out_is_not_found() -> None:
    scored = Index(ENTRIES).score("社保卡丢了").without(np.asarray([0]))
    assert scored.fused[0] == 0.0
    assert scored.fused.argmax() != 0


@pytest.mark.parametrize("question", ["", "???", "xyz", "火星" * 200])
def test_a_question_without_a_known_word_still_has_features(question: str) -> None:
    index = Index(ENTRIES)
    features = describe(index, index.score(question))
    assert features.shape == (len(SIGNS),)
    assert not np.isinf(features).any()


def test_entries_that_ask_the_same_are_twins() -> None:
    twice = (*ENTRIES, Entry(id="card-2", question="社保卡怎么补办", spoken="另一个答复。"))
    assert set(Index(twice).twins(0, 0.8)) == {0, 3}


def test_pseudo_questions_are_the_same_each_time_and_held_out() -> None:
    first, again = make(ENTRIES), make(ENTRIES)
    assert first == again
    asked = [question for question in first.questions if question.way == "asked" and question.owner == 0]
    assert asked
    assert len(first.entries[0].asked) == len(ENTRIES[0].asked) - 1


def test_far_questions_belong_to_no_entry() -> None:
    strangers = [question for question in make(ENTRIES).questions if question.owner < 0]
    assert [question.text for question in strangers] == list(far())
    assert len(strangers) >= 150


def _row(kind: str, answered: bool, entry: str, expect: list[str]) -> Row:
    return Row(text="问", kind=kind, expect=expect, answered=answered, entry=entry, confidence=0.5, ms=1.0)


def test_the_summary_counts_each_kind_by_itself() -> None:
    rows = [
        _row("in", True, "a", ["a"]),
        _row("in", True, "b", ["a"]),
        _row("in", False, "a", ["a"]),
        _row("in", False, "b", ["a"]),
        _row("near", True, "a", []),
        _row("near", False, "a", []),
        _row("far", False, "a", []),
    ]
    found = summarise(rows)
    assert (found.answered, found.right, found.near, found.far, found.hit_at_1) == (0.5, 0.5, 0.5, 0.0, 0.5)
    assert summarise([]).answered is None
