"""Writes docs/settings.md, docs/commands.md and the JSON Schema of the export from the code, so that none drifts."""

import json
import sys
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

from hotline.settings import HotlineSettings
from knowledge_base.sheets.exchange import schema

DOCS = Path(__file__).parent.parent / "docs"


def settings_page() -> str:
    """Return the reference of hotline.toml: every field with its default and reason."""
    parts = [
        "# Settings\n\nEvery field of `hotline.toml`, written by `make docs` from the code. "
        "A wrong value stops the start\nwith the field's name and what is allowed.\n"
    ]
    for name, field in HotlineSettings.model_fields.items():
        parts += _section(name, field.annotation)
    return "\n".join(parts)


def _section(name: str, model: Any) -> list[str]:
    doc = (model.__doc__ or "").strip().splitlines()[0]
    lines = [f"## [{name}]\n\n{doc}\n", "| field | default | meaning |", "| --- | --- | --- |"]
    nested = []
    for field_name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            nested.append((f"{name}.{field_name}", kind))
            continue
        parts = [part for part in get_args(kind) if isinstance(part, type) and issubclass(part, BaseModel)]
        if parts:
            nested.append((f"[{name}.{field_name}]", parts[0]))
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{field_name}` | `{_shown(field.default)}` | {meaning} |")
    out = ["\n".join(lines) + "\n"]
    for inner, kind in nested:
        out += _section(inner, kind)
    return out


def _shown(default: object) -> str:
    if isinstance(default, tuple) and default and isinstance(default[0], BaseModel):
        return ", ".join(str(next(iter(dict(part).values()))) for part in default)
    if isinstance(default, Path):
        root = DOCS.parent
        return str(default.relative_to(root) if default.is_relative_to(root) else default)
    return f'"{default}"' if isinstance(default, str) else str(default)


def commands_page() -> str:
    """Return the reference of the command line: every command with its options."""
    from hotline.cli import app

    group = typer.main.get_command(app)
    lines = ["# Commands\n\nWritten by `make docs` from the code; `hotline COMMAND --help` shows the same.\n"]
    lines += _commands(group, "hotline")
    return "\n".join(lines)


def _commands(group: Any, prefix: str) -> list[str]:
    out = []
    for name, command in sorted(group.commands.items()):
        full = f"{prefix} {name}"
        if hasattr(command, "commands"):
            out += _commands(command, full)
            continue
        out.append(f"## {full}\n\n{(command.help or '').strip()}\n")
        options = [_option(parameter) for parameter in command.params if parameter.name != "help"]
        if options:
            out.append("\n".join(["| argument | meaning |", "| --- | --- |", *options]) + "\n")
    return out


def _option(parameter: Any) -> str:
    named = parameter.param_type_name == "option"
    names = ", ".join(f"`{name}`" for name in parameter.opts) if named else f"`{parameter.name.upper()}`"
    return f"| {names} | {getattr(parameter, 'help', '') or ''} |"


def main() -> int:
    """Write the pages; with `--check`, return 1 where one is out of date instead."""
    stale = 0
    pages = {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "schemas/knowledge-entries.schema.json": json.dumps(schema(), ensure_ascii=False, indent=2) + "\n",
    }
    for name, text in pages.items():
        file = DOCS / name
        if file.exists() and file.read_text(encoding="utf8") == text:
            continue
        stale += 1
        if "--check" in sys.argv:
            print(f"docs/{name} is out of date: run make docs", file=sys.stderr)
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf8")
            print(f"docs/{name} written")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
