"""Number plates as they are said: 鲁Q,G五四三二幺; letters by name: 广东的G, 国家的国."""

import re
from dataclasses import dataclass

from tickets.data_files import read
from tickets.sound import plain, syllables
from tickets.spoken_numbers import digits

_DATA = read("plates")
_PROVINCES: str = _DATA["provinces"]
_HEARD = {char: province for province, chars in _DATA["heard"].items() for char in chars}
_LETTERS = {char: letter for letter, chars in _DATA["letters"].items() for char in chars}
_ORDINARY, _GREEN = 5, 6
_BY_WORD = re.compile(r"([\u4e00-\u9fff]{2,3})的(?:那个)?([A-Z]|[\u4e00-\u9fff])")
_DIGITS = "0-9零〇洞幺一二两三四五六七八九"


@dataclass(frozen=True, slots=True)
class Plate:
    """A number plate: `text` as far as it was heard (鲁QG5432), `problem` what is wrong with it, in words."""

    text: str
    confidence: float
    evidence: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is whole."""
        return not self.problem


def find_plate(text: str) -> Plate | None:
    """Return the number plate in `text`, or None; seven signs, or eight for new-energy cars (GA 36-2018)."""
    said = plain("".join(text.split())).replace(",", "")
    said = _BY_WORD.sub(_letter_by_word, said)
    match = re.search(rf"([{_PROVINCES}])([A-Z])", said)
    confidence = 0.9
    if not match:
        match = re.search(rf"([{_PROVINCES}{''.join(_HEARD)}])([A-Z{''.join(_LETTERS)}])(?=[A-Z{_DIGITS}])", said)
        confidence = 0.6
    if not match:
        return None
    heard, letter = str(match[1]), str(match[2])
    head = _HEARD.get(heard, heard) + _LETTERS.get(letter, letter)
    body, length = _body(said[match.end() :])
    if not body:
        return None
    return Plate(head + body, confidence, said[match.start() : match.end() + length], _problem(body))


def spell_plate(plate: str) -> str:
    """Return `plate` as it is read back, letters set apart: 鲁 Q G 5 4 3 2 1."""
    return " ".join(plate)


def _body(rest: str) -> tuple[str, int]:
    """Return the signs after the head and how many characters of `rest` they took."""
    signs: list[str] = []
    for at, char in enumerate(rest):
        sign = (
            char
            if re.match(r"[A-Z]", char)
            else digits(char) or (_LETTERS.get(char, "") if len(signs) < _ORDINARY else "")
        )
        if not sign or len(signs) > _GREEN:
            return "".join(signs), at
        signs.append(sign)
    return "".join(signs), len(rest)


def _problem(body: str) -> str:
    if re.search("[IO]", body):
        return "车牌里没有字母I和O"
    if len(body) < _ORDINARY:
        return f"车牌少了{_ORDINARY - len(body)}位"
    return f"车牌多了{len(body) - _GREEN}位" if len(body) > _GREEN else ""


def _letter_by_word(match: re.Match[str]) -> str:
    word, sign = match.groups()
    if sign.isascii():
        return sign
    # "国家的国": the character is one of the word's, and its first sound is the letter.
    return syllables(sign)[0][:1].upper() if sign in word else match[0]
