"""The health page: `/healthz` for load balancers and people, `/metrics` for Prometheus."""

from collections.abc import Callable, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from core.errors import HotlineError
from core.events import Event
from core.http_site import HttpSite

GAP_BUCKETS = (0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0, 3.0, 5.0)


class HealthPortTaken(HotlineError):
    """健康检查端口 {host}:{port} 已被占用。请停止占用它的程序,或在 hotline.toml 的 [health] 中换一个端口。"""


class Metrics:
    """Counts what the events tell; nothing else is counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self._calls = Counter("hotline_calls", "Calls offered to the bot", registry=registry)
        self._placed = Counter("hotline_calls_placed", "Calls of ours that were taken", ["kind"], registry=registry)
        self._ended = Counter("hotline_calls_ended", "Calls ended, by who ended them", ["by"], registry=registry)
        self._ways = Counter("hotline_calls_way", "Calls by who took them", ["to"], registry=registry)
        self._decisions = Counter("hotline_decisions", "Decisions of the dialogue", ["what"], registry=registry)
        self._transfers = Counter("hotline_transfers", "Hand-overs to a human", ["outcome"], registry=registry)
        self._tickets = Counter("hotline_tickets", "Tickets stored by calls", ["kind"], registry=registry)
        self._failures = Counter("hotline_failures", "What broke and was survived", ["what"], registry=registry)
        self._gap = Histogram(
            "hotline_turn_gap_seconds",
            "End of the caller's voice to the first sound of the reply",
            buckets=GAP_BUCKETS,
            registry=registry,
        )

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a value that is read when the page is asked for."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def count(self, event: Event) -> None:
        """Take one event; unknown kinds count nothing."""
        match event.kind:
            case "call.offered":
                self._calls.inc()
            case "call.placed":
                self._placed.labels(event.body["kind"]).inc()
            case "call.ended":
                self._ended.labels(event.body["by"]).inc()
            case "call.way":
                self._ways.labels(event.body["to"]).inc()
            case "turn.answered":
                self._gap.observe(event.body["gap_ms"] / 1000)
            case "dialogue.note":
                self._decisions.labels(event.body["what"]).inc()
            case "transfer.done" | "transfer.failed":
                self._transfers.labels(event.kind.partition(".")[2]).inc()
            case "ticket.saved":
                self._tickets.labels(event.body["kind"]).inc()
            case "recogniser.failed" | "synthesiser.failed" | "dialogue.failed" | "ticket.unsaved" | "call.broken":
                self._failures.labels(event.kind.partition(".")[0]).inc()


class HealthPage(HttpSite):
    """Serves both pages. `problems` returns a sentence for everything that is not well."""

    def __init__(self, metrics: Metrics, problems: Callable[[], Sequence[str]]) -> None:
        self._metrics, self._problems = metrics, problems
        app = web.Application()
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._show)])
        super().__init__(app, HealthPortTaken)

    async def _healthz(self, _request: web.Request) -> web.Response:
        problems = list(self._problems())
        body = {"status": "degraded" if problems else "ok", "problems": problems}
        return web.json_response(body, status=503 if problems else 200)

    async def _show(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
