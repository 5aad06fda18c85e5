"""A real PostgreSQL for the tests: the machine's own, or Debian's package, unpacked."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from core.models import cache_folder
from telephony.asterisk.debian import unpack_missing
from tests.serving import free_port

INSTALLED = Path("/usr/lib/postgresql")
NOBODY = 65534
START_S = 60.0
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server whose data nobody needs after the tests."""


class Postgres:
    """A server with a data folder of its own; it may be killed and started again."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._bin, self._env = _programs(folder)
        self._data, self._settings = folder / "data", settings
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        options = ("--auth=trust", "--username=hotline", "--encoding=UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            [self._bin / "initdb", "-D", self._data, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env=self._env,
            **_as_somebody(),
        )

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql://hotline@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        place = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        chosen = [word for name, value in {**place, **self._settings}.items() for word in ("-c", f"{name}={value}")]
        with (self._data.parent / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, *chosen],
                stdout=log,
                stderr=log,
                cwd=self._data,
                env=self._env,
                **_as_somebody(),
            )
        until = time.monotonic() + START_S
        while True:
            try:
                self.execute("SELECT 1")
                return
            except Exception:
                if time.monotonic() > until or self._process.poll() is not None:
                    log_text = (self._data.parent / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"PostgreSQL did not start: {log_text}") from None
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT at once but cleanly, SIGQUIT as a crash does."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        engine = create_engine(self.url().replace("postgresql:", "postgresql+pg8000:"), poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"t{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def running_postgres(settings: Mapping[str, str] = QUICK) -> Iterator[Postgres]:
    """Yield a running server and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        made = Postgres(folder, settings)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody() -> dict[str, int]:
    """PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}


def _programs(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the folder of its programs and their environment."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    if own := sorted(INSTALLED.glob("*/bin/postgres")):
        return own[-1].parent, environment
    root = unpack_missing(("postgresql",), cache_folder() / "postgres")
    if os.getuid() == 0:  # whose folders nobody else may enter
        shutil.copytree(root, folder / "root", symlinks=True)
        root = folder / "root"
    libraries = {str(file.parent) for file in root.glob("usr/lib/*/lib*.so*")}
    programs = max(root.glob("usr/lib/postgresql/*/bin"))
    return programs, {**environment, "LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))}
