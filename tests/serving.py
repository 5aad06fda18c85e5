"""A running hotline for tests and benchmarks: in this process, or as the real command in one of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from hotline.service import Service
from hotline.settings import HealthSettings, HotlineSettings, RecordsSettings
from ivr.settings import IvrSettings
from telephony.settings import LineSettings


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """Return a port that nobody uses on the loopback."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_in(folder: Path, **sections: Any) -> HotlineSettings:
    """Return settings on free ports with everything kept in `folder`; `sections` replace whole sections."""
    return HotlineSettings(
        **{
            "line": LineSettings(port=free_port()),
            "health": HealthSettings(port=0),
            "records": RecordsSettings(folder=folder),
            "ivr": IvrSettings(),
            **sections,
        }
    )


@asynccontextmanager
async def running(settings: HotlineSettings, render_rest: bool = False) -> AsyncIterator[Service]:
    """Run a hotline in this process."""
    service = Service(settings)
    await service.start(render_rest=render_rest)
    try:
        yield service
    finally:
        await service.stop(0)


class Served:
    """`hotline serve` in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], sip_port: int, health_port: int, folder: Path) -> None:
        self.process, self.health_port, self.folder = process, health_port, folder
        self.uri = f"sip:12345@127.0.0.1:{sip_port}"

    def health(self) -> dict[str, Any]:
        """Return what /healthz says."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/healthz", timeout=2) as reply:
            return dict(json.load(reply))

    def metrics(self) -> str:
        """Return the page for Prometheus."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/metrics", timeout=2) as reply:
            return str(reply.read().decode())

    def family(self) -> list[int]:
        """Return the process and its children."""
        out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [self.process.pid, *map(int, out.stdout.split())]

    def stop(self, name: signal.Signals = signal.SIGTERM, wait_s: float = 30) -> int:
        """Send a signal and wait for the end; return the exit status."""
        self.process.send_signal(name)
        return self.process.wait(wait_s)


@contextmanager
def served(folder: Path, toml: str = "", start_s: float = 240) -> Iterator[Served]:
    """Run `hotline serve` with everything kept in `folder`; `toml` is added to its configuration."""
    sip, health = free_port(), free_port(socket.SOCK_STREAM)
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "hotline.toml"
    config.write_text(
        f'[records]\nfolder = "{folder}"\n[health]\nport = {health}\n[line]\nport = {sip}\n{toml}', encoding="utf8"
    )
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "serve", "--config", str(config)], stdout=log, stderr=subprocess.STDOUT
        )
    hotline = Served(process, sip, health, folder)
    try:
        _wait_until_healthy(hotline, start_s)
        yield hotline
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(hotline: Served, start_s: float) -> None:
    until = time.monotonic() + start_s
    while time.monotonic() < until:
        if hotline.process.poll() is not None:
            raise RuntimeError((hotline.folder / "serve.log").read_text(encoding="utf8")[-2000:])
        try:
            hotline.health()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("hotline serve did not become healthy")


async def until(condition: Any, patience_s: float = 30) -> None:
    """Wait until `condition()` is true; fail with its name where it never is."""
    for _ in range(int(patience_s / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never came true: {condition}")


def cache_is_warm() -> bool:
    """Whether anything was rendered on this machine before (benchmarks say so in their head line)."""
    from core.models import cache_folder

    folder = cache_folder() / "speech"
    return folder.exists() and any(os.scandir(folder))
