"""A real Asterisk for the tests, with a configuration made from the project's own templates."""

import asyncio
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hotline.demo_line import free_ports
from telephony.asterisk.install import install
from telephony.asterisk.prompts import write_prompts
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings, NodeSettings, QueueSettings

QUEUES = ("general", "company", "dialect", "leader")
RTP = (28000, 29999)


@contextmanager
def asterisk_settings(**fields: Any) -> Iterator[AsteriskSettings]:
    """Yield settings on free ports, kept in a folder with a short name: a Unix socket's path has 107 bytes."""
    ami, sip, web, audio, calling = free_ports(5)
    with tempfile.TemporaryDirectory(prefix="ast") as folder:
        values: dict[str, Any] = {
            "folder": Path(folder),
            "ami_port": ami,
            "sip_port": sip,
            "web_port": web,
            "nodes": (NodeSettings(port=audio),),
            "outbound": NodeSettings(name="outbound", port=calling),
            "queues": tuple(QueueSettings(name=name, wrapup_s=0) for name in QUEUES),
            "rtp_first": RTP[0],
            "rtp_last": RTP[1],
        }
        yield AsteriskSettings(**(values | fields))


async def _hum(_: str) -> bytes:
    """Stand in for every prompt; the music of those who wait is the real one."""
    return bytes(1600)


@contextmanager
def running_asterisk(**fields: Any) -> Iterator[Asterisk]:
    """Run an Asterisk, installed if need be, on a loop in a thread of its own: it outlives every test's loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="asterisk", daemon=True)
    thread.start()

    def run(coroutine: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    with asterisk_settings(**fields) as settings:
        asterisk = Asterisk(settings, "12345", install())
        try:
            run(write_prompts(settings.folder, _hum))
            run(asterisk.start())
            yield asterisk
        finally:
            run(asterisk.stop())
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
