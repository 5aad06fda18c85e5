"""Answers are cut into clauses that can be cached and joined."""

from hypothesis import given
from hypothesis import strategies as st

from tts.clauses import LONGEST, date_pieces, split_clauses
from tts.digits import SPOKEN
from tts.speakable import speakable

MARKS = "。\uff0c\uff01\uff1f\uff1b\uff1a"


def texts(text: str) -> list[str]:
    return [clause.text.rstrip(MARKS) for clause in split_clauses(text)]


def test_a_sentence_ends_a_clause() -> None:
    assert texts("好的。请问您贵姓?") == ["好的", "请问您贵姓"]


def test_a_comma_ends_a_clause_once_it_is_long_enough() -> None:
    assert texts("您好,请带上身份证原件,到派出所办理。") == ["您好\uff0c请带上身份证原件", "到派出所办理"]


def test_the_same_sentence_gives_the_same_clauses_anywhere() -> None:
    alone = split_clauses("请带上身份证。")
    assert split_clauses("居住证可以补办。请带上身份证。不收费。")[1:2] == alone


def test_a_ticket_number_is_read_in_groups() -> None:
    clauses = split_clauses("您的工单号是2611220001,请记好。")
    assert [(c.text, c.digits) for c in clauses] == [
        ("您的工单号是", False),
        ("二六幺", True),
        ("幺二二", True),
        ("零零零幺", True),
        ("请记好。", False),
    ]
    assert clauses[1].pause_ms > clauses[0].pause_ms


def test_a_longer_pause_follows_a_sentence_than_a_comma() -> None:
    first, second = split_clauses("请带上身份证原件,到派出所办理。")
    assert second.pause_ms > first.pause_ms > 0


def test_a_date_can_be_joined_from_parts() -> None:
    (clause,) = split_clauses("我们会在2026年11月25日前答复您。")
    assert [piece.text for piece in date_pieces(clause)] == [
        "我们会在",
        "二零二六年",
        "十一月",
        "二十五日",
        "前答复您。",
    ]
    (without,) = split_clauses("我们会尽快答复您。")
    assert date_pieces(without) == [without]


def test_nothing_gives_nothing() -> None:
    assert split_clauses("") == split_clauses("……!?") == []


@given(st.text(alphabet="请带身份证到派出所办理1380000,。!?;2026年11月5日A座()《》 \n", max_size=200))
def test_nothing_is_lost_and_nothing_grows_too_long(text: str) -> None:
    clauses = split_clauses(text)
    spoken = "".join(clause.text for clause in clauses)
    drop = str.maketrans("", "", MARKS + " ")
    assert spoken.translate(drop) == speakable(text).translate(drop)
    for clause in clauses:
        assert len(clause.text.rstrip(MARKS)) <= LONGEST * 1.5
        assert not clause.digits or set(clause.text) <= set(SPOKEN)
        assert "".join(piece.text for piece in date_pieces(clause)) == clause.text
