"""What is published is heard: in another process and in a running service, without a restart; or not at all."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from core.database import Database
from core.errors import HotlineError
from dialog.moves import Heard, Say
from hotline.entries import open_entries
from hotline.following import Following
from hotline.publishing import TrialIndex, spoken
from hotline.service import Service
from hotline.speech_ahead import SpeechAhead
from hotline.wiring import build_mind
from knowledge_base.base import KnowledgeBase
from knowledge_base.errors import PublicationFailed
from knowledge_base.life import Step
from knowledge_base.live import LiveKnowledge
from knowledge_base.publication import Publisher
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore
from tests.kb_city import LOST, QUESTION, KbCity, kb_city, listening
from tests.serving import until
from tts.settings import TtsSettings
from tts.voice import Voice

ANSWER = "带身份证到一楼窗口。"
OTHER = "带身份证到二楼窗口。"
EDITOR = Actor("王编辑", Role.EDITOR, "市人力资源和社会保障局")
REVIEWER = Actor("李审核", Role.REVIEWER)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> KbCity:
    return kb_city(tmp_path_factory.mktemp("city"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(city: KbCity) -> AsyncIterator[Service]:
    made = Service(city.settings)
    await made.start(render_rest=False)
    yield made
    await made.stop(0)


def approved(store: EntryStore, **fields: object) -> int:
    """Write a new version of the entry that was lost and approve it; return its number."""
    record, now = store.get(LOST), datetime.now(UTC)
    saved = store.save(replace(record.head.entry, **fields), record.life.head, EDITOR, "", now)  # type: ignore[arg-type]
    store.step(LOST, Step.SUBMIT, saved.number, EDITOR, "", now)
    store.step(LOST, Step.APPROVE, saved.number, REVIEWER, "", now)
    return saved.number


def answer(service: Service) -> list[str]:
    """Return what the bot says to the question in a new call."""
    now = datetime.now(UTC)
    talk = service.parts.mind.converse("test", "13800001234")
    talk.start()
    return [move.text for move in talk.hear(Heard(QUESTION), now) if isinstance(move, Say)]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_command_line_is_heard_by_another_process_and_a_running_service(
    city: KbCity, service: Service
) -> None:
    assert answer(service) and ANSWER not in answer(service)[0]
    with listening(city.config) as other:
        before = await asyncio.to_thread(other.next)
        assert before["said"] and before["said"] != ANSWER
        kb = city.kb_apart
        await asyncio.to_thread(kb, "edit", LOST, "--set", f"spoken={ANSWER}", "--as", "王编辑")
        await asyncio.to_thread(kb, "review", LOST, "--submit", "--as", "王编辑")
        await asyncio.to_thread(kb, "review", LOST, "--approve", "--as", "李审核")
        told = await asyncio.to_thread(kb, "publish", LOST, "--as", "李审核")
        assert f"{LOST} 第 2 版" in told
        after = await asyncio.to_thread(other.next)
        assert after["said"] == ANSWER and after["number"] > before["number"]
        await until(lambda: ANSWER in answer(service)[0])
        await until(lambda: service.parts.voice.ready(ANSWER))
        assert service.problems() == []
        await asyncio.to_thread(kb, "review", LOST, "--withdraw", "停办", "--as", "王编辑")
        assert (await asyncio.to_thread(other.next))["said"] != ANSWER
        await until(lambda: ANSWER not in " ".join(answer(service)))


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_due_is_done_beside_the_calls(service: Service) -> None:
    running = {thread.name for thread in threading.enumerate()}
    assert service.problems() == [] and {"dispatch", "supervision", "retention"} <= running


@pytest.mark.asyncio(loop_scope="module")
async def test_a_database_that_cannot_be_read_is_told_and_calls_go_on(city: KbCity, service: Service) -> None:
    database: Database = service.parts.database
    old = answer(service)
    database.run(lambda c: c.exec_driver_sql("ALTER TABLE kb_publications RENAME TO away"))
    await until(lambda: any("新发布暂时读不到" in problem for problem in service.problems()))
    assert answer(service) == old
    database.run(lambda c: c.exec_driver_sql("ALTER TABLE away RENAME TO kb_publications"))
    await until(lambda: service.problems() == [])
    keys = city.settings.records.keys_file
    kept = keys.rename(keys.with_suffix(".kept"))
    assert ["钥匙文件" in problem for problem in service.problems()] == [True]
    kept.rename(keys)
    assert answer(service) == old and service.problems() == []


async def test_a_failed_rendering_publishes_nothing_and_says_why(tmp_path: Path) -> None:
    city = kb_city(tmp_path)
    with open_entries(city.settings) as store:
        version = approved(store, spoken=ANSWER)
        mute = SpeechAhead(TtsSettings(voice="nobody", cache=tmp_path / "speech"), "tts.tones:load")
        trial = TrialIndex(city.settings.knowledge)
        before = store.live()
        with pytest.raises(PublicationFailed, match=f"“{ANSWER}”.*没有名为 nobody 的音色"):
            await Publisher(store, lambda: trial, mute, spoken).publish(
                [(LOST, version)], REVIEWER, "", datetime.now(UTC)
            )
        assert store.live() == before
        failed = store.history(LOST)[-1]
        assert failed.kind == "entry.not_published" and "nobody" in failed.body["why"]


async def test_a_sound_that_the_disk_did_not_take_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "speech").write_text("in the way")
    blocked = SpeechAhead(TtsSettings(voice="hum_low", cache=tmp_path / "speech"), "tts.tones:load")
    with pytest.raises(HotlineError, match=ANSWER):
        await blocked.render([ANSWER], lambda _done, _all: None)


async def test_a_running_voice_finds_what_another_process_rendered(tmp_path: Path) -> None:
    tts = TtsSettings(voice="hum_low", cache=tmp_path)
    voice = Voice(tts, factory="tts.tones:load")
    await voice.start(speaks=False)
    render = (
        "import asyncio, sys\nfrom hotline.speech_ahead import SpeechAhead\nfrom tts.settings import TtsSettings\n"
        "tts = TtsSettings.model_validate_json(sys.argv[1])\n"
        "asyncio.run(SpeechAhead(tts, 'tts.tones:load').render([sys.argv[2]], print))\n"
    )
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", render, tts.model_dump_json(), ANSWER)
    assert await run.wait() == 0
    assert not voice.ready(ANSWER), "it looked at the disk in the event loop"
    assert await asyncio.to_thread(voice.notice, [ANSWER, OTHER]) == [OTHER]
    assert voice.ready(ANSWER) and not voice.ready(OTHER)
    assert await voice.whole(ANSWER), "no process is there to make it, so it came from the disk"
    await voice.stop()


async def test_what_was_rendered_elsewhere_is_made_here_and_the_words_are_learnt(tmp_path: Path) -> None:
    city = kb_city(tmp_path)
    voice = Voice(TtsSettings(voice="hum_low", cache=tmp_path), factory="tts.tones:load")
    await voice.start(speaks=False)
    learnt: list[int] = []
    with open_entries(city.settings) as store:
        knowledge = build_mind(city.settings, store=store).knowledge

        def learn() -> None:
            learnt.append(knowledge.number)
            if len(learnt) == 1:
                raise ValueError("the first time goes wrong")

        following = Following(knowledge, store, voice, learn, render=True)
        following.start()
        for place, words in enumerate((ANSWER, OTHER), 1):
            store.put_live([(LOST, approved(store, spoken=words))], REVIEWER, "", datetime.now(UTC))
            await until(lambda words=words: voice.ready(words))  # type: ignore[misc]
            await until(lambda place=place: len(learnt) >= place)  # type: ignore[misc]
        assert learnt[-1] == knowledge.number == store.live().number
        await following.stop()
    await voice.stop()


def test_a_folder_that_is_empty_begins_with_nothing_and_serve_says_so(tmp_path: Path) -> None:
    city = kb_city(tmp_path)
    (tmp_path / "kb" / "some.yaml").unlink()
    with open_entries(city.settings) as store:
        assert store.live().entries == ()
        with pytest.raises(HotlineError, match="没有已发布的条目"):
            build_mind(city.settings, store=store)


def test_folder_and_store_give_the_same_base(tmp_path: Path) -> None:
    city = kb_city(tmp_path)
    with open_entries(city.settings) as store:
        live: LiveKnowledge = build_mind(city.settings, store=store).knowledge
    plain: KnowledgeBase = build_mind(city.settings).knowledge.current
    assert plain.entries == live.entries
    assert plain.ask(QUESTION) == live.ask(QUESTION)
