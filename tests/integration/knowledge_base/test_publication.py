"""A publication is heard whole or not at all, whatever happens to the process that makes it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Any

import pytest
from sqlalchemy import Engine, event

from core.errors import HotlineError
from knowledge_base.base import KnowledgeBase
from knowledge_base.errors import ChangedMeanwhile, PublicationFailed, StepRefused
from knowledge_base.life import State, Step
from knowledge_base.publication import Publisher
from knowledge_base.store import EntryStore
from tests.editors import CHEN, LI, NOW, approve, entry, open_store, publish
from tests.integration.knowledge_base.at_work import IDS

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    store = open_store(tmp_path / "kb.db")
    yield store
    store.database.close()


@dataclass
class Worker:
    process: "subprocess.Popen[str]"

    def says(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def is_silent(self, seconds: float) -> bool:
        return not select([self.process.stdout], [], [], seconds)[0]

    def go(self) -> None:
        assert self.process.stdin
        print(file=self.process.stdin, flush=True)


@contextmanager
def at_work(store: EntryStore, what: str, pause: str = "") -> Iterator[Worker]:
    """Start somebody in a process of his own, who is ready to begin."""
    command = [sys.executable, "-m", "tests.integration.knowledge_base.at_work", str(store.database.url), what, pause]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf8"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            worker = Worker(process)
            assert worker.says() == "ready"
            yield worker
        finally:
            process.kill()


def test_of_two_processes_one_wins_and_the_other_is_told(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    store.step("shebaoka", Step.SUBMIT, 1, LI, "", NOW)
    # The first is held up between what it has read and what it will write.
    with at_work(store, "approve", "DELETE:1") as first, at_work(store, "approve") as second:
        first.go()
        assert first.says() == "paused"
        second.go()
        assert second.is_silent(1.0)  # it waits for the lock, and does not decide on what it could read now
        first.go()
        assert first.says() == "done"
        assert second.says().startswith("StepRefused 条目 shebaoka 不能审核通过:现在的状态是“已审核”")
    assert [told.kind for told in store.history("shebaoka")].count("entry.approved") == 1


@pytest.mark.parametrize(
    "moment",
    ["render", "BEGIN:1", "kb_publications:1", "INSERT INTO kb_publications:2", "INSERT INTO events:3", "commit"],
)
def test_a_process_that_is_killed_in_a_publication_has_published_nothing(store: EntryStore, moment: str) -> None:
    publish(store, *(entry(id) for id in IDS))
    before = store.live()
    changed = [entry(id, spoken="改过的答复，当场补办。") for id in IDS]
    versions = [(each.id, approve(store, each)) for each in changed]
    with at_work(store, "publish", moment) as worker:
        worker.go()
        assert worker.says() == "paused"
        assert store.since(before.number).number == before.number
        worker.process.kill()
        worker.process.wait()
    reopened = open_store(store.database.url.database)
    assert reopened.live() == before == store.live()
    assert all(reopened.get(id).life.state is State.APPROVED for id in IDS)
    number = reopened.put_live(versions, CHEN, "", NOW)
    assert (store.since(before.number).entries, number) == (tuple(changed), before.number + len(IDS))
    reopened.database.close()


def test_a_process_that_is_killed_after_a_publication_has_published_all(store: EntryStore) -> None:
    for id in IDS:
        approve(store, entry(id))
    with at_work(store, "publish") as worker:
        worker.go()
        assert worker.says() == "done"
        worker.process.kill()
        worker.process.wait()
    assert [heard.id for heard in store.live().entries] == sorted(IDS)


def test_a_publication_that_ends_while_another_is_read_is_not_seen_by_half(store: EntryStore, tmp_path: Path) -> None:
    publish(store, *(entry(id, text="一") for id in IDS))
    other = open_store(tmp_path / "kb.db")
    versions = [(id, approve(other, entry(id, text="二"))) for id in IDS[1:]]
    left = [versions]

    def publish_meanwhile(*_: Any) -> None:
        if left:  # after the first statement of what reads
            other.put_live(left.pop(), CHEN, "", NOW)

    event.listen(Engine, "after_cursor_execute", publish_meanwhile)
    try:
        news = store.since(0)
    finally:
        event.remove(Engine, "after_cursor_execute", publish_meanwhile)
    assert not left
    assert news.number == len(IDS) and {heard.text for heard in news.entries} == {"一"}
    assert {heard.text for heard in store.since(news.number).entries} == {"二"}
    other.database.close()


class Voice:
    """Renders into memory; `fails` is raised at the text that holds `at`."""

    def __init__(self, at: str = "\0", fails: Exception | None = None) -> None:
        self._at, self._fails = at, fails
        self.rendered: list[str] = []

    async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
        for text in texts:
            if self._at in text and self._fails:
                raise self._fails
            self.rendered.append(text)
            progress(len(self.rendered), len(texts))


class NoVoice(HotlineError):
    """合成服务没有响应。"""


def publisher(store: EntryStore, voice: Voice, base: KnowledgeBase) -> Publisher:
    return Publisher(store, lambda: base, voice, lambda entries: [each.spoken for each in entries])


@pytest.mark.parametrize(
    ("fails", "said"), [(NoVoice(), "合成服务没有响应"), (OSError(28, "No space left on device"), "No space left")]
)
async def test_a_failed_rendering_publishes_nothing_and_says_why(
    store: EntryStore, few: KnowledgeBase, fails: Exception, said: str
) -> None:
    publish(store, entry("a"))
    before = store.live()
    versions = [
        ("a", approve(store, entry("a", spoken="改好了。"))),
        ("b", approve(store, entry("b", spoken="读不出。"))),
    ]
    with pytest.raises(PublicationFailed, match=said):
        await publisher(store, Voice("读不出", fails), few).publish(versions, CHEN, "", NOW)
    assert store.live() == before
    for id, version in versions:
        last = store.history(id)[-1]
        assert (last.kind, last.body["version"], last.body["who"]) == ("entry.not_published", version, "陈审核")
        assert said in last.body["why"]
        assert store.get(id).life.state is State.APPROVED
    voice = Voice()
    done = await publisher(store, voice, few).publish(versions, CHEN, "", NOW)
    assert done.number == store.live().number and voice.rendered == ["改好了。", "读不出。"]


async def test_what_would_be_refused_is_refused_before_anything_is_rendered(
    store: EntryStore, few: KnowledgeBase
) -> None:
    version = approve(store, entry())
    voice = Voice()
    with pytest.raises(StepRefused):
        await publisher(store, voice, few).publish([("shebaoka", version)], LI, "", NOW)
    with pytest.raises(ChangedMeanwhile):
        await publisher(store, voice, few).publish([("shebaoka", version + 1)], CHEN, "", NOW)
    assert voice.rendered == [] and store.live().entries == ()


async def test_what_changes_while_it_is_rendered_is_not_published(store: EntryStore, few: KnowledgeBase) -> None:
    version = approve(store, entry())

    class Slow(Voice):
        async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
            store.save(entry(text="又改了"), version, LI, "", NOW)

    with pytest.raises(ChangedMeanwhile, match="李编辑"):
        await publisher(store, Slow(), few).publish([("shebaoka", version)], CHEN, "", NOW)
    assert store.live().entries == ()


async def test_the_reason_is_told_even_where_it_cannot_be_written_down(
    store: EntryStore, few: KnowledgeBase, tmp_path: Path
) -> None:
    version = approve(store, entry())

    class Gone(Voice):
        async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
            os.rename(tmp_path / "kb.db", tmp_path / "elsewhere.db")
            raise NoVoice

    with pytest.raises(PublicationFailed, match="合成服务没有响应"):
        await publisher(store, Gone(), few).publish([("shebaoka", version)], CHEN, "", NOW)
