"""The classifier that a city trains from its own letters: a class with its confidence, others, and the words why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tickets.errors import LettersTooFew
from tickets.learning.crossing import Crossed, Given, Progress, cross, quiet
from tickets.learning.features import Features, Floats, Sparse, count
from tickets.learning.letters import Field, Letter
from tickets.learning.lines import draw, scores, sure
from tickets.learning.opinions import Joint, Lines, Meaning, meant, vectors
from tickets.learning.reading import WRITTEN, Reading, runs
from tickets.learning.report import Report, report
from tickets.learning.twins import has_twin

LEAST = 8
"""Letters of a class from which on it is learned; of fewer hardly any rule can be seen, nor its errors measured."""
FOLDS = 5
_ALTERNATIVES = 3
_EVIDENCE = 5
_STRONG = 0.4
"""Share of the strongest quote's weight that another one needs: small words always say a little."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the classifier says of one letter."""

    label: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    """The most likely classes with their probabilities, `label` first, three at the most."""
    evidence: tuple[str, ...]
    """Words of the letter that spoke for `label`, the strongest first."""


@dataclass(frozen=True, slots=True)
class About:
    """Where a model comes from and what new letters are compared with."""

    field: Field
    trained: str
    """Date and time, ISO 8601."""
    letters: int
    left_out: tuple[tuple[str, int], ...]
    """Classes of too few letters to be learned, with their number."""
    report: Report
    unknown: float
    """Share of words that were new in a letter not learned from: what is usual."""
    source: str = ""
    """sha256 of the data that it was trained from, for models that are made from files of this project."""
    corrections: int = 0
    """How many of `letters` were corrected by a human after this hotline had guessed."""


class LetterClassifier:
    """Tells the class of letters; made by `train`, kept by `tickets.learning.stored`."""

    def __init__(
        self, classes: Sequence[str], features: Features, weights: Floats, offsets: Floats, about: About
    ) -> None:
        """`weights` [features, classes] and `offsets` [classes] are scaled so that their softmax is true."""
        self.classes = tuple(classes)
        self.features = features
        self.weights = weights
        self.offsets = offsets
        self.about = about

    def judge(self, texts: Iterable[str]) -> tuple[Judged, ...]:
        """Judge each of `texts`; one without words gets confidence 0 and no alternatives."""
        texts = list(texts)
        letters = [self.features.reading.parts(text) for text in texts]
        numbers = self.features.of(letters)
        chances = self._chances(texts, numbers)
        return tuple(
            self._judged(words, numbers[[at]], chances[at]) if words else Judged(self.classes[0], 0.0, (), ())
            for at, words in enumerate(letters)
        )

    def chances_of(self, text: str) -> dict[str, float]:
        """Return the probability of each class for one text."""
        chances = self._chances([text], self.features.of([self.features.reading.parts(text)]))[0]
        return dict(zip(self.classes, chances.tolist(), strict=True))

    def chances(self, numbers: Sparse) -> Floats:
        """Return the probabilities [letters, classes] of letters as numbers [letters, features]."""
        return sure(scores(numbers, self.weights, self.offsets), 1.0, np.zeros(len(self.classes), dtype=np.float32))

    def _chances(self, texts: Sequence[str], numbers: Sparse) -> Floats:
        return self.chances(numbers)

    def _judged(self, words: Sequence[str], numbers: Sparse, chances: Floats) -> Judged:
        order = np.argsort(-chances, kind="stable")
        best = int(order[0])
        alternatives = tuple((self.classes[at], round(float(chances[at]), 4)) for at in order[:_ALTERNATIVES])
        return Judged(self.classes[best], alternatives[0][1], alternatives, self._evidence(words, numbers, best))

    def _evidence(self, words: Sequence[str], numbers: Sparse, best: int) -> tuple[str, ...]:
        """The quotes, none inside another, whose grams spoke most for `best` against the mean of the others."""
        others = (self.weights.sum(axis=1) - self.weights[:, best]) / max(len(self.classes) - 1, 1)
        names = self._names()
        spoke: dict[str, float] = {}
        for column, value in zip(numbers.indices, numbers.data, strict=True):
            gram = names[column]
            spoke[gram] = spoke.get(gram, 0.0) + float(value) * float(self.weights[column, best] - others[column])
        weight = {
            word: sum(said for gram, said in ((gram, spoke.get(gram, 0.0)) for gram in _grams(word)))
            for word in dict.fromkeys(self.features.reading.quotes(words))
        }
        order = sorted((word for word in weight if weight[word] > 0), key=lambda word: -weight[word])
        if self.features.reading is WRITTEN:
            return tuple(order[:_EVIDENCE])
        apart: list[str] = []
        for quote in order:
            strong = weight[quote] >= _STRONG * weight[order[0]]
            if (
                strong
                and len(apart) < _EVIDENCE
                and not any(set(runs(quote, 2)) & set(runs(other, 2)) for other in apart)
            ):
                apart.append(quote)
        return tuple(apart)

    def _names(self) -> tuple[str, ...]:
        if not hasattr(self, "_named"):
            self._named = tuple(gram for _, gram in self.features.names())
        return self._named


