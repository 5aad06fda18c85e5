"""A call read back from its events."""

import pytest
from rich.console import Console

from core.events import Event
from hotline.story import Number, masked, story, table

NUMBERS = [
    Event(100.0, "call:1", "call.offered", {"caller": "13800001234", "called": "12345"}),
    Event(
        101.0,
        "call:1",
        "caller.said",
        {"text": "打幺三九,零零零零,五六七八", "confidence": 0.9, "raw": "打13900005678"},
    ),
    *(Event(102.0, "call:1", "caller.key", {"key": key}) for key in "13700004321"),
]


def test_numbers_are_shown_only_to_who_asks_for_them() -> None:
    def told(number: Number) -> str:
        return "".join(line.text + line.detail for line in story(NUMBERS, number))

    assert "138****1234" in told("masked") and "13800001234" not in told("masked")
    assert "138" not in told("hidden") and "保密" in told("hidden")
    for number in ("masked", "hidden"):
        assert "五六七八" not in told(number) and "13900005678" not in told(number) and "按键 7" not in told(number)
    assert "13800001234" in told("full") and "五六七八" in told("full") and "按键 7" in told("full")


def test_a_talk_reads_like_a_conversation_of_three() -> None:
    facts = {"agent": "8001", "confidence": 0.9, "at_ms": 1000, "speech_ms": 2500}
    events = [
        Event(
            100.0, "call:1", "talk.said", {"who": "caller", "text": "社保卡怎么补", "raw": "射保卡怎么补", **facts}
        ),
        Event(
            101.0,
            "call:1",
            "talk.suggested",
            {"question": "", "entries": [{"entry": "a", "title": "社保卡补办", "confidence": 0.93}]},
        ),
        Event(102.0, "call:1", "talk.said", {"who": "agent", "text": "打幺三九零零零零五六七八", "raw": "", **facts}),
        Event(103.0, "call:1", "talk.skipped", {"who": "agent", "why": "late", **facts}),
    ]
    lines = story(events)
    assert [(line.who, line.text) for line in lines] == [
        ("来电", "社保卡怎么补"),
        ("系统", "提示坐席:社保卡补办"),
        ("坐席", "打(号码)"),
        ("系统", "坐席的一句话未转写"),
    ]
    assert "射保卡怎么补" in lines[0].detail and "0.93" in lines[1].detail
    assert "8001" in lines[2].detail and "2.5 秒" in lines[3].detail


def test_a_call_reads_like_a_conversation() -> None:
    events = [
        Event(100.0, "call:1", "call.offered", {"caller": "13800001234", "called": "12345"}),
        Event(101.0, "call:1", "bot.said", {"text": "您好", "whole": True, "meant": None}),
        Event(
            103.5,
            "call:1",
            "caller.said",
            {
                "text": "社保卡丢了",
                "raw": "射保卡丢了",
                "confidence": 0.8,
                "phrase": None,
                "times": {"silence_ms": 440},
            },
        ),
        Event(103.6, "call:1", "dialogue.note", {"what": "answered", "facts": {"confidence": 0.97123}}),
        Event(104.0, "call:1", "turn.answered", {"gap_ms": 512}),
        Event(105.0, "call:1", "bot.said", {"text": "可以到社保窗", "whole": False, "meant": "可以到社保窗口补办"}),
        Event(106.0, "call:1", "unknown.kind", {}),
        Event(107.0, "call:1", "call.ended", {"by": "caller", "reason": "hung up", "seconds": 7.0}),
    ]
    told = story(events)
    assert [line.who for line in told] == ["系统", "话务员", "来电", "系统", "系统", "话务员", "系统"]
    assert told[2].at == 3.5
    assert "射保卡丢了" in told[2].detail
    assert "confidence 0.97" in told[3].detail
    assert "0.51" in told[4].text
    assert "被打断" in told[5].detail
    console = Console(width=120, record=True, file=open("/dev/null", "w"))
    console.print(table(told, "通话"))
    assert "社保卡丢了" in console.export_text()


def test_a_call_of_ours_is_told_with_its_number_masked() -> None:
    placed = Event(0.0, "call:1", "call.placed", {"number": "13800001234", "task": "f-1", "kind": "follow_up"})
    line = story([placed])[0]
    assert "138****1234" in line.text and "13800001234" not in line.text + line.detail
    assert "回访" in line.detail
    assert "138" not in story([placed], "hidden")[0].text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("6612345", "****45"),
        ("66123456", "****56"),
        ("05356612345", "053****2345"),
        ("", "(未显示号码)"),
        (None, "(未显示号码)"),
    ],
)
def test_a_landline_is_masked_too(number: str | None, shown: str) -> None:
    assert masked(number) == shown
