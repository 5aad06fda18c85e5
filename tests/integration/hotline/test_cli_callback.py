"""`hotline callback run` as people start it: a missed call is returned through a real Asterisk."""

import asyncio
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.events import Event, append, newest
from hotline.cli import app
from hotline.records import open_records
from hotline.settings import RecordsSettings
from telephony.line import Audio, Call
from telephony.settings import LineSettings
from telephony.sip_call import SipCall
from telephony.sip_line import SipLine
from tests.asterisk import City, hotline_toml
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.small_city import small_city

PATIENCE_S = 240.0
"""Most of it for a machine on which nothing was rendered before."""
CITIZEN = "13800007777"
SILENCE_S = 5.0
"""After so much of it the citizen takes the other one to have finished; a clause may take seconds to render."""


class Citizen:
    """Takes the call, presses a key to show that somebody is there, hears the question and hangs up."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None]] = []
        self.heard = bytearray()

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, SipCall)
        self.calls.append((call.called, call.caller))
        await call.answer()
        call.press("1")
        async for event in call.events():
            if isinstance(event, Audio):
                self.heard += event.pcm
            if self._has_been_asked():
                await call.hang_up()

    def _has_been_asked(self) -> bool:
        return loud_seconds(bytes(self.heard)) > 1 and not loud_seconds(bytes(self.heard[-int(SILENCE_S * 16000) :]))


@pytest.fixture
def config(city: City, tmp_path: Path) -> Path:
    """A hotline with a call that was missed twenty minutes ago."""
    file = tmp_path / "hotline.toml"
    own = f'[records]\nfolder = "{tmp_path}"\n[knowledge]\nfolder = "{small_city(tmp_path / "kb")}"\n'
    file.write_text(own + hotline_toml(city[0].settings), encoding="utf8")
    database = open_records(RecordsSettings(folder=tmp_path))
    missed = Event(time.time() - 20 * 60, "call:c1", "call.missed", {"caller": CITIZEN})
    database.run(lambda connection: append(connection, missed))
    database.close()
    return file


def noon() -> dict[str, str]:
    """Return an environment in which it is noon now, whenever the test runs: at night nobody is called."""
    return dict(os.environ) | {"TZ": f"NOON{datetime.now(UTC).hour - 12:+d}", "COLUMNS": "200"}


async def hotline(*words: str, config: Path) -> str:
    """Run a command in a process of its own and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotline", *words, "--config", str(config),
        env=noon(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, printed.decode()
    return printed.decode()


async def test_a_missed_call_is_returned(city: City, config: Path) -> None:
    citizen = Citizen()
    switch = SipLine(LineSettings(port=city[1], number="*", rtp_first=31000, rtp_last=31999))
    await switch.start(citizen)
    try:
        async with asyncio.timeout(PATIENCE_S):
            printed = await hotline("callback", "run", config=config)
    finally:
        await switch.stop()
    assert citizen.calls == [(CITIZEN, "12345")]
    assert "漏接回拨 138****7777:没说完就挂了" in printed and CITIZEN not in printed
    listed = CliRunner().invoke(app, ["callback", "list", "--config", str(config)], env={"COLUMNS": "200"})
    assert re.search(r"m-c1.*138\*\*\*\*7777.*待拨.*1 次", listed.output), listed.output
    database = open_records(RecordsSettings(folder=config.parent))
    (said,) = database.run(lambda connection: newest(connection, "bot.said", 20))
    database.close()
    assert said.body["whole"] and "没有接通" in said.body["text"]