def _grams(word: str) -> set[str]:
    return {word[i : i + size] for size in range(1, 5) for i in range(len(word) - size + 1)} | {word}


class JointClassifier(LetterClassifier):
    """Judges by words and by meaning; what its words say is still the evidence."""

    def __init__(
        self,
        classes: Sequence[str],
        features: Features,
        words: Lines,
        by_meaning: Lines,
        joint: Joint,
        about: About,
        meaning: Meaning,
        hinter: LetterClassifier | None = None,
    ) -> None:
        """`hinter` tells another field of a letter, whose scores are hints for this one."""
        super().__init__(classes, features, words.weights, words.offsets, about)
        self.by_meaning, self.joint, self.meaning, self.hinter = by_meaning, joint, meaning, hinter

    def _chances(self, texts: Sequence[str], numbers: Sparse) -> Floats:
        if not texts:
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        words = scores(numbers, self.weights, self.offsets)
        return self.joint.chances(
            np.stack([words, self.by_meaning.scores(_vectors(texts, self.meaning, self.hinter))])
        )


def train(
    letters: Sequence[Letter],
    field: Field,
    trained: str,
    folds: int = FOLDS,
    least: int = LEAST,
    progress: Progress = quiet,
    meaning: Meaning | None = None,
    reading: Reading = WRITTEN,
    given: Sequence[tuple[str, str]] = (),
    source: str = "",
) -> LetterClassifier:
    """Learn `field` from `letters` and measure it in `folds` parts; `trained` is the date to keep.

    With `meaning` letters are also judged by what they mean; then those that have only the other field give hints.
    `given` are short texts with their class that are learned as well, and never measured. Raises `LettersTooFew`
    where fewer than two classes have `least` letters.
    """
    lesson = Lesson.of(letters, field, least, progress, reading)
    many = len(lesson.classes)
    given = [(text, name) for text, name in given if name in lesson.classes]
    told = Given([reading.parts(text) for text, _ in given], [lesson.classes.index(name) for _, name in given])
    hinter = _hinter(letters, field, lesson, least) if meaning else None
    meant_by = _vectors([*lesson.texts, *(text for text, _ in given)], meaning, hinter) if meaning else None
    crossed = cross(lesson.letters, lesson.true, many, folds, progress, meant_by, reading, told)
    progress("学习", 0, 1)
    features, numbers = Features.learn(count([*lesson.letters, *told.letters], reading))
    true = np.concatenate([lesson.true, np.array(told.classes, dtype=np.intp)])
    weights, offsets = draw(numbers, true, many)
    joint = Joint.of(crossed.raw, lesson.true)
    progress("学习", 1, 1)
    about = About(
        field,
        trained,
        len(lesson.letters),
        lesson.left_out,
        lesson.report(crossed),
        round(float(crossed.unknown.mean()), 4),
        source,
        sum(letter.corrected for letter in letters if letter.answer(field) in lesson.classes),
    )
    if meaning is None or meant_by is None:
        sharpened = weights * joint.sharpness, offsets * joint.sharpness + joint.shifts
        return LetterClassifier(lesson.classes, features, *sharpened, about)
    lines = Lines(weights, offsets), meant(meant_by, true, many)
    return JointClassifier(lesson.classes, features, *lines, joint, about, meaning, hinter)


