"""The templates of a city: those that come with the system, and its own."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from core.yaml_file import read_yaml
from tickets.data_files import read
from tickets.errors import TemplatesWrong, TemplateUnknown
from tickets.replies.template import Template, Use
from tickets.ticket import Ticket

_USES: tuple[Use, ...] = get_args(Use)


class Library:
    """Templates by what they are for and by id."""

    def __init__(self, templates: Mapping[Use, Sequence[Template]]) -> None:
        self._of = {use: {one.id: one for one in templates.get(use, ())} for use in _USES}

    def get(self, use: Use, id: str) -> Template:
        """Return a template. Raises `TemplateUnknown` with those that there are."""
        try:
            return self._of[use][id]
        except KeyError:
            raise TemplateUnknown(id=id, ids="、".join(self._of[use])) from None

    def all(self, use: Use) -> list[Template]:
        """Return all templates for `use`."""
        return list(self._of[use].values())

    def for_ticket(self, ticket: Ticket) -> list[Template]:
        """Return the reply templates that fit `ticket`, the most exact first."""
        fitting = (one for one in self._of["reply"].values() if one.fits(ticket))
        return sorted(fitting, key=lambda one: (not one.categories, not one.kinds))

    def sent_on(self, event: str) -> list[Template]:
        """Return the messages to the citizen that are sent on `event`."""
        return [one for one in self._of["sms"].values() if one.on == event]


def load_library(own: Path | None = None) -> Library:
    """Return the usual templates with those of the city's `own` file, which replace others of the same id.

    Raises `TemplatesWrong` with the template and what is wrong with it.
    """
    usual = _templates(read("replies"), "tickets/data/replies.yaml")
    if own is None:
        return Library(usual)
    try:
        data = read_yaml(own)
    except OSError as error:
        raise TemplatesWrong(file=own, where="文件", what=error.strerror) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise TemplatesWrong(file=own, where="文件", what="不是 UTF-8 的 YAML") from error
    theirs = _templates(data, str(own))
    return Library({use: [*usual[use], *theirs[use]] for use in _USES})


def _templates(data: Any, file: str) -> dict[Use, list[Template]]:
    if not isinstance(data, dict) or set(data) - set(_USES):
        raise TemplatesWrong(file=file, where="(顶层)", what=f"只能有 {'、'.join(_USES)} 三段")
    return {use: [_template(row, use, file) for row in _rows(data.get(use), use, file)] for use in _USES}


def _rows(rows: Any, use: str, file: str) -> Iterable[Any]:
    if rows is not None and not isinstance(rows, list):
        raise TemplatesWrong(file=file, where=use, what="要写成列表")
    return rows or []


def _template(row: Any, use: str, file: str) -> Template:
    try:
        return Template.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        id = row.get("id", "?") if isinstance(row, dict) else "?"
        where = ".".join([use, str(id), *map(str, first["loc"])])
        raise TemplatesWrong(file=file, where=where, what=first["msg"]) from error
