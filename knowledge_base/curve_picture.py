"""Draws the calibration curve as SVG, for people who would rather look."""

from collections.abc import Iterator

from knowledge_base.curve import Bin, Curve

_LEFT, _TOP, _SIDE, _BELOW = 70, 64, 400, 90
_WIDTH, _HEIGHT = _LEFT + _SIDE + 40, _TOP + _SIDE + _BELOW
_GOLD, _TEAL, _GREY, _LIGHT = "#b5740f", "#1b7f8c", "#8a8a8a", "#d9d9d9"
_FONT = 'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif"'
_MOST_RADIUS, _LEAST_RADIUS = 16.0, 4.0


def draw(curve: Curve) -> str:
    """Return an SVG: confidence to the right, share that was right upwards; on the diagonal they agree."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT} font-size="13">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            *_frame(curve),
            *_points(curve),
            "</svg>",
        ]
    )


def _x(share: float) -> float:
    return round(_LEFT + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _SIDE, 1)


def _text(x: float, y: float, text: str, anchor: str = "middle", color: str = "#222", size: int = 13) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{color}" font-size="{size}">{text}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, color: str, more: str = "") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}" {more}/>'


def _frame(curve: Curve) -> Iterator[str]:
    yield _text(_LEFT, 24, "置信度说多少,实际就对多少吗?", "start", size=17)
    told = f"{curve.questions} 个由条目生成的问题,平均相差 {curve.off:.1%}"
    yield _text(_LEFT, 46, told, "start", _GREY)
    for step in range(0, 11, 2):
        share = step / 10
        yield _line(_x(share), _y(0), _x(share), _y(1), _LIGHT)
        yield _line(_x(0), _y(share), _x(1), _y(share), _LIGHT)
        yield _text(_x(share), _y(0) + 18, f"{share:.0%}", color=_GREY)
        yield _text(_x(0) - 8, _y(share) + 4, f"{share:.0%}", "end", _GREY)
    yield _line(_x(0), _y(0), _x(1), _y(1), _GREY, 'stroke-dasharray="6 5"')
    yield _line(_x(curve.answer_from), _y(0), _x(curve.answer_from), _y(1), _GOLD, 'stroke-width="2"')
    yield _text(_x(curve.answer_from) + 6, _y(0) - 8, f"从 {curve.answer_from:.2f} 起作答", "start", _GOLD)
    yield _text(_x(0.5), _y(0) + 38, "系统给出的置信度")
    yield f'<g transform="translate({_LEFT - 50},{_y(0.5)}) rotate(-90)">{_text(0, 0, "实际答对的比例")}</g>'
    summary = (
        f"作答 {curve.answered:.1%},其中答对 {curve.right:.1%};"
        f"相近而无答案的误答 {curve.near:.1%},无关的误答 {curve.far:.1%}"
    )
    yield _text(_LEFT, _y(0) + 66, summary, "start")


def _points(curve: Curve) -> Iterator[str]:
    if not curve.bins:
        return
    most = max(part.questions for part in curve.bins)
    path = " ".join(f"{_x(part.confidence)},{_y(part.right)}" for part in curve.bins)
    yield f'<polyline points="{path}" fill="none" stroke="{_TEAL}" stroke-width="2"/>'
    for part in curve.bins:
        yield _point(part, most)


def _point(part: Bin, most: int) -> str:
    radius = max(_LEAST_RADIUS, _MOST_RADIUS * (part.questions / most) ** 0.5)
    told = f"{part.questions} 个问题:置信度平均 {part.confidence:.1%},答对 {part.right:.1%}"
    at = f'cx="{_x(part.confidence)}" cy="{_y(part.right)}" r="{radius:.1f}"'
    return f'<circle {at} fill="{_TEAL}" fill-opacity="0.35" stroke="{_TEAL}"><title>{told}</title></circle>'