def measure(
    letters: Sequence[Letter],
    field: Field,
    folds: int = FOLDS,
    least: int = LEAST,
    progress: Progress = quiet,
    meaning: Meaning | None = None,
) -> tuple[Report, tuple[tuple[str, int], ...]]:
    """Return how well `field` can be learned from `letters`, and the classes that have too few of them.

    Raises `LettersTooFew`.
    """
    lesson = Lesson.of(letters, field, least, progress)
    hinter = _hinter(letters, field, lesson, least) if meaning else None
    meant_by = _vectors(lesson.texts, meaning, hinter) if meaning else None
    crossed = cross(lesson.letters, lesson.true, len(lesson.classes), folds, progress, meant_by)
    return lesson.report(crossed), lesson.left_out


def _hinter(letters: Sequence[Letter], field: Field, lesson: "Lesson", least: int) -> LetterClassifier | None:
    """Return what tells the other field, learned from letters that have only that one and no twin in `lesson`.

    So its hints on the lesson's letters are as good as on letters to come, and tell nothing of their classes.
    """
    other: Field = "label" if field == "department" else "department"
    some = [letter for letter in letters if letter.answer(other) and not letter.answer(field)]
    if not some:
        return None
    twins = has_twin([lesson.reading.parts(letter.text) for letter in some], lesson.letters)
    alone = [letter for letter, twin in zip(some, twins, strict=True) if not twin]
    try:
        hints = Lesson.of(alone, other, least, reading=lesson.reading)
    except LettersTooFew:
        return None
    features, numbers = Features.learn(count(hints.letters, hints.reading))
    weights, offsets = draw(numbers, hints.true, len(hints.classes))
    about = About(other, "", len(hints.letters), hints.left_out, Report(0, 0.0, 0.0, 0.0, 0.0, None, 0.0, ()), 0.0)
    return LetterClassifier(hints.classes, features, weights, offsets, about)


def _vectors(texts: Sequence[str], meaning: Meaning, hinter: LetterClassifier | None) -> Floats:
    """Return what `texts` mean, with the scores of `hinter`, who reads them in its own way."""
    if hinter is None:
        return vectors(texts, meaning)
    letters = [hinter.features.reading.parts(text) for text in texts]
    return vectors(texts, meaning, scores(hinter.features.of(letters), hinter.weights, hinter.offsets))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Letters as words with their classes; classes of too few letters are left out."""

    letters: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    true: npt.NDArray[np.intp]
    classes: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...]
    reading: Reading

    @classmethod
    def of(
        cls,
        letters: Sequence[Letter],
        field: Field,
        least: int,
        progress: Progress = quiet,
        reading: Reading = WRITTEN,
    ) -> "Lesson":
        """Prepare the letters that have `field`. Raises `LettersTooFew`."""
        known = [(letter, letter.answer(field)) for letter in letters if letter.answer(field)]
        found = Counter(answer for _, answer in known).most_common()
        classes = tuple(sorted(name for name, many in found if many >= least))
        if len(classes) < 2:
            raise LettersTooFew(what=f"至少要有两个类别各有 {least} 封,现在有 {len(classes)} 个,字段 {field}")
        at = {name: number for number, name in enumerate(classes)}
        kept = [(letter, at[answer]) for letter, answer in known if answer in at]
        words = []
        for done, (letter, _) in enumerate(kept, 1):
            words.append(reading.parts(letter.text))
            if done % 100 == 0 or done == len(kept):
                progress("分词", done, len(kept))
        true = np.array([one for _, one in kept], dtype=np.intp)
        texts = tuple(letter.text for letter, _ in kept)
        left_out = tuple((name, many) for name, many in found if many < least)
        return cls(tuple(words), texts, true, classes, left_out, reading)

    def report(self, crossed: Crossed) -> Report:
        """Return how good `crossed` is."""
        return report(crossed.chances, self.true, self.classes)
