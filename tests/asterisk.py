"""A real Asterisk for the tests, with a configuration made from the project's own templates."""

import asyncio
import json
import logging
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hotline.demo_line import free_ports
from telephony.asterisk.install import install
from telephony.asterisk.prompts import write_prompts
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AgentSettings, AsteriskSettings, NodeSettings, QueueSettings, TrunkSettings
from tests.serving import free_port

QUEUES = ("general", "company", "dialect", "leader")
RTP = (28000, 29999)
City = tuple[Asterisk, int]
"""An Asterisk with a trunk, and the port that the trunk leads to."""


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


@contextmanager
def centre() -> Iterator[City]:
    """Run an Asterisk with two agents, a supervisor (8009) and a trunk; two queues, one of them with a wrap-up."""
    port = free_port()
    agents = (
        AgentSettings(number="8001"),
        AgentSettings(number="8002", queues=("general", "company")),
        AgentSettings(number="8009", queues=()),
    )
    queues = (QueueSettings(name="general", wrapup_s=0), QueueSettings(name="company", wrapup_s=3))
    with running_asterisk(agents=agents, trunk=TrunkSettings(host=f"127.0.0.1:{port}"), queues=queues) as asterisk:
        yield asterisk, port


@contextmanager
def two_nodes() -> Iterator[Asterisk]:
    """Run an Asterisk with two processes of ours behind it, bot1 and bot2, which are still to be started."""
    nodes = tuple(NodeSettings(name=f"bot{place}", port=port) for place, port in enumerate(free_ports(2), 1))
    with running_asterisk(nodes=nodes) as asterisk:
        yield asterisk


def all_logged(caplog: pytest.LogCaptureFixture, asterisk: Asterisk) -> str:
    """Return what the test that has just run logged in this process, and all that Asterisk has, ever and anywhere."""
    files = [each for each in (asterisk.settings.folder / "log").rglob("*") if each.is_file()]
    assert files
    ours = map(logging.Formatter().format, caplog.get_records("call"))  # an error's traceback as well
    return "\n".join([*ours, *(each.read_text(encoding="utf8", errors="replace") for each in files)])


def hotline_toml(settings: AsteriskSettings) -> str:
    """Return the part of hotline.toml that leads a command to a running Asterisk."""
    lines = ['[line]\nkind = "asterisk"', "[asterisk]", f'folder = "{settings.folder}"']
    lines += [f'secret = "{settings.secret}"', f"ami_port = {settings.ami_port}", f"sip_port = {settings.sip_port}"]
    lines += [f'[asterisk.trunk]\nhost = "{settings.trunk.host}"']
    lines += [f'[asterisk.outbound]\nname = "outbound"\nport = {settings.outbound.port}']
    lines += [f'[[asterisk.queues]]\nname = "{queue.name}"\nwrapup_s = {queue.wrapup_s}' for queue in settings.queues]
    for agent in settings.agents:
        lines += [f'[[asterisk.agents]]\nnumber = "{agent.number}"\nqueues = {json.dumps(agent.queues)}']
    return "\n".join(lines) + "\n"
