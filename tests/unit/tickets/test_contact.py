"""Two ways of writing a contact are one contact, and those of earlier versions are still found."""

import pytest

from tickets.contact import contact_key, dialable, kept_as


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+86 138-0000-1234", "13800001234"),
        ("0086 13800001234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("+86 (535) 661 2345", "05356612345"),
        ("+86 10 6655 1234", "01066551234"),
        ("86 400 123 4567", "4001234567"),
        ("86123456", "86123456"),
        ("13886001234", "13886001234"),
        ("+1 415 555 0123", "14155550123"),
        ("Wang1985@QQ.com", "wang1985@qq.com"),
        ("1985@", ""),
    ],
)
def test_a_country_before_a_number_makes_no_other_number(written: str, key: str) -> None:
    assert contact_key(written) == key
    assert contact_key(key) == key


def test_what_earlier_versions_kept_is_looked_for_too() -> None:
    assert set(kept_as("13800001234")) >= {"13800001234", "8613800001234", "008613800001234"}
    assert set(kept_as("+86 535 6612345")) >= {"05356612345", "865356612345"}
    assert kept_as("Wang@QQ.com") == ["wang@qq.com"] and kept_as("nobody@") == []


def test_a_number_is_dialled_without_its_own_country() -> None:
    assert dialable("+8613800001234") == dialable("8613800001234") == "13800001234"
    assert dialable("+14155550123") == "+14155550123" and dialable("110") == ""
