"""Reads hotline.toml; a wrong value stops the start with the field's name and what is allowed."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import SettingsError


class Settings(BaseModel):
    """Base of each room's settings: frozen, and a misspelt name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


S = TypeVar("S", bound=Settings)


def load(model: type[S], file: Path | None) -> S:
    """Return `model` filled from the TOML `file`, or its defaults where there is none.

    Raises `SettingsError` with the field and what is allowed there.
    """
    try:
        values = tomllib.loads(file.read_text(encoding="utf8")) if file else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(where="文件", what=error, file=file) from error
    return check(model, values, str(file or "hotline.toml"))


def check(model: type[S], values: dict[str, Any], file: str) -> S:
    """Return `model` made from `values`; `file` is named in the error."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "(顶层)"
        raise SettingsError(where=where, what=f"{first['msg']}(现为 {first.get('input')!r})", file=file) from error
