"""Overflow: who takes the next call, the bot, a human or the call-back list, by load, hour and calendar."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ivr.admission import Verdict
from ivr.overflow_settings import Mode, OverflowRule, OverflowSettings


@dataclass(frozen=True, slots=True)
class Load:
    """How busy bot and humans are at this moment."""

    running: int
    """Calls that the bot talks with."""
    room: Verdict
    """Whether the recognisers admit one more (`ivr.admission.Admission.admits`)."""
    logged_in: int = 0
    """Human agents on duty: logged in and not paused."""
    free: int = 0
    """Those of them who do not talk."""
    waiting: int = 0
    """Callers waiting for a human."""
    wait_s: float | None = None
    """Seconds that a caller who joins them is expected to wait; None where nobody can tell."""


class To(StrEnum):
    """Where a call goes."""

    BOT = "bot"
    QUEUE = "queue"
    CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a call goes, and why, in short for the record."""

    to: To
    why: str


@dataclass(frozen=True, slots=True)
class Overflow:
    """Decides for each new call. Nobody hears a dead line: what neither bot nor human can take is called back."""

    most_calls: int
    """Calls that the bot talks with at the same time at most (`[ivr] max_calls`)."""
    mode: Mode = Mode.BOT_FIRST
    rules: tuple[OverflowRule, ...] = ()
    wait_s: float = 15.0
    longest_wait_s: float = 600.0
    most_waiting: int = 5
    """These five as in `OverflowSettings`."""

    @classmethod
    def from_settings(cls, settings: OverflowSettings, most_calls: int) -> "Overflow":
        """Return the policy of `settings` for a bot that talks with `most_calls` callers at most."""
        return cls(
            most_calls,
            settings.mode,
            settings.rules,
            settings.wait_s,
            settings.longest_wait_s,
            settings.most_waiting,
        )

    def mode_at(self, now: datetime, workday: bool) -> Mode:
        """Return who is first at `now` (local), which is on a `workday` or not: by the first rule that fits."""
        fitting = (rule.mode for rule in self.rules if rule.days.hold(workday) and rule.hold(now))
        return next(fitting, self.mode)

    def decide(self, load: Load, now: datetime, workday: bool) -> Way:
        """Return where a call goes that comes at `now` (local), on a `workday` or not."""
        no_bot, no_human = self._bot_full(load), self._humans_full(load)
        if self.mode_at(now, workday) is Mode.HUMANS_FIRST:
            later = no_human or self._humans_late(load)
            if not later:
                return Way(To.QUEUE, f"humans first: {load.free} of {load.logged_in} free, {load.waiting} waiting")
            if not no_bot:
                return Way(To.BOT, f"humans first: {later}")
        elif not no_bot:
            return Way(To.BOT, "bot first: it has room")
        if not no_human:
            return Way(To.QUEUE, f"bot full: {no_bot}")
        return Way(To.CALL_BACK, f"bot full: {no_bot}; {no_human}")

    def after_humans(self, load: Load) -> Way:
        """Return where a caller goes whom no human took: to the bot, or onto the call-back list."""
        no_bot = self._bot_full(load)
        return (
            Way(To.CALL_BACK, f"back from humans; bot full: {no_bot}") if no_bot else Way(To.BOT, "back from humans")
        )

    def _bot_full(self, load: Load) -> str:
        """Return why the bot takes no call, "" where it does."""
        if load.running >= self.most_calls:
            return f"{load.running} of {self.most_calls} calls"
        return "" if load.room.ok else load.room.why or "not admitted"

    def _humans_full(self, load: Load) -> str:
        """Return why nobody may be put into the queue, "" where it has room."""
        if load.logged_in <= 0:
            return "no human on duty"
        if _spare(load) > 0:
            return ""
        if load.waiting >= self.most_waiting * load.logged_in:
            return f"queue full: {load.waiting} waiting for {load.logged_in}"
        if load.wait_s is not None and load.wait_s >= self.longest_wait_s:
            return f"queue full: {load.wait_s:.0f} s to wait"
        return ""

    def _humans_late(self, load: Load) -> str:
        """Return why no human answers in time, "" where one does."""
        if _spare(load) > 0:
            return ""
        if load.wait_s is None:
            return f"all {load.logged_in} humans busy"
        return "" if load.wait_s < self.wait_s else f"{load.wait_s:.0f} s to wait for a human"


def _spare(load: Load) -> int:
    """Return how many humans are free for another call: who waits already comes first."""
    return min(load.free, load.logged_in) - load.waiting
