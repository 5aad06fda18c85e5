"""One telephone call from offer to end: who speaks when, and what becomes of what was said."""

import asyncio
import logging
import time
import traceback

from asr.end_of_turn import Pace
from asr.recogniser import Hints
from core.audio import FRAME_MS
from core.errors import HotlineError
from dialog.moves import (
    Asked,
    Expect,
    Gone,
    Heard,
    Key,
    MoveIn,
    Say,
    Silence,
    Spoken,
    Trouble,
)
from ivr.barge_in import Verdict
from ivr.deeds import Deeds
from ivr.ear import Ear, Turn
from ivr.echo import echo_share
from ivr.mouth import Mouth
from ivr.records import CallRecord
from ivr.tools import Tools, intelligible
from ivr.track import samples
from telephony.line import Audio, Call, HungUp, KeyPress

log = logging.getLogger(__name__)

PACE = {
    Asked.ANYTHING: Pace.SENTENCE,
    Asked.YES_NO: Pace.SHORT,
    Asked.CHOICE: Pace.SENTENCE,
    Asked.PLACE: Pace.PLACE,
    Asked.NUMBER: Pace.NUMBER,
    Asked.NAME: Pace.SENTENCE,
    Asked.STORY: Pace.STORY,
    Asked.RATING: Pace.SHORT,
}
ECHO_MS = 160
"""Stretch of the caller's sound that is compared with the bot's: shorter ones correlate by chance."""
LAST_WORDS_S = 5.0
"""How long the last words of a caller who has hung up may take to be recognised."""
MOST_MOVES = 50
"""Moves that may wait; a flood of keys beyond it is dropped."""


