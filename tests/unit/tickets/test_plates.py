"""Number plates as callers say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.plates import find_plate

SAID = [
    ("车牌鲁Q,G五四三二幺,堵我家门口了。", "鲁QG54321"),
    ("鲁Q广东的G五四三二一", "鲁QG54321"),
    ("鲁Q国家的国五四三二幺", "鲁QG54321"),
    ("车牌号是鲁 q g 5 4 3 2 1", "鲁QG54321"),
    ("卢QG54321", "鲁QG54321"),
    ("京A 12345", "京A12345"),
    ("苏E8K3P6", "苏E8K3P6"),
    ("豫A,北京的北,一二三四五", "豫AB12345"),
    ("新能源的,鲁QD12345", "鲁QD12345"),
    ("粤B上海的S,八八六六零", "粤BS88660"),
]


@pytest.mark.parametrize(("text", "plate"), SAID)
def test_plate_is_heard(text: str, plate: str) -> None:
    found = find_plate(text)
    assert found is not None
    assert found.text == plate
    assert found.ok


@pytest.mark.parametrize(("text", "problem"), [("鲁Q12", "车牌少了3位"), ("鲁QI2345", "车牌里没有字母I和O")])
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    found = find_plate(text)
    assert found is not None
    assert found.problem == problem


@pytest.mark.parametrize("text", ["社保几点下班", "我的电话是13800001234", "五号楼B座1203", "", "有车堵我家门口"])
def test_no_plate_is_invented(text: str) -> None:
    assert find_plate(text) is None


@given(st.text(max_size=30))
def test_anything_can_be_said(text: str) -> None:
    find_plate(text)


@given(st.from_regex("[京沪鲁苏粤川][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[0-9]", fullmatch=True))
def test_a_written_plate_is_found_as_it_is(plate: str) -> None:
    found = find_plate(f"车牌{plate}")
    assert found is not None
    assert found.text == plate
