"""Puts evaluation queries through the same `ask` as a live call, and sums up how it did."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from knowledge_base.base import KnowledgeBase
from knowledge_base.loading import Query

FieldName = Literal["text", "noisy", "noisier"]


class Row(TypedDict):
    """What became of one query; written as one line of JSON."""

    text: str
    kind: str
    expect: list[str]
    answered: bool
    entry: str | None
    """The entry that was answered, or would have been: the best candidate."""
    confidence: float
    ms: float
    """Time that `ask` took."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares of queries, 0 to 1; None where there was no query of the kind."""

    queries: int
    answered: float | None
    """Of the queries that an entry answers, those that were answered at once (asking back does not count)."""
    right: float | None
    """Of those answered, the ones answered with an expected entry."""
    near: float | None
    """Of the queries that only look like an entry's, those answered all the same."""
    far: float | None
    """Of the foreign queries, those answered."""
    hit_at_1: float | None
    """Of the queries that an entry answers, those whose best candidate is an expected one, answered or not."""
    ms_median: float
    ms_p95: float

    def table(self) -> list[tuple[str, str]]:
        """Return the rows of a table, name and value."""
        shares = (
            ("answered 应答率", self.answered),
            ("right 答对率", self.right),
            ("near 相近误答", self.near),
            ("far 无关误答", self.far),
            ("hit@1 首条命中", self.hit_at_1),
        )
        rows = [(name, "—" if share is None else f"{share:.1%}") for name, share in shares]
        return [
            ("queries 问题数", str(self.queries)),
            *rows,
            ("ms median / p95", f"{self.ms_median:.1f} / {self.ms_p95:.1f}"),
        ]


def evaluate(
    base: KnowledgeBase,
    queries: Sequence[Query],
    field: FieldName = "text",
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Row]:
    """Yield a row for each query, as it is answered; where it has no `field`, its `text` is asked."""
    for number, query in enumerate(queries, 1):
        text = getattr(query, field) or query.text
        begun = time.perf_counter()
        decision = base.ask(text)
        took = (time.perf_counter() - begun) * 1000
        best = decision.entry or (decision.candidates[0].entry if decision.candidates else None)
        yield Row(
            text=text,
            kind=query.kind,
            expect=list(query.expect),
            answered=decision.kind == "answer",
            entry=best.id if best else None,
            confidence=round(decision.confidence, 4),
            ms=round(took, 2),
        )
        if progress:
            progress(number, len(queries))


def summarise(rows: Sequence[Row]) -> Summary:
    """Return the shares over `rows`."""
    inside = [row for row in rows if row["kind"] == "in"]
    answered = [row for row in inside if row["answered"]]
    times = sorted(row["ms"] for row in rows) or [0.0]
    return Summary(
        queries=len(rows),
        answered=_share(len(answered), len(inside)),
        right=_share(sum(row["entry"] in row["expect"] for row in answered), len(answered)),
        near=_answered([row for row in rows if row["kind"] == "near"]),
        far=_answered([row for row in rows if row["kind"] == "far"]),
        hit_at_1=_share(sum(row["entry"] in row["expect"] for row in inside), len(inside)),
        ms_median=times[len(times) // 2],
        ms_p95=times[min(len(times) - 1, int(len(times) * 0.95))],
    )


def _answered(rows: Sequence[Row]) -> float | None:
    return _share(sum(row["answered"] for row in rows), len(rows))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
