"""The human agents behind Asterisk's queues, as dialogue and calls see them."""

import math
import time
from collections.abc import Mapping
from typing import Any

from core.clock import Clock
from dialog.ports import Staffing
from ivr.humans import HumanLoad
from ivr.queue_settings import QueueNames
from ivr.queues import queue_for
from telephony.asterisk.queues import Queues, Standing


class QueuedHumans:
    """See `ivr.humans.HumanAgents`. Where nobody is in the queue that fits, the general one takes the caller."""

    def __init__(self, queues: Queues, settings: QueueNames, clock: Clock) -> None:
        self._queues, self._settings, self._clock = queues, settings, clock

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        """Return how the queue stands that fits."""
        _, standing = self._best(reason, packet)
        wait_s = standing.expected_wait_s
        minutes = None if wait_s is None else math.ceil(wait_s / 60)
        return Staffing(standing.logged_in > 0, standing.free > standing.waiting, standing.waiting, minutes)

    def target(self, reason: str, packet: Mapping[str, Any]) -> str:
        """Return the queue that fits, "" where nobody is on duty."""
        name, standing = self._best(reason, packet)
        return name if standing.logged_in else ""

    def load(self) -> HumanLoad:
        """Return how the queue stands to which calls go that nobody has talked with."""
        _, standing = self._best("overflow", {})
        return HumanLoad(standing.logged_in, standing.free, standing.waiting, standing.expected_wait_s)

    def _best(self, reason: str, packet: Mapping[str, Any]) -> tuple[str, Standing]:
        now, general = time.time(), self._settings.general
        name = queue_for(reason, packet, self._clock.now(), self._settings)
        standing = self._queues.standing(name, now)
        if not standing.logged_in and name != general:
            return general, self._queues.standing(general, now)
        return name, standing
