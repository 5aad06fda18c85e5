"""Grams as numbers: the same grams as those of strings, and lists that a query adds up."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.grams import CHARACTERS, SOUNDS, GramModel, cells
from knowledge_base.postings import Lists, Postings
from knowledge_base.scored import Grams
from knowledge_base.text import character_grams, clean, sound_grams

clean_texts = st.text("社保卡公积金积提取a3 9", max_size=25).map(clean)


@given(st.lists(clean_texts, max_size=6))
def test_each_text_has_the_grams_of_its_string(texts: list[str]) -> None:
    for alphabet, grams_of in ((CHARACTERS, character_grams), (SOUNDS, sound_grams)):
        found = cells(alphabet, texts)
        for row, text in enumerate(texts):
            times = found.times[found.rows == row].tolist()
            assert sorted(times) == sorted(Counter(grams_of(text)).values())


@given(clean_texts, clean_texts)
def test_texts_share_as_many_grams_as_their_strings_do(one: str, other: str) -> None:
    for alphabet, grams_of in ((CHARACTERS, character_grams), (SOUNDS, sound_grams)):
        found = cells(alphabet, [one, other])
        shared = set(found.grams[found.rows == 0].tolist()) & set(found.grams[found.rows == 1].tolist())
        assert len(shared) == len(set(grams_of(one)) & set(grams_of(other)))


@given(st.lists(clean_texts, min_size=1, max_size=8), clean_texts)
def test_scores_are_the_cosines_of_the_vectors(texts: list[str], asked: str) -> None:
    model = GramModel.of(CHARACTERS, texts)
    query = Grams.of(model, asked)
    postings = Postings.of(model, texts)
    scores = postings.scores(postings.touched(model.grams(query.columns), query.weights * model.idf[query.columns]))
    for row, text in enumerate(texts):
        columns, times, _ = model.counts(text)
        whole = np.zeros(len(model))
        whole[columns] = (1.0 + np.log(times)) * model.idf[columns]
        length = float(np.sqrt((whole**2).sum())) or 1.0
        assert scores[row] == pytest.approx((whole[query.columns] * query.weights).sum() / length, abs=1e-5)


def test_common_grams_count_the_same_when_they_are_kept_as_bits() -> None:
    texts = [f"社保{word}" for word in "卡费局网点号法金单号" * 4] + ["公积金"]
    model = GramModel.of(CHARACTERS, texts)
    query = Grams.of(model, "社保金局")
    asked = (model.grams(query.columns), query.weights * model.idf[query.columns])
    all_lists, postings = Postings.of(model, texts), Postings.of(model, texts, many=True)
    wanted, touched = all_lists.scores(all_lists.touched(*asked)), postings.touched(*asked)
    chosen = np.asarray([0, 2, 9, 40])
    assert np.allclose(postings.scores(touched), wanted, atol=1e-6)
    assert np.allclose(postings.scores(touched, chosen), wanted[chosen], atol=1e-6)
    rare = postings.rare(touched)
    assert np.all(rare <= wanted + 1e-6)
    assert rare[1] < wanted[1]


def test_rows_added_in_portions_are_the_same_lists() -> None:
    texts = ["社保卡丢了社保", "公积金", "", "社保卡"] * 3
    whole, portions = Lists(SOUNDS), Lists(SOUNDS)
    whole.add(texts)
    for text in texts:
        portions.add([text])
    one, other = whole.joined(), portions.joined()
    assert np.array_equal(one.keys, other.keys)
    assert np.array_equal(one.starts, other.starts)
    assert np.array_equal(one.rows, other.rows)


def test_a_gram_is_as_rare_as_texts_with_it_are() -> None:
    model = GramModel.of(CHARACTERS, ["社保", "社社社", "公"])
    columns, times, unknown = model.counts("社社公火")
    assert sorted(times.tolist()) == [1.0, 1.0, 2.0]  # 公, 社社, 社
    assert unknown == 5
    assert sorted(model.idf[columns]) == pytest.approx([np.log(4 / 3) + 1, np.log(2) + 1, np.log(2) + 1])


def test_a_model_that_learns_keeps_what_it_knew() -> None:
    before = GramModel.of(CHARACTERS, ["社保", "公积金"])
    after = before.knowing(cells(CHARACTERS, ["社保公"]).grams)
    known = cells(CHARACTERS, ["社保", "公积金"]).grams
    assert np.array_equal(before.idf[before.columns(known)], after.idf[after.columns(known)])
    assert len(after) == len(before) + 2
    assert before.knowing(known) is before


def test_characters_beyond_the_first_plane_are_no_gram() -> None:
    assert len(cells(CHARACTERS, ["\U0001f600"]).grams) == 0
    assert cells(CHARACTERS, ["a\U0001f600a"]).times.tolist() == [2]
