"""Whisper's tokens: text to tokens and back, and those that a Chinese call never needs."""

from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

_ASCII = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.?!%'-:/")
_PUNCTUATION = set("，。？！、：；")


class Tokens:
    """The tokeniser of one model."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.end = self._id("<|endoftext|>")
        self.previous = self._id("<|startofprev|>")
        self.start = [self._id("<|startoftranscript|>"), self._id("<|zh|>"), self._id("<|transcribe|>")]
        self.no_times = self._id("<|notimestamps|>")

    def _id(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"tokenizer.json lacks {token}")
        return int(number)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of `text`."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, tokens: list[int]) -> str:
        """Return the text of `tokens`; broken characters are dropped."""
        text = self._tokenizer.decode([token for token in tokens if token < self.end])
        return text.replace("\ufffd", "")

    @cached_property
    def foreign(self) -> list[int]:
        """Tokens that hold other scripts or traditional characters: a mainland caller's words need none.

        Pieces of characters (some characters take two or three tokens) cannot be told apart and stay.
        """
        pieces = ((token, self._tokenizer.decode([token])) for token in range(self.end))
        return [token for token, text in pieces if "\ufffd" not in text and not all(map(_wanted, text))]

    @cached_property
    def not_digits(self) -> list[int]:
        """Tokens that are neither Arabic digits nor the end."""
        pieces = ((token, self._tokenizer.decode([token]).strip()) for token in range(self.end))
        return [token for token, text in pieces if not (text.isascii() and text.isdigit())]


def _wanted(character: str) -> bool:
    if character in _ASCII or character in _PUNCTUATION:
        return True
    try:
        # GB 2312 is the set of simplified characters in common use.
        return "\u4e00" <= character <= "\u9fff" and len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
