"""How a text is read before it is learned from: as a written letter, or as something that was said and misheard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tickets.learning.words import words_of
from tickets.sound import blur, plain

Words = Sequence[str]

_BEGINNING = 25
"""Characters that a letter begins with: its subject, most often."""
_QUOTED = range(2, 5)
"""Characters of a quote from something said: it is not cut into words, which mishearing would break."""


def runs(text: str, *sizes: int) -> list[str]:
    """Return the runs of characters of `text` that have one of `sizes`."""
    return [text[i : i + size] for size in sizes for i in range(len(text) - size + 1)]


def _sounds(parts: Words) -> list[str]:
    found = []
    for part in parts:
        sounds = blur(part)
        found += ["-".join(sounds[i : i + size]) for size in (1, 2, 3) for i in range(len(sounds) - size + 1)]
    return found


def _parts(text: str) -> tuple[str, ...]:
    said = plain("".join(text.split()))
    return tuple(said.split(",")) if said else ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts become grams. `blocks`: each has length 1 in every text, so that none drowns the others."""

    name: str
    parts: Callable[[str], tuple[str, ...]]
    """Cuts a text: into words, or into what is said in one breath."""
    blocks: Mapping[str, Callable[[Words], list[str]]]
    least: int
    """A gram of fewer texts is no feature: with many letters it would only learn those by heart."""
    quotes: Callable[[Words], Sequence[str]]
    """What may be named as evidence."""
    units: Callable[[Words], Sequence[str]]
    """What is known or new to a model, to tell how far texts have moved away."""


WRITTEN = Reading(
    "written",
    words_of,
    {
        "characters": lambda words: runs("".join(words), 1, 2),
        "runs": lambda words: runs("".join(words), 3, 4),
        "words": list,
        "beginning": lambda words: runs("".join(words)[:_BEGINNING], 1, 2, 3),
    },
    2,
    lambda words: [word for word in words if len(word) > 1],
    lambda words: words,
)
"""Letters of a city: many and long."""

SPOKEN = Reading(
    "spoken",
    _parts,
    {"characters": lambda parts: [run for part in parts for run in runs(part, 1, 2, 3)], "sounds": _sounds},
    1,
    lambda parts: [run for part in parts for run in runs(part, *_QUOTED)],
    lambda parts: [run for part in parts for run in runs(part, 2)],
)
"""Appeals as they are said: few and short, so that each gram counts, and its sound as well."""

READINGS = {reading.name: reading for reading in (WRITTEN, SPOKEN)}
