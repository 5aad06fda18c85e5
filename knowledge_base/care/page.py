"""The quality report as one HTML file: a table with bars, nothing that runs in the browser."""

from collections.abc import Sequence
from datetime import datetime

from jinja2 import Environment, StrictUndefined

from knowledge_base.care.report import Line
from knowledge_base.text import DATA

_BAR = 120
"""Width of a full bar, in pixels."""


def page(lines: Sequence[Line], now: datetime, days: int) -> str:
    """Return the report as HTML; names are escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((DATA / "quality_report.html").read_text(encoding="utf8"))
    most = max((line.gaps_open for line in lines), default=0)
    rows = [
        (line, _width(line.coverage), _width(line.rejected_share), _width(line.gaps_open / most if most else 0.0))
        for line in lines
    ]
    return template.render(rows=rows, made=f"{now:%Y-%m-%d %H:%M}", days=days, full=_BAR)


def _width(share: float | None) -> int:
    return round((share or 0.0) * _BAR)
