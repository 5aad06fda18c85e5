"""Reads YAML, in one way for every room."""

from typing import Any, Protocol

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with its C part, and as safe."""


class Readable(Protocol):
    """A path, or a file inside a package."""

    def read_text(self, encoding: str) -> str:
        """Return the text."""
        ...


def read_yaml(file: Readable) -> Any:
    """Return the parsed `file` (UTF-8). Raises `OSError`, `UnicodeDecodeError` or `yaml.YAMLError`."""
    return yaml.load(file.read_text(encoding="utf8"), _LOADER)
