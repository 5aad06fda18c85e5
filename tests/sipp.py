"""sipp, the SIP load generator and scenario player, for the tests: set up like Asterisk, run as a process."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.models import cache_folder
from telephony.asterisk.debian import unpack
from telephony.asterisk.install import SUITE


def sipp() -> Path:
    """Return sipp's start script, unpacked from Debian's packages if need be (50 MB)."""
    return unpack(("sip-tester",), "usr/bin/sipp", cache_folder() / "sipp", SUITE)
