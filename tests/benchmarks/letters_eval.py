"""How well letters are classified and dispatched after learning from a city's own, beside naive Bayes on words.

    python -m tests.benchmarks.letters_eval DATA [--folds 5] [--parts segmented raw department hot] [--json FILE]

DATA holds segmented.jsonl and raw.jsonl (letters with `label`; the same letters may stand in both, in two forms),
replies.jsonl (letters with `dept`) and hot_topics.jsonl (letters, some in a topic: `hot_jes`, `hot_syu`).
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.embedding import Embedder
from tests.benchmarks.report import Report, parser
from tickets.learning.crossing import folds_of
from tickets.learning.hot import Said, hot_topics
from tickets.learning.letters import Field, Letter
from tickets.learning.model import Lesson, measure, train
from tickets.learning.report import Report as Found
from tickets.learning.report import report as compare
from tickets.learning.twins import has_twin
from tickets.learning.words import words_of

_RAW_CHARACTERS = 100
_TARGETS = {"segmented": 0.92, "raw": 0.87, "top1": 0.65, "top3": 0.87, "hot": 8}
_TEAMS = ("hot_jes", "hot_syu")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf8").splitlines() if line.strip()]


def _joined(row: dict[str, Any]) -> str:
    return f"{row['subject']}\n{row['detail']}"


def _bayes(learn: Sequence[Sequence[str]], true: Any, ask: Sequence[Sequence[str]]) -> Any:
    """Return the probabilities that multinomial naive Bayes on words gives to `ask`."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    counter = CountVectorizer(analyzer=lambda words: words)
    model = MultinomialNB(alpha=0.1).fit(counter.fit_transform(learn), true)
    return model.predict_proba(counter.transform(ask))


def _bayes_crossed(letters: Sequence[Letter], field: Field, folds: int) -> Found:
    """Measure naive Bayes on the same letters in the same folds."""
    lesson = Lesson.of(letters, field, least=8)
    words = np.array(lesson.letters, dtype=object)
    part = folds_of(lesson.letters, lesson.true, folds)
    chances = np.zeros((len(words), len(lesson.classes)))
    for fold in range(folds):
        inside, outside = part != fold, part == fold
        chances[outside] = _bayes(words[inside], lesson.true[inside], words[outside])
    return compare(chances.astype(np.float32), lesson.true, lesson.classes)


def _labels(report: Report, what: str, found: Found, other: Found, target: float) -> None:
    figure = f"{found.macro_f1:.3f} (naive Bayes {other.macro_f1:.3f})"
    report.add(f"{what}: macro-F1, {found.letters} letters", figure, f">= {target}", found.macro_f1 >= target)
    _coverage(report, what, found)


def _coverage(report: Report, what: str, found: Found) -> None:
    report.add(f"{what}: decided alone at 95 % precision", f"{found.coverage:.1%}")
    report.add(f"{what}: mean confidence against right ones", f"{found.confidence:.3f} / {found.accuracy:.3f}")


def segmented(data: Path, folds: int, report: Report) -> None:
    """Seven classes, cross-validated; twins are never parted."""
    letters = [Letter(row["text"], row["label"]) for row in _rows(data / "segmented.jsonl")]
    found, _ = measure(letters, "label", folds)
    _labels(report, "segmented", found, _bayes_crossed(letters, "label", folds), _TARGETS["segmented"])


