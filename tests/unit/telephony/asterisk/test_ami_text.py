"""AMI as text: what comes is cut right, and what goes cannot be made to say something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.ami_text import MOST_LINE, AmiBroken, AmiValueInvalid, Message, MessageReader, action
from tests.unit.telephony.asterisk.test_audiosocket import chopped

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,15}", fullmatch=True)
values = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40).map(str.strip)
messages = st.lists(st.lists(st.tuples(names, values), min_size=1, max_size=8), max_size=8)


def sent(headers: list[list[tuple[str, str]]]) -> bytes:
    """The bytes that Asterisk would send for these messages."""
    return b"".join("".join(f"{k}: {v}\r\n" for k, v in each).encode() + b"\r\n" for each in headers)


def one(text: str) -> Message:
    """The message in `text`."""
    [message] = MessageReader().feed(BANNER + text.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    return message


@given(messages, st.lists(st.integers(0, 5000), max_size=30))
def test_any_chopping_gives_the_same_messages(headers: list[list[tuple[str, str]]], cuts: list[int]) -> None:
    reader = MessageReader()
    got = [message for part in chopped(BANNER + sent(headers), cuts) for message in reader.feed(part)]
    assert [list(message.headers) for message in got] == headers


@given(messages)
def test_byte_by_byte_gives_the_same_messages(headers: list[list[tuple[str, str]]]) -> None:
    reader = MessageReader()
    got = [message for byte in BANNER + sent(headers) for message in reader.feed(bytes([byte]))]
    assert [list(message.headers) for message in got] == headers


def test_repeated_names_are_all_kept() -> None:
    message = one("Event: Hangup\nChanVariable: A=1\nChanVariable: HOTLINE_CALL=u=v\nchanvariable(x): B=2")
    assert (message.variable("A"), message.variable("HOTLINE_CALL"), message.variable("B")) == ("1", "u=v", "2")
    assert message.variable("HOTLINE") == ""
    assert [value for name, value in message.headers if name == "ChanVariable"] == ["A=1", "HOTLINE_CALL=u=v"]


def test_names_are_compared_without_regard_to_case_and_values_stay() -> None:
    message = one("event: 排队\nPOSITION: 12\nWhen: 2026-01-01 10:20:30\nEmpty:")
    assert (message.event, message.number("position"), message.get("when")) == ("排队", 12, "2026-01-01 10:20:30")
    assert (message.get("Empty", "x"), message.get("Gone", "x"), message.number("when", -1)) == ("", "x", -1)


@pytest.mark.parametrize(
    ("text", "good"), [("Success", True), ("Goodbye", True), ("Follows", True), ("Error", False), ("", False)]
)
def test_a_response_says_whether_it_worked(text: str, good: bool) -> None:
    assert one(f"Response: {text}").good is good


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"x" * 300])
def test_another_service_on_the_port_is_refused(garbage: bytes) -> None:
    with pytest.raises(AmiBroken, match="AMI"):
        MessageReader().feed(garbage)


def test_nothing_is_said_before_the_banner_is_whole() -> None:
    reader = MessageReader()
    assert reader.feed(b"Asterisk Call Man") == []
    assert reader.feed(b"ager/11.0.0\r\nEvent: FullyBooted\r\n\r\n")[0].event == "FullyBooted"


def test_a_stream_without_end_is_given_up_at_a_megabyte() -> None:
    reader = MessageReader()
    reader.feed(BANNER)
    with pytest.raises(AmiBroken):
        for _ in range(20):
            reader.feed(b"Event: x" * 8192)


def test_a_megabyte_of_whole_messages_is_fine() -> None:
    count = 20_000
    got = MessageReader().feed(BANNER + b"Event: VarSet\r\nValue: something long enough for it\r\n\r\n" * count)
    assert len(got) == count


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_garbage_after_the_banner_is_at_worst_an_odd_message(parts: list[bytes]) -> None:
    reader = MessageReader()
    reader.feed(BANNER)
    for part in parts:
        for message in reader.feed(part):
            assert isinstance(message.event, str)


def test_an_action_is_its_fields_and_variables_in_order() -> None:
    text = action("Originate", "7", {"Channel": "PJSIP/8001", "Timeout": 5}, {"名": "张三=丰", "EMPTY": ""})
    assert text.decode() == (
        "Action: Originate\r\nActionID: 7\r\nChannel: PJSIP/8001\r\nTimeout: 5\r\n"
        "Variable: 名=张三=丰\r\nVariable: EMPTY=\r\n\r\n"
    )


evil = st.text(st.sampled_from("a:\r\n\0 =x,"), max_size=12)


@given(evil, evil, evil, evil)
def test_no_value_can_smuggle_in_another_line(name: str, key: str, value: str, variable: str) -> None:
    try:
        text = action(name, "1", {"K" + key: value}, {"V" + key: variable})
    except AmiValueInvalid:
        assert set("\r\n\0") & set(name + key + value + variable)
        return
    assert text.count(b"\r\n") == 5 and text.endswith(b"\r\n\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"") and b"\0" not in text


@pytest.mark.parametrize("where", ["name", "number", "key", "value", "variable"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0"])
def test_a_line_break_is_refused_wherever_it_stands(where: str, break_: str) -> None:
    parts = {each: each + (f"{break_}Action: Command" if each == where else "") for each in _PARTS}
    with pytest.raises(AmiValueInvalid):
        action(parts["name"], parts["number"], {parts["key"]: parts["value"]}, {"V": parts["variable"]})


_PARTS = ("name", "number", "key", "value", "variable")


def test_a_line_that_asterisk_would_drop_is_refused_here() -> None:
    assert action("Setvar", "1", {"Value": "x" * (MOST_LINE - 7)}, {})
    with pytest.raises(AmiValueInvalid, match="Value"):
        action("Setvar", "1", {"Value": "x" * (MOST_LINE - 6)}, {})
    with pytest.raises(AmiValueInvalid):
        action("Setvar", "1", {"Value": "长" * 400}, {})  # bytes count, not characters


def test_empty_lines_between_messages_are_no_messages() -> None:
    got = MessageReader().feed(BANNER + b"Event: a\r\n\r\n\r\n\r\nEvent: b\r\n\r\n")
    assert [message.event for message in got] == ["a", "b"]


def test_half_a_character_does_not_break_the_sender() -> None:
    assert action("Setvar", "1", {"Value": "\ud800"}, {}).endswith(b"Value: ?\r\n\r\n")
