"""What SIP messages say."""

import pytest
from aiosipua import SipMessage, SipRequest
from hypothesis import given
from hypothesis import strategies as st

from telephony import sip_text


def invite(*headers: str) -> SipRequest:
    lines = [
        "INVITE sip:12345@10.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.7:5061;branch=z9hG4bKa;rport",
        "To: <sip:12345@10.0.0.1>",
        "Call-ID: abc",
        "CSeq: 1 INVITE",
        *headers,
        "",
        "",
    ]
    message = SipMessage.parse("\r\n".join(lines))
    assert isinstance(message, SipRequest)
    return message


@pytest.mark.parametrize(
    ("headers", "number"),
    [
        (["From: <sip:13800001234@10.0.0.9>;tag=x"], "13800001234"),
        (["From: sip:13800001234@10.0.0.9;tag=x"], "13800001234"),
        (['From: "张三" <sip:+8613800001234;npdi@10.0.0.9;user=phone>;tag=x'], "+8613800001234"),
        (["From: <tel:+86-138-0000-1234>;tag=x"], "+8613800001234"),
        (["From: <sip:%2B8613800001234@10.0.0.9>;tag=x"], "+8613800001234"),
        (["From: <sip:anonymous@anonymous.invalid>;tag=x"], None),
        (["From: <sip:13800001234@10.0.0.9>;tag=x", "Privacy: id"], None),
        (
            ["From: <sip:anonymous@anonymous.invalid>;tag=x", "P-Asserted-Identity: <sip:13800001234@a>"],
            "13800001234",
        ),
        (["From: <sip:1000@10.0.0.9>;tag=x", "P-Asserted-Identity: <tel:+8613800001234>"], "+8613800001234"),
        (["From: <sip:softphone@10.0.0.9>;tag=x"], None),
        (["From: <sip:1@10.0.0.9>;tag=x"], None),
        (["From: <sip:123456789012345678901234567890@10.0.0.9>;tag=x"], None),
        (["From: <sip:138;drop table@10.0.0.9>;tag=x"], "138"),
        (["From: <http://13800001234@10.0.0.9>;tag=x"], None),
        (["From: <sip:১৩৮০০০০১২৩৪@10.0.0.9>;tag=x"], None),
    ],
)
def test_the_callers_number(headers: list[str], number: str | None) -> None:
    assert sip_text.caller_number(invite(*headers)) == number


def test_an_answer_goes_where_the_request_came_from() -> None:
    request = invite("From: <sip:1@x>;tag=x")
    assert sip_text.answer_address(request, ("203.0.113.5", 40000)) == ("203.0.113.5", 40000)
    top = request.headers.get("via")[0]
    assert "received=203.0.113.5" in top and "rport=40000" in top


def test_a_via_cannot_send_our_answer_elsewhere() -> None:
    request = invite("From: <sip:1@x>;tag=x")
    request.headers.set_single("Via", "SIP/2.0/UDP 203.0.113.5:5070;branch=z9hG4bKa;received=victim.example.com")
    assert sip_text.answer_address(request, ("203.0.113.5", 40000)) == ("203.0.113.5", 5070)


def test_the_callee_keeps_the_order_of_the_route() -> None:
    request = invite("From: <sip:1@x>;tag=x", "Record-Route: <sip:near;lr>, <sip:far;lr>")
    dialog = sip_text.dialog_of_invite(request, sip_text.read_head(request))
    assert dialog.route_set == ["<sip:near;lr>", "<sip:far;lr>"]
    answer = sip_text.response(request, 200, "mine")
    assert answer.headers.get("record-route") == ["<sip:near;lr>", "<sip:far;lr>"]


@pytest.mark.parametrize(
    "broken",
    ["CSeq: x INVITE", "CSeq: 1 BYE", "CSeq: 99999999999 INVITE", "CSeq: -1 INVITE", "CSeq: 1", "Call-ID:"],
)
def test_a_broken_head_is_said(broken: str) -> None:
    request = invite("From: <sip:1@x>;tag=x")
    name, _, value = broken.partition(":")
    request.headers.set_single(name, value.strip())
    with pytest.raises(ValueError):
        sip_text.read_head(request)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("SIP/2.0 200 OK\r\n", 200),
        ("SIP/2.0 486 Busy", 486),
        ("SIP/2.0 100 Trying", 100),
        ("SIP/2.0 2000 x", None),
        ("200 OK", None),
        ("", None),
    ],
)
def test_the_report_of_a_transfer(body: str, status: int | None) -> None:
    assert sip_text.sipfrag_status(body) == status


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5"),
        ("application/dtmf-relay", "Duration=1\r\nsignal = #\r\n", "#"),
        ("application/dtmf-relay", "Signal=A\r\n", None),
        ("application/dtmf-relay", "Signal=55\r\n", None),
        ("application/dtmf", "*", "*"),
        ("application/dtmf", "12", None),
        ("text/plain", "5", None),
    ],
)
def test_keys_in_an_info(kind: str, body: str, key: str | None) -> None:
    request = invite("From: <sip:1@x>;tag=x", f"Content-Type: {kind}")
    request.text = body
    assert sip_text.info_key(request) == key


@pytest.mark.parametrize(
    ("target", "good"),
    [
        ("sip:8001@10.0.0.1", True),
        ("sips:a@b:5061;transport=tcp", True),
        ("8001", False),
        ("sip:a b", False),
        ("", False),
    ],
)
def test_where_a_call_can_be_handed(target: str, good: bool) -> None:
    assert sip_text.is_address(target) is good


@given(st.text(max_size=60))
def test_any_from_gives_a_clean_number_or_none(noise: str) -> None:
    clean = "".join(c for c in noise if c not in "\r\n")
    request = invite("From: <sip:1@x>;tag=x")
    request.headers.set_single("From", clean)
    number = sip_text.caller_number(request)
    assert number is None or (number.lstrip("+").isascii() and number.lstrip("+").isdigit())


@pytest.mark.parametrize(
    ("header", "uri"),
    [
        ("<tel:+8613812345678>;tag=x", "tel:+8613812345678"),
        ("<sip:12345@10.0.0.1;user=phone>;tag=x", "sip:12345@10.0.0.1;user=phone"),
        ("sip:12345@10.0.0.1;tag=x", "sip:12345@10.0.0.1"),
        ('"a <b> \\" c" <sip:1@h>;tag=x', "sip:1@h"),
    ],
)
def test_our_requests_name_the_caller_as_the_caller_did(header: str, uri: str) -> None:
    request = invite(f"From: {header}", "Contact: <sip:1@192.0.2.7>")
    assert sip_text.dialog_of_invite(request, sip_text.read_head(request)).remote_uri == uri