def raw(data: Path, report: Report) -> None:
    """The first characters of raw letters, learned from the segmented ones that are not the same letters."""
    rows = _rows(data / "raw.jsonl")
    known = [Letter(row["text"], row["label"]) for row in _rows(data / "segmented.jsonl")]
    words = [words_of(letter.text) for letter in known]
    twins = has_twin(words, [words_of(_joined(row)) for row in rows])
    kept = [letter for letter, twin in zip(known, twins, strict=True) if not twin]
    report.add("raw: segmented letters left out as twins", f"{int(twins.sum())} of {len(known)}")
    model = train(kept, "label", "")
    true = np.array([model.classes.index(row["label"]) for row in rows], dtype=np.intp)
    asked = [words_of(f"{row['subject']}{row['detail']}"[:_RAW_CHARACTERS]) for row in rows]
    found = compare(model.chances(model.features.of(asked)), true, model.classes)
    learned = [words for words, twin in zip(words, twins, strict=True) if not twin]
    bayes = _bayes(learned, [model.classes.index(letter.label) for letter in kept], asked)
    _labels(report, "raw", found, compare(bayes.astype(np.float32), true, model.classes), _TARGETS["raw"])


def department(data: Path, folds: int, report: Report) -> None:
    """Departments, read from the replies, cross-validated; letters with a label give hints."""
    rows = [row for row in _rows(data / "replies.jsonl") if row["dept"]]
    letters = [Letter(_joined(row), department=row["dept"]) for row in rows]
    hints = [Letter(row["text"], row["label"]) for row in _rows(data / "segmented.jsonl")]
    found, left_out = measure([*letters, *hints], "department", folds, meaning=Embedder().passages)
    words, _ = measure(letters, "department", folds)
    meaning, _ = measure(letters, "department", folds, meaning=Embedder().passages)
    other = _bayes_crossed(letters, "department", folds)
    what = f"department: {{}}, {found.letters} letters, {len(found.classes)} departments"
    for name, mine, theirs, target in (
        ("top-1", found.accuracy, other.accuracy, _TARGETS["top1"]),
        ("top-3", found.top3, other.top3, _TARGETS["top3"]),
    ):
        figure = f"{mine:.3f} (naive Bayes {theirs:.3f})"
        report.add(what.format(name), figure, f">= {target}", mine >= target)
    for without, less in (("words alone", words), ("without the hints of labelled letters", meaning)):
        report.add(f"department, {without}: top-1 / top-3", f"{less.accuracy:.3f} / {less.top3:.3f}")
    report.add("department: letters of too rare departments, left out", str(sum(many for _, many in left_out)))
    _coverage(report, "department", found)


def hot(data: Path, report: Report) -> None:
    """Topics of two teams: found again where a top topic of ours holds most of their letters, mostly theirs."""
    rows = _rows(data / "hot_topics.jsonl")
    topics = hot_topics([Said(row["subject"], _day(row["time"]), int(row["like"] or 0)) for row in rows])
    found: list[str] = []
    named: set[tuple[str, str]] = {(team, str(row[team])) for team in _TEAMS for row in rows if row[team] is not None}
    for team, name in sorted(named):
        theirs = {at for at, row in enumerate(rows) if str(row[team]) == name}
        for rank, topic in enumerate(topics, 1):
            both = len(theirs & set(topic.letters))
            if both > len(theirs) / 2 and both > len(topic.letters) / 2:
                found.append(f"{team} {name}: {rank}")
    good = len(found) >= _TARGETS["hot"]
    report.add(f"hot: topics found again among our {len(topics)}", f"{len(found)} of {len(named)}", ">= 8", good)
    report.facts["hot"] = found


def _day(time: str) -> date:
    year, month, day = map(int, time.replace("/", "-").split()[0].split("-"))
    return date(year, month, day)


def main() -> None:
    """Measure the parts named on the command line."""
    made = parser(__doc__)
    made.add_argument("data", type=Path)
    made.add_argument("--folds", type=int, default=5)
    made.add_argument("--parts", nargs="+", default=["segmented", "raw", "department", "hot"])
    chosen = made.parse_args()
    report = Report("letters_eval", "Letters learned from")
    if "segmented" in chosen.parts:
        segmented(chosen.data, chosen.folds, report)
    if "raw" in chosen.parts:
        raw(chosen.data, report)
    if "department" in chosen.parts:
        department(chosen.data, chosen.folds, report)
    if "hot" in chosen.parts:
        hot(chosen.data, report)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
