"""Entries by matter and by field, so that no question looks at every entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.entry import Entry

Members = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Families:
    """The ids of the entries of each subject and each topic; none under an empty name."""

    subjects: Members
    topics: Members

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Families":
        """Group `entries`."""
        return cls({}, {}).changed(entries, ())

    def changed(self, come: Sequence[Entry], gone: Sequence[Entry]) -> "Families":
        """Return the families without the entries `gone`, and with those that have `come`."""
        return Families(
            _changed(self.subjects, _pairs(come, "subject"), _pairs(gone, "subject")),
            _changed(self.topics, _pairs(come, "topic"), _pairs(gone, "topic")),
        )


def _pairs(entries: Sequence[Entry], field: str) -> list[tuple[str, str]]:
    return [(name, entry.id) for entry in entries if (name := getattr(entry, field))]


def _changed(members: Members, come: Iterable[tuple[str, str]], gone: Iterable[tuple[str, str]]) -> Members:
    touched: dict[str, dict[str, None]] = {}
    for name, id in gone:
        touched.setdefault(name, dict.fromkeys(members.get(name, ()))).pop(id, None)
    for name, id in come:
        touched.setdefault(name, dict.fromkeys(members.get(name, ())))[id] = None
    made = {**members, **{name: tuple(ids) for name, ids in touched.items()}}
    return {name: ids for name, ids in made.items() if ids} if any(not ids for ids in touched.values()) else made
