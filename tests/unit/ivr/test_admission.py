"""A call is only taken where the turn gap of all calls stays in bounds: single verdicts, and a city without end."""

import itertools
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.admission import Admission
from ivr.admission_settings import AdmissionSettings
from tests.unit.ivr.simulated_calls import City, Seen, simulate

AIM_S, BOUND_S = 0.75, 1.0
"""What 95 of 100 decodes are to begin within, and what no city may bring them over (docs/decisions/064)."""


def busy(admission: Admission, calls: int, decodes_per_s: float, work_ms: float, until_s: float = 200.0) -> None:
    """Let `calls` calls talk so much, none of them waiting."""
    for step in range(int(until_s * decodes_per_s)):
        if step % 10 == 0:
            admission.admits(calls, 0, step / decodes_per_s)
        admission.note(0.0, work_ms, step / decodes_per_s)


def controlled(city: City, seed: int, until_s: float = 1500.0) -> Seen:
    admission = Admission(AdmissionSettings(), city.workers)
    return simulate(city, lambda *known: admission.admits(*known).ok, admission.note, until_s, seed)


def test_an_idle_line_takes_its_first_call() -> None:
    verdict = Admission(AdmissionSettings(), 2).admits(0, 0, 0.0)
    assert verdict.ok and "1 calls" in verdict.why


@pytest.mark.parametrize(
    ("decodes_per_s", "work_ms", "workers", "ok"),
    [
        (2.0, 300, 2, True),  # 0.30 of their time
        (3.6, 300, 2, True),  # 0.54
        (5.0, 300, 2, False),  # 0.75
        (4.0, 400, 2, False),  # 0.80: the same speech, a slower machine
        (5.0, 300, 4, True),  # 0.38: more processes
        (1.8, 300, 1, True),  # 0.54
        (2.4, 300, 1, False),  # 0.72
    ],
)
def test_the_forecast_is_the_work_of_a_call_times_the_calls(
    decodes_per_s: float, work_ms: float, workers: int, ok: bool
) -> None:
    admission = Admission(AdmissionSettings(), workers)
    busy(admission, 40, decodes_per_s, work_ms)
    assert admission.admits(40, 0, 200.0).ok is ok
    # A call less than there were, or calls that have ended since, lowers it at once.
    assert admission.admits(10, 0, 200.0).ok


def test_the_forecast_is_near_what_was_measured() -> None:
    admission = Admission(AdmissionSettings(), 2)
    busy(admission, 20, 2.0, 300)
    assert admission.utilisation(20, 200.0) == pytest.approx(0.30, rel=0.1)
    assert admission.utilisation(40, 200.0) == pytest.approx(2 * admission.utilisation(20, 200.0))


def test_the_first_decodes_decide_nothing() -> None:
    admission = Admission(AdmissionSettings(), 2)
    admission.admits(0, 0, 0.0)
    for second in range(1, 6):
        admission.note(0.0, 900.0, float(second))  # one caller who talks without a pause
    assert admission.admits(1, 0, 6.0).ok


def test_a_rush_is_not_let_in_before_any_of_it_speaks() -> None:
    admission, running = Admission(AdmissionSettings(), 2), 0
    for step in range(500):
        running += admission.admits(running, 0, step / 100).ok
    assert 20 <= running <= 50


def test_what_was_heard_long_ago_is_forgotten() -> None:
    admission = Admission(AdmissionSettings(), 2)
    busy(admission, 40, 5.0, 300)
    assert not admission.admits(40, 0, 200.0).ok
    quiet = AdmissionSettings().window_s + 201
    admission.admits(0, 0, 201.0)
    assert admission.admits(20, 0, quiet).ok


def test_the_brake_acts_on_waits_at_once_and_lets_go_once_they_are_well_below() -> None:
    admission = Admission(AdmissionSettings(), 2)
    for step in range(30):
        admission.note(1500.0, 100.0, step * 0.1)
    verdict = admission.admits(2, 0, 3.0)
    assert not verdict.ok and "1500 ms" in verdict.why and admission.braked
    for step in range(30):
        admission.note(700.0, 100.0, 20 + step * 0.1)  # in bounds, but not well below
    assert not admission.admits(2, 0, 23.0).ok
    for step in range(30):
        admission.note(100.0, 100.0, 40 + step * 0.1)
    assert admission.admits(2, 0, 43.0).ok and not admission.braked


