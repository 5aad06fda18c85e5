"""Draws the timeline of one call, both tracks, what was said and how long the caller waited for it, as SVG."""

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from core.audio import Pcm
from core.events import Event

WIDTH, MARGIN = 1200, 60
ROW_S = 20.0
"""Seconds that one row of the picture holds."""
_SCALE = (WIDTH - 2 * MARGIN) / ROW_S
_ROW, _CALLER, _BOT, _BELOW = 216, 62, 120, 152
"""Height of a row; from its top the middle of the caller's and the bot's wave and the first line under them."""
_WAVE, _LINE, _SIZE = 40, 17, 13
"""Height of a wave, of a line of text, of a character."""
_GOLD, _TEAL, _GREY = "#b5740f", "#1b7f8c", "#8a8a8a"
_FONT = 'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif"'


@dataclass(frozen=True, slots=True)
class _Said:
    """One utterance; seconds since the answer."""

    bot: bool
    start: float
    text: str


def draw(events: Sequence[Event], tracks: Pcm, rate: int) -> str:
    """Return an SVG of the call.

    `tracks` has shape [n, 2]: the caller's and the bot's recorded sound at `rate` Hz.
    """
    rows = int(len(tracks) / rate // ROW_S) + 1
    said, waits = _utterances(events), _waits(events)
    box = f"0 0 {WIDTH} {rows * _ROW + 16}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {_FONT} font-size="{_SIZE}">',
        '<rect width="100%" height="100%" fill="#fbfaf7"/>',
    ]
    for row in range(rows):
        parts += _row(row * ROW_S, row * _ROW + 8, said, waits, tracks, rate)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _answered(events: Sequence[Event]) -> float:
    return next((event.at for event in events if event.kind == "call.answered"), events[0].at)


def _utterances(events: Sequence[Event]) -> list[_Said]:
    """Return who said what when: a caller's event knows its voice, the bot begins where something else has ended."""
    answered, said, free_from = _answered(events), [], 0.0
    for event in events:
        if event.kind == "caller.said":
            said.append(_Said(False, (event.body["at_ms"] - event.body["speech_ms"]) / 1000, event.body["text"]))
        elif event.kind == "bot.said":
            said.append(_Said(True, free_from, event.body["text"]))
        if event.kind in ("turn.answered", "bot.said"):
            free_from = event.at - answered
    return [one for one in said if one.text]


def _waits(events: Sequence[Event]) -> list[tuple[float, float]]:
    """Return from when and for how long the caller waited for each reply."""
    answered = _answered(events)
    turns = (event for event in events if event.kind == "turn.answered")
    return [(e.at - answered - e.body["gap_ms"] / 1000, e.body["gap_ms"] / 1000) for e in turns]


def _row(
    start: float, top: float, said: Sequence[_Said], waits: Sequence[tuple[float, float]], tracks: Pcm, rate: int
) -> Iterator[str]:
    for track, (name, colour, middle) in enumerate((("来电", _GOLD, _CALLER), ("话务员", _TEAL, _BOT))):
        yield _text(8, top + middle + 4, name, colour)
        yield _wave(tracks[:, track], rate, start, top + middle, colour)
    for second in range(0, int(ROW_S) + 1, 5):
        yield _text(MARGIN + second * _SCALE, top + _ROW - 4, f"{start + second:.0f} s", _GREY, 10)
    for begin, wait in waits:
        if start <= begin < start + ROW_S:
            x, y = MARGIN + (begin - start) * _SCALE, top + (_CALLER + _BOT) / 2
            yield f'<path d="M{x:.0f} {y:.0f}h{wait * _SCALE:.0f}" stroke="{_GREY}" stroke-width="2"/>'
            yield _text(x, y - 5, f"{wait:.2f} s", _GREY, 11)
    for bot in (False, True):
        here = [one for one in said if one.bot is bot and start <= one.start < start + ROW_S]
        for place, one in enumerate(here):
            until = here[place + 1].start if place + 1 < len(here) else start + ROW_S
            yield from _label(one, one.start - start, until - start, top)


def _label(said: _Said, begin: float, until: float, top: float) -> Iterator[str]:
    """Write what was said from where it begins, in as many lines as fit before the next."""
    most = 3 if said.bot else 2
    columns = max(6, int((until - begin) * _SCALE / _SIZE) - 1)
    text = said.text if len(said.text) <= most * columns else said.text[: most * columns - 1] + "…"
    lines = [text[place : place + columns] for place in range(0, len(text), columns)]
    x = MARGIN + begin * _SCALE
    first = top + (_BELOW if said.bot else 18 + _LINE * (2 - len(lines)))
    for place, line in enumerate(lines):
        yield _text(x, first + place * _LINE, line, _TEAL if said.bot else _GOLD)


def _text(x: float, y: float, text: str, colour: str, size: int = _SIZE) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" font-size="{size}">{escape(text)}</text>'


def _wave(sound: Pcm, rate: int, start: float, middle: float, colour: str) -> str:
    step = int(rate * 0.05)
    piece = sound[int(start * rate) : int((start + ROW_S) * rate)].astype(np.float64)
    points = []
    for n in range(0, len(piece), step):
        half = min(_WAVE / 2, np.sqrt(np.mean(piece[n : n + step] ** 2)) / 6000 * _WAVE / 2)
        if half >= 0.3:
            points.append(f"M{MARGIN + n / rate * _SCALE:.0f} {middle - half:.1f}v{2 * half:.1f}")
    return f'<path d="{"".join(points)}" stroke="{colour}" stroke-width="1.6" fill="none"/>'


def draw_file(events: Sequence[Event], recording: Path, out: Path) -> None:
    """Write the picture of a recorded call to `out`."""
    with wave.open(str(recording), "rb") as file:
        rate = file.getframerate()
        tracks = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    out.write_text(draw(events, tracks, rate), encoding="utf8")
