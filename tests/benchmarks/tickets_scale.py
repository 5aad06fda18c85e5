"""What tickets cost a database that has 10 thousand to 5 million of them: to take in, to list, to find, to read.

    python -m tests.benchmarks.tickets_scale [--sizes 10000 100000 1000000 5000000] [--sqlite 100000] [--seconds 20]

PostgreSQL is a real one, started here, its data on the disk and every commit waited for (fsync); SQLite is a file.
Rows are made and loaded as they would be after so many tickets (13,500 a day, nine events each, sealed); what is
measured goes through the same functions as the hotline's own. Baseline: a worklist without the table that is kept for
it, from the logs of all open tickets, on the smallest size. 5 million take some 20 minutes and 25 GB.
"""

import io
import random
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pg8000.dbapi
from rich.progress import track
from sqlalchemy import Select, select

from core.database import Database
from hotline.migrations import migrate
from tests.benchmarks import tickets_city as city
from tests.benchmarks.report import Report, console, parser, percentile, spread
from tests.postgres import Postgres, running_postgres
from tickets.finding import TicketFinder, Wanted
from tickets.intake.intake import Intake
from tickets.life.case import fold
from tickets.life.rules import usual_rules
from tickets.life.store import LifeStore
from tickets.store import TicketStore
from tickets.tables import tickets_table
from tickets.understanding import Understanding

INTAKE, READ_MS = 200.0, 100.0
"""Tickets a second that must be taken in, and milliseconds (p95) that any reading may take."""
_CHUNK = 20_000
_READS = 400
SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB",
    "effective_cache_size": "12GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "work_mem": "32MB",
}
"""As docs/operations.md says for one machine of this size; all else is PostgreSQL's own default."""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE ANY (%s)"
_LATER = ["tickets_by_%", "events_by_%", "worklist_by_%"]


def main() -> None:
    """Measure and show."""
    options = parser(__doc__)
    options.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000, 5_000_000])
    options.add_argument("--sqlite", type=int, default=100_000, help="tickets in the SQLite file; 0: none")
    options.add_argument("--seconds", type=float, default=20.0, help="how long tickets are taken in")
    chosen = options.parse_args()
    report = Report("tickets_scale", "Tickets in a database")
    secret = secrets.token_bytes(32)
    if chosen.sqlite:
        with tempfile.TemporaryDirectory() as folder:
            _sqlite(report, secret, chosen.sqlite, Path(folder) / "records.db", chosen.seconds)
    if chosen.sizes:
        with running_postgres(SETTINGS) as server:
            for at, size in enumerate(chosen.sizes):
                _postgres(report, secret, size, server, chosen.seconds, baseline=at == 0)
    report.show(chosen.json)


def _sqlite(report: Report, secret: bytes, size: int, file: Path, seconds: float) -> None:
    _opened(f"sqlite:///{file}", secret).close()
    began = time.monotonic()
    with sqlite3.connect(file) as connection:
        for rows in _made(secret, size):
            for table, columns, values in _tables(rows):
                marks = ",".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", values)
    name = f"SQLite, {size:,}"
    report.add(f"{name}: loaded", f"{time.monotonic() - began:.0f} s, {file.stat().st_size / 1e9:.2f} GB")
    _measure(report, name, f"sqlite:///{file}", secret, size, seconds, limit=None)


def _postgres(report: Report, secret: bytes, size: int, server: Postgres, seconds: float, baseline: bool) -> None:
    url = server.new_database()
    _opened(url, secret).close()
    began = time.monotonic()
    raw = pg8000.dbapi.connect("hotline", host="127.0.0.1", port=server.port, database=url.rpartition("/")[2])
    cursor = raw.cursor()
    cursor.execute(_INDEXES, (_LATER,))
    indexes = [row[0] for row in cursor.fetchall()]
    for index in indexes:
        cursor.execute(f"DROP INDEX {index.split(' ON ')[0].split()[-1]}")
    for rows in _made(secret, size):
        for table, columns, values in _tables(rows):
            text = "".join("\t".join(map(str, row)) + "\n" for row in values)
            cursor.execute(f"COPY {table} ({','.join(columns)}) FROM STDIN", stream=io.BytesIO(text.encode()))
        raw.commit()
    for index in indexes:
        cursor.execute(index)
    raw.commit()
    raw.autocommit = True
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("CHECKPOINT")
    cursor.execute("SELECT pg_database_size(current_database())")
    name = f"PostgreSQL, {size:,}"
    report.add(f"{name}: loaded", f"{time.monotonic() - began:.0f} s, {cursor.fetchone()[0] / 1e9:.2f} GB")
    raw.close()
    _measure(report, name, url, secret, size, seconds, INTAKE)
    if baseline:
        _baseline(report, name, url, secret)
    server.execute(f"DROP DATABASE {url.rpartition('/')[2]}")


def _opened(url: str, secret: bytes) -> Database:
    return Database(url, city.keyring(secret), prepare=migrate)


def _made(secret: bytes, size: int) -> Iterator[city.Rows]:
    """Yield the rows in their order, made by two processes ahead of what takes them."""
    starts = range(0, size, _CHUNK)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        ahead: list[Future[city.Rows]] = []
        for start in track(starts, f"{size:,} tickets", console=console):
            while len(ahead) < 4 and (at := start + _CHUNK * len(ahead)) < size:
                ahead.append(pool.submit(city.rows, secret, at, min(_CHUNK, size - at), size))
            yield ahead.pop(0).result()


