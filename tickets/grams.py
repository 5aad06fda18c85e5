"""Text to n-grams for learning and matching: characters for what is meant, syllables for what was misheard."""

import re

from tickets.sound import blur, plain


def grams(text: str) -> list[str]:
    """Return the character 1–3-grams and the syllable 1–2-grams of `text`; gaps are not crossed."""
    found: list[str] = []
    for run in re.split(",", plain("".join(text.split()))):
        for size in (1, 2, 3):
            found.extend(run[i : i + size] for i in range(len(run) - size + 1))
        sounds = blur(run)
        for size in (1, 2):
            found.extend("/" + "-".join(sounds[i : i + size]) for i in range(len(sounds) - size + 1))
    return found
