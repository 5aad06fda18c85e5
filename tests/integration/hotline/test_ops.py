"""The health page over real HTTP."""

import json
import socket
import urllib.request
from urllib.error import HTTPError

import pytest

from core.events import Event
from hotline.ops import HealthPage, HealthPortTaken, Metrics


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.status, reply.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


async def fetch(port: int, path: str) -> tuple[int, str]:
    import asyncio

    return await asyncio.to_thread(get, port, path)


async def test_health_and_metrics() -> None:
    problems: list[str] = []
    metrics = Metrics()
    page = HealthPage(metrics, lambda: problems)
    await page.start("127.0.0.1", 0)
    try:
        assert await fetch(page.port, "/healthz") == (200, json.dumps({"status": "ok", "problems": []}))
        problems.append("磁盘已满")
        status, body = await fetch(page.port, "/healthz")
        assert (status, json.loads(body)["problems"]) == (503, ["磁盘已满"])
        for kind, facts in (
            ("call.offered", {}),
            ("turn.answered", {"gap_ms": 640}),
            ("ticket.saved", {"kind": "投诉", "number": "1"}),
            ("call.ended", {"by": "caller"}),
            ("never.heard.of", {}),
        ):
            metrics.count(Event(0.0, "call:1", kind, facts))
        _, text = await fetch(page.port, "/metrics")
        assert "hotline_calls_total 1.0" in text
        assert 'hotline_turn_gap_seconds_bucket{le="0.7"} 1.0' in text
        assert 'hotline_turn_gap_seconds_bucket{le="0.5"} 0.0' in text
        assert 'hotline_tickets_total{kind="投诉"} 1.0' in text
    finally:
        await page.stop()


async def test_a_taken_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        page = HealthPage(Metrics(), list)
        with pytest.raises(HealthPortTaken, match=str(taken.getsockname()[1])):
            await page.start("127.0.0.1", taken.getsockname()[1])
