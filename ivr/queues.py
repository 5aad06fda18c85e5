"""Which queue of human agents a caller is handed to: general, companies, dialects, leaders on their days."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from core.yaml_file import read_yaml
from dialog.forms.call_back import WANTS_HUMAN
from ivr.queue_settings import QueueNames

_NOT_UNDERSTOOD = frozenset({"not_understood", "dialect"})
"""Reasons of a `dialog.moves.Transfer` whose caller needs somebody who understands dialects."""
_NO_MATTER = frozenset({"english", "records_trouble"})
"""Reasons that are no matter for a leader: the caller needs another language, or our records have failed."""
_SERVICES = ("市场监管/登记注册",)
"""Categories of matters (`tickets/data/lanjiang_matters.yaml`) that are for companies where nobody complains."""
_WANTS_TO_KNOW = frozenset({"咨询", "求助", "建议"})
"""Kinds of appeal in which a company asks for a service; a complaint in these fields is about a company."""
_GAPS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


def queue_for(reason: str, packet: Mapping[str, Any], now: datetime, settings: QueueNames) -> str:
    """Return the name of the queue for a caller handed over for `reason` with `packet` at `now` (local).

    `reason` and `packet` are those of `dialog.moves.Transfer`. In this order: an emergency goes to the general queue,
    which has the most agents; who was not understood to the dialect queue; while leaders answer everything else goes
    to them; then companies to theirs. A queue that is not in the settings is never chosen.
    """
    general = settings.general
    if reason.startswith("emergency"):
        return general
    if reason in _NOT_UNDERSTOOD:
        return settings.dialect or general
    if reason not in _NO_MATTER and any(day.is_now(now) for day in settings.leader_days):
        return settings.leader or general
    if _of_company(packet):
        return settings.company or general
    return general


def _of_company(packet: Mapping[str, Any]) -> bool:
    """Whether the caller speaks for a business, or what is open is a service for businesses."""
    draft = packet.get("draft") or {}
    said = [_plain(text) for text in packet.get("said") or ()]
    matter = [text for text in (_plain(packet.get("pending")), _plain(draft.get("what"))) if text]
    everything = [*said, *matter]
    if _any("speaks_for", everything) and not _any("but_not", everything):
        return True
    if draft.get("category", "").startswith(_SERVICES) and draft.get("kind") in _WANTS_TO_KNOW:
        return True
    # What was said before the open matter has been dealt with; without one, all that was said may be the matter.
    about = said if matter in ([], [WANTS_HUMAN]) else matter
    return _any("service", about) and not _any("no_service", about)


def _any(part: str, texts: list[str]) -> bool:
    return any(_words()[part].search(text) for text in texts)


def _plain(text: object) -> str:
    return _GAPS.sub("", str(text or ""))


@cache
def _words() -> dict[str, re.Pattern[str]]:
    written = read_yaml(Path(__file__).with_name("queue_words.yaml"))
    return {
        part: re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) for part, patterns in written.items()
    }
