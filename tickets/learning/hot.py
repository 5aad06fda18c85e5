"""Hot topics (热点): letters that are about the same thing in the same place, counted, over time.

Letters are joined by how alike their subjects are (average linkage), because a subject is what × where in one line,
while details wander. Memory grows with the square of the letters: about 100 MB for 5,000.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Features, count
from tickets.learning.reading import WRITTEN, Words
from tickets.learning.words import words_of

_APART = 0.78
"""Mean distance (1 - cosine) at which subjects are about two things."""
_WHERE = re.compile(r"(?:小区|社区|街道|广场|市场|公园|大道|新城|花园|[路街镇乡村苑园湾城])$")
_MARKS = re.compile(r"[\W_]+")
_SIZES = range(2, 9)
"""Characters of a run that may name a topic."""
_LEAST_SHARE = 0.4
"""Share of a topic's letters that have a run, for it to name the topic."""
_WHAT = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One letter: its subject (or its first sentence), the day, and how many others have supported it."""

    subject: str
    day: date
    supports: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """Letters about one thing; `letters` are their numbers in what was given."""

    where: str
    """The place that many of them name; empty where they name none together."""
    what: tuple[str, ...]
    """What they share and others do not have, the most telling first."""
    letters: tuple[int, ...]
    heat: float
    """Letters, each counting more with every doubling of its supports: one person's word, or many people's."""
    first: date
    last: date
    weeks: tuple[int, ...]
    """Letters of each week from `first` on."""


def hot_topics(said: Sequence[Said], least: int = 3, most: int = 20) -> tuple[Topic, ...]:
    """Return the topics of at least `least` letters, the hottest first, `most` of them at the most."""
    words = [words_of(one.subject) for one in said]
    groups = _groups(words)
    members = [np.flatnonzero(groups == group).tolist() for group in np.unique(groups)]
    everywhere = Counter(run for one in said for run in _runs(one.subject))
    topics = [_topic(said, everywhere, inside) for inside in members if len(inside) >= least]
    return tuple(sorted(topics, key=lambda topic: (-topic.heat, topic.first, topic.letters))[:most])


def _groups(words: Sequence[Words]) -> npt.NDArray[np.intp]:
    """Return a number for each subject, the same for those that are about one thing."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(words) < 2:
        return np.zeros(len(words), dtype=np.intp)
    _, numbers = Features.learn(count(words))
    alike = (numbers @ numbers.T).toarray() / len(WRITTEN.blocks)
    apart = np.clip(1.0 - alike, 0.0, 1.0)
    apart = (apart + apart.T) / 2
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart, checks=False), "average")
    return np.asarray(fcluster(tree, _APART, "distance"), dtype=np.intp)


def _topic(said: Sequence[Said], everywhere: Counter[str], inside: Sequence[int]) -> Topic:
    names = _names([said[at].subject for at in inside], everywhere)
    where = next((name for name in names if _WHERE.search(name)), "")
    days = [said[at].day for at in inside]
    first, last = min(days), max(days)
    weeks = [0] * ((last - first) // timedelta(weeks=1) + 1)
    for day in days:
        weeks[(day - first) // timedelta(weeks=1)] += 1
    heat = sum(1.0 + math.log2(1.0 + max(said[at].supports, 0)) for at in inside)
    what = tuple(name for name in names if name != where)[:_WHAT]
    return Topic(where, what, tuple(inside), round(heat, 2), first, last, tuple(weeks))


def _names(subjects: Sequence[str], everywhere: Counter[str]) -> list[str]:
    """Return the runs of characters that many of `subjects` share and others lack, no two of them overlapping.

    Runs and not words: a segmenter cuts names of places that it does not know.
    """
    here = Counter(run for subject in subjects for run in _runs(subject))
    enough = max(2.0, _LEAST_SHARE * len(subjects))
    worth = {run: many * (len(run) - 1) * (many / everywhere[run]) for run, many in here.items() if many >= enough}
    names: list[str] = []
    for run in sorted(worth, key=lambda run: (-worth[run], run)):
        if not any(set(_pairs(run)) & set(_pairs(name)) for name in names):
            names.append(run)
    return names


def _runs(subject: str) -> set[str]:
    parts = _MARKS.split(subject)
    return {part[at : at + size] for part in parts for size in _SIZES for at in range(len(part) - size + 1)}


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
