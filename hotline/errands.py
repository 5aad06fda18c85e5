"""Joins outbound calls to the store of call-backs."""

from datetime import datetime, timedelta

from dialog.outbound.errand import Errand
from tickets.callback_store import CallBackStore
from tickets.callbacks import CallBackTask, Result

PLAN_EVERY = timedelta(minutes=1)
"""How often the records are searched for new missed calls and closed tickets while calls are being made."""


class StoredErrands:
    """`dialog.outbound.errand.Errands` on a `CallBackStore`, planned from the records as time goes on."""

    def __init__(self, store: CallBackStore) -> None:
        self._store = store
        self._planned: datetime | None = None

    async def take(self, now: datetime) -> Errand | None:
        """Return the most urgent call to make at `now`."""
        if self._planned is None or now - self._planned >= PLAN_EVERY:
            await self._store.plan(now)
            self._planned = now
        task = await self._store.take(now)
        return await self._errand(task) if task else None

    async def report(self, errand: Errand, result: Result, now: datetime) -> None:
        """Note how the call went."""
        await self._store.report(errand.id, result, now)

    async def _errand(self, task: CallBackTask) -> Errand:
        ticket = await self._store.ticket(task.ticket) if task.ticket else None
        return Errand(task.id, task.kind, task.number, task.since, ticket, len(task.tries) - 1)
