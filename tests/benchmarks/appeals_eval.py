"""How well appeals are understood: kinds and categories in k folds and on appeals that nothing is trained on.

    python -m tests.benchmarks.appeals_eval [--json FILE]

Kinds are measured as the hotline judges them, rules and model together; categories as the shipped model does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.yaml_file import read_yaml
from tests.benchmarks.report import Report, parser
from tickets.appeal import KindClassifier, Spoken
from tickets.learning.crossing import folds_of
from tickets.learning.reading import SPOKEN
from tickets.learning.report import covered
from tickets.learning.shipped import shipped_categories
from tickets.ticket import Kind
from tickets.written import Written, written

_FOLDS = 5
_HELD = Path(__file__).parent / "data" / "appeals_held_out.yaml"


@dataclass(frozen=True, slots=True)
class Asked:
    """An appeal that nothing is trained on."""

    category: str
    kind: str
    text: str
    misheard: bool


def held_out() -> list[Asked]:
    """Return the held-out appeals, half of them with the homophones of a recogniser."""
    return [Asked(*row, misheard=name == "misheard") for name, rows in read_yaml(_HELD).items() for row in rows]


def _kinds_crossed() -> tuple[list[bool], list[float]]:
    """Judge our own appeals by classifiers that have not seen them; return what was right, and how sure it was."""
    all_ = written()
    kinds = [kind.value for kind in Kind]
    part = folds_of(
        [SPOKEN.parts(one.text) for one in all_], np.array([kinds.index(one.kind) for one in all_]), _FOLDS
    )
    right, sure = [], []
    for fold in range(_FOLDS):
        learned: Sequence[Written] = [one for one, at in zip(all_, part, strict=True) if at != fold]
        judge = KindClassifier(Spoken(learned)).classify
        for one in (one for one, at in zip(all_, part, strict=True) if at == fold):
            heard = judge(one.text)
            right.append(heard.kind.value == one.kind)
            sure.append(heard.confidence)
    return right, sure


def main() -> None:
    """Measure and print."""
    asked = parser(__doc__ or "").parse_args()
    report = Report("appeals", "How appeals are understood")
    _add(report, "kinds, 5 folds", *_kinds_crossed())
    shipped = shipped_categories().about.report
    report.add("categories, 5 folds: first", f"{shipped.accuracy:.3f}")
    report.add("categories, 5 folds: among three", f"{shipped.top3:.3f}")
    report.add("categories, 5 folds: covered at 95 % precision", f"{shipped.coverage:.3f}")
    kinds = KindClassifier()
    chosen: dict[str, Callable[[Asked], bool]] = {
        "held out": lambda one: not one.misheard,
        "held out, misheard": lambda one: one.misheard,
    }
    for name, which in chosen.items():
        held = [one for one in held_out() if which(one)]
        heard = [kinds.classify(one.text) for one in held]
        said = [one.kind.value == its.kind for one, its in zip(heard, held, strict=True)]
        _add(report, f"kinds, {name} ({len(held)})", said, [one.confidence for one in heard])
        judged = shipped_categories().judge([one.text for one in held])
        first = [one.label == its.category for one, its in zip(judged, held, strict=True)]
        three = [its.category in dict(one.alternatives) for one, its in zip(judged, held, strict=True)]
        _add(report, f"categories, {name} ({len(held)})", first, [one.confidence for one in judged])
        report.add(f"categories, {name}: among three", f"{np.mean(three):.3f}")
    report.show(asked.json)


def _add(report: Report, name: str, right: Sequence[bool], sure: Sequence[float]) -> None:
    report.add(f"{name}: first", f"{np.mean(right):.3f}")
    coverage, _ = covered(np.array(sure, dtype=np.float32), np.array(right))
    report.add(f"{name}: covered at 95 % precision", f"{coverage:.3f}")


if __name__ == "__main__":
    main()
