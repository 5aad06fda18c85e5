"""Programs of Debian for an ordinary user: packages unpacked into a folder, with their libraries and loader.

The packages may come from a newer suite than the machine's own, because everything that they need comes along, libc
too. apt checks the signatures; its private state keeps the machine's own package lists as they are.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from telephony.errors import AsteriskNotInstalled

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info")

Progress = Callable[[str], None]
"""Is told what is being done."""


def unpack(
    packages: Sequence[str],
    program: str,
    folder: Path,
    suite: str,
    progress: Progress = lambda _what: None,
    sources: Path = SOURCES,
) -> Path:
    """Unpack `packages` of `suite` into `folder`/root; return a script there that starts `program` (usr/sbin/…).

    Harmless where it is there already; what an interrupted run left is made anew. Two at once wait for each other.
    Raises `AsteriskNotInstalled`.
    """
    folder = folder.absolute()
    script = folder / Path(program).name
    if script.exists():
        return script
    try:
        with _alone(folder):
            if not script.exists():
                shutil.rmtree(folder, ignore_errors=True)
                _download(packages, folder, suite, mirror(sources), progress)
                _write_script(folder, program, script)
    except (OSError, subprocess.CalledProcessError) as error:
        raise AsteriskNotInstalled(what=_reason(error)) from error
    return script


def unpack_missing(packages: Sequence[str], folder: Path, progress: Progress = lambda _what: None) -> Path:
    """Unpack `packages` of the machine's own suite, with what it lacks for them, into `folder`/root; return that.

    They run with the machine's own loader and those libraries beside its own. Raises `AsteriskNotInstalled`.
    """
    folder = folder.absolute()
    whole = folder / "whole"
    try:
        with _alone(folder):
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                _download(packages, folder, _own_suite(), mirror(), progress, Path("/var/lib/dpkg/status"))
                whole.touch()
    except (OSError, subprocess.CalledProcessError) as error:
        raise AsteriskNotInstalled(what=_reason(error)) from error
    return folder / "root"


def _own_suite() -> str:
    lines = Path("/etc/os-release").read_text(encoding="utf8").splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith("VERSION_CODENAME="))


def mirror(sources: Path = SOURCES) -> str:
    """Return the Debian mirror that apt on this machine uses. Raises `AsteriskNotInstalled`.

    Of several sources one that ends in /debian is taken: others are of security updates or of somebody else.
    """
    found = [address for file in _source_files(sources) for address in _addresses(file)]
    if not found:
        raise AsteriskNotInstalled(what=f"{sources} 里没有软件源")
    return next((address for address in found if address.rstrip("/").endswith("/debian")), found[0])


def _source_files(sources: Path) -> Iterator[Path]:
    folder = sources / "sources.list.d"
    yield from (file for file in (folder / "debian.sources", sources / "sources.list") if file.exists())
    yield from sorted(file for file in folder.glob("*") if file.suffix in (".list", ".sources"))


def _addresses(file: Path) -> list[str]:
    text = file.read_text(encoding="utf8", errors="replace")
    if file.suffix == ".sources":
        lines = re.findall(r"^URIs:[ \t]*(.+)$", text, re.M | re.I)
        found = [address for line in lines for address in line.split()]
    else:
        found = re.findall(r"^[ \t]*deb[ \t]+(?:\[[^\]]*\][ \t]+)?(\S+)", text, re.M)
    return [address for address in found if not address.startswith("cdrom:")]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from unpacking into the same folder; the lock goes with the process that holds it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(
    packages: Sequence[str], folder: Path, suite: str, source: str, progress: Progress, installed: Path | None = None
) -> None:
    """Unpack `packages` and all that they need; of a machine's status in `installed` only what it has not."""
    state, root = folder / "apt", folder / "root"
    for part in ("lists/partial", "archives/partial"):
        (state / part).mkdir(parents=True)
    root.mkdir()
    if installed:
        shutil.copy(installed, state / "status")
    else:
        (state / "status").touch()
    (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {source} {suite} main\n", encoding="utf8")
    apt = ["apt-get", "-qq", *_private_state(state)]
    progress("读取软件包目录")
    _run([*apt, "update"])
    progress("下载软件包")
    _run([*apt, "install", "-y", "-d", "--no-install-recommends", *packages])
    progress("解包")
    for package in sorted((state / "archives").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(root)])
    shutil.rmtree(state)
    for unused in UNUSED:
        shutil.rmtree(root / unused, ignore_errors=True)


def _private_state(state: Path) -> list[str]:
    architecture = _run(["dpkg", "--print-architecture"]).strip()
    options = {
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state,
        "Dir::Cache::archives": state / "archives",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "APT::Architecture": architecture,
        # Without it a mirror that cannot be reached is a warning, and the next step names the wrong reason.
        "APT::Update::Error-Mode": "any",
        "Acquire::Retries": "2",
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def _write_script(folder: Path, program: str, script: Path) -> None:
    """Write a script that starts the program with the loader and the libraries it was built for."""
    root = folder / "root"
    binary = _first(root, program)
    # A program that looks for its data where it lies is told that it is the loader: so that one lies there too.
    loader = binary.with_name(f"{binary.name}-loader")
    loader.hardlink_to(_first(root, "usr/lib*/**/ld-linux*.so.*"))
    libraries = _first(root, "usr/lib/*/libc.so.6").parent
    own = {libraries / script.name, *(file.parent for file in libraries.glob("*/lib*.so*"))}
    path = ":".join(map(str, (libraries, *sorted(own))))
    draft = script.with_suffix(".new")
    draft.write_text(
        f"#!/bin/sh\nexec '{loader}' --library-path '{path}' '{binary}' \"$@\"\n",
        encoding="utf8",
    )
    draft.chmod(0o755)
    draft.rename(script)  # the last step, so that a broken installation is never taken for a whole one


def _first(root: Path, pattern: str) -> Path:
    found = min(root.glob(pattern), key=Path.is_symlink, default=None)  # a link may lead out of the folder
    if found is None:
        raise FileNotFoundError(f"{pattern} 不在软件包里")
    return found


def _run(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"})
    return done.stdout.decode()


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    """Return the first thing that went wrong: what apt says last only follows from it."""
    output = (getattr(error, "stderr", b"") or b"").decode(errors="replace")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("E:")), lines[-1] if lines else str(error))
