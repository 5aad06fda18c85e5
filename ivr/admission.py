"""Admission control: a call is only taken where the turn gap of all calls stays in bounds."""

import math
from collections import deque
from dataclasses import dataclass

from ivr.admission_settings import AdmissionSettings


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more call is taken, and why, in short for the record."""

    ok: bool
    why: str


@dataclass(frozen=True, slots=True)
class _Decode:
    at_s: float
    waited_ms: float
    work_ms: float


class Admission:
    """Knows from the last decodes what a call costs, and refuses the call that would be one too many.

    All times in seconds of one monotonic clock, never going back. The limit is a forecast (docs/decisions/064): the
    work of a call times the calls there would be. A brake below it acts on what the waits are already.
    """

    def __init__(self, settings: AdmissionSettings, workers: int) -> None:
        """Watch `workers` recogniser processes. Raises `ValueError` for less than one."""
        if workers < 1:
            raise ValueError("at least one recogniser process")
        self._settings, self._workers = settings, workers
        self._decodes: deque[_Decode] = deque()
        self._calls: deque[tuple[float, int]] = deque()
        """How many calls there were from when on; each holds until the next."""
        self._brake_s: float | None = None
        """When there was last a reason to brake; None while the brake is off."""

    @property
    def braked(self) -> bool:
        """Whether the brake held at the last question."""
        return self._brake_s is not None

    def note(self, waited_ms: float, work_ms: float, now_s: float) -> None:
        """Note a stretch of speech, decoded by `now_s`: `waited_ms` for a process, then `work_ms` in it.

        Stretches whose text was thrown away because the caller spoke on are noted as well: they cost the same.
        """
        self._decodes.append(_Decode(now_s, waited_ms, work_ms))
        self._forget(now_s)

    def admits(self, running: int, backlog: int, now_s: float) -> Verdict:
        """Return whether a call may join the `running` ones while `backlog` stretches of speech wait."""
        if not self._settings.enabled:
            return Verdict(True, "admission control is off")
        self._calls.append((now_s, running))
        self._forget(now_s)
        reason = self._brake(backlog, now_s)
        if reason:
            return Verdict(False, reason)
        limit, forecast = self._settings.utilisation, self.utilisation(running + 1, now_s)
        if forecast > limit:
            return Verdict(
                False, f"recognisers would be {forecast:.0%} busy with {running + 1} calls, over {limit:.0%}"
            )
        return Verdict(True, f"recognisers would be {forecast:.0%} busy with {running + 1} calls")

    def utilisation(self, calls: int, now_s: float) -> float:
        """Return which share of their time the recognisers would work with `calls` calls; over 1 they never catch up.

        It is what a call cost in the window, times `calls`. Where few seconds of calls were seen, what a call usually
        costs weighs more: the first few decodes say nothing, and calls that have just begun have not spoken yet.
        """
        settings = self._settings
        work_s = sum(decode.work_ms for decode in self._decodes) / 1000
        seen_s = self._call_seconds(now_s) + settings.trust_s
        of_a_call = (
            (work_s + settings.work_of_a_call * settings.trust_s) / seen_s if seen_s else settings.work_of_a_call
        )
        return of_a_call * calls / self._workers

    def wait_p95_ms(self, now_s: float) -> float | None:
        """Return the wait that 95 of 100 of the last decodes stayed under; None where they are too few to say."""
        since = now_s - self._settings.brake_window_s
        waits = sorted(decode.waited_ms for decode in self._decodes if decode.at_s > since)
        if len(waits) < self._settings.least_decodes:
            return None
        return waits[math.ceil(len(waits) * 0.95) - 1]

    def _brake(self, backlog: int, now_s: float) -> str:
        """Return why no call is taken now whatever the forecast says; "" where the brake is off."""
        settings = self._settings
        recent = self.wait_p95_ms(now_s) or 0.0
        coming = backlog * self._work_ms() / self._workers
        worst = max(recent, coming)
        if worst > settings.brake_ms:
            self._brake_s = now_s
            what = f"{backlog} waiting" if coming >= recent else "the last decodes"
            return f"speech waits {worst:.0f} ms ({what}), over {settings.brake_ms:.0f} ms"
        if self._brake_s is None:
            return ""
        calm = worst < settings.brake_ms * settings.release
        if calm and now_s - self._brake_s >= settings.hold_s:
            self._brake_s = None
            return ""
        return f"speech waited too long {now_s - self._brake_s:.0f} s ago, now {worst:.0f} ms"

    def _work_ms(self) -> float:
        """Return the milliseconds of a decode."""
        if len(self._decodes) < self._settings.least_decodes:
            return self._settings.work_ms
        return sum(decode.work_ms for decode in self._decodes) / len(self._decodes)

    def _call_seconds(self, now_s: float) -> float:
        """Return the seconds of all calls in the window together, from where they are over the greeting and speak."""
        until = now_s - self._settings.greeting_s
        begin, seconds = until - self._settings.window_s, 0.0
        for at_s, calls in reversed(self._calls):
            if at_s < until:
                seconds += calls * (until - max(at_s, begin))
                until = at_s
        return seconds

    def _forget(self, now_s: float) -> None:
        """Drop what has left the window; of the calls, the last that began before it still counts in it."""
        begin = now_s - self._settings.window_s
        while self._decodes and self._decodes[0].at_s <= begin:
            self._decodes.popleft()
        while len(self._calls) > 1 and self._calls[1][0] <= begin - self._settings.greeting_s:
            self._calls.popleft()
