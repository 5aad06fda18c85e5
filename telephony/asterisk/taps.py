"""Both sides of each talk as sound of our own: a silent channel of Asterisk listens to each (docs/decisions/072)."""

import asyncio
import logging
import time
from collections.abc import Sequence
from uuid import UUID, uuid4

from telephony.asterisk.ami_text import Message
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.media import MediaConnection
from telephony.asterisk.settings import AsteriskSettings
from telephony.asterisk.sound_in import SoundIn
from telephony.asterisk.talks import Talk
from telephony.asterisk.tapping import Place, wanted
from telephony.errors import LineError
from telephony.legs import Leg, LegListener, Listen

log = logging.getLogger(__name__)

CONNECT_S = 5.0
"""Seconds until a tap's sound must be there; it takes 0.13."""
RETRY_S = 3.0
"""Seconds before a tap that failed or was lost in mid-talk is set up again."""
ATTEMPTS = 3
"""How often a leg is tried until all channels have been read again (after a loss of AMI, and every 30 s)."""
OPTIONS = "qsoE"
"""ChanSpy: no beep, no name said, only what this channel's own side says, and gone with the channel."""


class Taps:
    """The `telephony.legs.Legs` of an Asterisk line. Everything runs on timers: no task has to be waited for."""

    def __init__(self, line: AsteriskLine, settings: AsteriskSettings, most_talks: int) -> None:
        self._line, self._settings, self._most = line, settings, most_talks
        self._node = settings.node if len(settings.nodes) > 1 else ""
        self._listen: Listen | None = None
        self._taps: dict[Place, _Tap] = {}
        self._seen: list[Talk] | None = None
        self._subscribed = False

    @property
    def heard(self) -> int:
        """Legs whose sound comes now."""
        return sum(tap.heard for tap in self._taps.values())

    def start(self, listen: Listen) -> None:
        """Tap every talk that there is, and every later one."""
        self._listen, self._seen = listen, None
        if not self._subscribed:
            self._subscribed = True
            self._line.exchange.subscribe(self._hear, self._resync)
        self._compare()

    def stop(self) -> None:
        """End every tap."""
        self._listen = None
        for tap in self._taps.values():
            tap.end()
        self._taps.clear()

    def _hear(self, _message: Message) -> None:
        self._compare()

    async def _resync(self, _channels: Sequence[Message]) -> None:
        self._seen = None
        self._compare()
        for tap in self._taps.values():
            tap.try_anew()

    def _compare(self) -> None:
        """Begin the taps that are missing and end those that nobody needs any more."""
        talks = self._line.exchange.talks.all
        if self._listen is None or talks == self._seen:
            return
        self._seen = talks
        legs = wanted(talks, self._node, {place.call_id for place in self._taps}, self._most)
        for place in [place for place in self._taps if place not in legs]:
            self._taps.pop(place).end()
        for place, leg in legs.items():
            if place not in self._taps:
                self._taps[place] = tap = _Tap(self._line, self._settings, place, leg, self._listen)
                tap.begin()


class _Tap:
    """One leg: asked for, heard, lost and asked for again, until it is ended."""

    def __init__(
        self, line: AsteriskLine, settings: AsteriskSettings, place: Place, leg: Leg, listen: Listen
    ) -> None:
        self._line, self._place, self._leg, self._listen = line, place, leg, listen
        self._address = f"{settings.this_node.host}:{settings.this_node.port}"
        self._id: UUID | None = None
        """What the connection that is waited for will say."""
        self._timer: asyncio.TimerHandle | None = None
        self._attempts = 0
        self._connection: MediaConnection | None = None
        self._listener: LegListener | None = None
        self._sound: SoundIn | None = None
        self._ended = False

    @property
    def heard(self) -> bool:
        """Whether its sound comes."""
        return self._connection is not None

    def begin(self) -> None:
        """Ask Asterisk for the sound."""
        self._attempts += 1
        self._id = uuid4()
        self._line.expect(self._id, self._connected)
        self._timer = asyncio.get_running_loop().call_later(CONNECT_S, self._failed)
        order: dict[str, object] = {
            "Channel": f"AudioSocket/{self._address}/{self._id}/c(slin)",
            "Application": "ChanSpy",
            "Data": f"{self._place.channel},{OPTIONS}",
            "Async": "true",
        }
        try:
            self._line.exchange.ami.send("Originate", order)
        except LineError:
            self._failed()

    def try_anew(self) -> None:
        """Everything has been read anew: a leg that was given up gets another chance."""
        if self._connection is None and self._id is None and not self._ended:
            self._cancel_timer()
            self._attempts = 0
            self.begin()

    def end(self) -> None:
        """Stop listening; Asterisk's channel ends with the connection."""
        self._ended = True
        self._forget_request()
        if self._connection:
            connection, self._connection = self._connection, None
            connection.owner = None
            connection.close()
            self._over()

    # ---- what the connection tells: see `telephony.asterisk.media.MediaOwner` ----

    def sound(self, pcm: bytes, rate: int) -> None:
        """Sound came."""
        if self._sound and self._listener and rate == self._leg.rate:
            for frame in self._sound.receive(pcm, time.monotonic()):
                self._listener.hear(frame)

    def key(self, key: str) -> None:
        """Keys are nobody's here."""

    def media_lost(self, _connection: MediaConnection) -> None:
        """The leg's channel is gone, which AMI tells as well, or only the tap is."""
        self._connection = None
        self._over()
        self._later()

    def _connected(self, connection: MediaConnection) -> None:
        self._forget_request()
        if self._ended:
            connection.close()
            return
        self._connection, connection.owner = connection, self
        self._sound = SoundIn(self._leg.rate, time.monotonic())
        self._listener = self._listen(self._leg)
        self._line.ticker.add(self._tick)

    def _tick(self, now: float) -> None:
        if self._sound and self._listener:
            for frame in self._sound.tick(now):
                self._listener.hear(frame)

    def _over(self) -> None:
        self._line.ticker.remove(self._tick)
        self._sound = None
        listener, self._listener = self._listener, None
        if listener:
            listener.over()

    def _failed(self) -> None:
        log.warning("a talk of call %s is not heard: no sound of its %s came", self._leg.call_id, self._leg.who)
        self._forget_request()
        self._later()

    def _later(self) -> None:
        if not self._ended and self._attempts < ATTEMPTS:
            self._timer = asyncio.get_running_loop().call_later(RETRY_S, self.begin)

    def _forget_request(self) -> None:
        self._cancel_timer()
        if self._id:
            self._line.expect_no_more(self._id)
            self._id = None

    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
