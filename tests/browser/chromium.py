"""A headless Chromium for the tests, driven over its DevTools protocol: nothing to install but Chromium itself."""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from core.models import cache_folder
from telephony.asterisk.debian import unpack
from telephony.errors import AsteriskNotInstalled

SUITE = "trixie"
PROGRAM = "usr/lib/chromium/chromium-headless-shell"
START_S = 20.0
PAUSE_S = 0.02
LOG = "log"
FLAGS = (
    # Root has no sandbox. Without a zygote each child is started by a path that can be given, see `_command`.
    *("--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    # No traffic off this machine, and nothing that costs time.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"),
    *("--disable-default-apps", "--disable-extensions", "--no-default-browser-check", "--disable-breakpad"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # A microphone without anybody to allow it, and media on this machine's own addresses, which are not hidden
    # behind names of mDNS: Asterisk asks nobody for those.
    *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
    *("--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection"),
    "--disable-features=WebRtcHideLocalIpsWithMdns,DialMediaRouteProvider",
)


def program() -> Path:
    """Return the Chromium to start: the machine's own, or one unpacked from Debian's packages.

    That takes some 15 seconds, 163 MB to download and 535 MB on the disk. Raises `RuntimeError` where it fails.
    """
    own = shutil.which("chromium")
    if own:
        return Path(own)
    try:
        return unpack(("chromium-headless-shell",), PROGRAM, cache_folder() / "chromium", SUITE)
    except AsteriskNotInstalled as error:
        raise RuntimeError(f"The test of browser phones needs Chromium, which was not installed: {error}") from error


class Tab:
    """A page that is open in a Chromium."""

    def __init__(self, chromium: "Chromium", target: str, session: str) -> None:
        self._chromium, self._target, self._session = chromium, target, session

    async def run(self, script: str) -> Any:
        """Run JavaScript in the page and return its value, which JSON can hold; a promise is waited for.

        Raises `RuntimeError` with what the script threw.
        """
        order = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = await self._chromium.ask("Runtime.evaluate", order, self._session)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise RuntimeError(f"{script}: {thrown.get('exception', {}).get('description', thrown['text'])}")
        return answer["result"].get("value")

    async def close(self) -> None:
        """Close it as a user does, without a word to the page."""
        await self._chromium.ask("Target.closeTarget", {"targetId": self._target})


class Chromium:
    """One Chromium process and the connection that orders go over."""

    def __init__(self, process: asyncio.subprocess.Process, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._process, self._socket = process, socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, method: str, params: dict[str, Any], session: str = "") -> dict[str, Any]:
        """Give an order of the DevTools protocol and return what it answers. Raises `RuntimeError`."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        whom = {"sessionId": session} if session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **whom})
        told = await answer
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']['message']}")
        return dict(told["result"])

    async def open(self, address: str) -> Tab:
        """Open a page in a new tab, and wait until it is loaded."""
        target = (await self.ask("Target.createTarget", {"url": address}))["targetId"]
        session = (await self.ask("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        tab = Tab(self, target, session)
        for _ in range(int(START_S / PAUSE_S)):
            if await tab.run("document.readyState === 'complete' && location.href !== 'about:blank'"):
                return tab
            await asyncio.sleep(PAUSE_S)
        raise RuntimeError(f"Chromium did not load {address}")

    def stand_still(self) -> None:
        """Stop every process of it where it is, as a computer that falls asleep does; only the end follows."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    async def read(self) -> None:
        """Hand each answer to whoever waits for it, until the connection ends."""
        try:
            async for message in self._socket:
                told = message.json()
                answer = self._waiting.pop(told.get("id", 0), None)
                if answer and not answer.done():
                    answer.set_result(told)
        finally:
            for answer in self._waiting.values():
                answer.cancel()


@asynccontextmanager
async def chromium(microphone: Path) -> AsyncIterator[Chromium]:
    """Run a Chromium with a profile of its own, whose microphone plays the file `microphone` (WAV) for ever."""
    with tempfile.TemporaryDirectory(prefix="chromium", ignore_cleanup_errors=True) as profile:
        order = [*_command(await asyncio.to_thread(program)), f"--use-file-for-fake-audio-capture={microphone}"]
        order += [f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
        with (Path(profile) / LOG).open("wb") as log:
            process = await asyncio.create_subprocess_exec(*order, stdout=log, stderr=log, start_new_session=True)
        try:
            address = await _address(process, Path(profile))
            async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
                made = Chromium(process, socket)
                reading = asyncio.create_task(made.read())
                try:
                    yield made
                finally:
                    reading.cancel()
                    _kill(process)  # first, or a Chromium that stands still is asked to close the connection
                    await asyncio.gather(reading, return_exceptions=True)
        finally:
            _kill(process)
            await process.wait()


def _command(binary: Path) -> list[str]:
    """Return the start of the command. An unpacked Chromium starts its children by its script, as it was started."""
    unpacked = binary.is_relative_to(cache_folder().absolute())
    return [str(binary), *FLAGS, *([f"--browser-subprocess-path={binary}"] if unpacked else [])]


async def _address(process: asyncio.subprocess.Process, profile: Path) -> str:
    """Return where orders may be given, once Chromium has written it down. Raises `RuntimeError`."""
    for _ in range(int(START_S / PAUSE_S)):
        if process.returncode is not None:
            break
        if address := _written(profile):
            return address
        await asyncio.sleep(PAUSE_S)
    said = (profile / LOG).read_bytes()[-1000:].decode(errors="replace")
    raise RuntimeError(f"Chromium did not start (exit status {process.returncode}): {said}")


def _written(profile: Path) -> str:
    """Return the address from Chromium's file, which has a port and a path, a line each; "" where it is not there."""
    file = profile / "DevToolsActivePort"
    lines = file.read_text(encoding="ascii").split() if file.exists() else []
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}" if len(lines) == 2 else ""


def _kill(process: asyncio.subprocess.Process) -> None:
    """End it with all its children; it may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