class CallSession:
    """Owns one call. `run` returns when the call is over and nothing of it is left."""

    def __init__(self, call: Call, tools: Tools, dialled: bool = False) -> None:
        self._call, self._tools = call, tools
        self._dialled = dialled
        """We placed the call: it is up, and its record has begun."""
        self._record = CallRecord(tools.log, call.id)
        self._recording = tools.recorder.open(call.id, call.rate) if tools.recorder else None
        self._inbox: asyncio.Queue[MoveIn] = asyncio.Queue()
        record = self._record
        self._mouth = Mouth(
            call, tools.speaker, tools.texts.lead_in, record.bot_said, self._mute, lambda: record.add("bot.quiet")
        )
        self._deeds = Deeds(call, tools, self._mouth, self._record, self._inbox.put_nowait, self._expecting)
        self._ear: Ear
        self._expect: Expect | None = None
        self._silent_ms = 0
        self._quiet_ms = 0
        """Since the bot was last busy speaking."""
        self._lived_ms = 0
        self._recorded = call.played
        self._recent = bytearray()
        self._was_echo, self._compared_ms = False, -FRAME_MS
        """The last comparison of the caller's sound with the bot's, and when it was made."""
        self._waiting_since: float | None = None
        """Monotonic time of the caller's last sound, until the reply sounds."""
        self._reply_from = 0
        self._failed = False
        self._giving_up: asyncio.Task[None] | None = None

    @property
    def broke(self) -> bool:
        """Whether a part of ours failed so that the bot could not go on."""
        return self._failed

    async def run(self) -> None:
        """Take the call and stay with it to its end."""
        call, record = self._call, self._record
        begun = time.monotonic()
        over = HungUp("us", "unanswered", begun)
        try:
            self._ear = self._tools.make_ear(call.rate)
            await call.answer()
            record.add("call.answered", after_ms=round((time.monotonic() - begun) * 1000))
            thinking = asyncio.create_task(self._think(), name=f"think {call.id}")
            try:
                over = await self._listen()
            finally:
                self._deeds.over = True
                await self._hear_the_last()
                await self._mouth.close()
                self._inbox.put_nowait(Gone())
                await thinking
                if self._giving_up:
                    await self._giving_up
                # They hold megabytes in a ring of references, and the collector may not come for hundreds of calls.
                del self._ear, self._mouth, self._deeds
        finally:
            if self._recording:
                self._recording.close()
            path = self._recording.path.name if self._recording and not self._recording.trouble else ""
            record.ended(over.by, over.reason, time.monotonic() - begun, path)

    # ---- hearing ----

    async def _listen(self) -> HungUp:
        async for event in self._call.events():
            if isinstance(event, HungUp):
                return event
            try:
                self._hear(event)
            except Exception as error:
                self._fail("turn-taking", error)
        return HungUp("line", "ended without a word", time.monotonic())

    async def _hear_the_last(self) -> None:
        """Keep what the caller was still saying, or had just said, when the line went."""
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                turn = await self._ear.last()
        except TimeoutError:
            turn = None
        self._ear.forget()
        heard = turn and turn.transcript
        if not turn or not heard or not intelligible(heard) or self._failed:
            return
        if self._mouth.busy and not self._takes_turn(turn):
            return
        self._record.caller_said(turn, False)
        self._inbox.put_nowait(Heard(heard.text, heard.confidence, heard.phrase))

    def _hear(self, event: Audio | KeyPress) -> None:
        if self._failed:
            self._mouth.tick()
        elif isinstance(event, Audio):
            self._frame(event.pcm)
        else:
            self._key(event.key)

    def _frame(self, pcm: bytes) -> None:
        self._mouth.tick()
        self._quiet_ms = 0 if self._mouth.busy else self._quiet_ms + FRAME_MS
        self._note_first_sound()
        self._keep(pcm)
        turn = self._ear.feed(pcm, self._is_echo)
        if turn:
            self._take(turn)
        elif self._mouth.busy:
            self._listen_over_voice()
        else:
            self._count_silence()
        self._lived_ms += FRAME_MS
        if self._lived_ms == self._tools.settings.max_call_s * 1000:
            self._deeds.end_politely(self._tools.texts.too_long)

    def _keep(self, pcm: bytes) -> None:
        self._recent += pcm
        del self._recent[: -samples(ECHO_MS, self._call.rate) * 2]
        if self._recording:
            played = self._call.played
            self._recording.add(pcm, self._mouth.track.read(self._recorded, played))
            self._recorded = played

    def _is_echo(self) -> bool:
        settings, rate = self._tools.settings, self._call.rate
        if self._quiet_ms > settings.echo_window_ms:  # the last words come back after they were said
            return False
        if self._lived_ms - self._compared_ms > FRAME_MS:  # a frame alone changes little, and comparing is dear
            said = self._mouth.recent(samples(settings.echo_window_ms, rate))
            self._was_echo = echo_share(bytes(self._recent), said) >= settings.echo_share
            self._compared_ms = self._lived_ms
        return self._was_echo

    def _listen_over_voice(self) -> None:
        """Fall silent while the caller speaks over the bot; whether that was a turn is seen at its end."""
        mouth, ear = self._mouth, self._ear
        if ear.in_speech and ear.voiced_ms >= self._tools.settings.barge_in_ms:
            if not mouth.paused and mouth.interruptible:
                mouth.pause()
        elif not ear.in_speech and mouth.paused:
            mouth.resume()
        self._silent_ms = 0

    def _count_silence(self) -> None:
        if self._ear.in_speech or self._expect is None:
            self._silent_ms = 0
            return
        self._silent_ms += FRAME_MS
        if self._silent_ms >= self._expect.silence_ms:
            self._expect, self._silent_ms = None, 0
            self._inbox.put_nowait(Silence())

    def _key(self, key: str) -> None:
        self._record.add("caller.key", key=key)
        self._silent_ms = 0
        if self._inbox.qsize() >= MOST_MOVES:
            return
        self._ear.forget()  # the tone itself is no speech
        self._interrupt()
        self._inbox.put_nowait(Key(key))

    # ---- turns ----

    def _take(self, turn: Turn) -> None:
        heard = turn.transcript
        if heard is None:
            known = isinstance(turn.error, HotlineError)
            self._record.add("recogniser.failed", error=str(turn.error) if known else type(turn.error).__name__)
            self._mouth.resume()
            self._inbox.put_nowait(Trouble("recogniser"))
            return
        over_voice = self._mouth.busy
        if over_voice and not self._takes_turn(turn):
            self._mouth.resume()
            return
        if not intelligible(heard) and turn.speech_ms < self._tools.settings.noise_ms:
            self._record.add("noise", speech_ms=turn.speech_ms)
            self._mouth.resume()
            return
        interrupted = over_voice and self._interrupt()
        self._record.caller_said(turn, interrupted)
        self._silent_ms = 0
        self._waiting_since = time.monotonic() - turn.times["silence_ms"] / 1000
        self._reply_from = self._call.played
        self._inbox.put_nowait(Heard(heard.text, heard.confidence, heard.phrase, interrupted, turn.speech_ms))

    def _takes_turn(self, turn: Turn) -> bool:
        heard, mouth = turn.transcript, self._mouth
        assert heard is not None
        verdict = self._tools.barge_in.verdict(heard, mouth.said_now(), mouth.share_played(), self._expect)
        if verdict is Verdict.GO_ON and intelligible(heard):
            self._record.add("caller.backchannel", text=heard.text, phrase=heard.phrase, speech_ms=turn.speech_ms)
        return verdict is Verdict.TURN

    def _interrupt(self) -> bool:
        """Stop the bot for good, if it may be stopped; the dialogue learns how far it came."""
        if not self._mouth.busy or not self._mouth.interruptible:
            self._mouth.resume()
            return False
        self._inbox.put_nowait(Spoken(self._mouth.cut(), whole=False))
        return True

    def _expecting(self, expect: Expect) -> None:
        self._expect, self._silent_ms = expect, 0
        self._ear.expect(PACE[expect.asked], Hints(expect.phrases, digits=expect.asked is Asked.NUMBER))

    def _note_first_sound(self) -> None:
        if self._waiting_since is not None and self._call.played > self._reply_from:
            gap = time.monotonic() - self._waiting_since
            self._record.add("turn.answered", gap_ms=round(gap * 1000))
            self._waiting_since = None

    # ---- thinking ----

    async def _think(self) -> None:
        try:
            conversation = self._tools.converse(self._call.id, self._call.caller)
            await self._deeds.perform(conversation.start())
            while True:
                move = await self._inbox.get()
                now = self._tools.clock.now()
                leaving = self._deeds.ending
                await self._deeds.perform(await asyncio.to_thread(conversation.hear, move, now))
                if isinstance(move, Gone):
                    return
                if leaving and self._deeds.ending and isinstance(move, Heard | Key):
                    await self._call.hang_up()
        except Exception as error:
            self._fail("dialogue", error)
            if self._giving_up:
                await self._giving_up

    def _fail(self, what: str, error: Exception) -> None:
        """Whatever breaks, the caller gets a human or is called back."""
        if self._failed:
            return
        self._failed = True
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("call %s: %s failed: %s\n%s", self._call.id, what, type(error).__name__, where)
        self._record.add("dialogue.failed", what=what, error=type(error).__name__)
        self._giving_up = asyncio.create_task(self._deeds.give_up(self._tools.texts.failure))

    def _mute(self, say: Say, error: Exception) -> None:
        """Say nothing where a sentence cannot be made, but let the dialogue know."""
        reason = str(error) if isinstance(error, HotlineError) else type(error).__name__
        self._record.add("synthesiser.failed", text=say.text, error=reason)
        self._inbox.put_nowait(Trouble("synthesiser"))
