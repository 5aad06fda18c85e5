"""What the hotline may not take, and the legal way it has instead (法定途径)."""

import re
from dataclasses import dataclass

from tickets.data_files import read
from tickets.sound import plain


@dataclass(frozen=True, slots=True)
class LegalWay:
    """Where the matter belongs: `number` may be empty; `say` is the sentence to speak, `evidence` what was heard."""

    id: str
    name: str
    number: str
    say: str
    evidence: str


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


_WAYS = [(way, _any(way["when"]), _any(way["unless"])) for way in read("legal_ways")]


def out_of_scope(text: str) -> LegalWay | None:
    """Return the legal way that `text` has to take instead of the hotline, or None.

    Source: 国办函〔2025〕66号 (matters for courts, arbitration, discipline, petitions, disclosure are pointed there).
    """
    text = plain("".join(text.split()))
    for way, when, unless in _WAYS:
        match = when.search(text)
        if match and not unless.search(text):
            return LegalWay(way["id"], way["name"], way["number"], way["say"], match[0])
    return None
