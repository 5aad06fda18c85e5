"""Which entries go out, and as what: each with the version it was, so that it can come back without harm."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base.entry import Entry
from knowledge_base.life import State
from knowledge_base.store import EntryStore
from knowledge_base.tables import entries_table, versions_table
from knowledge_base.versions import as_entry, as_life

_e, _v = entries_table.c, versions_table.c


@dataclass(frozen=True, slots=True)
class Exported:
    """An entry as it goes out; `live`: callers hear this version."""

    entry: Entry
    version: int
    state: State
    live: bool


def exported(
    store: EntryStore, department: str = "", state: State | None = None, live: bool = False
) -> tuple[Exported, ...]:
    """Return entries by id: their working versions, or with `live` what callers hear."""
    version = _e.live if live else _e.head
    query = select(entries_table, _v.content).join(versions_table, (_v.entry == _e.id) & (_v.version == version))
    if department:
        query = query.where(_e.department == department)
    if state is not None:
        query = query.where(_e.state == state.value)

    def work(connection: Connection) -> tuple[Exported, ...]:
        out: list[Exported] = []
        for row in connection.execute(query.order_by(_e.id)):
            life = as_life(row)
            number = life.live if live else life.head
            entry = as_entry(life.id, number, row.content)
            out.append(Exported(entry, number, life.state, number == life.live))
        return tuple(out)

    return store.database.run(work)
