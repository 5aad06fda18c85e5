"""Sets up a real Asterisk for an ordinary user: Debian's own packages, unpacked into a folder, nothing installed.

Debian 12 has no asterisk package and 11's has no AudioSocket, so the packages come from a newer suite, with all
libraries they need and the loader that fits them. apt checks the signatures; its private state keeps the machine's
own package lists as they are. Takes 241 MB and some 15 seconds.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from core.models import cache_folder
from telephony.errors import AsteriskMissing, AsteriskNotInstalled

SUITE = "forky"
"""The first Debian suite whose Asterisk (22, long-term support until 2029) has all that is used here."""
PACKAGES = ("asterisk", "asterisk-modules")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info")

Progress = Callable[[str], None]
"""Is told what is being done."""


def program(folder: Path | None = None) -> Path:
    """Return the Asterisk to start: the machine's own or the unpacked one. Raises `AsteriskMissing`."""
    unpacked = (folder or default_folder()) / "asterisk"
    if unpacked.exists():
        return unpacked
    own = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if own:
        return Path(own)
    raise AsteriskMissing()


def default_folder() -> Path:
    """Return where an unpacked Asterisk is kept: beside the models, outside any source tree."""
    return cache_folder() / "asterisk"


def share_of(binary: Path) -> Path:
    """Return the folder with Asterisk's documentation and standard sounds that belongs to `binary`."""
    unpacked = binary.parent / "root/usr/share/asterisk"
    return unpacked if unpacked.exists() else Path("/usr/share/asterisk")


def modules_of(binary: Path) -> Path:
    """Return the folder with the modules that belong to `binary`. Raises `AsteriskMissing`."""
    for root in (binary.parent / "root", Path("/")):
        for folder in sorted(root.glob("usr/lib/*/asterisk/modules")) + sorted(root.glob("usr/lib/asterisk/modules")):
            return folder
    raise AsteriskMissing()


def install(folder: Path | None = None, progress: Progress = lambda _what: None) -> Path:
    """Unpack Asterisk into `folder` and return its start script; harmless where it is there already.

    Raises `AsteriskNotInstalled`.
    """
    folder = (folder or default_folder()).absolute()
    script = folder / "asterisk"
    if script.exists():
        return script
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _unpack(folder, progress)
        _write_script(folder, script)
    except (OSError, subprocess.CalledProcessError) as error:
        output = getattr(error, "stderr", b"") or b""
        what = output.decode(errors="replace").strip().splitlines()[-1:] or [str(error)]
        raise AsteriskNotInstalled(what=what[0]) from error
    return script


def mirror(sources: Path = SOURCES) -> str:
    """Return the package mirror that apt on this machine uses. Raises `AsteriskNotInstalled`."""
    for file in _source_files(sources):
        found = re.search(r"^URIs:\s*(\S+)|^deb\s+(?:\[[^\]]*\]\s+)?(\S+)", file.read_text(encoding="utf8"), re.M)
        if found:
            return found[1] or found[2]
    raise AsteriskNotInstalled(what=f"{sources} 里没有软件源")


def _source_files(sources: Path) -> Iterator[Path]:
    folder = sources / "sources.list.d"
    yield from (file for file in (folder / "debian.sources", sources / "sources.list") if file.exists())
    yield from sorted(file for file in folder.glob("*") if file.suffix in (".list", ".sources"))


def _unpack(folder: Path, progress: Progress) -> None:
    state, root = folder / "apt", folder / "root"
    for part in ("lists/partial", "archives/partial"):
        (state / part).mkdir(parents=True)
    root.mkdir()
    (state / "status").touch()
    (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {SUITE} main\n", encoding="utf8")
    apt = ["apt-get", "-qq", *_private_state(state)]
    progress("读取软件包目录")
    _run([*apt, "update"])
    progress("下载 Asterisk 软件包")
    _run([*apt, "install", "-y", "-d", "--no-install-recommends", *PACKAGES])
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
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def _write_script(folder: Path, script: Path) -> None:
    """Write a script that starts Asterisk with the loader and the libraries it was built for."""
    loader = next((folder / "root").glob("usr/lib*/**/ld-linux-*.so.*"))
    libraries = next((folder / "root").glob("usr/lib/*/asterisk")).parent
    draft = script.with_suffix(".new")
    draft.write_text(
        f"#!/bin/sh\nexec '{loader}' --library-path '{libraries}:{libraries}/asterisk'"
        f" '{folder}/root/usr/sbin/asterisk' \"$@\"\n",
        encoding="utf8",
    )
    draft.chmod(0o755)
    draft.rename(script)  # the last step, so that a broken installation is never taken for a whole one


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}).stdout.decode()
