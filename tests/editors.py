"""Entries, and people who work on them, for the tests of the knowledge base."""

from datetime import UTC, datetime
from typing import Any

from core.database import Database
from knowledge_base.entry import Entry
from knowledge_base.life import Step
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
LI = Actor("李编辑", Role.EDITOR, "人社局")
WANG = Actor("王编辑", Role.EDITOR, "人社局")
ZHAO = Actor("赵编辑", Role.EDITOR, "公积金中心")
CHEN = Actor("陈审核", Role.REVIEWER)
SUN = Actor("孙审核", Role.REVIEWER)
GU = Actor("顾管理", Role.ADMINISTRATOR)


def entry(id: str = "shebaoka", **fields: Any) -> Entry:
    """Return an entry that can be published."""
    whole: dict[str, Any] = {
        "question": "社保卡丢了怎么补办",
        "spoken": "带身份证到任一社保服务网点，当场补办，工本费二十元。",
        "topic": "社保",
        "subject": "社保卡",
        "aspect": "补办",
        "short": "社保卡补办",
        "asked": ("社保卡丢了怎么办", "补一张社保卡", "社保卡补办去哪里"),
        "text": "持有效身份证件到任一社保服务网点办理补卡，立等可取。",
        "department": "人社局",
    }
    return Entry(id=id, **(whole | fields))


def approve(store: EntryStore, wanted: Entry, writer: Actor = LI) -> int:
    """Save, submit and approve `wanted`; return the number of its version."""
    base = store.get(wanted.id).life.head if wanted.id in store.ids() else 0
    number = store.save(wanted, base, writer, "", NOW).number
    store.step(wanted.id, Step.SUBMIT, number, writer, "", NOW)
    store.step(wanted.id, Step.APPROVE, number, CHEN, "", NOW)
    return number


def publish(store: EntryStore, *wanted: Entry) -> int:
    """Approve and publish `wanted` at once, as they are; return the number of the publication."""
    return store.put_live([(each.id, approve(store, each)) for each in wanted], CHEN, "", NOW)


def open_store(path: Any) -> EntryStore:
    """Open the entries in the SQLite file `path`."""
    return EntryStore(Database(f"sqlite:///{path}"))
