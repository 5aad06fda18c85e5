"""Many packets, one press."""

from aiortp.dtmf import DtmfEvent
from hypothesis import given
from hypothesis import strategies as st

from telephony.keys import KeysIn, key_packets


def press(keys: KeysIn, key: str, stamp: int, at: float, lost: frozenset[int] = frozenset()) -> str:
    """Feed one press; return the keys told."""
    told = ""
    for number, payload in enumerate(key_packets(key)):
        if payload and number not in lost:
            told += keys.receive(stamp, payload, at + number * 0.02) or ""
    return told


@given(st.text("0123456789*#", min_size=1, max_size=12), st.integers(0, 2**32 - 1), st.data())
def test_each_press_once_whatever_is_lost(text: str, first: int, data: st.DataObject) -> None:
    keys, told = KeysIn(), ""
    for number, key in enumerate(text):
        lost = data.draw(st.frozensets(st.integers(0, 7), max_size=5))
        if number and text[number - 1] == key:
            lost -= {5, 6, 7}  # two equal keys are only told apart where the first one's end or the gap is seen
        told += press(keys, key, (first + number * 2000) % 2**32, number * 0.26, lost)
    assert told == text


def test_a_phone_that_restamps_every_packet_presses_once() -> None:
    keys = KeysIn()
    told = [keys.receive(n * 160, DtmfEvent(5, False, 10, n * 160).serialize(), n * 0.02) for n in range(10)]
    assert [key for key in told if key] == ["5"]


def test_an_old_packet_that_comes_late_is_no_press() -> None:
    keys = KeysIn()
    assert press(keys, "1", 1000, 0.0) == "1"
    assert press(keys, "2", 3000, 0.3) == "2"
    assert keys.receive(1000, DtmfEvent(1, True, 10, 800).serialize(), 0.6) is None


def test_what_is_no_key_is_nothing() -> None:
    keys = KeysIn()
    assert keys.receive(1, DtmfEvent(12, False, 10, 160).serialize(), 0.0) is None  # A
    assert keys.receive(2, DtmfEvent(200, False, 10, 160).serialize(), 1.0) is None
    assert keys.receive(3, b"\x01", 2.0) is None
    assert keys.receive(4, b"", 3.0) is None
