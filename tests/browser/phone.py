"""A human agent's telephone in a browser: a page with JsSIP in a real Chromium, registered over a WebSocket."""

import json
import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web

from telephony.asterisk.settings import AsteriskSettings
from tests.browser.chromium import Chromium, Tab, chromium
from tests.browser.jssip import bundle

HERE = Path(__file__).parent
NUMBER = "9001"
RATE = 48000


class BrowserPhone:
    """The page of one agent; every method waits for the page."""

    def __init__(self, settings: AsteriskSettings, browser: Chromium, page: str) -> None:
        self._settings, self._page, self._tab = settings, page, Tab(browser, "", "")
        self.browser, self.number = browser, NUMBER

    async def log_in(self, password: str | None = None, port: int = 0) -> str:
        """Open the page, and register; return "", or why Asterisk refused. `port` is that of a proxy before it."""
        settings = self._settings
        self._tab = await self.browser.open(self._page)
        facts = (self.number, password or settings.password(self.number))
        exchange = f"ws://{settings.web_host}:{port or settings.web_port}/ws"
        await self._tab.run(f"globalThis.phone = new Phone({json.dumps(facts)[1:-1]}, {json.dumps(exchange)}), 0")
        return await self.registered()

    async def registered(self) -> str:
        """Wait until it is registered, and a talk that goes on knows where; return "", or why Asterisk refused."""
        return str(await self._tab.run("phone.registered"))

    async def cut_off(self) -> None:
        """Wait until it knows that its WebSocket is gone; it tries again by itself."""
        await self._tab.run("phone.cutOff")

    async def rang(self) -> str:
        """Wait until it rings; return whose number it shows."""
        return str(await self._tab.run("phone.rang"))

    async def answer(self) -> None:
        """Take the call that rings, and wait until both sides know."""
        await self._tab.run("phone.answer(), phone.up")

    async def hang_up(self) -> None:
        """End the call."""
        await self._tab.run("phone.hangUp()")

    async def over(self) -> str:
        """Wait until the call is over; return JsSIP's word for the reason."""
        return str(await self._tab.run("phone.over"))

    async def heard(self) -> bytes:
        """Return the last second of what the caller's voice was here, as PCM at 8 kHz."""
        return np.array(await self._tab.run("phone.heard()"), "<i2").tobytes()

    async def media(self) -> dict[str, Any]:
        """Return what the browser says about the way of the sound: packets, codec, dtls, cipher."""
        return dict(await self._tab.run("phone.media()"))

    async def close(self) -> None:
        """Close the tab, whatever is going on in it."""
        await self._tab.close()


@asynccontextmanager
async def browser_phone(settings: AsteriskSettings, hz: float) -> AsyncIterator[BrowserPhone]:
    """A browser whose microphone hears a tone of `hz`, with a page that is not logged in yet."""
    with tempfile.TemporaryDirectory(prefix="microphone") as folder:
        microphone = Path(folder) / "tone.wav"
        write_tone(microphone, hz)
        async with _pages() as page, chromium(microphone) as browser:
            yield BrowserPhone(settings, browser, page)


def write_tone(file: Path, hz: float) -> None:
    """Write a second of a sine as loud as the other parties'; Chromium plays it again and again."""
    samples = (8000 * np.sin(np.arange(RATE) * 2 * np.pi * hz / RATE)).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


@asynccontextmanager
async def _pages() -> AsyncIterator[str]:
    """Serve the page on this machine, where a browser gives out the microphone without HTTPS; yield its address."""
    app = web.Application()
    for name, file in (("", HERE / "phone.html"), ("phone.js", HERE / "phone.js"), ("jssip.js", bundle())):
        app.router.add_get(f"/{name}", _file(file))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _file(path: Path) -> Any:
    async def give(_: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return give
