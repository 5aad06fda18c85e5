"""Identifiers that sort by time and say nothing about the caller."""

import secrets
from datetime import datetime


def new_id(now: datetime) -> str:
    """Return e.g. `20261122-113045-7f3a9c`: local time to the second, then 24 random bits."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
