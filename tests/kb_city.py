"""A small city with people who work on its entries, its command line, and a process that follows publications."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from typer.testing import CliRunner

from core.errors import HotlineError
from core.settings import load
from hotline.cli import app
from hotline.settings import HotlineSettings
from tests.small_city import small_city

QUESTION = "社保卡丢了怎么补办"
LOST = "shebao-card-lost"
PEOPLE = """
[[knowledge.people]]
name = "王编辑"
department = "市人力资源和社会保障局"
[[knowledge.people]]
name = "李审核"
role = "reviewer"
"""


@dataclass(frozen=True, slots=True)
class KbCity:
    """The folder and the configuration."""

    folder: Path
    config: Path

    @property
    def settings(self) -> HotlineSettings:
        """What the configuration says."""
        return load(HotlineSettings, self.config)

    def kb(self, *words: str, status: int = 0) -> str:
        """Run `hotline kb` in this process; return what it printed, the sentence of an error last."""
        with chdir(self.folder):
            done = CliRunner().invoke(app, ["kb", *words, "--config", str(self.config)])
        code = 2 if isinstance(done.exception, HotlineError) else done.exit_code
        assert code == status, (done.output, done.exception)
        return f"{done.output}{done.exception if code == 2 else ''}"

    def kb_apart(self, *words: str, status: int = 0) -> str:
        """Run `hotline kb` in a process of its own; return what it printed."""
        run = [sys.executable, "-m", "hotline", "kb", *words, "--config", str(self.config)]
        done = subprocess.run(run, cwd=self.folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + (done.stderr if status else "")


def kb_city(folder: Path, toml: str = "", embedding: bool = False) -> KbCity:
    """Make a city in `folder`; `toml` is added to its configuration."""
    city = small_city(folder / "kb")
    config = folder / "hotline.toml"
    config.write_text(
        f'[records]\nfolder = "{folder / "var"}"\n'
        "[serve]\nrender_ahead = false\n[health]\nport = 0\n[line]\nport = 0\n" + toml
        + f'[knowledge]\nfolder = "{city}"\nembedding = {str(embedding).lower()}\npseudo_questions = 400\n'
        + PEOPLE,
        encoding="utf8",
    )  # fmt: skip
    return KbCity(folder, config)


class Listener:
    """Another process that answers from the entries of the same database; every line is what it says by now."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: Queue[dict[str, Any]] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def next(self, patience_s: float = 300) -> dict[str, Any]:
        """Return its next line: publication, seconds since 1970, answer, whether its sound is ready."""
        try:
            return self._lines.get(timeout=patience_s)
        except Empty:
            raise AssertionError("the other process heard of nothing") from None


@contextmanager
def listening(config: Path, question: str = QUESTION) -> Iterator[Listener]:
    """Run a `Listener` that puts `question` after every publication."""
    run = [sys.executable, "-m", "tests.kb_listener", str(config), question]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        try:
            yield Listener(process)
        finally:
            process.stdin.close() if process.stdin else None
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
