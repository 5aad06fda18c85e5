"""`[asterisk]`: a wrong value is named, with what is allowed."""

from typing import Any

import pytest

from core.errors import SettingsError
from core.settings import check
from telephony.asterisk.settings import AsteriskSettings
from telephony.settings import LineSettings

GENERAL = {"name": "general"}


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"ami_port": 0}, "ami_port"),
        ({"sip_port": 70000}, "sip_port"),
        ({"rate": 44100}, "rate"),
        ({"decide_s": 0.1}, "decide_s"),
        ({"secret": "with space"}, "secret"),
        ({"folder": "/srv/a,b"}, "folder"),
        ({"folder": "/srv/$(id)"}, "folder"),
        ({"nodes": []}, "nodes"),
        ({"queues": []}, "queues"),
        ({"queues": [{"name": "General"}]}, "queues.0.name"),
        ({"queues": [{"name": "a b"}]}, "queues.0.name"),
        ({"queues": [{"name": "h"}]}, "queues.0.name"),
        ({"queues": [GENERAL | {"ring_s": 1}]}, "queues.0.ring_s"),
        ({"agents": [{"number": "80a1"}]}, "agents.0.number"),
        ({"agents": [{"number": "8001", "name": '王"五'}]}, "agents.0.name"),
        ({"agents": [{"number": "8001", "name": "王\n[evil]"}]}, "agents.0.name"),
        ({"nodes": [{"name": "bot-1"}]}, "nodes.0.name"),
        ({"trunk": {"networks": ["10.0.0.1/8"]}}, "trunk.networks.0"),
        ({"trunk": {"codecs": ["g729"]}}, "trunk.codecs.0"),
        ({"trunk": {"secret": "a\nb"}}, "trunk.secret"),
        ({"trunk": {"host": "sbc;x"}}, "trunk.host"),
        ({"advertised": "hotline.example.cn"}, "advertised"),
        ({"lost_phones_s": 20}, "lost_phones_s"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, Any], where: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check(AsteriskSettings, values, "hotline.toml")
    assert caught.value.facts["where"] == where
    assert "hotline.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"agents": [{"number": "8001", "queues": ["nowhere"]}]}, "agent 8001: no such queue: nowhere"),
        ({"queues": [GENERAL, GENERAL], "agents": []}, "two queues"),
        ({"agents": [{"number": "8001"}, {"number": "8001"}]}, "two agents"),
        ({"node": "bot2"}, "node bot2"),
        ({"nodes": [{"name": "bot1"}, {"name": "bot1"}]}, "two nodes"),
        ({"rtp_first": 20000, "rtp_last": 19999}, "rtp_last"),
        ({"advertised": "203.0.113.5"}, "sip_host"),
        ({"advertised": "203.0.113.5", "sip_host": "0.0.0.0"}, "sip_host"),
        ({"nodes": [{"name": "bot1"}, {"name": "bot2"}]}, "same host and port"),
        ({"nodes": [{"name": "bot1", "port": 9093}]}, "same host and port"),
        ({"nodes": [{"name": "outbound"}], "node": "outbound"}, "outbound"),
    ],
)
def test_what_does_not_fit_together_is_said(values: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        check(AsteriskSettings, values, "hotline.toml")


@pytest.mark.parametrize("number", ["", "12 345", "12345,1", "1\n2", "_X.", "1" * 33])
def test_a_number_that_the_dialplan_could_not_hold_is_refused(number: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check(LineSettings, {"number": number}, "hotline.toml")
    assert caught.value.facts["where"] == "number"


def test_an_unknown_queue_is_the_first_one() -> None:
    made = AsteriskSettings()
    assert made.queue("dialect").name == "dialect"
    assert made.queue("nowhere").name == "general"
    assert made.this_node.port == 9092


def test_defaults_are_open_to_this_machine_only() -> None:
    made = AsteriskSettings()
    assert {made.host, made.sip_host, made.web_host} == {"127.0.0.1"}
    assert all(network.is_loopback for network in made.trunk.networks)
