"""Misheard questions written as the entries would have them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.entry import Entry
from knowledge_base.ngrams import NONE, Counts, code_points, count, runs
from knowledge_base.restoring import Restorer

ENTRIES = (
    Entry(id="card", question="社保卡怎么补办", spoken="去社保大厅。", asked=("社保卡丢了", "重新办一张社保卡")),
    Entry(id="fund", question="公积金怎么提取", spoken="在小程序申请。", asked=("取公积金", "公积金能取吗")),
    Entry(id="lamp", question="路灯坏了找谁", spoken="告诉我在哪条路。", text="路灯由市政维修。"),
    Entry(id="bus", question="A3路公交车几点末班", spoken="晚上10点半。", place="景蓉华苑站"),
)
RESTORER = Restorer(ENTRIES)
HEARD = st.text(
    st.one_of(st.sampled_from("社舍设保饱宝卡咔公攻积急金今怎么补不办半路录灯等景经蓉容华花苑院"), st.characters()),
    max_size=30,
)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("设保卡怎么补半", "社保卡怎么补办"),
        ("我想提取公急金", "我想提取公积金"),
        ("经容华院站的路等坏了", "景蓉华苑站的路灯坏了"),
        ("请问，设保卡、公急金？", "请问，社保卡、公积金？"),
    ],
)
def test_names_of_the_entries_are_restored_from_their_sounds(heard: str, meant: str) -> None:
    assert RESTORER.restore(heard) == meant


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.id))
def test_what_the_entries_say_stays(entry: Entry) -> None:
    for text in (entry.question, *entry.asked, entry.spoken, entry.text, entry.place):
        assert RESTORER.restore(text) == text


@pytest.mark.parametrize("said", ["明天天气怎么样", "给我讲个笑话", "附近有什么好吃的饭馆", "驾驶证丢失了"])
def test_everyday_words_that_no_entry_has_stay(said: str) -> None:
    assert RESTORER.restore(said) == said


@settings(max_examples=200, deadline=None)
@given(HEARD)
def test_any_text_keeps_its_length_its_figures_and_its_letters(heard: str) -> None:
    restored = RESTORER.restore(heard)
    assert len(restored) == len(heard)
    for before, after in zip(heard, restored, strict=True):
        assert before == after or ("\u4e00" <= before <= "\u9fff" and "\u4e00" <= after <= "\u9fff")


@settings(max_examples=200, deadline=None)
@given(HEARD)
def test_what_was_restored_is_restored(heard: str) -> None:
    restored = RESTORER.restore(heard)
    assert RESTORER.restore(restored) == restored


@pytest.mark.parametrize("odd", ["", " ", "？！", "\x00", "\ud800", "😀" * 50, "设" * 100_000])
def test_odd_and_endless_questions_come_back_as_they_are(odd: str) -> None:
    assert RESTORER.restore(odd) == odd


def test_without_entries_everyday_words_are_known() -> None:
    assert Restorer(()).restore("我的加驶证") == "我的驾驶证"


def test_a_new_entry_is_known_at_once_and_only_to_the_new_restorer() -> None:
    new = Entry(id="park", question="岚翠湖公园几点关门", spoken="晚上9点。")
    changed = RESTORER.changed([new]).changed([Entry(id="x", question="栾树落叶谁扫", spoken="环卫。")])
    assert changed.restore("蓝脆湖公园") == "岚翠湖公园"
    assert changed.restore("乱数落叶谁扫") == "栾树落叶谁扫"
    assert changed.restore("设保卡怎么补半") == "社保卡怎么补办"
    assert RESTORER.restore("蓝脆湖公园") != "岚翠湖公园"


def test_words_are_cut_apart_and_folded_before_they_are_counted() -> None:
    assert "".join(map(chr, code_points("Ａ１，。社保 卡!?B").tolist())) == "a1 社保 卡 b"


@settings(max_examples=50)
@given(st.lists(st.text("社保卡 a", max_size=12), max_size=6), st.lists(st.text("社保卡 a", max_size=12), max_size=6))
def test_counts_add_up(one: list[str], other: list[str]) -> None:
    apart = [first.plus(second) for first, second in zip(count(one, 2.0), count(other, 2.0), strict=True)]
    for order, counts in enumerate(apart, 1):
        texts = [f" {' '.join(texts)} " for texts in (one, other) if texts]
        keys = np.concatenate([runs(code_points(text), order) for text in texts] or [NONE.keys])
        assert counts.times.sum() == 2.0 * len(keys)
        assert all(counts.of(keys) >= 2.0)


def test_the_rarest_runs_go_where_there_are_too_many() -> None:
    counts = Counts(np.arange(6), np.asarray([1, 5, 1, 3, 9, 2], dtype=np.float32))
    assert counts.frequent(6) is counts
    assert counts.frequent(4).keys.tolist() == [1, 3, 4, 5]
    assert counts.frequent(2).keys.tolist() == [1, 4]
