"""The dialogue in text: typed by hand, or from a script with expectations. The very machine that runs a call."""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from core.clock import SystemClock
from core.database import Database
from dialog.humans import SetHumans
from dialog.moves import (
    Gone,
    HangUp,
    Heard,
    Key,
    MoveIn,
    MoveOut,
    Note,
    SaveTicket,
    Say,
    SendSms,
    Silence,
    Spoken,
    Transfer,
    TransferFailed,
    Transferred,
    Trouble,
)
from dialog.outbound.errand import Errand
from dialog.ports import Staffing, Understanding
from hotline.check import Observed, check_end, check_turn
from hotline.records import open_records
from hotline.script import Earlier, Script, Turn, read_script
from hotline.settings import HotlineSettings
from hotline.text_call import Mind, TextCall
from tickets.callbacks import CallBackKind
from tickets.life.rules import load_city
from tickets.store import TicketStore
from tickets.ticket import Kind, Place, Ticket


@dataclass(slots=True)
class ScriptResult:
    """How a script went: the lines of the conversation and what failed."""

    script: Script
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Who (人, 机, 注 or 错) and what, in order."""
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return not self.failures


Show = Callable[[str, str], None]


def run_script(path: Path, mind: Mind, wording: int = 0, show: Show | None = None) -> ScriptResult:
    """Run the script in `path` with its wording of that number. Raises `ScriptInvalid`."""
    return ScriptRun(read_script(path), mind, wording, show).run()


class ScriptRun:
    """One run of a script in a database of its own."""

    def __init__(self, script: Script, mind: Mind, wording: int, show: Show | None) -> None:
        self._script, self._mind, self._wording = script, mind, wording
        self._show = show or (lambda who, what: None)
        self._result = ScriptResult(script)

    def run(self) -> ScriptResult:
        """Return how it went."""
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/talk.db")
            try:
                self._converse(TicketStore(database))
            finally:
                database.close()
        return self._result

    def _converse(self, store: TicketStore) -> None:
        script = self._script
        tickets = []
        for earlier in script.tickets:
            at = script.now - timedelta(days=earlier.days_ago)
            tickets.append(store.save_now(_earlier(earlier, self._mind.understanding, at), at))
        humans, errand = SetHumans(script.staffing), _errand(script, tickets)
        call = TextCall(self._mind, store, script.caller, script.now, humans, script.records, errand)
        seen = call.start()
        self._report(call, check_turn(script.greeting, seen))
        for turn in script.turns:
            before = seen
            for who, what, move in _moves(turn, self._wording, seen):
                if what:
                    self._line(who, what)
                seen = call.tell(move)
                if not isinstance(move, Spoken):
                    self._report(call, [])
            self._fail(check_turn(turn.expect, seen, before))
        self._fail(check_end(script.end, call.left()))

    def _report(self, call: TextCall, failures: list[str]) -> None:
        for who, what in _shown(call.moves):
            self._line(who, what)
        self._fail(failures)

    def _fail(self, failures: list[str]) -> None:
        for failure in failures:
            self._result.failures.append(failure)
            self._line("错", failure)

    def _line(self, who: str, what: str) -> None:
        self._result.lines.append((who, what))
        self._show(who, what)


def _earlier(earlier: Earlier, understanding: Understanding, now: datetime) -> Ticket:
    place = Place(**earlier.place.model_dump())
    kind = Kind(earlier.kind) if earlier.kind else None
    secret = earlier.confidential
    return understanding.make_ticket(
        earlier.what, now, kind=kind, place=place, contact=earlier.contact, confidential=secret
    )


def _errand(script: Script, tickets: Sequence[Ticket]) -> Errand | None:
    """Return what an outbound call is for, None for an inbound one."""
    if not script.outbound:
        return None
    kind = CallBackKind(script.outbound)
    since = script.now - timedelta(minutes=script.missed_min)
    ticket = tickets[0] if tickets and kind is CallBackKind.FOLLOW_UP else None
    return Errand("script", kind, script.caller or "", since, ticket)


def _moves(turn: Turn, wording: int, seen: Observed) -> list[tuple[str, str, MoveIn]]:
    """Return what a turn of the script tells the dialogue, with who and what to show."""
    words = turn.words(wording)
    if turn.say:
        return [("人", words, Heard(words, turn.confidence, turn.phrase, speech_ms=turn.speech_ms))]
    if turn.interrupt:
        heard = seen.said[0][: len(seen.said[0]) // 2] if seen.said else ""
        return [
            ("", "", Spoken(heard, whole=False)),
            ("人", f"(打断){words}", Heard(words, turn.confidence, turn.phrase, interrupted=True)),
        ]
    if turn.key:
        return [("人", f"(按键 {key})", Key(key)) for key in turn.key]
    if turn.silence:
        return [("人", "(沉默)", Silence()) for _ in range(turn.silence)]
    if turn.transfer_fails is not None:
        return [("线", "(转接未成)", TransferFailed(turn.transfer_fails.ahead, turn.transfer_fails.minutes))]
    if turn.transferred:
        return [("线", "(人工已接)", Transferred())]
    if turn.trouble:
        return [("线", f"(故障 {turn.trouble})", Trouble(turn.trouble))]
    return [("人", "(挂断)", Gone())]


def _shown(moves: Sequence[MoveOut]) -> list[tuple[str, str]]:
    """Return the lines that show `moves`."""
    lines: list[tuple[str, str]] = []
    for move in moves:
        match move:
            case Say():
                lines.append(("机", move.text + ("(慢)" if move.slow else "")))
            case Transfer():
                how = "(紧急)" if move.urgent else "(排队)" if move.patient else ""
                lines.append(("机", f"→ 转人工{how}:{move.reason}"))
            case SaveTicket():
                lines.append(("注", f"工单 {move.ticket.kind.value} {move.ticket.state.value}:{move.ticket.title}"))
            case SendSms():
                lines.append(("注", f"短信 {move.text}"))
            case HangUp():
                lines.append(("机", f"→ 挂断:{move.reason}"))
            case Note():
                facts = " ".join(f"{name}={value}" for name, value in move.facts.items())
                lines.append(("注", f"{move.kind} {facts}"))
    return lines


_STYLES = {"人": "bold cyan", "机": "green", "注": "dim", "线": "yellow", "错": "bold red"}


def talk(script: Path | None, settings: HotlineSettings) -> int:
    """Run `script`, or converse by keyboard; return the exit status, 1 where an expectation failed."""
    console = Console(highlight=False)

    def show(who: str, what: str) -> None:
        console.print(f"{who} {what}", style=_STYLES.get(who, ""), markup=False, soft_wrap=True)

    from hotline.entries import open_entries
    from hotline.wiring import build_mind

    parsed = read_script(script) if script else None
    with open_entries(settings) as store:
        parts = build_mind(settings, store=store)
    mind = Mind(parts.knowledge, parts.understanding, settings.dialog)
    if parsed is None:
        return _typed(mind, settings, show)
    failures = 0
    for wording in range(parsed.wordings):
        console.rule(f"{parsed.scene} ({wording + 1}/{parsed.wordings})")
        failures += len(ScriptRun(parsed, mind, wording, show).run().failures)
    console.print(
        f"{failures} 条期望不符" if failures else "全部符合", style="bold red" if failures else "bold green"
    )
    return 1 if failures else 0


_HELP = (
    "直接输入要说的话;/1 按键 1;/s 沉默;/f 转接失败;/b 3 5 人工全忙、前面3位、约5分钟;/a 有人工空闲;/n 无人工;/q 挂断"
)
_BUSY = re.compile(r"/b(?:\s+(\d+))?(?:\s+(\d+))?")


def _typed(mind: Mind, settings: HotlineSettings, show: Show) -> int:
    """Converse by keyboard; the tickets go where those of calls go."""
    clock = SystemClock()
    database = open_records(settings.records)
    try:
        store = TicketStore(database, rules=load_city(settings.tickets.rules))
        humans = SetHumans(Staffing(bool(settings.ivr.human)))
        call = TextCall(mind, store, "13800001234", clock.now(), humans)
        show("注", _HELP)
        call.start()
        while True:
            for who, what in _shown(call.moves):
                show(who, what)
            if call.hung_up:
                return 0
            try:
                typed = input("人 ").strip()
            except (EOFError, KeyboardInterrupt):
                typed = "/q"
            if (staffing := typed_staffing(typed)) is not None:
                humans.now = staffing
                call.moves = []
                continue
            for move in _typed_moves(typed):
                call.tell(move, clock.now())
            if typed == "/q":
                for who, what in _shown(call.moves):
                    show(who, what)
                return 0
    finally:
        database.close()


def typed_staffing(typed: str) -> Staffing | None:
    """Return what a typed line says of the humans: /a one is free, /n nobody is there, /b all talk."""
    if typed in ("/a", "/n"):
        return Staffing(typed == "/a")
    busy = _BUSY.fullmatch(typed)
    if busy is None:
        return None
    ahead, minutes = (None if known is None else int(known) for known in busy.groups())
    return Staffing(True, False, ahead, minutes)


def _typed_moves(typed: str) -> list[MoveIn]:
    """Return what a typed line means."""
    if typed == "/q":
        return [Gone()]
    if typed == "/f":
        return [TransferFailed()]
    if typed in ("", "/s"):
        return [Silence()]
    if typed.startswith("/"):
        return [Key(key) for key in typed[1:] if key in "0123456789*#"]
    return [Heard(typed)]
