"""Gate, timeliness, sounds, codecs, settings, inbox: the small pure parts of the line."""

from ipaddress import IPv4Network

import numpy as np
import pytest

from core.errors import SettingsError
from core.settings import check
from telephony.codecs import PCMA, PCMU
from telephony.gate import REMEMBERED, Gate
from telephony.inbox import MOST_WAITING, Inbox
from telephony.line import Audio, HungUp, KeyPress
from telephony.settings import LineSettings
from telephony.sounds import LoudCodes, Sounds, is_loud
from telephony.timeliness import Timeliness


def test_the_gate_lets_a_telephone_through_and_drops_a_flood() -> None:
    gate = Gate(10)
    assert sum(gate.admits("192.0.2.1", 1.0) for _ in range(100)) == 10
    assert gate.admits("192.0.2.2", 1.0)
    assert gate.admits("192.0.2.1", 2.0)
    assert gate.dropped == 90


def test_the_gate_holds_against_many_addresses() -> None:
    gate = Gate(10)
    hosts = [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(3 * REMEMBERED)]
    assert sum(gate.admits(host, 1.0) for host in hosts) == 40


def test_only_known_peers_pass() -> None:
    gate = Gate(10, (IPv4Network("192.0.2.0/24"),))
    assert gate.admits("192.0.2.9", 1.0) and not gate.admits("198.51.100.1", 1.0)


def test_late_and_lost_packets_are_counted() -> None:
    times = Timeliness()
    for n in [*range(10), *range(12, 20)]:
        delay = {5: 0.05, 6: 0.07}.get(n, 0.0)
        times.add((65530 + n) % 65536, 100 + n * 0.02 + delay)
    assert (times.received, times.lost, times.late, times.very_late) == (18, 2, 2, 1)
    assert abs(times.worst_s - 0.07) < 1e-6


def test_after_a_stall_the_schedule_is_taken_anew() -> None:
    times = Timeliness()
    for n in range(500):
        times.add(n, 100 + n * 0.02 + (0.3 if n >= 100 else 0.0))
    assert 100 <= times.late <= 200


def test_sounds_have_a_beginning_and_an_end() -> None:
    sounds = Sounds()
    for n in range(200):
        sounds.add(10 <= n < 20 or 25 <= n < 30 or n >= 150, n * 0.02)
    spans = [(round(sound.start, 2), round(sound.end, 2)) for sound in sounds.all]
    assert spans == [(0.2, 0.6), (3.0, 4.0)]
    assert sounds.first_after(0.3) == pytest.approx(3.0)
    assert sounds.first_after(3.5) is None
    assert sounds.quiet_s(4.5) == pytest.approx(0.5)


def test_codes_and_pcm_agree_on_loudness() -> None:
    for codec in (PCMA, PCMU):
        for level in (0, 50, 200, 400, 4000):
            pcm = (level * np.sqrt(2) * np.sin(np.arange(160) * 0.5)).astype("<i2").tobytes()
            assert LoudCodes(codec).is_loud(codec.encode(pcm)) == is_loud(pcm) == (level > 300)


def test_a_wrong_setting_is_named() -> None:
    for field, value in (("port", 70000), ("codecs", ["G729"]), ("peers", ["x"]), ("number", ""), ("hosts", "")):
        with pytest.raises(SettingsError, match=field):
            check(LineSettings, {field: value}, "hotline.toml")
    with pytest.raises(SettingsError):
        check(LineSettings, {"rtp_first": 3000, "rtp_last": 2000}, "hotline.toml")


async def test_a_late_reader_loses_old_audio_only() -> None:
    inbox = Inbox()
    inbox.put(KeyPress("1", 0.0))
    for n in range(2 * MOST_WAITING):
        inbox.put(Audio(b"", float(n)))
    inbox.put(HungUp("caller", "", 1.0))
    inbox.put(KeyPress("2", 2.0))
    events = [event async for event in inbox.events()]
    assert len(events) == MOST_WAITING
    assert isinstance(events[0], KeyPress) and isinstance(events[-1], HungUp)
    assert events[-2].at == 2 * MOST_WAITING - 1


async def test_a_flood_of_keys_does_not_grow() -> None:
    inbox = Inbox()
    for n in range(2 * MOST_WAITING):
        inbox.put(KeyPress("5", float(n)))
    inbox.put(HungUp("caller", "", 1.0))
    events = [event async for event in inbox.events()]
    assert len(events) <= MOST_WAITING + 1 and isinstance(events[-1], HungUp)
