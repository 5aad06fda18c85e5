"""A desk on a real database and a real port, with the small city in it."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent_desk.entries import EntryDesk
from agent_desk.files import FileDesk
from agent_desk.inbox import InboxDesk
from agent_desk.intake import IntakeDesk
from agent_desk.jobs import Jobs
from agent_desk.open311 import Open311
from agent_desk.public_form import PublicForm
from agent_desk.server import DeskServer
from agent_desk.settings import Sender
from agent_desk.sheets import SheetDesk
from agent_desk.writing import WritingDesk
from core.clock import SystemClock
from core.database import Database
from core.errors import HotlineError
from hotline.listening import SpokenAloud
from knowledge_base.attachments import AttachmentStore
from knowledge_base.base import KnowledgeBase
from knowledge_base.care.reminders import RecordedNotices, Reminders
from knowledge_base.entry import Entry
from knowledge_base.gaps.store import GapStore
from knowledge_base.live import LiveKnowledge
from knowledge_base.loading import from_folder
from knowledge_base.publication import Publisher
from knowledge_base.settings import KnowledgeBaseSettings, Person
from knowledge_base.store import EntryStore
from tests.small_city import small_city
from tickets.intake.codes import PlaceCodes
from tickets.intake.intake import Intake
from tickets.intake.published import PublishedTickets
from tickets.store import TicketStore
from tickets.understanding import Understanding
from tts.settings import TtsSettings

UNDERSTANDING = Understanding()


class SpeechBroken(HotlineError):
    """合成进程没有启动。"""


class Rendered:
    """The edge of the desk towards the voice: notes what it is asked to render, or fails."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.broken = False

    async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
        if self.broken:
            raise SpeechBroken
        self.texts += texts
        progress(len(texts), len(texts))


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk and what stands behind it."""

    url: str
    store: EntryStore
    live: LiveKnowledge
    speech: Rendered
    session: aiohttp.ClientSession

    async def ask(self, who: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Return status and JSON of one request by `who`."""
        headers = {"Authorization": f"Bearer key of {who}"} if who else {}
        async with self.session.request(method, self.url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)


def key_of(name: str) -> str:
    return hashlib.sha256(f"key of {name}".encode()).hexdigest()


PEOPLE = (
    Person(name="水务编辑", role="editor", department="市水务局", key_sha256=key_of("editor")),
    Person(name="审核员", role="reviewer", key_sha256=key_of("reviewer")),
    Person(name="管理员", role="administrator", key_sha256=key_of("admin")),
    Person(name="只在命令行", role="administrator"),
)

SENDERS = (
    Sender(name="省平台", channels=("province",), key_sha256=key_of("province")),
    Sender(name="城市随手拍", channels=("open311", "mini_program"), key_sha256=key_of("app")),
    Sender(name="市民拍", channels=("open311",), key_sha256=key_of("snap")),
    Sender(name="邻市平台", channels=("province",), key_sha256=key_of("neighbour")),
)


@pytest.fixture(scope="session")
def small_entries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Entry, ...]:
    return from_folder(small_city(tmp_path_factory.mktemp("kb")))


@pytest.fixture(scope="session")
def small_base(small_entries: tuple[Entry, ...]) -> KnowledgeBase:
    return KnowledgeBase(small_entries, KnowledgeBaseSettings(embedding=False, pseudo_questions=400))


@pytest.fixture
async def desk(tmp_path: Path, small_entries: tuple[Entry, ...], small_base: KnowledgeBase) -> AsyncIterator[Desk]:
    clock = SystemClock()
    database = Database(f"sqlite:///{tmp_path / 'hotline.db'}")
    store = EntryStore(database)
    store.seed(small_entries, clock.now())
    live, speech, jobs = LiveKnowledge(small_base, store.live().number), Rendered(), Jobs(2)
    publisher = Publisher(store, lambda: live.current, speech, lambda entries: [entry.spoken for entry in entries])
    gaps, intake = GapStore(database), Intake(TicketStore(database), UNDERSTANDING)
    reminders = Reminders(database, RecordedNotices(database), small_base.settings)
    files = AttachmentStore(tmp_path / "attachments", database, 1)
    listening = SpokenAloud(TtsSettings(cache=tmp_path / "speech", voice="hum_low"), "tts.tones:load")
    operations = [
        *EntryDesk(store, publisher, jobs, clock).operations(),
        *WritingDesk(live, UNDERSTANDING, gaps, listening, jobs, clock).operations(),
        *InboxDesk(gaps, store, reminders, clock).operations(),
        *SheetDesk(store, jobs, clock).operations(),
        *FileDesk(files, clock).operations(),
        *IntakeDesk(intake, clock).operations(),
    ]
    pages = [
        PublicForm(intake, PlaceCodes(database), clock, 40),
        Open311(intake, PublishedTickets(database), UNDERSTANDING, clock, SENDERS, "lanjiang.gov.cn"),
    ]
    server = DeskServer(operations, PEOPLE, 1, "test", SENDERS, pages)
    await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Desk(f"http://127.0.0.1:{server.port}", store, live, speech, session)
    await jobs.close()
    await server.stop()
    database.close()
