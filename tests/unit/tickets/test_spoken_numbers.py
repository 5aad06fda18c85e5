"""Digits as callers say them, checked, grouped and corrected."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tickets.spoken_numbers import add_digits, check_phone, check_ticket_number, digits, groups

SAID = [
    ("幺三八零零零零幺二三四", "13800001234"),
    ("138 0000 1234", "13800001234"),
    ("1 3 8 0 0 0 0 1 2 3 4", "13800001234"),
    ("138-0000-1234", "13800001234"),
    ("13800001234", "13800001234"),
    ("一三八零零零零一二三四", "13800001234"),
    ("幺三八,零零零零,幺二三四。", "13800001234"),
    ("幺三八,四个零,幺二三四", "13800001234"),
    ("幺三八零三个零幺二三四", "13800001234"),
    ("幺三八两个零两个零幺二三四", "13800001234"),
    ("妖三八洞洞洞洞妖两三四", "13800001234"),
    ("一三八", "138"),
    ("三八", "38"),
    ("两", "2"),
    ("洞幺洞", "010"),
    ("零", "0"),
    ("我的电话是幺三八零零零零幺二三四", "13800001234"),
    ("我说一下,幺三八零零零零幺二三四", "13800001234"),
    ("你记一下啊,幺三九,零零零零,五六七八", "13900005678"),
    ("再说一遍,幺三八零零零零幺二三四", "13800001234"),
    ("一共十一位,幺三八零零零零幺二三四", "13800001234"),
    ("打这个电话,138,0000,1234,谢谢", "13800001234"),
    ("一三把零零零零一二三四", "13800001234"),
    ("幺三八零灵零零幺二三四", "13800001234"),
    ("幺三八零零零零药二三四", "13800001234"),
    ("幺三八零零零零幺二山四", "13800001234"),
    ("零五三九八八八八幺二三四", "05398888 1234".replace(" ", "")),
    ("零幺零,六六六六,八八八八", "01066668888"),
    ("八八八八六六六六", "88886666"),
    ("四零零八二零八八二零", "4008208820"),
    ("13800001234", "13800001234"),
    ("壹叁捌零零零零壹贰叁肆", "13800001234"),
    ("幺三八然后零零零零然后幺二三四", "13800001234"),
    ("幺五零嗯零零八八那个七七六六", "15000887766"),
    ("是幺八六", "186"),
    ("第一组幺三八", "138"),
    ("后四位五六七八", "5678"),
    ("二六幺幺二二零零零幺", "2611220001"),
    ("工单号是2611220001", "2611220001"),
    ("不知道", ""),
    ("我等一下再说", ""),
    ("", ""),
    ("幺三八一个零", "1380"),
    ("六个八", "888888"),
    ("拐拐勾洞", "7790"),
]

CHECKED = [
    ("13800001234", True, "", ("138", "0000", "1234")),
    ("19900001234", True, "", ("199", "0000", "1234")),
    ("8613800001234", True, "", ("138", "0000", "1234")),
    ("008613800001234", True, "", ("138", "0000", "1234")),
    ("1380000123", False, "我听到的是十位,少了一位", ("1380", "0001", "23")),
    ("138000012", False, "我听到的是九位,少了两位", None),
    ("138000012345", False, "我听到的是十二位,多了一位", None),
    ("12800001234", False, "手机号没有以幺二开头的", None),
    ("11800001234", False, "手机号没有以幺一开头的", None),
    ("01066668888", True, "", ("010", "6666", "8888")),
    ("05398881234", True, "", ("0539", "888", "1234")),
    ("053988881234", True, "", ("0539", "8888", "1234")),
    ("0106666888", False, "我听到的是十位,少了一位", None),
    ("88886666", True, "", ("8888", "6666")),
    ("8886666", True, "", ("888", "6666")),
    ("888666", False, "我听到的是六位,少了一位", None),
    ("98886666", False, "座机号没有以九开头的", None),
    ("4008208820", True, "", ("400", "820", "8820")),
    ("", False, "我没有听到号码", ()),
]

TURNS = [
    (("幺三八", "零零零零", "幺二三四"), "13800001234"),
    (("幺三八零零", "零零幺二三四"), "13800001234"),
    (("幺三八零零零零幺二三四", "不对,最后四位是五六七八"), "13800005678"),
    (("幺三八零零零零幺二三四", "后四位不对,是五六七八"), "13800005678"),
    (("幺三八零零零零幺二三四", "前三位是幺三九"), "13900001234"),
    (("幺三八零零零零幺二三四", "中间四位是一一一一"), "13811111234"),
    (("幺三八零零零零幺二三四", "不是幺二三四,是五六七八"), "13800005678"),
    (("幺三八零零零零幺二三四", "不对,是五六七八"), "13800005678"),
    (("幺三八零零零零幺二三四", "不对,是幺三九零零零零五六七八"), "13900005678"),
    (("幺三八零零零零幺二三四", "最后一位是九"), "13800001239"),
    (("幺三八", "重新说,幺三九零零零零幺二三四"), "13900001234"),
    (("幺三八", "我重说,幺三九零零零零幺二三四"), "13900001234"),
    (("幺三八零零", "幺三八零零零零幺二三四"), "13800001234"),
    (("幺三八", "然后是零零零零", "最后是幺二三四"), "13800001234"),
    (("幺三八", "嗯"), "138"),
    (("幺三八零零零零", "后面是幺二三四"), "13800001234"),
    (("幺三八零零零零", "后四位是幺二三四"), "13800001234"),
]


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_digits_are_heard(text: str, expected: str) -> None:
    assert digits(text) == expected


@pytest.mark.parametrize(("number", "ok", "problem", "read_back"), CHECKED)
def test_number_is_checked(number: str, ok: bool, problem: str, read_back: tuple[str, ...] | None) -> None:
    check = check_phone(number)
    assert (check.ok, check.problem) == (ok, problem)
    assert read_back is None or check.groups == read_back


def test_number_is_read_back_in_groups() -> None:
    assert str(check_phone("13800001234")) == "138 0000 1234"


@pytest.mark.parametrize(("turns", "expected"), TURNS)
def test_number_grows_and_is_corrected_turn_by_turn(turns: tuple[str, ...], expected: str) -> None:
    number = ""
    for turn in turns:
        number = add_digits(number, turn)
    assert number == expected


def test_ticket_number_is_checked() -> None:
    assert check_ticket_number("2611220001").ok
    assert check_ticket_number("2611220001").groups == ("261122", "0001")
    assert check_ticket_number("26112210000").ok
    assert check_ticket_number("261122000").problem == "我听到的是九位,少了一位"
    assert check_ticket_number("2699220001").problem
    assert check_ticket_number("").problem


@given(st.text(max_size=40), st.text(max_size=40))
def test_anything_can_be_said(sofar: str, text: str) -> None:
    heard = digits(text)
    assert heard == "" or (heard.isascii() and heard.isdigit())
    number = add_digits(digits(sofar), text)
    assert number == "" or number.isdigit()
    check_phone(number)
    check_ticket_number(number)


SPOKEN = ["零一二三四五六七八九", "零幺二三四五六七八九", "洞幺两三四五六拐八勾", "0123456789"]


@given(st.text(alphabet="0123456789", min_size=1, max_size=12), st.sampled_from(SPOKEN))
def test_digits_survive_being_spoken(number: str, names: str) -> None:
    assert digits("".join(names[int(digit)] for digit in number)) == number


@given(st.text(alphabet="0123456789", max_size=20))
def test_groups_lose_nothing(number: str) -> None:
    assert "".join(groups(number)) == number


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.integers(1, 10), max_size=3))
def test_groups_across_turns_make_the_number(number: str, cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts)), len(number)]
    heard = ""
    for start, end in pairwise(edges):
        # Whoever says again what is there already, and more, has begun again.
        assume(not heard or not number[start:end].startswith(heard))
        heard = add_digits(heard, " ".join(number[start:end]))
    assert check_phone(heard).ok
    assert heard == number


def test_a_group_that_begins_like_the_one_before_is_added_where_that_makes_a_whole_number() -> None:
    assert add_digits("13", "一三零零零零零零零") == "13130000000"
    assert add_digits("13", "一三八零零") == "13800"
