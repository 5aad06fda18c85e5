"""Which legs of which talks are to be tapped. No clock, no socket."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from telephony.asterisk.talks import Talk
from telephony.legs import Leg

HEARD = frozenset({"talking", "held", "conference"})
"""Stages in which caller and agent are connected; while it rings nobody talks."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leg is heard: in this talk, on this channel of Asterisk."""

    call_id: str
    channel: str


def wanted(talks: Sequence[Talk], node: str, tapped: Collection[str], most_talks: int) -> dict[Place, Leg]:
    """Return the legs to be tapped: at most `most_talks` talks, those of the calls `tapped` already before new ones.

    Only the talks whose caller was with `node` count, "" for all: otherwise every process would tap every talk.
    """
    mine = [talk for talk in talks if talk.stage in HEARD and talk.agent_channel and node in ("", talk.node)]
    mine.sort(key=lambda talk: talk.call_id not in tapped)  # stable: whoever came first is heard
    legs: dict[Place, Leg] = {}
    for talk in mine[:most_talks]:
        legs[Place(talk.call_id, talk.caller_channel)] = Leg(talk.call_id, "caller", talk.agent)
        legs[Place(talk.call_id, talk.agent_channel)] = Leg(talk.call_id, "agent", talk.agent)
    return legs
