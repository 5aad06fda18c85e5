"""A running hotline with its real line, models and knowledge, for calls over real SIP and RTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from hotline.demo_human import demo_human
from hotline.over_call import OverCall, Played
from hotline.script import Script, read_script
from hotline.service import Service
from ivr.settings import IvrSettings
from telephony.caller import SipCaller
from tests.serving import running, settings_in
from tts.settings import TtsSettings
from tts.voice import Voice

SCENES = Path(__file__).parent / "scenes"
VOICE = "zf_xiaobei"
"""Who calls, where the script names nobody."""
AT_ONCE = 3
"""Calls that run at the same time: enough to be quick, few enough that two cores answer like in life."""


def scripts_with_sound() -> dict[str, Script]:
    """Return the scenes in which sound matters, by file name."""
    found = {file.stem: read_script(file) for file in sorted(SCENES.glob("*.yaml"))}
    return {name: script for name, script in found.items() if script.sound}


def with_own_number(script: Script, number: str) -> tuple[Script, str]:
    """Let every call have a number of its own, except in the one script in which the number is spoken."""
    written, given = script.model_dump_json(), script.caller or "-"
    if any("幺三八" in text for turn in script.turns for text in turn.say):
        return script, given
    return Script.model_validate_json(written.replace(given, number)), number


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A hotline that hands over to a human."""
    async with demo_human() as human:
        settings = settings_in(tmp_path_factory.mktemp("hotline"), ivr=IvrSettings(human=human))
        async with running(settings) as service:
            yield service


Play = Callable[[str], Awaitable[Played]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def play(service: Service) -> AsyncIterator[Play]:
    """Play a scene by name; all are started at once, a few at a time run."""
    places = asyncio.Semaphore(AT_ONCE)
    scripts = scripts_with_sound()
    voices = {name: Voice(TtsSettings(voice=name)) for name in {script.voice or VOICE for script in scripts.values()}}
    for voice in voices.values():
        await voice.start()
    async with SipCaller() as telephone:

        async def run(number: int, script: Script) -> Played:
            async with places:
                mine, caller = with_own_number(script, f"1381000{number:04d}")
                caller_part = OverCall(service, telephone, voices[script.voice or VOICE], caller)
                return await caller_part.insist(mine)

        calls = {name: asyncio.create_task(run(n, script)) for n, (name, script) in enumerate(scripts.items())}

        async def played(name: str) -> Played:
            return await calls[name]

        yield played
        for call in calls.values():
            call.cancel()
        await asyncio.gather(*calls.values(), return_exceptions=True)
    for voice in voices.values():
        await voice.stop()
