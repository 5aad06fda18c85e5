"""The phrases that a caller may say at any moment, read from data/commands.yaml."""

from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache
from pathlib import Path

from core.yaml_file import read_yaml


class Interrupts(StrEnum):
    """Whether a phrase stops the bot while it speaks."""

    ALWAYS = auto()
    NEVER = auto()
    IF_LONG = auto()
    """Only where more is said behind it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One phrase as the dialogue knows it, the ways people say it, and what it does to the bot's speech."""

    phrase: str
    say: tuple[str, ...]
    interrupts: Interrupts


@cache
def commands() -> tuple[Command, ...]:
    """Return all commands in the order of the file."""
    listed = read_yaml(Path(__file__).parent / "data" / "commands.yaml")
    return tuple(Command(c["phrase"], tuple(c["say"]), Interrupts(c["interrupts"])) for c in listed)


@cache
def meanings() -> dict[str, Command]:
    """Return the command of each way to say one."""
    return {say: command for command in commands() for say in command.say}


@cache
def answers() -> dict[str, str]:
    """Return what each way to answer one of the bot's fixed questions stands for (data/answers.yaml)."""
    listed = read_yaml(Path(__file__).parent / "data" / "answers.yaml")
    return {say: answer["phrase"] for answer in listed for say in answer["say"]}


def means(say: str) -> str | None:
    """Return the command or the answer that `say` stands for, None where it is neither."""
    command = meanings().get(say)
    return command.phrase if command else answers().get(say)


def interrupts(phrase: str) -> Interrupts | None:
    """Return what `phrase` (a command or a way to say one) does to the bot's speech, None where it is no command."""
    command = meanings().get(phrase)
    return command.interrupts if command else None
