"""Draws the timeline of one call, both tracks and what was said, as SVG."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from core.audio import Pcm
from core.events import Event

WIDTH, MARGIN, TRACK = 1200, 60, 46
ROW_S = 30.0
"""Seconds that one row of the picture holds."""


def draw(events: Sequence[Event], tracks: Pcm, rate: int) -> str:
    """Return an SVG of the call.

    `tracks` has shape [n, 2]: the caller's and the bot's recorded sound at `rate` Hz.
    """
    answered = next((event.at for event in events if event.kind == "call.answered"), events[0].at)
    seconds = len(tracks) / rate
    rows = int(seconds // ROW_S) + 1
    height_of_row = 2 * TRACK + 120
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {rows * height_of_row + 30}" '
        'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fbfaf7"/>',
    ]
    for row in range(rows):
        parts += _row(row * ROW_S, row * height_of_row + 20, events, answered, tracks, rate)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _row(start: float, top: float, events: Sequence[Event], answered: float, tracks: Pcm, rate: int) -> list[str]:
    scale = (WIDTH - 2 * MARGIN) / ROW_S
    parts = []
    for track, (name, colour) in enumerate((("来电", "#c98a1b"), ("话务员", "#1b7f8c"))):
        middle = top + 40 + track * (TRACK + 34)
        parts.append(f'<text x="8" y="{middle + 4:.0f}" fill="{colour}">{name}</text>')
        parts.append(_wave(tracks[:, track], rate, start, middle, scale, colour))
    bottom = top + 2 * TRACK + 86
    for second in range(0, int(ROW_S) + 1, 5):
        x, label = MARGIN + second * scale, f"{start + second:.0f} s"
        parts.append(f'<text x="{x:.0f}" y="{bottom:.0f}" fill="#999" font-size="10">{label}</text>')
    lanes: dict[str, list[float]] = {"caller.said": [0.0, 0.0], "bot.said": [0.0, 0.0]}
    for event in events:
        x = MARGIN + (event.at - answered - start) * scale
        if event.kind in lanes and MARGIN <= x <= WIDTH - MARGIN:
            parts.append(_label(event, x, top, lanes[event.kind]))
    return parts


def _label(event: Event, x: float, top: float, lane: list[float]) -> str:
    bot = event.kind == "bot.said"
    text = str(event.body["text"])[:26] + ("…" if len(str(event.body["text"])) > 26 else "")
    step = 0 if x - len(text) * 13 > lane[0] else 1
    lane[step] = x
    y = top + (2 * TRACK + 48 if bot else 0) + step * 15
    colour = "#1b7f8c" if bot else "#c98a1b"
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="end" fill="{colour}">{escape(text)}</text>'


def _wave(sound: Pcm, rate: int, start: float, middle: float, scale: float, colour: str) -> str:
    step = int(rate * 0.05)
    piece = sound[int(start * rate) : int((start + ROW_S) * rate)].astype(np.float64)
    points = []
    for n in range(0, len(piece), step):
        half = min(TRACK / 2, np.sqrt(np.mean(piece[n : n + step] ** 2)) / 6000 * TRACK / 2)
        x = MARGIN + n / rate * scale
        points.append(f"M{x:.1f} {middle - half:.1f}V{middle + half:.1f}")
    return f'<path d="{"".join(points)}" stroke="{colour}" stroke-width="1.4" fill="none"/>'


def draw_file(events: Sequence[Event], recording: Path, out: Path) -> None:
    """Write the picture of a recorded call to `out`."""
    import wave

    with wave.open(str(recording), "rb") as file:
        rate = file.getframerate()
        tracks = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    out.write_text(draw(events, tracks, rate), encoding="utf8")
