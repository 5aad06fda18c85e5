"""The picture of a call shows what was said where it was said, and how long the caller waited."""

import re
from xml.etree import ElementTree

import numpy as np

from core.events import Event
from hotline.picture import MARGIN, ROW_S, WIDTH, draw

SECOND = (WIDTH - 2 * MARGIN) / ROW_S


def event(at: float, kind: str, **body: object) -> Event:
    return Event(100 + at, "call:a", kind, body)


CALL = [
    event(-0.2, "call.offered", caller="13800000000"),
    event(0, "call.answered"),
    event(4, "bot.said", text="您好，请问您有什么事？"),
    event(7.6, "caller.said", text="社保卡丢了<怎么补>", speech_ms=2000, at_ms=7000),
    event(7.7, "turn.answered", gap_ms=700),
    event(21, "bot.said", text="先打12333挂失，" * 20),
    event(21.5, "caller.said", text="好的", speech_ms=400, at_ms=21400),
]


def texts() -> dict[str, tuple[float, float]]:
    svg = draw(CALL, np.zeros((8000 * 25, 2), np.int16), 8000)
    nodes = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return {node.text or "": (float(node.get("x", 0)), float(node.get("y", 0))) for node in nodes}


def test_words_begin_where_the_voice_began() -> None:
    found = texts()
    assert found["您好，请问您有什么事？"][0] == MARGIN
    assert abs(found["社保卡丢了<怎么补>"][0] - (MARGIN + 5 * SECOND)) <= 1
    assert found["0.70 s"][0] == round(MARGIN + 7 * SECOND)
    assert found["好的"][0] == MARGIN + SECOND, "21 s is the second row's first second"


def test_what_is_long_is_wrapped_and_stays_in_the_picture() -> None:
    wrapped = {text: place for text, place in texts().items() if "12333" in text}
    assert len({y for _, y in wrapped.values()}) == len(wrapped) > 1
    assert any(text.endswith("…") for text in wrapped)
    for text, (x, _) in wrapped.items():
        wide = sum(13 if re.match(r"[^\x00-\x7f]", c) else 7 for c in text)
        assert x + wide <= WIDTH, text
