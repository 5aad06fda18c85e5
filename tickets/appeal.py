"""What kind of appeal (诉求) it is, and what else it says about itself: secrecy, risk, repetition, anger."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tickets.data_files import read
from tickets.grams import grams
from tickets.learning.model import LetterClassifier
from tickets.sound import find, plain
from tickets.ticket import Kind
from tickets.written import Written, written


@dataclass(frozen=True, slots=True)
class Appeal:
    """The kind with its probability, the words that spoke for it, and the signals."""

    kind: Kind
    confidence: float
    evidence: tuple[str, ...] = ()
    wants_confidential: bool = False
    risks: tuple[str, ...] = ()
    """Kinds of risk heard (食品安全, 欠薪, 群体事件, 轻生 …); empty for none."""
    repeated: bool = False
    """The caller says that he has called or reported before."""
    angry: bool = False
    repeated_here: bool = False
    """It was this hotline that he says he has called before."""
    faint: bool = False
    """All of the evidence is of words that callers use in questions too (丢了, 一直没)."""
    trouble: bool = False
    """Words of some trouble were heard (爆了, 堵了, 没人管), whatever kind of appeal it is."""

    @property
    def urgent(self) -> bool:
        """Whether a human should look at it at once."""
        return bool(self.risks)


_LEAST_CHANCE = 1e-6

DEALT_WITH = (Kind.HELP, Kind.COMPLAINT, Kind.REPORT)
"""Kinds of appeal for which somebody has to do something about a trouble."""


class Spoken:
    """What our own appeals teach about kinds: logistic regression on characters and sounds, trained when made."""

    def __init__(self, appeals: Sequence[Written] | None = None) -> None:
        """`appeals` are all of ours, where it is not said."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # takes seconds that no other command should wait
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        self._grams = TfidfVectorizer(analyzer=grams, sublinear_tf=True, min_df=1)
        learned = written() if appeals is None else appeals
        features = self._grams.fit_transform([one.text for one in learned])
        self._model = OneVsRestClassifier(LogisticRegression(C=20.0, class_weight="balanced", solver="liblinear"))
        self._model.fit(features, [one.kind for one in learned])

    def chances_of(self, text: str) -> dict[str, float]:
        """Return the probability of each kind."""
        chances = self._model.predict_proba(self._grams.transform([text]))[0]
        return dict(zip(self._model.classes_, chances.tolist(), strict=True))


class KindClassifier:
    """Rules with weights (`kinds.yaml`) over a learned model: the shipped one, or a city's own."""

    def __init__(self, model: LetterClassifier | Spoken | None = None) -> None:
        """`model` knows the six kinds, or some of them; what it does not know has the rules alone."""
        self._model = model or Spoken()
        rules = read("kinds")
        self._rules = [
            (kind, re.compile(rule["pattern"]), float(rule["weight"]), not rule.get("faint"))
            for kind in Kind
            for rule in rules[kind.value]
        ]
        self._no_praise = re.compile("|".join(rules["表扬_unless"]))

    def classify(self, text: str) -> Appeal:
        """Return the kind of `text` and its signals; where nothing is said, a consultation with confidence 0."""
        said = plain("".join(text.split()))
        if not said:
            return Appeal(Kind.CONSULTATION, 0.0)
        scores, evidence = self._scores(said)
        best = max(scores, key=lambda kind: scores[kind])
        total = sum(math.exp(score - scores[best]) for score in scores.values())
        return Appeal(
            best,
            round(1 / total, 3),
            tuple(words for words, _ in evidence[best]),
            wants_confidential(said),
            risks(said),
            repeated(said),
            angry(said),
            repeated_here=repeated(said) and bool(_HOTLINE.search(said)),
            faint=not any(plain_sign for _, plain_sign in evidence[best]),
            trouble=any(plain_sign for kind in DEALT_WITH for _, plain_sign in evidence[kind]),
        )

    def _scores(self, said: str) -> tuple[dict[Kind, float], dict[Kind, list[tuple[str, bool]]]]:
        probabilities = self._model.chances_of(said)
        scores = {kind: math.log(probabilities.get(kind.value, 0.0) + _LEAST_CHANCE) for kind in Kind}
        evidence: dict[Kind, list[tuple[str, bool]]] = {kind: [] for kind in Kind}
        for kind, pattern, weight, plain_sign in self._rules:
            match = pattern.search(said)
            if match and not (kind is Kind.PRAISE and self._no_praise.search(said)):
                scores[kind] += weight
                evidence[kind].append((match[0], plain_sign))
        return scores, evidence


@cache
def classifier() -> KindClassifier:
    """Return the classifier, trained once in a process."""
    return KindClassifier()


def classify(text: str) -> Appeal:
    """Return the kind of appeal that `text` is, with confidence, evidence and signals."""
    return classifier().classify(text)


_SIGNALS = read("signals")
_REPEATED = re.compile("|".join(_SIGNALS["repeated"]))
_NOT_REPEATED = re.compile("|".join(_SIGNALS["not_repeated"]))
_HOTLINE = re.compile("|".join(_SIGNALS["hotline"]))
_RISKS = {risk: re.compile("|".join(patterns)) for risk, patterns in _SIGNALS["risks"].items()}


def wants_confidential(text: str) -> bool:
    """Whether the caller asks for secrecy (保密)."""
    said = plain("".join(text.split()))
    if any(word in said for word in _SIGNALS["not_confidential"]):
        return False
    return any(find(word, said, least=0.92) for word in _SIGNALS["confidential"])


def risks(text: str) -> tuple[str, ...]:
    """Return the kinds of risk that `text` speaks of."""
    return tuple(risk_signs(text))


def risk_signs(text: str) -> dict[str, str]:
    """Return the kinds of risk that `text` speaks of, each with the words."""
    return {risk: match[0] for risk, pattern in _RISKS.items() if (match := pattern.search(text))}


def repeated(text: str) -> bool:
    """Whether the caller says that it is not the first time."""
    if not _REPEATED.search(text):
        return False
    return bool(_HOTLINE.search(text)) or not _NOT_REPEATED.search(text)


def angry(text: str) -> bool:
    """Whether the caller is angry with the hotline or those it sent."""
    return any(word in text for word in _SIGNALS["anger"])
