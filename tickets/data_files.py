"""Reads the room's YAML files, each once."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read(name: str) -> Any:
    """Return the parsed `tickets/data/{name}.yaml`."""
    text = (files("tickets") / "data" / f"{name}.yaml").read_text(encoding="utf8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
