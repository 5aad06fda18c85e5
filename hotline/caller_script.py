"""Plays a caller's part on a dialled call: speaks, interrupts, presses keys, waits, and times every turn."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telephony.dialled import Dialled

PAUSE_S = 1.0
"""Silence of the bot after which it has finished; the pauses inside its sentences are shorter."""
PATIENCE_S = 20.0
"""How long a caller waits for a reply that does not come."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the caller does: says `pcm` (16-bit, 8 kHz), then presses `keys`.

    `interrupts_s` is how many seconds after the bot began to speak the caller speaks over it; None: after it is done.
    """

    label: str
    pcm: bytes = b""
    keys: str = ""
    interrupts_s: float | None = None
    silent_s: float = 0.0
    """Seconds of saying nothing before this step."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side did, in seconds of the loop's clock; `gap_s` is how long the bot's reply let wait."""

    who: str
    label: str
    start: float
    end: float
    gap_s: float | None = None


class CallerPart:
    """Runs `steps` on `call`. `turns` grows while it runs; `on_turn` hears of each caller's turn as it begins."""

    def __init__(self, call: Dialled, steps: Sequence[Step], on_turn: Callable[[Step], None] | None = None) -> None:
        self._call, self._steps = call, steps
        self._on_turn = on_turn or (lambda step: None)
        self.turns: list[Turn] = []

    async def run(self, stay_s: float = PATIENCE_S) -> None:
        """Act until the steps are done, the bot has finished and `stay_s` have passed, or the call is over."""
        if not await self._call.answered():
            return
        begun = self._call.answered_at or 0.0
        await self._hear_out(begun, self._steps[0] if self._steps else None)
        for place, step in enumerate(self._steps):
            if self._call.ended:
                return
            following = self._steps[place + 1] if place + 1 < len(self._steps) else None
            await self._hear_out(await self._act(step), following)
        if not self._call.ended:
            await self._end_of_call(stay_s)

    async def _act(self, step: Step) -> float:
        await asyncio.sleep(step.silent_s)
        loop = asyncio.get_running_loop()
        self._on_turn(step)
        start = loop.time()
        if step.pcm:
            self._call.send(step.pcm)
            await self._call.sent()
        if step.keys:
            self._call.press(step.keys)
            await self._call.sent()
        said = self._call.said.last
        end = said.end if said and said.end > start else loop.time()
        self.turns.append(Turn("caller", step.label, start, end))
        return end

    async def _hear_out(self, since: float, following: Step | None) -> None:
        """Wait for the bot's next words, and to their end or to the moment of the next interruption."""
        began = await self._call.sound_after(since, PATIENCE_S)
        if began is None:
            return
        if following is not None and following.interrupts_s is not None:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, began + following.interrupts_s - loop.time()))
        else:
            await self._call.quiet(PAUSE_S)
        last = self._call.sounds.last
        end = last.end if last else began
        self.turns.append(Turn("bot", "", began, end, began - since))

    async def _end_of_call(self, stay_s: float) -> None:
        """Leave the goodbye to the bot, for a while."""
        try:
            await asyncio.wait_for(self._call.over(), stay_s)
        except TimeoutError:
            await self._call.hang_up()
