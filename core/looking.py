"""A thread that looks at something again and again, and survives whatever goes wrong."""

import logging
import threading
from abc import ABC, abstractmethod

from core.errors import HotlineError

log = logging.getLogger(__name__)

_MORE = 0.1
"""Share of the usual pause after a look that may have left something."""


class LookingThread(ABC):
    """Calls `look` every `look_s` seconds between `start` and `stop`."""

    def __init__(self, name: str, look_s: float, standstill: str) -> None:
        """`standstill` is what people read before the reason when it does not go on."""
        self._name, self._look_s, self._standstill = name, look_s, standstill
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.trouble: str | None = None
        """Why it does not go on at the moment, as a sentence; it is tried again."""

    @abstractmethod
    def look(self) -> bool:
        """Do what is due; return whether there may be more at once. Whatever it raises is told and tried again."""

    def close(self) -> None:  # noqa: B027  # most keep nothing open
        """Let go of what `look` keeps; called in the thread when it ends."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait_s = self._look_s
        while not self._ended.wait(wait_s):
            wait_s = self._look_s
            try:
                wait_s *= _MORE if self.look() else 1
                self.trouble = None
            except Exception as error:  # whoever depends on it goes on with what there is
                told = str(error) if isinstance(error, HotlineError) else type(error).__name__
                if self.trouble is None:  # once, and not at every look until it is over
                    log.error("%s: stands still: %s", self._name, told)
                self.trouble = f"{self._standstill}:{told}"
        self.close()