def test_the_brake_acts_on_a_backlog_and_holds_for_a_while() -> None:
    admission = Admission(AdmissionSettings(), 2)
    assert admission.admits(2, 6, 0.0).ok  # 6 of 0.3 s for two processes: 0.9 s
    assert not admission.admits(2, 8, 1.0).ok
    assert not admission.admits(2, 0, 2.0).ok, "it flaps"
    assert not admission.admits(2, 4, 7.0).ok, "still as long as 0.6 s"
    assert admission.admits(2, 0, 8.0).ok


def test_few_waits_brake_nothing() -> None:
    admission = Admission(AdmissionSettings(), 2)
    for step in range(AdmissionSettings().least_decodes - 1):
        admission.note(5000.0, 100.0, step * 0.1)
    assert admission.wait_p95_ms(2.0) is None and admission.admits(2, 0, 2.0).ok


def test_the_percentile_leaves_out_the_worst_of_twenty() -> None:
    admission = Admission(AdmissionSettings(), 2)
    for waited in range(100, 2100, 100):
        admission.note(float(waited), 100.0, 1.0)
    assert admission.wait_p95_ms(1.0) == 1900.0


def test_it_can_be_switched_off() -> None:
    assert Admission(AdmissionSettings(enabled=False), 2).admits(500, 500, 0.0).ok


def test_no_process_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Admission(AdmissionSettings(), 0)


@given(
    told=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5000), st.floats(0, 2000)), max_size=60),
    running=st.integers(0, 300),
    backlog=st.integers(0, 100),
)
def test_more_calls_are_never_easier_to_take(
    told: list[tuple[float, float, float]], running: int, backlog: int
) -> None:
    def verdict(calls: int, waiting: int) -> bool:
        admission, now = Admission(AdmissionSettings(), 2), 0.0
        for step, waited, work in told:
            now += step
            admission.admits(5, 0, now)
            admission.note(waited, work, now)
        return admission.admits(calls, waiting, now + 0.1).ok

    if verdict(running + 1, backlog) or verdict(running, backlog + 1):
        assert verdict(running, backlog)


# ---- a city that calls without end ----


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_admitted_callers_wait_little_and_their_number_settles(seed: int) -> None:
    seen = controlled(City(), seed)
    assert seen.wait_p95(300) <= AIM_S
    early, late = (
        statistics.mean(calls for at, calls in seen.running if a <= at < b) for a, b in ((300, 900), (900, 1500))
    )
    assert abs(early - late) < 0.15 * early and 28 <= late <= 40
    assert max(seen.calls(0)) < 1.35 * late, "too many were let in at once"
    assert seen.refused > 500


@pytest.mark.parametrize(
    "city",
    [
        City(calls_per_s=5.0),
        City(every_s=5.0),
        City(every_s=20.0),
        City(work_s=0.2),
        City(work_s=0.4),
        City(workers=4),
        City(talk_s=60.0),
    ],
    ids=str,
)
def test_it_finds_the_number_that_each_city_allows(city: City) -> None:
    seen = controlled(city, 1)
    assert seen.wait_p95(300) <= BOUND_S
    work_of_a_call = city.work_s * (1 + city.early) / city.every_s
    used = statistics.mean(seen.calls(300)) * work_of_a_call / city.workers
    assert 0.5 <= used <= 0.75, "refused too many, or too few"


def test_the_answer_does_not_flap() -> None:
    verdicts = controlled(City(), 1).verdicts
    changes = sum(one[1] != other[1] for one, other in itertools.pairwise(verdicts))
    assert changes < 0.4 * len(verdicts)


def test_without_admission_the_same_city_runs_away() -> None:
    seen = simulate(City(), lambda *_: True, lambda *_: None, 400.0, 1)
    assert seen.wait_p95(100, 200) > 20 * AIM_S
    assert seen.wait_p95(100, 200) > 2 * seen.wait_p95(50, 100) > 10 * AIM_S
