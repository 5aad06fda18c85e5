"""Answers from the knowledge base for the agent to read, while the caller is still asking."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.events import Event, EventLog
from dialog.signs import asks

log = logging.getLogger(__name__)

MOST_AT_ONCE = 2
"""Questions that are looked up at the same time; more are skipped, for they take the processor from the calls."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that answers what the caller has asked."""

    entry: str
    """Its id."""
    title: str
    confidence: float
    """Probability, 0 to 1, that it answers the question."""


Suggest = Callable[[str], Sequence[Suggestion]]
"""Returns what surely answers a question, the best first; nothing where nothing does. Called in a thread."""


class Suggestions:
    """Hears each `talk.said` of a caller that asks something and appends `talk.suggested` where there is an answer.

    Its facts: question, at_ms (as in `talk.said`), entries with entry, title and confidence.
    """

    def __init__(self, events: EventLog, suggest: Suggest, busy: Callable[[], bool] = lambda: False) -> None:
        self._events, self._suggest, self._busy = events, suggest, busy
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self.skipped = 0
        """Questions that were not looked up because there was no time for it."""
        events.subscribe(self._note)

    async def close(self) -> None:
        """Suggest nothing any more."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _note(self, event: Event) -> None:
        if event.kind == "talk.said" and event.body["who"] == "caller" and asks(event.body["text"]):
            self._loop.call_soon_threadsafe(self._begin, event)

    def _begin(self, event: Event) -> None:
        if self._closed:
            return
        if len(self._tasks) >= MOST_AT_ONCE or self._busy():
            self.skipped += 1
            return
        task = self._loop.create_task(self._look_up(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_up(self, event: Event) -> None:
        question = event.body["text"]
        try:
            found = await asyncio.to_thread(self._suggest, question)
        except Exception as error:
            log.error("no suggestion: %s", error)
            return
        if found:
            facts: dict[str, Any] = {"question": question, "at_ms": event.body["at_ms"]}
            self._events.append(event.stream, "talk.suggested", facts | {"entries": [asdict(one) for one in found]})
