"""What docker/ ships: its configuration is one that starts, and its commands exist."""

from pathlib import Path

import pytest
import typer

from core.errors import SettingsError
from core.settings import load
from core.yaml_file import read_yaml
from hotline.cli import app
from hotline.settings import HotlineSettings
from telephony.asterisk.config import rendered

DOCKER = Path(__file__).parents[3] / "docker"


def settings() -> HotlineSettings:
    return load(HotlineSettings, DOCKER / "hotline.toml")


def test_asterisk_is_configured_for_both_bots_and_the_trunk() -> None:
    files = rendered(settings().asterisk, "12345", Path("/modules"))
    assert "AUDIO_bot1 = 127.0.0.1:9092" in files["extensions.conf"]
    assert "AUDIO_bot2 = 127.0.0.1:9094" in files["extensions.conf"]
    assert "contact = sip:10.0.0.2:5060" in files["pjsip.conf"]
    assert "match = 10.0.0.0/24" in files["pjsip.conf"]


def test_each_node_has_its_own_ports() -> None:
    first, second = (settings().as_node(name) for name in ("bot1", "bot2"))
    assert first.asterisk.this_node.port != second.asterisk.this_node.port
    assert first.health.port != second.health.port
    with pytest.raises(SettingsError, match="bot3"):
        settings().as_node("bot3")


def test_every_service_runs_a_command_that_exists() -> None:
    services = read_yaml(DOCKER / "compose.yaml")["services"]
    for service in services.values():
        command = typer.main.get_command(app)
        for word in service["command"]:
            if word.startswith("-") or not hasattr(command, "commands"):
                break
            command = command.commands[word]
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in service["command"] if word.startswith("--")} <= options
