"""`hotline agents …` against a real Asterisk: what it prints, what it does, what it leaves on record."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.errors import HotlineError
from core.events import history
from hotline.cli import app
from hotline.records import open_records
from hotline.settings import RecordsSettings
from telephony.asterisk.runner import Asterisk
from tests.asterisk import hotline_toml
from tests.integration.telephony.asterisk.seat_kit import MUSIC_HZ, talking


@pytest.fixture
def config(asterisk: Asterisk, tmp_path: Path) -> Path:
    """A hotline.toml that leads to the running Asterisk."""
    file = tmp_path / "hotline.toml"
    file.write_text(f'[records]\nfolder = "{tmp_path}"\n' + hotline_toml(asterisk.settings), encoding="utf8")
    return file


def run(config: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["agents", *words, "--config", str(config)], env={"COLUMNS": "120"})
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


async def test_seats_are_listed_held_and_paused_from_the_command_line(asterisk: Asterisk, config: Path) -> None:
    async with talking(asterisk) as talk:
        listed = await asyncio.to_thread(run, config, "list")
        assert re.search(r"8001\W+通话\W+general", listed) and re.search(r"8002\W+未登录", listed)
        assert "综合坐席" in listed or "general" in listed
        assert "已保持" in await asyncio.to_thread(run, config, "hold", "8001")
        await talk.caller.comes_to_hear(MUSIC_HZ)
        assert "8001 已示忙:吃饭" in await asyncio.to_thread(run, config, "pause", "8001", "吃饭")
        await asyncio.to_thread(run, config, "resume", "8001")
        await talk.end()
        assert re.search(r"8001\W+示忙:吃饭", await asyncio.to_thread(run, config, "list"))
        await asyncio.to_thread(run, config, "unpause", "8001")
        with pytest.raises(HotlineError, match="没有通话"):
            await asyncio.to_thread(run, config, "hold", "8001")
    database = open_records(RecordsSettings(folder=config.parent))
    told = database.run(lambda c: history(c, "agent:8001"))
    database.close()
    commands = [(event.body["command"], event.body["by"]) for event in told if event.kind == "agent.command"]
    assert commands == [("pause", "cli"), ("unpause", "cli")]
