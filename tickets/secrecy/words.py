"""Which of a step's facts are words that somebody wrote, and may name a person; the others are names of things."""

from tickets.life.steps import AnyStep

WRITTEN = ("reason", "reply", "answer", "question", "words", "note", "legal_way", "rule")
"""Fields of steps that hold free text."""


def written(step: AnyStep) -> str:
    """Return what was written with `step`, in one text."""
    return ";".join(text for name in WRITTEN if (text := getattr(step, name, "")))
