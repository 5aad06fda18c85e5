"""The scenes in which sound matters, each over a real telephone call: SIP, RTP, A-law, models and all."""

import wave

import pytest

from hotline.service import Service
from hotline.story import story
from tests.acceptance.conftest import Play, scripts_with_sound

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("name", scripts_with_sound())
async def test_the_scene_goes_as_written(play: Play, service: Service, name: str) -> None:
    played = await play(name)
    told = "\n".join(f"{line.at:5.1f} {line.who} {line.text}  {line.detail}" for line in story(played.events))
    assert not played.failures, f"{played.failures}\n{told}"
    recording = service.settings.records.folder / "recordings" / f"{played.call_id}.wav"
    with wave.open(str(recording), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
        assert file.getnchannels() == 2
    ended = next(event for event in played.events if event.kind == "call.ended")
    assert abs(seconds - ended.body["seconds"]) < 4.0
