"""An index that changes: it finds what a new one with the same statistics finds, and the old one goes on."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base import groups as groups_file
from knowledge_base import index as index_file
from knowledge_base import part as part_file
from knowledge_base.entry import Entry
from knowledge_base.index import Index

WORDS = ("社保卡", "公积金", "路灯", "居住证", "停水", "护照", "补办", "提取", "多少钱", "坏了", "在哪", "要带材料")
QUESTIONS = ("社保卡补办要带材料", "公积金提取", "护照多少钱", "路灯坏了在哪", "公鸡斤提去")
NAMES = ("a", "b", "c", "d", "e", "f")

phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join)
texts = st.builds(
    Entry,
    id=st.sampled_from(NAMES),
    question=phrases,
    spoken=phrases,
    asked=st.lists(phrases, max_size=5).map(tuple),
    text=phrases,
)
changes = st.tuples(st.lists(texts, max_size=3), st.lists(st.sampled_from(NAMES), max_size=2))


def _by_id(index: Index, question: str) -> dict[str, dict[str, float]]:
    scored = index.score(question)
    live = {index.entries[number].id: scored.place(number) for number in index.number.values()}
    every = scored.parts | {"fused": scored.fused}
    return {name: {part: float(values[place]) for part, values in every.items()} for name, place in live.items()}


@settings(deadline=None, max_examples=60)
@given(st.lists(texts, min_size=1, max_size=6, unique_by=lambda entry: entry.id), st.lists(changes, max_size=4))
def test_after_any_changes_it_scores_as_a_new_index_with_the_same_statistics(
    first: list[Entry], steps: list[tuple[list[Entry], list[str]]]
) -> None:
    index, held = Index(first), {entry.id: entry for entry in first}
    for upserts, removed in steps:
        index = index.changed(upserts, removed)
        held = {name: entry for name, entry in held.items() if name not in removed}
        held |= {entry.id: entry for entry in upserts}
    assert {name: index.entries[number] for name, number in index.number.items()} == held
    assert len(index) == len(held)
    anew = Index(tuple(held.values()), models=index.models)
    for question in QUESTIONS:
        found, wanted = _by_id(index, question), _by_id(anew, question)
        assert found.keys() == wanted.keys()
        for name, parts in wanted.items():
            assert found[name] == pytest.approx(parts, abs=1e-6)


ENTRIES = tuple(
    Entry(name, f"{word}怎么办", "去大厅。", text=f"{word}由大厅办理")
    for name, word in zip("abc", WORDS, strict=False)
)


def test_the_index_before_goes_on_as_it_was() -> None:
    before = Index(ENTRIES)
    found = before.score("社保卡怎么办").fused.copy()
    after = before.changed([replace(ENTRIES[0], question="停水了")], ["b"])
    assert np.array_equal(before.score("社保卡怎么办").fused, found)
    assert before.entries == ENTRIES
    assert after.score("停水").best == after.number["a"]
    assert "b" not in after.number


def test_an_entry_that_was_replaced_is_not_found_by_what_it_said_before() -> None:
    index = Index(ENTRIES).changed([Entry("a", "停水了", "等一等。")])
    scored = index.score("社保卡怎么办")
    assert scored.fused[0] == 0.0
    assert index.entries[scored.best].id in ("b", "c")


def test_a_gram_that_no_entry_had_is_known_once_one_has_it() -> None:
    before = Index(ENTRIES)
    after = before.changed([Entry("new", "无人机飞行报备", "在网上报备。")])
    assert before.score("无人机").fused.max() < after.score("无人机").fused.max()
    assert after.entries[after.score("无人机").best].id == "new"
    assert after.score("无人机").characters.unknown == 0


def test_nothing_of_the_older_part_is_made_again() -> None:
    before = Index(ENTRIES)
    after = before.changed([Entry("new", "无人机飞行报备", "在网上报备。")]).changed(
        [Entry("newer", "遛狗", "拴绳。")]
    )
    assert after._parts[0] is before._parts[0]
    assert len(after._parts) == 2


def test_it_is_worn_when_much_is_newer_or_gone() -> None:
    entries = [Entry(str(number), f"第{number}路公交", "来了。") for number in range(100)]
    index = Index(entries)
    assert not index.changed([replace(entry, spoken="走了。") for entry in entries[:50]]).worn
    assert index.changed([replace(entry, spoken="走了。") for entry in entries[:51]]).worn
    assert index.changed([], [entry.id for entry in entries[:51]]).worn
    assert not index.changed(entries[:51]).renewed(entries).worn


def test_all_may_go_and_others_come() -> None:
    nothing = Index(ENTRIES).changed([], [entry.id for entry in ENTRIES])
    assert len(nothing) == 0
    assert nothing.score("社保卡").fused.max() == 0.0
    again = nothing.changed(ENTRIES)
    assert again.entries[again.score("社保卡").best].id == "a"
    assert Index([]).changed(ENTRIES).score("社保卡").best == 0


def test_an_index_without_entries_can_be_asked() -> None:
    assert len(Index([]).score("社保卡").fused) == 0


def test_entries_hold_on_days_and_in_areas() -> None:
    always = Entry("always", "停水", "修。")
    spring = replace(always, id="spring", valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 31))
    east = replace(always, id="east", areas=("城东区",))
    index = Index([always]).changed([spring, east])
    assert index.holding(date(2026, 3, 1)).tolist() == [True, True, True]
    assert index.holding(date(2026, 5, 31)).tolist() == [True, True, True]
    assert index.holding(date(2026, 6, 1)).tolist() == [True, False, True]
    assert index.holding(None, "城西区").tolist() == [True, True, False]
    assert index.holding(date(2026, 2, 28), "城东区").tolist() == [True, False, True]


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an index hold many entries from 20 on, in parts of 16, of which 8 are likely."""
    for file in (index_file, part_file, groups_file):
        monkeypatch.setattr(file, "FEW", 20)
    monkeypatch.setattr(index_file, "_PART", 16)
    monkeypatch.setattr(index_file, "_LIKELY", 8)


