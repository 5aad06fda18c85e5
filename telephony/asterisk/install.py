"""Sets up a real Asterisk for an ordinary user: Debian's own packages, unpacked into a folder, nothing installed.

Debian 12 has no asterisk package and 11's has no AudioSocket, so the packages come from a newer suite. Takes 241 MB
and some 15 seconds.
"""

import os
import shutil
from pathlib import Path

from core.models import cache_folder
from telephony.asterisk.debian import Progress, unpack
from telephony.errors import AsteriskMissing

SUITE = "forky"
"""The first Debian suite whose Asterisk (22, long-term support until 2029) has all that is used here."""
PACKAGES = ("asterisk", "asterisk-modules")
PROGRAM = "usr/sbin/asterisk"


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
    return unpack(PACKAGES, PROGRAM, folder or default_folder(), SUITE, progress)
