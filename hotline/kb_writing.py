"""An entry as a text that an editor changes, and the way from that text, or from field=value, back to an entry."""

import re
from collections.abc import Sequence
from typing import Any

import yaml

from core.errors import HotlineError
from knowledge_base.entry import Entry
from knowledge_base.headings import HEADINGS, heading
from knowledge_base.serial import LISTS, FieldWrong, from_data, to_data

_BASE = re.compile(r"^# base: (\d+)\s*$", re.MULTILINE)
_BETWEEN = "|"


class TextUnreadable(HotlineError):
    """写的内容读不懂:{what}。格式是每行“字段: 内容”,多项的字段每项一行、以“- ”开头。请改正后重试。"""


class SettingUnreadable(HotlineError):
    """--set {given} 读不懂:{what}。请写成 字段=内容,多项之间用 | 隔开,例如 --set "asked=怎么补办|丢了怎么办"。"""


def as_text(entry: Entry, base: int) -> str:
    """Return `entry` as YAML with a heading over each field; the version that it is made from stands on top."""
    data = to_data(entry)
    parts = [f"# 条目 {entry.id}。改好后保存退出,就存为新的一版;不改就退出,什么也不发生。\n# base: {base}\n"]
    for name, told in HEADINGS.items():
        empty: Any = [] if name in LISTS else ""
        field = yaml.safe_dump({name: data.get(name, empty)}, allow_unicode=True, width=110)
        parts.append(f"# {told}\n{field}")
    return "\n".join(parts)


def from_text(text: str, id: str) -> tuple[Entry, int | None]:
    """Return the entry that `text` describes and the version that it was made from, None where it does not say.

    Everything is read as text, so that the telephone 0571 stays what it is. Raises `TextUnreadable`.
    """
    try:
        data = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise TextUnreadable(what=error) from error
    if not isinstance(data, dict):
        raise TextUnreadable(what="没有“字段: 内容”")
    if data.get("id", id) != id:
        raise TextUnreadable(what=f"编号是 {data['id']},要改的却是 {id}")
    try:
        entry = from_data({name: _list_or(name, value) for name, value in data.items()} | {"id": id})
    except FieldWrong as wrong:
        raise TextUnreadable(what=f"{heading(wrong.field)}({wrong.field}):{wrong.what}") from None
    base = _BASE.search(text)
    return entry, int(base[1]) if base else None


def with_settings(entry: Entry, given: Sequence[str]) -> Entry:
    """Return `entry` with each `field=value` of `given`; an empty value empties the field.

    Raises `SettingUnreadable`.
    """
    data: dict[str, Any] = to_data(entry)
    for one in given:
        name, equals, value = one.partition("=")
        name = name.strip()
        if not equals or name == "id":
            raise SettingUnreadable(given=one, what="缺少等号" if not equals else "编号不能改")
        data[name] = value.split(_BETWEEN) if name in LISTS else value
        try:
            from_data(data)
        except FieldWrong as wrong:
            raise SettingUnreadable(given=one, what=f"{wrong.field}:{wrong.what}") from None
    return from_data(data)


def _list_or(name: str, value: Any) -> Any:
    return [] if name in LISTS and value == "" else value
