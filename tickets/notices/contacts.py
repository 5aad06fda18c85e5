"""How units, offices and people are reached: the city's contacts file (通讯录)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from core.yaml_file import read_yaml
from tickets.errors import ContactsWrong
from tickets.supervision.rules import Way

Telephone = Annotated[str, StringConstraints(pattern=r"^\+?\d{5,20}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=200)]


class Contact(BaseModel):
    """Telephone numbers for text messages, and mail addresses, of a unit, an office or a role."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    sms: tuple[Telephone, ...] = Field(default=(), max_length=20)
    mail: tuple[Address, ...] = Field(default=(), max_length=20)


_READ: TypeAdapter[dict[str, Contact]] = TypeAdapter(dict[str, Contact])


class Contacts:
    """Who is reached where."""

    def __init__(self, known: Mapping[str, Contact] | None = None) -> None:
        self._known = dict(known or {})

    def of(self, name: str, way: Way) -> tuple[str, ...]:
        """Return the numbers or addresses of `name`; none where the file has none."""
        one = self._known.get(name)
        if one is None:
            return ()
        return one.sms if way is Way.SMS else one.mail if way is Way.MAIL else ()


def load_contacts(file: Path | None) -> Contacts:
    """Return the contacts in a YAML file: `市水务局: {sms: [13800000001], mail: [duty@example.cn]}`, name by name.

    Raises `ContactsWrong`.
    """
    if file is None:
        return Contacts()
    try:
        return Contacts(_READ.validate_python(read_yaml(file) or {}))
    except OSError as error:
        raise ContactsWrong(file=file, where="文件", what=error.strerror) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContactsWrong(file=file, where="文件", what="不是 UTF-8 的 YAML") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "(顶层)"
        raise ContactsWrong(file=file, where=where, what=first["msg"]) from error
