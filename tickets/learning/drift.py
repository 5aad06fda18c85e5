"""Drift (漂移): how far newer letters have moved away from those that a classifier was trained from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tickets.learning.crossing import unknown_share
from tickets.learning.model import LetterClassifier

Shares = npt.NDArray[np.float64]

_MUCH = 0.5
_SOME = 0.25
_GROWN = 0.05
_FEW = 30
"""Letters below which chance alone moves the mix of classes."""
_WORST_UNKNOWN = 0.2
_WORST_CONFIDENCE = 0.2
"""More new words than usual, and less mean confidence, that alone make the drift 1."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How newer letters differ; `number` is 0 where not at all, 1 where the model should not be trusted."""

    letters: int
    number: float
    mix: float
    """Distance of the mix of classes, Jensen–Shannon in bits, 0 to 1."""
    unknown: float
    """Share of words that the model has never seen; `usual_unknown` was measured in training."""
    usual_unknown: float
    confidence: float
    """Mean confidence; `usual_confidence` was measured in training."""
    usual_confidence: float
    more: str
    """The class whose share has grown most; empty where none has grown by 5 points."""
    sentence: str = ""


def drift(model: LetterClassifier, texts: Sequence[str]) -> Drift:
    """Compare `texts` with what `model` was trained from."""
    judged = model.judge(texts)
    report = model.about.report
    told = Counter(one.label for one in judged if one.evidence or one.confidence)
    now = np.array([told[name] for name in model.classes], dtype=float)
    then = np.array([{one.name: one.letters for one in report.classes}.get(name, 0) for name in model.classes], float)
    now, then = now / max(now.sum(), 1), then / max(then.sum(), 1)
    mix = _distance(now, then) if now.any() else 0.0
    read = model.features.reading.parts
    unknown = float(np.mean([unknown_share(read(text), model.features) for text in texts])) if texts else 0.0
    confidence = float(np.mean([one.confidence for one in judged])) if judged else report.confidence
    number = max(
        mix,
        min(1.0, max(0.0, (unknown - model.about.unknown) / _WORST_UNKNOWN)),
        min(1.0, max(0.0, (report.confidence - confidence) / _WORST_CONFIDENCE)),
    )
    grown = int(np.argmax(now - then))
    found = Drift(
        letters=len(texts),
        number=round(number, 4),
        mix=round(mix, 4),
        unknown=round(unknown, 4),
        usual_unknown=model.about.unknown,
        confidence=round(confidence, 4),
        usual_confidence=report.confidence,
        more=model.classes[grown] if (now - then)[grown] >= _GROWN else "",
    )
    return replace(found, sentence=_sentence(found))


def _distance(some: Shares, others: Shares) -> float:
    """Return the Jensen–Shannon divergence in bits."""
    middle = (some + others) / 2
    halves = (float(np.sum(one[one > 0] * np.log2(one[one > 0] / middle[one > 0]))) / 2 for one in (some, others))
    return sum(halves)


def _sentence(found: Drift) -> str:
    if not found.letters:
        return "没有来信可比较。"
    verdict = "与训练时相近"
    if found.number >= _SOME:
        verdict = "有些变化,请留意并抽查"
    if found.number >= _MUCH:
        verdict = "变化很大,建议用近期来信重新训练"
    parts = [
        f"没见过的词占 {found.unknown:.0%}(训练时 {found.usual_unknown:.0%})",
        f"平均置信度 {found.confidence:.2f}(训练时 {found.usual_confidence:.2f})",
        f"类别分布差异 {found.mix:.2f}" + (f",“{found.more}”明显增多" if found.more else ""),
    ]
    few = f"(只有 {found.letters} 封,仅供参考)" if found.letters < _FEW else ""
    return f"{verdict}{few}:{';'.join(parts)}。"
