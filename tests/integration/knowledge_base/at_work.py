"""Somebody at work in a process of his own, who can be held up, and killed, at a given moment.

`python -m tests.integration.knowledge_base.at_work URL WHAT PAUSE`: WHAT is approve, publish or many; PAUSE is a
moment at which he says "paused" and waits for a line: render, commit, or "SQL:n", before the nth statement with SQL.
In the end he says "done", or what he was told.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, event

from core.database import Database
from core.errors import HotlineError
from knowledge_base.entry import Entry
from knowledge_base.life import Step
from knowledge_base.publication import Publisher
from knowledge_base.store import EntryStore
from tests.editors import CHEN, NOW, SUN, publish

IDS = ("first", "second", "third")
"""The entries of one publication."""


def wait() -> None:
    print("paused", flush=True)
    sys.stdin.readline()


class Voice:
    """Renders nothing, but can be held up in it."""

    def __init__(self, pause: str) -> None:
        self._pause = pause

    async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
        progress(1, len(texts))
        if self._pause == "render":
            wait()


class Unchanged:
    """A knowledge base whose index is ready at once: here it is the store that is at work."""

    def changed(self, entries: Sequence[Entry]) -> "Unchanged":
        return self


def pause_at(moment: str) -> None:
    """Stop before the moment, counted from now."""
    sql, _, number = moment.partition(":")
    if moment == "commit":
        written: list[str] = []
        event.listen(Engine, "after_cursor_execute", lambda *facts: written.append(facts[2]))
        event.listen(Engine, "commit", lambda _: wait() if any("INSERT" in sql for sql in written) else None)
    left = [int(number or 0)]

    def before(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if number and sql in statement:
            left[0] -= 1
            if left[0] == 0:
                wait()

    event.listen(Engine, "before_cursor_execute", before)


def work(store: EntryStore, what: str, pause: str) -> None:
    if what == "approve":
        pause_at(pause)
        store.step("shebaoka", Step.APPROVE, store.get("shebaoka").life.head, SUN, "", NOW)
    elif what == "publish":
        base = Unchanged()
        publisher = Publisher(store, lambda: base, Voice(pause), lambda entries: [entry.spoken for entry in entries])
        versions = [(id, store.get(id).life.head) for id in IDS]
        if pause != "render":
            pause_at(pause)
        asyncio.run(publisher.publish(versions, CHEN, "换证", NOW))
    else:
        for generation in range(10):
            heads = [store.get(id).head.entry for id in IDS]
            publish(store, *(replace(head, spoken=f"这是第{generation}次发布的答复。") for head in heads))


if __name__ == "__main__":
    _, url, what, pause = sys.argv
    store = EntryStore(Database(url))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        work(store, what, pause)
        print("done", flush=True)
    except HotlineError as error:
        print(type(error).__name__, str(error), flush=True)
    store.database.close()
