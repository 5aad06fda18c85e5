"""What a ticket is found by: pairs of characters, and letters and digits as they stand together."""

import re
from collections.abc import Iterable
from itertools import pairwise

from tickets.ticket import Ticket

MOST = 400
"""Words that one ticket is found by: ten thousand words of anger are found by their first ones."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def words_of(*texts: str) -> list[str]:
    """Return the words of `texts`, each once, in their order; a lone Chinese character is none."""
    found: dict[str, None] = {}
    for text in texts:
        for run in _RUN.findall(text.lower()):
            for word in _words(run):
                found[word] = None
                if len(found) == MOST:
                    return list(found)
    return list(found)


def ticket_words(ticket: Ticket) -> list[str]:
    """Return what `ticket` is found by: its title, place, matter and text; a confidential one not by its text."""
    matter = ticket.matter.name if ticket.matter else ""
    said = "" if ticket.confidential else ticket.what
    return words_of(ticket.title, str(ticket.place), matter, said)


def _words(run: str) -> Iterable[str]:
    if run[0].isascii():
        return (run,)
    return (first + second for first, second in pairwise(run))
