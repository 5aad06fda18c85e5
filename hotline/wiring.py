"""The one place where adapters are chosen and wired together."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import astuple, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from asr.by_sound import SoundVocabulary
from asr.end_of_turn import EndOfTurn
from asr.pool import PooledRecogniser
from asr.turns import TurnDetector
from asr.vad import VoiceActivity
from core.clock import SystemClock
from core.database import Database
from core.events import EventLog
from core.sms import RecordedSms
from dialog.conversation import Conversation
from dialog.forms.choose import option_clauses
from dialog.lines import all_lines, line
from dialog.outbound.errand import Errand
from dialog.outbound.talk import OutboundTalk
from dialog.ports import Humans
from hotline.desk import StoredTickets
from hotline.entries import seeded
from hotline.following import Following
from hotline.following_duties import FollowingDuties
from hotline.humans import QueuedHumans
from hotline.meaning import meaning_of
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.supervising import make_tickets
from ivr.admission import Admission
from ivr.barge_in import BargeIn
from ivr.ear import Ear
from ivr.humans import HumanAgents, OneHuman
from ivr.recording import Recorder
from ivr.tools import Tools, load_texts
from knowledge_base.base import KnowledgeBase
from knowledge_base.errors import NothingPublished
from knowledge_base.live import LiveKnowledge
from knowledge_base.loading import from_folder
from knowledge_base.store import EntryStore
from knowledge_base.versions import Published
from telephony.asterisk.dialer import AsteriskDialer
from telephony.asterisk.line import AsteriskLine
from telephony.dialer import Dialer
from telephony.line import Line
from telephony.pyvoip_line import PyVoipLine
from telephony.sip_line import SipLine
from tickets.appeal import KindClassifier
from tickets.city_file import city_gazetteer
from tickets.duties.duty import DutyList
from tickets.duties.store import DutyStore
from tickets.holidays import calendar_of
from tickets.learning.letters import Field
from tickets.learning.model import LetterClassifier
from tickets.learning.stored import load_for
from tickets.learning.versions import ModelShelf
from tickets.life.rules import load_city
from tickets.matters import ResponsibilityList
from tickets.store import TicketStore
from tickets.understanding import Understanding
from tts.voice import Voice


@dataclass(frozen=True, slots=True)
class Mind:
    """What a conversation thinks with; the same for telephone calls and for `hotline talk`."""

    settings: HotlineSettings
    knowledge: LiveKnowledge
    understanding: Understanding
    clock: SystemClock
    humans: Humans
    duties: int = 0
    """The version of the responsibility list that it knows, 0 for none."""

    def converse(self, call_id: str, caller: str | None) -> Conversation:
        """Begin a conversation with `caller` in the call of that id."""
        return Conversation(
            self.settings.dialog,
            self.knowledge,
            self.understanding,
            caller,
            self.clock.now(),
            humans=self.humans,
            call_id=call_id,
        )

    def call_back(self, errand: Errand, call_id: str) -> OutboundTalk:
        """Begin the conversation of a call of ours."""
        return OutboundTalk(
            errand,
            self.settings.dialog,
            self.knowledge,
            self.understanding,
            self.clock.now(),
            humans=self.humans,
            call_id=call_id,
        )


def make_dialer(settings: HotlineSettings) -> AbstractAsyncContextManager[Dialer] | None:
    """Return what places calls of ours while it is entered; None where the line of `settings` cannot."""
    behind = settings.asterisk
    return AsteriskDialer(behind, settings.line.number) if settings.line.kind == "asterisk" else None


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that was made for one running service; `close` gives it all back."""

    database: Database
    log: EventLog
    store: TicketStore
    mind: Mind
    voice: Voice
    recogniser: PooledRecogniser
    recorder: Recorder | None
    tools: Tools
    following: Following
    """Keeps all of it up with what is published; started with the voice."""
    duties: FollowingDuties
    """And with the responsibility list."""
    texts_needed: Sequence[str]
    """What must be rendered before the first call."""
    texts_all: Sequence[str]
    """What is rendered in the background."""

    async def close(self) -> None:
        """Stop the processes, write what waits, close the files."""
        await self.following.stop()
        await self.duties.stop()
        await self.recogniser.stop()
        await self.voice.stop()
        if self.recorder:
            self.recorder.close()
        self.log.close()
        self.database.close()


def build_mind(
    settings: HotlineSettings,
    progress: Callable[[int, int], None] | None = None,
    store: EntryStore | None = None,
) -> Mind:
    """Load what is published in `store`, or the entries of the folder where none is given, and the understanding.

    `progress(done, all)` hears of what is made only once for each entry. Of humans it knows one address that is
    always tried, or nobody (`[ivr] human`). Raises `NothingPublished`, `EntryInvalid`, `EntryDamaged`, and what
    `make_understanding` raises.
    """
    published = store.live() if store else _folder_as_published(settings)
    if not published.entries:
        raise NothingPublished()
    base = KnowledgeBase.from_entries(published.entries, settings=settings.knowledge, progress=progress)
    knowledge = LiveKnowledge(base, published.number)
    clock = SystemClock()
    today, database = clock.now().date(), store.database if store else None
    version = DutyStore(database).number_at(today) if database else 0  # before the list: at worst it is read twice
    understanding = make_understanding(settings, database, today)
    return Mind(settings, knowledge, understanding, clock, OneHuman(settings.ivr.human), version)


