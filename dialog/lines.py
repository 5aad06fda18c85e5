"""The bot's own sentences, from `lines.yaml`."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def _lines() -> dict[str, str]:
    text = (files("dialog") / "lines.yaml").read_text(encoding="utf8")
    return {str(key): str(line) for key, line in yaml.safe_load(text).items()}


def line(key: str) -> str:
    """Return the sentence of `key`, with its {…} where it has any. Raises `KeyError` for one that is not there."""
    return _lines()[key]


def is_fixed(key: str) -> bool:
    """Whether the sentence of `key` is always the same, and so rendered ahead."""
    return "{" not in line(key)


def all_lines() -> list[str]:
    """Return every sentence that never changes, for rendering ahead; the greeting first."""
    return list(dict.fromkeys(text for text in _lines().values() if "{" not in text))
