"""Settings of admission control, `[ivr.admission]`: how busy the recognisers may get before callers notice."""

from pydantic import Field

from core.settings import Settings


class AdmissionSettings(Settings):
    """When one more call would make all callers wait; derived in docs/decisions/064."""

    enabled: bool = True
    """Whether the recognisers are asked at all; without them only `max_calls` counts."""
    utilisation: float = Field(default=0.65, gt=0, lt=1)
    """Share of their time that the recognisers may be forecast to work with one more call. Two of them, with 0.25 to
    0.35 s a decode, let 95 of 100 decodes begin within 0.75 s at 0.70; the rest is room for the forecast's error and
    for what else runs on their cores."""
    window_s: float = Field(default=180.0, ge=10, le=1800)
    """Seconds over which the work of a call is measured. Over 20 s the work of 20 calls scatters by 17 %, and every
    lucky stretch lets calls in that stay for minutes; over 180 s, about as long as a call, it is 6 %."""
    work_of_a_call: float = Field(default=0.045, gt=0, le=1)
    """Recogniser seconds that a call is taken to need each second, before there are calls to measure: callers speak
    a fifth of the time, which is a decode of 0.3 s every 10 s, and half as much again, because a rush that was let in
    stays for minutes."""
    greeting_s: float = Field(default=10.0, ge=0, le=60)
    """Seconds from taking a call to the first speech of its caller that was decoded: the greeting, and a turn."""
    trust_s: float = Field(default=60.0, ge=0, le=3600)
    """Seconds of calls that `work_of_a_call` counts for against what is measured: as much as one call of a minute.
    It keeps the first few decodes from deciding, and a rush of calls from being let in before any of them speaks."""
    brake_ms: float = Field(default=1000.0, ge=50, le=10000)
    """Wait in milliseconds, the 95th percentile of the last decodes or what the present backlog means, from which no
    call is taken at once, whatever the forecast says. Over the 0.75 s that are aimed at, because the last decodes
    are few."""
    brake_window_s: float = Field(default=10.0, ge=1, le=60)
    """Seconds of the last decodes that the brake looks at."""
    release: float = Field(default=0.5, gt=0, lt=1)
    """Share of `brake_ms` that the waits must fall under before calls are taken again, so that it does not flap."""
    hold_s: float = Field(default=5.0, ge=0, le=300)
    """Seconds without a reason to brake before calls are taken again: about as long as a turn of a caller."""
    least_decodes: int = Field(default=20, ge=1, le=1000)
    """Decodes within a window before their percentile or mean says anything; 95 of 100 is the worst of twenty."""
    work_ms: float = Field(default=300.0, gt=0, le=10000)
    """Milliseconds that a decode is taken to need before that many were seen."""
