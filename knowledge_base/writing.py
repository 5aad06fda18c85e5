"""How an entry changes within one transaction: the version, where it stands, the event, what callers hear."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from core.events import Event, append
from knowledge_base.attachments import missing
from knowledge_base.differences import differences, told
from knowledge_base.entry import Entry
from knowledge_base.errors import ChangedMeanwhile, EditedMeanwhile, FieldsWrong, NotReady
from knowledge_base.life import STEP_NAMES, Life, Step, after
from knowledge_base.reading import plain, problems, tidied, too_much
from knowledge_base.roles import Actor
from knowledge_base.serial import to_data
from knowledge_base.tables import entries_table, publications_table, versions_table
from knowledge_base.versions import Version, known, newest, version_of

_e, _v = entries_table.c, versions_table.c

KINDS = {
    Step.SAVE: "entry.saved",
    Step.SUBMIT: "entry.submitted",
    Step.RETURN: "entry.returned",
    Step.APPROVE: "entry.approved",
    Step.PUBLISH: "entry.published",
    Step.WITHDRAW: "entry.withdrawn",
    Step.EXPIRE: "entry.expired",
    Step.REVIVE: "entry.revived",
}


def fit(entry: Entry) -> Entry:
    """Return `entry` tidied; raises `FieldsWrong` where it cannot be kept even as a draft."""
    tidy = tidied(entry)
    if found := too_much(entry) or too_much(tidy):
        raise FieldsWrong(id=tidy.id[:80], what=";".join(map(str, found)))
    return tidy


def must_be_ready(entry: Entry, known: Collection[str], step: str) -> None:
    """Raise `NotReady` where `entry` cannot be reviewed and spoken; `known` are ids that there are."""
    if found := problems(entry, known):
        raise NotReady(id=entry.id, step=step, what=";".join(map(str, found)))


def save(
    connection: Connection,
    life: Life | None,
    entry: Entry,
    base: int,
    actor: Actor,
    why: str,
    now: datetime,
    restored: int,
) -> Version | EditedMeanwhile:
    """Keep `entry` as a new version; where somebody has saved since `base`, aside, with the error to raise."""
    why = plain(why, lines=True)
    before = life or Life(entry.id, entry.department)
    number = _next_version(connection, entry.id)
    aside = base != before.head
    if aside:  # the entry may have gone to another department meanwhile: the text is not lost for that
        before = replace(before, department=version_of(connection, entry.id, base).entry.department)
    new = after(before, Step.SAVE, actor, why, entry.department, number)
    if life is not None:
        theirs = version_of(connection, entry.id, life.head)
        if theirs.entry == entry:
            return theirs
        if aside:
            _keep(connection, Version(number, entry, now, actor.name, why, base, True))
            _append(
                connection, entry.id, "entry.set_aside", {"version": number, "who": actor.name, "base": base}, now
            )
            return EditedMeanwhile(
                id=entry.id,
                who=theirs.who,
                theirs=theirs.number,
                kept=number,
                differences=told(differences(theirs.entry, entry)),
            )
    version = Version(number, entry, now, actor.name, why, base, False)
    _keep(connection, version)
    facts = {"restored": restored} if restored else {}
    changed(connection, new, Step.SAVE, actor, why, now, entry, facts)
    return version


def step_on(connection: Connection, id: str, step: Step, version: int, actor: Actor, why: str, now: datetime) -> Life:
    """Take `step` on the working `version`; raises `ChangedMeanwhile`, `NotReady`, `StepRefused`."""
    why = plain(why, lines=True)
    life = known(connection, id)
    if life.head != version:
        head = version_of(connection, id, life.head)
        raise ChangedMeanwhile(id=id, who=head.who, version=version, step=STEP_NAMES[step])
    new = after(life, step, actor, why)
    if step in (Step.SUBMIT, Step.APPROVE, Step.PUBLISH):
        entry = version_of(connection, id, life.head).entry
        related = frozenset(connection.scalars(select(_e.id).where(_e.id.in_(entry.related))))
        must_be_ready(entry, related, STEP_NAMES[step])
        if lost := missing(connection, id, entry.attachments):
            raise NotReady(id=id, step=STEP_NAMES[step], what=f"附件“{'”、“'.join(lost)}”还没有上传")
    changed(connection, new, step, actor, why, now)
    return new


def changed(
    connection: Connection,
    life: Life,
    step: Step,
    actor: Actor,
    why: str,
    now: datetime,
    entry: Entry | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write where the entry stands now, the event, and what it changes for callers."""
    entry = entry or version_of(connection, life.id, life.head).entry
    connection.execute(delete(entries_table).where(_e.id == life.id))
    connection.execute(insert(entries_table).values(entry_row(life, entry, now)))
    append(connection, happened(life, step, actor, why, now, facts))
    if step in (Step.PUBLISH, Step.WITHDRAW, Step.EXPIRE, Step.REVIVE):
        connection.execute(
            insert(publications_table).values(
                number=newest(connection) + 1,  # a database's own counter can be seen out of order by followers
                at=now.timestamp(),
                entry=life.id,
                version=life.live,
            )
        )


def happened(
    life: Life, step: Step, actor: Actor, why: str, now: datetime, facts: dict[str, Any] | None = None
) -> Event:
    """Return the event of a step that was taken, after which the entry stands at `life`."""
    body = {"version": life.head, "who": actor.name, "role": actor.role.value, "why": why, **(facts or {})}
    return Event(now.timestamp(), f"entry:{life.id}", KINDS[step], body)


def entry_row(life: Life, entry: Entry, now: datetime) -> dict[str, Any]:
    """Return the row that says where `entry` stands."""
    return {
        "id": life.id,
        "department": life.department,
        "state": life.state.value,
        "head": life.head,
        "live": life.live,
        "author": life.author,
        "topic": entry.topic,
        "question": entry.question,
        "changed": now.timestamp(),
    }


def version_row(version: Version, content: str) -> dict[str, Any]:
    """Return the row that keeps `version` whole; `content` is `content_of` its entry."""
    return {
        "entry": version.entry.id,
        "version": version.number,
        "at": version.at.timestamp(),
        "who": version.who,
        "why": version.why,
        "base": version.base,
        "aside": version.aside,
        "content": content,
    }


def content_of(entry: Entry) -> str:
    """Return `entry` as the column `content` has it."""
    return json.dumps(to_data(entry), ensure_ascii=False)


def _keep(connection: Connection, version: Version) -> None:
    connection.execute(insert(versions_table).values(version_row(version, content_of(version.entry))))


def _append(connection: Connection, id: str, kind: str, body: dict[str, Any], now: datetime) -> None:
    append(connection, Event(now.timestamp(), f"entry:{id}", kind, body))


def _next_version(connection: Connection, id: str) -> int:
    last: int | None = connection.scalar(select(func.max(_v.version)).where(_v.entry == id))
    return (last or 0) + 1
