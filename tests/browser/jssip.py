"""JsSIP in one file for a page: installed by npm as the lock file says, bundled, and kept in the cache folder."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from core.models import cache_folder

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
BUILD = ("run", "--silent", "build")
BUNDLE = "jssip.js"


def bundle() -> Path:
    """Return the bundle, made if need be in some 2 seconds. Raises `RuntimeError` with the reason."""
    version = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:12]
    home = cache_folder() / f"jssip-{version}"
    if (home / BUNDLE).exists():
        return home / BUNDLE
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / BUNDLE).exists():
            work = home / "work"  # so that an interrupted run leaves no half bundle
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            for name in FILES:
                shutil.copy(HERE / name, work)
            for order in (INSTALL, BUILD):
                _npm(order, work)
            (work / BUNDLE).replace(home / BUNDLE)
            shutil.rmtree(work)
    return home / BUNDLE


def _npm(order: tuple[str, ...], folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "The test of browser phones needs npm (Node.js 20 or later) to install JsSIP; there is none."
        )
    done = subprocess.run([npm, *order], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"npm {' '.join(order)} failed, so there is no JsSIP for browser phones: {done.stderr.strip()}"
        )
