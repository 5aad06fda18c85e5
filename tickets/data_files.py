"""Reads the room's YAML files, each once."""

from functools import cache
from importlib.resources import files
from typing import Any

from core.yaml_file import read_yaml


@cache
def read(name: str) -> Any:
    """Return the parsed `tickets/data/{name}.yaml`."""
    return read_yaml(files("tickets") / "data" / f"{name}.yaml")
