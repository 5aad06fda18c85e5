"""Settings come from TOML; what is wrong is named with its field."""

from pathlib import Path

import pytest
from pydantic import Field

from core.errors import SettingsError
from core.settings import Settings, load


class Port(Settings):
    port: int = Field(default=5060, ge=1, le=65535)


class All(Settings):
    line: Port = Port()


def test_defaults_without_a_file() -> None:
    assert load(All, None).line.port == 5060


def test_values_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text("[line]\nport = 5070\n")
    assert load(All, file).line.port == 5070


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[line]\nport = 99999\n", "line.port"),
        ("[line]\nprot = 5060\n", "line.prot"),
        ("[line\n", "文件"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=named):
        load(All, file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(All, tmp_path / "none.toml")
