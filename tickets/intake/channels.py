"""What each channel may do: `data/channels.yaml`."""

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from tickets.data_files import read
from tickets.ticket import Channel


class ChannelWay(BaseModel):
    """How one channel is treated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    called: str
    own_deadline: bool = False
    """Its sender may set the time limit."""
    merges: bool = False
    """The same caller's same matter is merged at once while it is open."""
    open: bool = False
    """Strangers may use it."""
    told: bool = False
    """Its caller sees no receipt: what it says is sent to him."""


@cache
def channel_ways() -> Mapping[Channel, ChannelWay]:
    """Return every channel's way."""
    return {Channel(name): ChannelWay.model_validate(way) for name, way in read("channels").items()}