def _tables(rows: city.Rows) -> list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    return [
        ("tickets", city.TICKET_COLUMNS, list(rows.tickets)),
        ("worklist", city.WORKLIST_COLUMNS, list(rows.worklist)),
        ("events", city.EVENT_COLUMNS, list(rows.events)),
    ]


def _measure(
    report: Report, name: str, url: str, secret: bytes, size: int, seconds: float, limit: float | None
) -> None:
    database = _opened(url, secret)
    rng = random.Random(1)
    for what, call in _readings(database, size).items():
        times = []
        for _ in range(_READS):
            began = time.perf_counter()
            call(rng)
            times.append((time.perf_counter() - began) * 1000)
        report.add(
            f"{name}: {what}", spread(times, "ms", 1), f"p95 ≤ {READ_MS:.0f}", percentile(times, 95) <= READ_MS
        )
    database.close()
    for what, whole in (("intake", True), ("– only kept, compared with nothing", False)):
        many, times = _intake(url, secret, seconds, whole)
        rate = many / seconds
        target = (f"≥ {limit:.0f}/s", rate >= limit) if limit and whole else ("", None)
        report.add(f"{name}: {what}", f"{rate:.0f}/s; each {spread(times, 'ms', 1)}", *target)


def _readings(database: Database, size: int) -> dict[str, Callable[[random.Random], object]]:
    finder, tickets = TicketFinder(database), TicketStore(database)
    lives = LifeStore(database, usual_rules())
    numbers = [one.number for one in tickets.list_now(limit=200)]
    numbers += database.run(lambda c: list(c.execute(_sample(size)).scalars()))

    def words(rng: random.Random) -> object:
        one = city.ticket(rng, city.NOW)
        community, matter = one.place.community, one.title
        asked = rng.choice(
            (matter, community, f"{community} {matter}", matter[:2], f"{matter[:2]} 老人", "没人管 物业")
        )
        return finder.search(Wanted(asked), city.NOW)

    def whole(rng: random.Random) -> object:
        number = rng.choice(numbers)
        return tickets.find_now(number), fold(lives.steps(number, city.NOW))

    return {
        "a unit's worklist (50)": lambda rng: finder.worklist(city.units()[rng.randrange(60)]),
        "a search by words": words,
        "a ticket with its history": whole,
    }


def _sample(size: int) -> Select[tuple[str]]:
    """Return the query of some 200 numbers from all times."""
    rng = random.Random(2)
    days = [city.NOW - timedelta(days=rng.random() * size / city.A_DAY) for _ in range(200)]
    t = tickets_table.c
    return select(t.number).where(t.number.in_([f"{d:%y%m%d}{rng.randrange(size) % 1_000_000:06d}" for d in days]))


def _intake(url: str, secret: bytes, seconds: float, whole: bool) -> tuple[int, list[float]]:
    """Take tickets in from two processes, as two nodes of the hotline do; return how many, and what each took.

    The `whole` intake looks for what is the same, counts events and keeps a receipt. What the words mean is known.
    """
    sqlite = url.startswith("sqlite")
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        jobs = [pool.submit(_take_in, url, secret, seconds, seed, whole) for seed in range(1 if sqlite else 2)]
        times = [took for job in jobs for took in job.result()]
    return len(times), times


def _take_in(url: str, secret: bytes, seconds: float, seed: int, whole: bool) -> list[float]:
    database = _opened(url, secret)
    store = Intake(TicketStore(database), Understanding()) if whole else TicketStore(database)
    store.save_now(city.ticket(random.Random(99), city.NOW), city.NOW)  # what is made once is made before

    def one_after_another(thread: int) -> list[float]:
        rng, times = random.Random(seed * 100 + thread), []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ticket = replace(city.ticket(rng, city.NOW), created=None, call_id=f"{seed}-{thread}-{len(times)}")
            began = time.perf_counter()
            store.save_now(ticket, city.NOW)
            times.append((time.perf_counter() - began) * 1000)
        return times

    threads = 1 if url.startswith("sqlite") else 4
    with ThreadPoolExecutor(threads) as pool:
        found = [took for times in pool.map(one_after_another, range(threads)) for took in times]
    database.close()
    return found


def _baseline(report: Report, name: str, url: str, secret: bytes) -> None:
    """Do without the worklist's table: fold the logs of all open tickets and keep those of the unit."""
    database = _opened(url, secret)
    lives, t = LifeStore(database, usual_rules()), tickets_table.c
    unit = city.units()[0]
    began = time.perf_counter()
    numbers = database.run(lambda c: c.execute(select(t.number).where(t.closed == "")).scalars().all())
    mine = [number for number in numbers[:500] if fold(lives.steps(number, city.NOW)).has(unit)]
    took = (time.perf_counter() - began) * 1000 * len(numbers) / max(len(numbers[:500]), 1)
    database.close()
    figure = f"{took:,.0f} ms for {len(numbers):,} open tickets ({len(mine)} in the first 500)"
    report.add(f"{name}: baseline, a worklist from all logs", figure)


if __name__ == "__main__":
    main()
