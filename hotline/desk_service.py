"""The running desk: entries, what callers hear, and the HTTP API, from start to end."""

import asyncio
import hashlib
import secrets
import signal
from importlib.metadata import version

from rich.console import Console

from agent_desk.entries import EntryDesk
from agent_desk.files import FileDesk
from agent_desk.inbox import InboxDesk
from agent_desk.intake import IntakeDesk
from agent_desk.jobs import Jobs, Progress
from agent_desk.open311 import Open311
from agent_desk.operation import Operation
from agent_desk.public_form import PublicForm
from agent_desk.server import DeskServer, Pages
from agent_desk.sheets import SheetDesk
from agent_desk.writing import WritingDesk
from core.clock import SystemClock
from core.database import Database
from core.errors import HotlineError
from hotline.bars import Bars
from hotline.entries import seeded
from hotline.following_duties import FollowingDuties
from hotline.listening import SpokenAloud
from hotline.publishing import make_publisher
from hotline.recalibrating import Recalibrating
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.supervising import SuperviseThread, make_intake, supervise_threads
from hotline.wiring import Mind, build_mind, follow_duties
from knowledge_base.attachments import AttachmentStore
from knowledge_base.care.reminders import RecordedNotices, Reminders
from knowledge_base.gaps.store import GapStore
from knowledge_base.live import Follower
from knowledge_base.store import EntryStore
from tickets.deadlines import warn_ahead
from tickets.holidays import calendar_of
from tickets.intake.codes import PlaceCodes
from tickets.intake.intake import Intake
from tickets.intake.published import PublishedTickets

console = Console(highlight=False)


class NobodyAtTheDesk(HotlineError):
    """还没有人能进入工作台。请用 hotline desk --new-key 生成密钥,登记在 [[knowledge.people]] 里。"""


class DeskService:
    """Everything that `hotline desk` runs. Start it, let it run, stop it."""

    def __init__(self, settings: HotlineSettings) -> None:
        self.settings = settings
        self._jobs = Jobs(settings.desk.most_jobs)
        self._database: Database | None = None
        self._follower: Follower | None = None
        self._recalibrating: Recalibrating | None = None
        self._duties: FollowingDuties | None = None
        self._server: DeskServer | None = None
        self._supervise: tuple[SuperviseThread, ...] = ()

    async def start(self, progress: Progress = lambda _what, _done, _all: None) -> None:
        """Load what is published, follow what will be, listen; raises a `HotlineError` that says what is missing."""
        if not any(person.key_sha256 for person in self.settings.knowledge.people):
            raise NobodyAtTheDesk
        try:
            store, mind = await asyncio.to_thread(self._open, progress)
            warn_ahead(calendar_of(self.settings.tickets.holidays), mind.clock.now().date())
            self._duties = follow_duties(self.settings, store.database, mind)
            self._duties.start()
            self._recalibrating = Recalibrating(mind.knowledge)
            self._recalibrating.start()
            operations = self._operations(store, mind)
            desk, people = self.settings.desk, self.settings.knowledge.people
            pages = self._pages(store.database, mind)
            about = version("hotline12345")
            self._server = DeskServer(operations, people, desk.most_mb, about, desk.senders, pages)
            await self._server.start(desk.host, desk.port)
            self._supervise = supervise_threads(self.settings, SystemClock())
            for thread in self._supervise:
                thread.start()
        except BaseException:
            await self.stop()
            raise

    @property
    def url(self) -> str:
        """Where the desk listens."""
        return f"http://{self.settings.desk.host}:{self._server.port if self._server else 0}"

    async def stop(self) -> None:
        """Take no more requests, end what is running, let go of the database."""
        if self._server:
            await self._server.stop()
        for thread in self._supervise:
            await asyncio.to_thread(thread.stop)
        await self._jobs.close()
        if self._duties:
            await self._duties.stop()
        if self._recalibrating:
            await self._recalibrating.stop()
        if self._follower:
            await asyncio.to_thread(self._follower.stop)
        if self._database:
            self._database.close()

    def _open(self, progress: Progress) -> tuple[EntryStore, Mind]:
        self._database = open_records(self.settings.records)
        store = seeded(self.settings, self._database)
        reading = "读取知识库"
        mind = build_mind(self.settings, lambda done, all_: progress(reading, done, all_), store)
        self._follower = Follower(mind.knowledge, store)
        self._follower.start()
        return store, mind

    def _operations(self, store: EntryStore, mind: Mind) -> list[Operation]:
        settings, clock, database = self.settings, SystemClock(), store.database
        gaps, live = GapStore(database), mind.knowledge
        reminders = Reminders(database, RecordedNotices(database), settings.knowledge)
        files = AttachmentStore(settings.records.folder / "attachments", database, settings.knowledge.attachment_mb)
        listening = SpokenAloud(settings.tts)
        return [
            *EntryDesk(store, make_publisher(settings, store), self._jobs, clock).operations(),
            *WritingDesk(live, mind.understanding, gaps, listening, self._jobs, clock).operations(),
            *InboxDesk(gaps, store, reminders, clock).operations(),
            *SheetDesk(store, self._jobs, clock).operations(),
            *FileDesk(files, clock).operations(),
            *IntakeDesk(self._intake(database, mind), clock).operations(),
        ]

    def _intake(self, database: Database, mind: Mind) -> Intake:
        return make_intake(self.settings, database, mind.understanding)

    def _pages(self, database: Database, mind: Mind) -> list[Pages]:
        desk, clock, intake = self.settings.desk, SystemClock(), self._intake(database, mind)
        published = PublishedTickets(database)
        return [
            PublicForm(intake, PlaceCodes(database), clock, desk.submissions_an_hour, desk.behind_proxy),
            Open311(intake, published, mind.understanding, clock, desk.senders, desk.jurisdiction),
        ]


def new_key() -> str:
    """Return a new key, and what `[[knowledge.people]]` says of it, as lines for people."""
    key = secrets.token_urlsafe(24)
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f'密钥(交给本人,只显示这一次):{key}\n登记到 hotline.toml:key_sha256 = "{digest}"'


def run_until_stopped(settings: HotlineSettings) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    asyncio.run(_run(settings))


async def _run(settings: HotlineSettings) -> None:
    service = DeskService(settings)
    with Bars() as bars:
        await service.start(bars)
    console.print(f"[green]工作台已启动[/green]:{service.url},接口说明 {service.url}/api/openapi.json。停止:Ctrl-C")
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await service.stop()
    console.print("工作台已停止。")
