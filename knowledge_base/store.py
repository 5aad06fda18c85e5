"""Keeps entries with all their versions: each change and its event in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from core.database import Database
from core.events import Event, append, history
from knowledge_base.bulk import save_many
from knowledge_base.entry import Entry
from knowledge_base.errors import EditedMeanwhile, EntryExists, EntryUnknown
from knowledge_base.life import STEP_NAMES, Life, State, Step, system
from knowledge_base.roles import Actor
from knowledge_base.tables import entries_table, publications_table, versions_table
from knowledge_base.versions import (
    Listed,
    Published,
    Record,
    Version,
    as_entry,
    as_listed,
    as_version,
    known,
    life_of,
    live_entries,
    newest,
    version_of,
)
from knowledge_base.writing import changed, content_of, fit, must_be_ready, save, step_on

_e, _v, _p = entries_table.c, versions_table.c, publications_table.c


class EntryStore:
    """Entries in a database. Every method waits for the disk: from an event loop call it in a thread.

    Raises `RecordsError` where the database fails; then nothing has changed.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, entry: Entry, base: int, actor: Actor, why: str, now: datetime, restored: int = 0) -> Version:
        """Keep `entry` as a new version and return it; where nothing differs from the last one, return that.

        `base` is the version that the writer had before him, 0 for a new entry; `restored` the one that was brought
        back. Raises `EditedMeanwhile` where somebody else has saved since: then the text is kept aside and the error
        names where. Raises `EntryExists`, `EntryUnknown`, `FieldsWrong`, `StepRefused`.
        """
        entry = fit(entry)

        def work(connection: Connection) -> Version | EditedMeanwhile:
            life = life_of(connection, entry.id)
            if life is None and base:
                raise EntryUnknown(id=entry.id)
            if life is not None and not base:
                raise EntryExists(id=entry.id)
            return save(connection, life, entry, base, actor, why, now, restored)

        outcome = self.database.run(work, exclusive=True)
        if isinstance(outcome, EditedMeanwhile):
            raise outcome
        return outcome

    def save_all(
        self, entries: Sequence[Entry], actor: Actor, why: str, now: datetime, steps: Sequence[Step] = ()
    ) -> int:
        """Keep all of `entries` (each id once) as new versions, or none; return how many differ from what there was.

        `steps` (submit, approve) are then taken on those that are drafts, in the same transaction.
        Raises what `save` and `step` raise, but `EditedMeanwhile`: each is held against the version of this moment.
        """
        kept = [(entry, content_of(entry)) for entry in map(fit, entries)]
        if steps:  # before the transaction, which others wait for; an entry that there is does not go away
            known = self.ids() | {entry.id for entry, _ in kept}
            for entry, _ in kept:
                must_be_ready(entry, known, STEP_NAMES[steps[0]])
        return self.database.run(lambda c: save_many(c, kept, actor, why, now, steps), exclusive=True)

    def restore(self, id: str, version: int, actor: Actor, now: datetime, why: str = "") -> Version:
        """Bring back `version` as a new working version; raises `VersionUnknown` and what `save` raises."""
        old = self.version(id, version)
        head = self.get(id).life.head
        return self.save(old.entry, head, actor, why or f"恢复第 {version} 版", now, restored=version)

    def step(self, id: str, step: Step, version: int, actor: Actor, why: str, now: datetime) -> Life:
        """Take `step` (submit, return, approve, withdraw) on the working `version`, as its actor saw it.

        Raises `ChangedMeanwhile`, `EntryUnknown`, `NotReady`, `StepRefused`. Publishing is
        `knowledge_base.publication`'s, which makes index and sound ready first.
        """
        return self.database.run(lambda c: step_on(c, id, step, version, actor, why, now), exclusive=True)

    def put_live(self, versions: Sequence[tuple[str, int]], actor: Actor, why: str, now: datetime) -> int:
        """Publish the working `versions` (id, number), all or none; return the number of the publication."""

        def work(connection: Connection) -> int:
            for id, version in versions:
                step_on(connection, id, Step.PUBLISH, version, actor, why, now)
            return newest(connection)

        return self.database.run(work, exclusive=True)

    def expire(self, today: date, now: datetime, only: Sequence[str] | None = None) -> tuple[str, ...]:
        """End what callers hear of entries (or `only` of those) that no longer hold `today`; return their ids.

        Which ones are sure enough to be ended by a clock that may be wrong: `knowledge_base.ageing`.
        """

        def work(connection: Connection) -> tuple[str, ...]:
            over = [e for e in live_entries(connection, only) if e.valid_to is not None and e.valid_to < today]
            for entry in over:
                life = known(connection, entry.id)
                step_on(connection, entry.id, Step.EXPIRE, life.head, system(), f"有效期到 {entry.valid_to}", now)
            return tuple(entry.id for entry in over)

        return self.database.run(work, exclusive=True)

    def revive(self, today: date, actor: Actor, why: str, now: datetime) -> tuple[str, ...]:
        """Let callers hear again every expired entry that holds `today`, after a clock was wrong; return their ids.

        An entry whose newer version is being written is left alone. Raises `StepRefused`.
        """

        def work(connection: Connection) -> tuple[str, ...]:
            expired = connection.scalars(select(_e.id).where(_e.state == State.EXPIRED.value).order_by(_e.id)).all()
            heads = [(id, known(connection, id).head) for id in expired]
            ends = {id: version_of(connection, id, head).entry.valid_to for id, head in heads}
            held = [(id, head) for id, head in heads if (end := ends[id]) is None or end >= today]
            for id, head in held:
                step_on(connection, id, Step.REVIVE, head, actor, why, now)
            return tuple(id for id, _ in held)

        return self.database.run(work, exclusive=True)

    def note(self, id: str, kind: str, body: dict[str, Any], now: datetime) -> None:
        """Write an event of entry `id` that changes nothing in it (a failed publication, a look)."""
        self.database.run(lambda c: append(c, Event(now.timestamp(), f"entry:{id}", kind, body)), exclusive=True)

    def seed(self, entries: Sequence[Entry], now: datetime) -> int:
        """Put `entries` live as version 1 where the store is empty; return how many were put there."""

        def work(connection: Connection) -> int:
            if connection.execute(select(_e.id).limit(1)).first() is not None:
                return 0
            for entry in entries:
                saved = save(connection, None, entry, 0, system(), "随系统交付", now, 0)
                assert isinstance(saved, Version)
                life = replace(known(connection, entry.id), state=State.PUBLISHED, live=saved.number)
                changed(connection, life, Step.PUBLISH, system(), "随系统交付", now)
            return len(entries)

        return self.database.run(work, exclusive=True)

    def get(self, id: str) -> Record:
        """Return the entry as it stands; raises `EntryUnknown`."""

        def work(connection: Connection) -> Record:
            life = known(connection, id)
            live = version_of(connection, id, life.live) if life.live else None
            return Record(life, version_of(connection, id, life.head), live)

        return self.database.run(work)

    def version(self, id: str, number: int) -> Version:
        """Return one version; raises `EntryUnknown`, `VersionUnknown`."""

        def work(connection: Connection) -> Version:
            known(connection, id)
            return version_of(connection, id, number)

        return self.database.run(work)

    def versions(self, id: str) -> tuple[Version, ...]:
        """Return every version of an entry, newest first; raises `EntryUnknown`."""

        def work(connection: Connection) -> tuple[Version, ...]:
            known(connection, id)
            rows = connection.execute(select(versions_table).where(_v.entry == id).order_by(_v.version.desc()))
            return tuple(map(as_version, rows))

        return self.database.run(work)

    def history(self, id: str) -> tuple[Event, ...]:
        """Return what happened to an entry, oldest first."""
        return tuple(self.database.run(lambda c: history(c, f"entry:{id}")))

    def list(
        self,
        department: str = "",
        state: State | None = None,
        search: str = "",
        live: bool | None = None,
        limit: int = 50,
        beyond: str = "",
    ) -> tuple[Listed, ...]:
        """Return entries by id, those after the id `beyond`; `search` is part of question, field or id."""
        query = select(entries_table).where(_e.id > beyond).order_by(_e.id).limit(limit)
        if department:
            query = query.where(_e.department == department)
        if state is not None:
            query = query.where(_e.state == state.value)
        if live is not None:
            query = query.where((_e.live > 0) if live else (_e.live == 0))
        if search:
            found = (column.contains(search, autoescape=True) for column in (_e.id, _e.question, _e.topic))
            query = query.where(or_(*found))
        return self.database.run(lambda c: tuple(map(as_listed, c.execute(query))))

    def ids(self) -> frozenset[str]:
        """Return the ids of all entries."""
        return self.database.run(lambda c: frozenset(c.scalars(select(_e.id))))

    def heads(self) -> tuple[Entry, ...]:
        """Return the working version of every entry, by id."""
        columns = (_v.entry, _v.version, _v.content)
        query = select(*columns).join(entries_table, (_v.entry == _e.id) & (_v.version == _e.head)).order_by(_e.id)
        return self.database.run(lambda c: tuple(as_entry(*row) for row in c.execute(query)))

    def live(self) -> Published:
        """Return all that callers hear, and the number of the last publication."""

        def work(connection: Connection) -> Published:
            return Published(newest(connection), tuple(live_entries(connection)), ())

        return self.database.run(work)

    def since(self, number: int) -> Published:
        """Return what has changed for callers since publication `number`; the same number where nothing has."""
        # One query sees one moment: a publication that ends meanwhile is not seen by half.
        query = (
            select(_p.number, _p.entry, _v.version, _v.content)
            .join(entries_table, _p.entry == _e.id)
            .outerjoin(versions_table, (_v.entry == _e.id) & (_v.version == _e.live))
            .where(_p.number > number)
            .order_by(_p.number)
        )
        rows = self.database.run(lambda c: c.execute(query).all())
        changed = {row.entry: row for row in rows}
        heard = tuple(as_entry(id, row.version, row.content) for id, row in changed.items() if row.version)
        gone = tuple(sorted(id for id, row in changed.items() if not row.version))
        return Published(rows[-1].number if rows else number, heard, gone)
