"""How soon what is published is heard in other processes, and how long publishing itself takes.

    python -m tests.benchmarks.kb_publication [--count 20] [--no-embedding] [--json FILE]

Two other processes follow the same database with the shipped entries; each publication has a new spoken answer,
rendered by the real voice. "Heard" is from the moment before the transaction that puts it live until another process
finds it in force and can look up an answer in it.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.settings import load
from hotline.entries import open_entries
from hotline.publishing import make_publisher
from hotline.settings import HotlineSettings
from knowledge_base.life import Step
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore
from tests.benchmarks.report import Report, parser, spread
from tests.kb_city import LOST, QUESTION, listening

TARGET_S = 1.0
OTHERS = 2
ANYBODY = Actor("测量", Role.ADMINISTRATOR)
_NUMBERS = "一二三四五六七八九"


class TimedStore(EntryStore):
    """Remembers when the last publication was put live."""

    put_live_at = 0.0

    def put_live(self, versions: Sequence[tuple[str, int]], actor: Actor, why: str, now: datetime) -> int:
        """See `EntryStore.put_live`."""
        self.put_live_at = time.time()
        return super().put_live(versions, actor, why, now)


def approve(store: EntryStore, spoken: str) -> int:
    """Write and approve a version with this answer; return its number."""
    record, now = store.get(LOST), datetime.now(UTC)
    entry = replace(record.head.entry, spoken=spoken)
    number = store.save(entry, record.life.head, ANYBODY, "", now).number
    store.step(LOST, Step.SUBMIT, number, ANYBODY, "", now)
    store.step(LOST, Step.APPROVE, number, ANYBODY, "", now)
    return number


def measure(config: Path, settings: HotlineSettings, count: int) -> tuple[list[float], list[float], int]:
    """Publish `count` times; return seconds until heard (one a process), seconds of publishing, and silent ones."""
    heard: list[float] = []
    took: list[float] = []
    unready = 0
    with ExitStack() as stack, open_entries(settings) as opened:
        store = TimedStore(opened.database)
        others = [stack.enter_context(listening(config, QUESTION)) for _ in range(OTHERS)]
        for other in others:
            other.next(1800)  # the first start calibrates
        publisher = make_publisher(settings, store)
        for place in range(count):
            floor, window = _NUMBERS[place // 9 % 9], _NUMBERS[place % 9]
            version = approve(store, f"带身份证到{floor}楼{window}号窗口。")
            began = time.monotonic()
            asyncio.run(publisher.publish([(LOST, version)], ANYBODY, "", datetime.now(UTC)))
            took.append(time.monotonic() - began)
            lines = [other.next() for other in others]
            heard += [line["at"] - store.put_live_at for line in lines]
            unready += sum(not line["ready"] for line in lines)
    return heard, took, unready


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--count", type=int, default=20)
    options.add_argument("--no-embedding", action="store_true", help="look up by characters and sounds alone")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "hotline.toml"
        embedding = str(not chosen.no_embedding).lower()
        config.write_text(
            f'[records]\nfolder = "{folder}"\n[tts]\ncache = "{folder / "speech"}"\n'
            f"[knowledge]\nembedding = {embedding}\npseudo_questions = 400\n",  # calibration is not measured
            encoding="utf8",
        )
        heard, took, unready = measure(config, load(HotlineSettings, config), chosen.count)
    report = Report("kb_publication", f"{chosen.count} publications, heard in {OTHERS} other processes")
    report.add("heard after", spread(heard), f"≤ {TARGET_S:.0f} s", max(heard) <= TARGET_S)
    report.add("answers whose sound was not there", str(unready), "0", unready == 0)
    report.add("publishing itself (index, sound, transaction)", spread(took))
    report.show(chosen.json)


if __name__ == "__main__":
    main()
