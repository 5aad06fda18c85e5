"""What differs between two versions, and nothing of either is lost in showing it."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.differences import differences, pieces, told
from tests.editors import entry

TEXT = st.text(st.sampled_from("办证要带身份证。\n，！ab"), max_size=80)


@given(TEXT, TEXT, st.booleans())
def test_the_pieces_are_both_texts(old: str, new: str, by_line: bool) -> None:
    found = pieces(old, new, by_line)
    assert "".join(piece.text for piece in found if piece.kind != "new") == old
    assert "".join(piece.text for piece in found if piece.kind != "gone") == new
    assert (old == new) == all(piece.kind == "same" for piece in found)


def test_long_texts_are_compared_by_sentences() -> None:
    old = "".join(f"第{n}条照此办理。" for n in range(2000))
    new = old.replace("第700条照此", "第700条另行")
    assert [(piece.kind, piece.text) for piece in pieces(old, new) if piece.kind != "same"] == [
        ("gone", "第700条照此办理。"),
        ("new", "第700条另行办理。"),
    ]


def test_fields_are_named_as_editors_name_them() -> None:
    old = entry(materials=("身份证", "照片"))
    new = replace(old, spoken=old.spoken.replace("二十", "十五"), materials=("身份证",), valid_to=date(2027, 1, 1))
    assert told(differences(old, new)).splitlines() == [
        "口语答复:带身份证到任一社保服务网点，当场补办，工本费[-二-]十{+五+}元。",
        "材料:身份证",
        "[-照片",
        "-]",
        "失效日期:{+2027-01-01+}",
    ]


def test_nothing_differs_from_itself() -> None:
    assert differences(entry(), entry()) == ()
    assert told(()) == "(没有差异)"
