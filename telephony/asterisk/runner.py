"""Runs an Asterisk of our own, as the demonstration, the tests and a laptop need it."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

from telephony.asterisk.config import write
from telephony.asterisk.install import modules_of, program, share_of
from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import AsteriskFailed, PortTaken

START_S = 30.0
"""Seconds until it must answer on its Manager Interface; it takes about 4."""
STOP_S = 5.0
LOG_LINES = 3


class Asterisk:
    """One Asterisk process with the configuration of `settings`, answering to the hotline's `number`."""

    def __init__(self, settings: AsteriskSettings, number: str, binary: Path | None = None) -> None:
        self.settings, self._number, self._binary = settings, number, binary
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process, 0 while it does not run."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Write the configuration, start, wait until it can be talked to.

        Raises `AsteriskMissing`, `PortTaken`, or `AsteriskFailed` with the last words of its log.
        """
        binary = self._binary or program()
        conf = await asyncio.to_thread(write, self.settings, self._number, modules_of(binary), share_of(binary))
        self._check_ports()
        with (self.settings.folder / "log/console").open("wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                str(binary), "-f", "-C", str(conf), stdout=console, stderr=console, start_new_session=True
            )
        try:
            async with asyncio.timeout(START_S):
                await self._until_ready()
        except TimeoutError as error:
            await self.stop()
            raise AsteriskFailed(what=self._last_words()) from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self, name: signal.Signals = signal.SIGTERM) -> None:
        """End it, with every call; harmless where it does not run."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(name)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def ended(self) -> int:
        """Wait until the process ends, and return its exit status."""
        return await self._process.wait() if self._process else 0

    async def _until_ready(self) -> None:
        while True:
            assert self._process is not None
            if self._process.returncode is not None:
                raise AsteriskFailed(what=self._last_words())
            try:
                reader, writer = await asyncio.open_connection(self.settings.host, self.settings.ami_port)
                banner = await reader.readline()
                writer.close()
                if banner.startswith(b"Asterisk Call Manager") and await self._booted():
                    return
            except OSError:
                pass
            await asyncio.sleep(0.1)

    async def _booted(self) -> bool:
        """Whether every module is loaded: the interface answers earlier than the dialplan."""
        from telephony.asterisk.ami import Ami

        booted = asyncio.Event()
        ami = Ami(self.settings, lambda event: booted.set() if event.event == "FullyBooted" else None, _nothing)
        await ami.start()
        try:
            await booted.wait()
        finally:
            await ami.stop()
        return True

    def _check_ports(self) -> None:
        settings = self.settings
        wanted = [
            (settings.sip_host, settings.sip_port, socket.SOCK_DGRAM),
            (settings.host, settings.ami_port, socket.SOCK_STREAM),
        ]
        if settings.web_port:
            wanted.append((settings.web_host, settings.web_port, socket.SOCK_STREAM))
        for host, port, kind in wanted:
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind == socket.SOCK_STREAM)
                try:
                    probe.bind((host, port))
                except OSError as error:
                    raise PortTaken(host=host, port=port) from error

    def _last_words(self) -> str:
        console = self.settings.folder / "log/console"
        lines = console.read_text(encoding="utf8", errors="replace").splitlines() if console.exists() else []
        return " / ".join(line for line in lines[-LOG_LINES:] if line) or os.strerror(0)


async def _nothing() -> None:
    """There is nothing to read after the login."""
