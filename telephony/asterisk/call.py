"""One caller whom Asterisk has put through to us: see `telephony.line.Call`."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Literal, Protocol
from uuid import UUID

from core.audio import frame_bytes
from telephony.asterisk.audiosocket import SOUND_KINDS, Frame
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.media import MediaConnection
from telephony.asterisk.settings import AsteriskSettings
from telephony.asterisk.sound_in import SoundIn
from telephony.inbox import Inbox
from telephony.line import HungUp, KeyPress, LineEvent, Returned
from telephony.play_queue import PlayQueue
from telephony.ticker import Ticker

MEDIA_S = 5.0
"""Seconds from the answer to the caller's sound; it takes about 2 ms."""
EOF_S = 1.0
"""Seconds to learn from AMI why the sound has ended, or has come back."""
CHOICES = {"KEY1": Returned.WANTS_BOT, "KEY2": Returned.WANTS_CALL_BACK}
"""What a waiting caller may press (templates/extensions.conf)."""
KEYS = frozenset("0123456789*#")

Cause = Literal["busy", "unavailable", "goodbye"]
CAUSES: dict[Cause, int] = {"busy": 17, "unavailable": 19, "goodbye": 16}
"""Hang-up causes (ITU-T Q.850): user busy becomes SIP 486, no answer 480, normal clearing a BYE."""


class Owner(Protocol):
    """What a call needs of the line that brought it."""

    def hang_up_later(self, channel: str, connection: MediaConnection) -> None:
        """Keep the connection silent until Asterisk can be told to end the channel."""
        ...

    def forget(self, call: "AsteriskCall") -> None:
        """The call is over for us."""
        ...


