"""`hotline agents …` against a real Asterisk: what it prints, what it does, what it leaves on record."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.database import Database
from core.errors import HotlineError
from core.events import history
from hotline.cli import app
from telephony.asterisk.runner import Asterisk
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import MUSIC_HZ, seats


@pytest.fixture
def config(asterisk: Asterisk, tmp_path: Path) -> Path:
    """A hotline.toml that leads to the running Asterisk."""
    settings = asterisk.settings
    lines = [f'[records]\nfolder = "{tmp_path}"', "[asterisk]", f"ami_port = {settings.ami_port}"]
    lines += [f'folder = "{settings.folder}"', f'secret = "{settings.ami_secret}"']
    lines += [f"[[asterisk.queues]]\nname = {json.dumps(queue.name)}\nwrapup_s = 0" for queue in settings.queues]
    file = tmp_path / "hotline.toml"
    file.write_text("\n".join(lines), encoding="utf8")
    return file


def run(config: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["agents", *words, "--config", str(config)], env={"COLUMNS": "120"})
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


async def test_seats_are_listed_held_and_paused_from_the_command_line(asterisk: Asterisk, config: Path) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        listed = await asyncio.to_thread(run, config, "list")
        assert re.search(r"8001\W+通话\W+general", listed) and re.search(r"8002\W+未登录", listed)
        assert "综合坐席" in listed or "general" in listed
        assert "已保持" in await asyncio.to_thread(run, config, "hold", "8001")
        await caller.comes_to_hear(MUSIC_HZ)
        assert "8001 已示忙:吃饭" in await asyncio.to_thread(run, config, "pause", "8001", "吃饭")
        await asyncio.to_thread(run, config, "resume", "8001")
        await caller.phone.hang_up()
        await phone.over.wait()
        assert re.search(r"8001\W+示忙:吃饭", await asyncio.to_thread(run, config, "list"))
        await asyncio.to_thread(run, config, "unpause", "8001")
        with pytest.raises(HotlineError, match="没有通话"):
            await asyncio.to_thread(run, config, "hold", "8001")
    database = Database(f"sqlite:///{config.parent / 'hotline.db'}")
    told = database.run(lambda c: history(c, "agent:8001"))
    database.close()
    commands = [(event.body["command"], event.body["by"]) for event in told if event.kind == "agent.command"]
    assert commands == [("pause", "cli"), ("unpause", "cli")]