def make_understanding(settings: HotlineSettings, database: Database | None, today: date) -> Understanding:
    """Return the understanding of appeals in the city of `settings`, by its responsibility list of `today`.

    The list is the one that was imported into `database`, that of 澜江市 where none was.
    Raises `CityUnknown`, `CityFileInvalid`, `CityWrong`, `ModelMissing`, `ModelDamaged`, `LearnedUnreadable`,
    `ModelNotOfThis`, `HolidaysInvalid`.
    """
    chosen = settings.tickets
    calendar = calendar_of(chosen.holidays)
    kinds = model_in_force(settings, "kind", chosen.kind_model)
    duties = DutyStore(database).at(today) if database else None
    return Understanding(
        city_gazetteer(chosen.city, chosen.places) if chosen.city else None,
        city_matters(settings, duties) if duties else None,
        kinds=KindClassifier(kinds) if kinds else None,
        calendar=calendar,
        categories=model_in_force(settings, "category", chosen.category_model),
    )


def city_matters(settings: HotlineSettings, duties: DutyList) -> ResponsibilityList:
    """Return what matches the matters of `duties`; those without a limit have the city's usual one."""
    rules = load_city(settings.tickets.rules)
    return ResponsibilityList.of(duties, rules.limits[rules.usual])


def follow_duties(
    settings: HotlineSettings, database: Database, mind: Mind, learn_words: Callable[[], None] = lambda: None
) -> FollowingDuties:
    """Return what gives `mind` each list as it comes into force, and calls `learn_words` then."""
    index = partial(city_matters, settings)
    return FollowingDuties(DutyStore(database), mind.understanding, mind.clock, index, learn_words, mind.duties)


def model_in_force(settings: HotlineSettings, field: Field, file: Path | None) -> LetterClassifier | None:
    """Return the model of `field` in `file`; without one the city's version in force, None where there is none.

    Raises `LearnedUnreadable`, `ModelNotOfThis`.
    """
    return load_for(field, file, meaning_of()) if file else model_shelf(settings).in_force(field)


def model_shelf(settings: HotlineSettings) -> ModelShelf:
    """Return where the versions of this city's models are kept."""
    return ModelShelf(settings.records.folder / "models", meaning_of())


def _folder_as_published(settings: HotlineSettings) -> Published:
    """In the order in which a store has them, so that both share the calibration that is kept on disk."""
    entries = sorted(from_folder(settings.knowledge.folder), key=lambda entry: entry.id)
    return Published(0, tuple(entries), ())


def make_line(settings: HotlineSettings) -> Line:
    """Return the line that `[line] kind` chooses."""
    if settings.line.kind == "asterisk":
        return AsteriskLine(settings.asterisk, settings.line.number)
    if settings.line.kind == "pyvoip":
        return PyVoipLine(settings.line)
    return SipLine(settings.line)


def make_humans(settings: HotlineSettings, line: Line) -> HumanAgents:
    """Return the human agents that `line` reaches."""
    if isinstance(line, AsteriskLine):
        return QueuedHumans(line.exchange.queues, settings.ivr.queues, SystemClock())
    return OneHuman(settings.ivr.human)


def needed_texts() -> list[str]:
    """Return what the first seconds of any call need."""
    return [line("greeting"), *astuple(load_texts()), line("transfer"), line("not_heard")]


def _vocabulary(mind: Mind) -> SoundVocabulary:
    """Return the terms that a caller of this city is likely to say."""
    places = ((term, 1.0) for term in mind.understanding.vocabulary())
    return SoundVocabulary([*mind.knowledge.current.vocabulary(), *places])


def build_parts(
    settings: HotlineSettings,
    mind: Mind | None = None,
    progress: Callable[[int, int], None] | None = None,
    humans: HumanAgents | None = None,
) -> Parts:
    """Make everything from `settings`, with a `mind` that is there already or a new one.

    Blocking: reads files, trains the small models. Raises `HotlineError`s.
    """
    database = open_records(settings.records)
    log = EventLog(database)
    store = make_tickets(settings, database, log)
    humans = humans or OneHuman(settings.ivr.human)
    entries = seeded(settings, database)
    mind = replace(mind or build_mind(settings, progress, entries), humans=humans)
    voice = Voice(settings.tts)
    recogniser = PooledRecogniser(settings.asr, _vocabulary(mind).correct)
    admission = Admission(settings.ivr.admission, settings.asr.workers)
    recogniser.on_decode = lambda waited_ms, work_ms: admission.note(waited_ms, work_ms, time.monotonic())
    recorder = Recorder(settings.records.folder / "recordings") if settings.ivr.recordings else None
    turns = settings.asr.turns
    VoiceActivity.load()

    def make_ear(rate: int) -> Ear:
        return Ear(VoiceActivity(rate), TurnDetector(turns, rate), EndOfTurn(turns), recogniser, rate)

    tools = Tools(
        settings=settings.ivr,
        texts=load_texts(),
        speaker=voice,
        make_ear=make_ear,
        converse=mind.converse,
        barge_in=BargeIn(),
        desk=StoredTickets(store, mind.understanding),
        sms=RecordedSms(log),
        log=log,
        recorder=recorder,
        clock=mind.clock,
        humans=humans,
        admission=admission,
        backlog=lambda: recogniser.backlog,
        is_workday=calendar_of(settings.tickets.holidays).is_workday,
    )

    def learn_words() -> None:
        recogniser.correct_with(_vocabulary(mind).correct)

    return Parts(
        database,
        log,
        store,
        mind,
        voice,
        recogniser,
        recorder,
        tools,
        Following(mind.knowledge, entries, voice, learn_words, settings.serve.render_ahead),
        follow_duties(settings, database, mind, learn_words),
        needed_texts(),
        [*all_lines(), *option_clauses(mind.knowledge.entries), *mind.knowledge.current.spoken_texts()],
    )