class AsteriskCall:
    """A channel of Asterisk, from its offer until it hangs up or a human has it.

    The sound comes and goes: while a human is being tried the channel waits in a queue, and it may come back.
    """

    def __init__(
        self, call_id: UUID, channel: str, caller: str, called: str, settings: AsteriskSettings, line: Owner,
        exchange: Exchange,
        ticker: Ticker,
    ) -> None:  # fmt: skip
        self.uuid, self.id = call_id, str(call_id)
        self.channel = channel
        """Asterisk's name of the caller's channel."""
        self.caller: str | None = caller or None
        self.called = called
        self.rate: int = settings.rate
        self.reason = ""
        """Why the last transfer came back: Asterisk's QUEUESTATUS, or KEY1, KEY2 that the caller pressed."""
        self.agent = ""
        """The agent who took the call, as Asterisk names the phone."""
        self._settings, self._line, self._exchange, self._ticker = settings, line, exchange, ticker
        self._inbox = Inbox()
        self._out = PlayQueue()
        self._drained = asyncio.Event()
        self._kind = SOUND_KINDS[self.rate]
        self._bytes = frame_bytes(self.rate)
        self._silence = Frame(self._kind, bytes(self._bytes)).encode()
        self._media: MediaConnection | None = None
        self._in: SoundIn | None = None
        self._attached = asyncio.Event()
        self._outcome: asyncio.Future[bool] | None = None
        self._over = False
        self._ending: asyncio.TimerHandle | None = None
        self._doubt: asyncio.TimerHandle | None = None
        """Set while the sound is back and AMI has not said why."""
        self.decided = False
        """Whether it was answered or refused already, or is about to be."""
        self.born = time.monotonic()
        self._by_us = False
        """We have told Asterisk to end it."""

    # ---- the port ----

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out."""
        return self._out.played // 2

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self._out.queued // 2

    @property
    def talking(self) -> bool:
        """Whether we have the caller's sound now."""
        return self._media is not None

    @property
    def away(self) -> bool:
        """Whether the caller is with a human, or waits for one."""
        return self._outcome is not None

    @property
    def returned(self) -> Returned:
        """What the caller pressed in the queue, if anything."""
        return CHOICES.get(self.reason, Returned.NOBODY)

    async def answer(self) -> None:
        """Take the call; returns when the caller can be heard, or has gone."""
        if self._over or self._attached.is_set():
            return
        self.decided = True
        if not await self._exchange.redirect(self.channel, "bot", "s"):
            self.end("line", "could not be answered")
            return
        await self.until_heard()

    async def until_heard(self) -> None:
        """Wait for the caller's sound, which is on its way; without it the call ends."""
        try:
            await asyncio.wait_for(self._attached.wait(), MEDIA_S)
        except TimeoutError:
            self.end("line", "no sound came")

    async def refuse(self, busy: bool = True) -> None:
        """Decline the call; whoever waits for a human by then, because we were slow, stays there."""
        if not self._over and not self._attached.is_set():
            self._by_us = self.decided = True
            self._exchange.set(self.channel, "HOTLINE_REFUSED", CAUSES["busy" if busy else "unavailable"])
            self.end("us", "refused")

    def events(self) -> AsyncIterator[LineEvent]:
        """Yield what the caller does."""
        return self._inbox.events()

    def play(self, pcm: bytes) -> None:
        """Queue PCM; while the caller is with a human nobody would hear it, and it is dropped."""
        if not self._over and not self.away:
            self._out.add(pcm[: len(pcm) // 2 * 2])
            self._drained.clear()

    def stop_playing(self) -> None:
        """Drop what is queued."""
        self._out.clear()
        self._drained.set()

    async def played_out(self) -> None:
        """Wait until nothing is queued, or the call is over."""
        if self._out.queued and not self._over:
            await self._drained.wait()

    async def transfer(self, target: str, patience_s: float | None = None, urgent: bool = False) -> bool:
        """Hand over to the queue `target`, or to a SIP address; True once a human has the caller.

        `patience_s` is how long the queue may take, None for its own setting.
        """
        if self._over or not self._attached.is_set() or self.away:
            return False
        self.reason = ""
        self.stop_playing()
        self._outcome = asyncio.get_running_loop().create_future()
        variables: dict[str, object] = {
            "HOTLINE_WAIT": "" if patience_s is None else max(1, round(patience_s)),
            "HOTLINE_URGENT": int(urgent),
        }
        if target.startswith(("sip:", "sips:")):
            moved = await self._exchange.redirect(self.channel, "refer", "s", {"HOTLINE_TARGET": target})
        else:
            moved = await self._exchange.redirect(self.channel, "human", target, variables)
        if not moved and self._media and not self._over:
            # Nobody can be told; the dialplan behind the sound leads to the human agents as well.
            self._media.close()
        done = await self._outcome
        self._outcome = None
        if done:
            self.end("us", "transferred")
        return done

    async def hang_up(self) -> None:
        """End the call."""
        if self._over:
            return
        self._by_us = True
        channel, media = self.channel, self._media
        if not await self._exchange.hang_up(channel, CAUSES["goodbye"]) and media and not self._exchange.reachable:
            media.owner = None
            self._media = None
            self._line.hang_up_later(channel, media)
        self.end("us", "hung up")

    def leave(self) -> None:
        """Let go of the call without ending it: the dialplan leads the caller on, to a human or back."""
        self._by_us = True
        self.end("us", "left to the exchange")

    # ---- what the line tells ----

    def attach(self, connection: MediaConnection) -> None:
        """The caller's sound is here, for the first time or again."""
        if self._ending:
            self._ending.cancel()
        if self._media:
            self._media.owner = None
            self._media.close()
        self._ticker.remove(self._tick)
        self._media, connection.owner = connection, self
        self._in = SoundIn(self.rate, time.monotonic())
        self._attached.set()
        self._ticker.add(self._tick)
        if self.away and self.reason:
            self._settle(False)
        elif self.away:
            self._doubt = asyncio.get_running_loop().call_later(EOF_S, self.came_back, "")

    def came_back(self, reason: str) -> None:
        """No human took the caller; the sound comes a moment earlier or later."""
        self.reason = self.reason or reason
        if self._doubt:
            self._doubt.cancel()
        if self._media:
            self._settle(False)

    def connected(self, agent: str) -> None:
        """A human has the caller."""
        self.agent = agent
        self._settle(True)

    def end(self, by: Literal["caller", "line", "us"], reason: str) -> None:
        """End the call once; later calls change nothing."""
        if self._over:
            return
        self._over = True
        for timer in (self._ending, self._doubt):
            if timer:
                timer.cancel()
        self._ticker.remove(self._tick)
        self.stop_playing()
        self._settle(False)
        self._attached.set()
        if self._media:
            media, self._media = self._media, None
            media.owner = None
            media.close()
        self._inbox.put(HungUp("us" if self._by_us else by, reason, time.monotonic()))
        self._line.forget(self)

    # ---- what the connection tells ----

    def sound(self, pcm: bytes, rate: int) -> None:
        """Sound came."""
        if self._in and rate == self.rate:
            for frame in self._in.receive(pcm, time.monotonic()):
                self._inbox.put(frame)

    def key(self, key: str) -> None:
        """A key was pressed."""
        if key in KEYS:
            self._inbox.put(KeyPress(key, time.monotonic()))

    def media_lost(self, connection: MediaConnection) -> None:
        """The sound has ended: AMI says why, a moment earlier or later."""
        if connection is not self._media:
            return
        self._media = self._in = None
        self._ticker.remove(self._tick)
        if not self.away and not self._over:
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(EOF_S, lambda: self.end("line", "the sound ended"))

    def _tick(self, now: float) -> None:
        if self._media is None or self._in is None:
            return
        for frame in self._in.tick(now):
            self._inbox.put(frame)
        if not self._out.queued:
            self._media.send(self._silence)
            return
        self._media.send(Frame(self._kind, self._out.take(self._bytes).ljust(self._bytes, b"\0")).encode())
        if not self._out.queued:
            self._drained.set()

    def _settle(self, done: bool) -> None:
        if self._outcome and not self._outcome.done():
            self._outcome.set_result(done)
