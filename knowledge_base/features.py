"""What speaks for and against the best entry, as numbers: the input of the calibration."""

import numpy as np

from knowledge_base.aspects import asked_aspects, denials, names
from knowledge_base.grams import Columns, GramModel, Vector
from knowledge_base.index import Index
from knowledge_base.profile import Profile
from knowledge_base.scored import Grams, Scored

PARTS = ("character_title", "character_body", "sound_title", "sound_body")
_FOR, _AGAINST, _EITHER = 1, -1, 0
SIGNS = {
    "fused": _FOR,
    "margin": _FOR,
    "lead": _FOR,
    **dict.fromkeys(PARTS, _FOR),
    **{f"{part}_margin": _FOR for part in PARTS},
    "meaning": _FOR,
    "meaning_margin": _FOR,
    "agreement": _FOR,
    "title_covered": _FOR,
    "title_covered_sound": _FOR,
    "question_covered": _FOR,
    "question_covered_sound": _FOR,
    "rare_covered": _FOR,
    "rare_covered_sound": _FOR,
    "names_missing": _AGAINST,
    "names_shared": _FOR,
    "names_differ": _AGAINST,
    "names_more": _AGAINST,
    "aspects_missing": _AGAINST,
    "aspects_shared": _FOR,
    "denials_differ": _AGAINST,
    "question_length": _EITHER,
    "title_length": _EITHER,
}
"""The features of `describe`, in order: 1 where more can only speak for the entry, -1 only against it, 0 either."""

_LONG = 60
"""A longer question tells a story: words in it that look like an aspect or a denial say little."""
_RIVALS = 9
"""How many other entries the lead is measured against."""
_RARE = 4.0
"""Power of idf in the coverage of rare grams: names weigh, common words do not."""


def describe(index: Index, scored: Scored, number: int | None = None) -> Vector:
    """Return the features of entry `number` (else the best) for a question, float32 [len(SIGNS)]; NaN: unknown."""
    best = int(scored.fused.argmax()) if number is None else scored.place(number)
    others = np.delete(scored.fused, best)
    rivals = np.partition(others, -_RIVALS)[-_RIVALS:] if len(others) > _RIVALS else others
    own = float(scored.fused[best])
    values: list[float] = [
        own,
        own - float(rivals.max(initial=0.0)),
        own - float(rivals.sum()) / max(1, min(_RIVALS, scored.rivals)),
    ]
    margins: list[float] = []
    first_in = 0
    for name in PARTS:
        part = scored.parts[name]
        values.append(float(part[best]))
        margins.append(_ahead(part, best))
        first_in += margins[-1] >= 0
    values += margins
    if "meaning" in scored.parts:
        part = scored.parts["meaning"]
        values += [float(part[best]), _ahead(part, best)]
    else:
        values += [float("nan"), float("nan")]
    values.append(first_in)
    entry = index.profile(int(scored.numbers[best]))
    row = _title_row(index, scored, entry)
    values += _coverage(index, scored, entry, row)
    values += _named(scored, entry, row)
    values += _asked(scored, entry, row)
    values += [float(np.log1p(len(scored.core))), float(np.log1p(len(entry.titles[row])))]
    return np.asarray(values, dtype=np.float32)


def _ahead(part: Vector, best: int) -> float:
    """How far the best entry is ahead of all others in one part (negative: behind)."""
    own = float(part[best])
    others = max(float(part[:best].max(initial=0.0)), float(part[best + 1 :].max(initial=0.0)))
    return own - others


def _title_row(index: Index, scored: Scored, entry: Profile) -> int:
    """The way of asking of the entry that shares the most sounds with the question."""
    idf = index.sounds.idf
    shared = [float(idf[_common(scored.sounds, sounds)].sum()) for sounds in entry.title_sounds]
    own = [float(idf[sounds].sum()) for sounds in entry.title_sounds]
    return int(np.argmax([s / (o + 20.0) for s, o in zip(shared, own, strict=True)]))


def _common(grams: Grams, columns: Columns) -> Columns:
    return np.intersect1d(grams.columns, columns, assume_unique=True)


def _coverage(index: Index, scored: Scored, entry: Profile, row: int) -> list[float]:
    characters = index.characters
    title, title_sounds = entry.title_characters[row], entry.title_sounds[row]
    own, own_sounds = entry.characters, entry.sounds
    return [
        _share(characters, title, scored.characters.columns, 0, 1.0),
        _share(index.sounds, title_sounds, scored.sounds.columns, 0, 1.0),
        _share(characters, scored.characters.columns, own, scored.characters.unknown, 1.0),
        _share(index.sounds, scored.sounds.columns, own_sounds, scored.sounds.unknown, 1.0),
        _share(characters, scored.characters.columns, own, 0, _RARE),
        _share(index.sounds, scored.sounds.columns, own_sounds, 0, _RARE),
    ]


def _share(model: GramModel, wanted: Columns, there: Columns, unknown: int, power: float) -> float:
    """Which share of the weight of the grams `wanted` is among those `there`."""
    weights = model.idf[wanted] ** power
    whole = float(weights.sum()) + unknown * model.unknown_idf**power
    return float(weights[np.isin(wanted, there, assume_unique=True)].sum()) / whole if whole else 0.0


def _named(scored: Scored, entry: Profile, row: int) -> list[float]:
    asked, title = names(scored.core), entry.title_names[row]
    shared = asked & entry.names
    return [
        float(len(asked - shared)),
        float(len(shared)),
        float(bool(asked) and bool(title) and not asked & title),
        float(len(title - asked)),
    ]


def _asked(scored: Scored, entry: Profile, row: int) -> list[float]:
    asked = asked_aspects(scored.core)
    shared = asked & entry.aspects
    long = len(scored.core) > _LONG
    return [
        0.0 if long else float(len(asked - shared)),
        0.0 if long else float(len(shared)),
        0.0 if long else float(abs(denials(scored.core) - denials(entry.titles[row]))),
    ]
