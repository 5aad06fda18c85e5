"""Who hands in too many waits, and nobody else."""

from datetime import datetime, timedelta

from agent_desk.rates import Rates

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")


def test_the_window_slides() -> None:
    rates = Rates(2)
    assert rates.wait("a", NOW) is None
    assert rates.wait("a", NOW + timedelta(minutes=30)) is None
    assert rates.wait("a", NOW + timedelta(minutes=45)) == timedelta(minutes=15)
    assert rates.wait("b", NOW + timedelta(minutes=45)) is None
    assert rates.wait("a", NOW + timedelta(minutes=60)) is None
    assert rates.wait("a", NOW + timedelta(minutes=61)) == timedelta(minutes=29)
