"""Tells from an event of a channel whose leg it is. Pure; every process of ours reads the same from it."""

from telephony.asterisk.ami_text import Message
from telephony.asterisk.talks import AGENTS, CALL, PARTY, ROOM, extension

UP = "6"
"""Asterisk's channel state of a leg that was answered."""


def agent_of(message: Message) -> str:
    """Return the extension of the agent whose leg in a call this is, "" for any other channel."""
    if not message.variable(CALL) or message.variable(PARTY):
        return ""
    inside = message.get("Context") == ROOM and message.get("Exten") == "agent"
    return extension(message.get("Channel")) if inside or message.get("Context") in (AGENTS, "agent-talks") else ""


def talk_ended(message: Message) -> str:
    """Return the extension of the agent whose talk ends with this event, "" for none."""
    return agent_of(message) if message.event == "Hangup" and message.get("ChannelState") == UP else ""


def party_of(message: Message) -> tuple[str, str]:
    """Return as what somebody is in a room, and the number: caller, agent, department or supervisor."""
    kind, _, _ = message.variable(PARTY).partition(" ")
    if kind == "department":
        return kind, message.variable(PARTY).partition(" ")[2]
    if kind == "supervisor":
        return kind, extension(message.get("Channel"))
    exten = message.get("Exten")
    return (exten, extension(message.get("Channel")) if exten == "agent" else "")
