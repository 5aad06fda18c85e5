"""The responsibility list of the invented city 澜江, as duties: what holds until a city imports its own."""

from functools import cache

from tickets.data_files import read
from tickets.duties.duty import Duty, DutyList
from tickets.life.span import Span


@cache
def lanjiang_duties() -> DutyList:
    """Return the duties of `tickets/data/lanjiang_matters.yaml`."""
    return DutyList([
        Duty(
            id=row["id"],
            path=tuple(row["category"].split("/")),
            name=row["name"],
            unit=row["unit"],
            limit=_span(int(row["hours"])),
            words=tuple(row["words"]),
            examples=tuple(row["examples"]),
        )
        for row in read("lanjiang_matters")
    ])  # fmt: skip


def _span(hours: int) -> Span:
    """Whole days are working days, as in `tickets.deadlines`."""
    return Span(hours // 24, "d") if hours % 24 == 0 else Span(hours, "h")