CITY = [
    Entry(f"{word}{aspect}", f"{word}{aspect}", "去大厅。", text=f"{word}的{aspect}由大厅办理，请带身份证")
    for word in WORDS[:6]
    for aspect in WORDS[6:]
]


@pytest.mark.usefixtures("_many")
def test_of_many_entries_the_likely_ones_are_scored_as_all_would_be() -> None:
    index = Index(CITY)
    for entry in CITY:
        scored = index.score(entry.question)
        assert len(scored.numbers) == 8
        assert index.entries[scored.best] == entry


@pytest.mark.usefixtures("_many")
def test_likely_scores_are_those_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(CITY).changed([replace(CITY[3], text="改了")], [CITY[5].id])
    some = index.score("护照提取多少钱")
    monkeypatch.setattr(index_file, "FEW", 1000)
    every = index.score("护照提取多少钱")
    assert some.best == every.best
    assert some.rivals == every.rivals
    assert np.allclose(some.fused, every.fused[some.numbers], atol=1e-6)
    for name, part in some.parts.items():
        assert np.allclose(part, every.parts[name][some.numbers], atol=1e-6)


@pytest.mark.usefixtures("_many")
def test_what_is_not_allowed_takes_no_place_among_the_likely() -> None:
    index = Index(CITY)
    allowed = np.zeros(len(CITY), dtype=np.bool_)
    allowed[[2, 30]] = True
    scored = index.score("路灯坏了", allowed=allowed, also=7)
    assert set(scored.numbers[scored.fused > 0.0]) <= {2, 30}
    assert 7 in scored.numbers
    nothing = index.score("路灯坏了", allowed=np.zeros(len(CITY), dtype=np.bool_))
    assert nothing.fused.max(initial=0.0) == 0.0


@pytest.mark.usefixtures("_many")
def test_the_likely_are_chosen_among_what_is_allowed() -> None:
    index = Index(CITY)
    allowed = np.ones(len(CITY), dtype=np.bool_)
    allowed[index.score("路灯坏了要带材料").numbers] = False
    scored = index.score("路灯坏了要带材料", allowed=allowed)
    assert np.count_nonzero(allowed) > len(scored.numbers) == 8
    assert np.all(allowed[scored.numbers])
    assert scored.fused.max() > 0.0
