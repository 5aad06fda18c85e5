"""Text becomes phonemes that Kokoro knows."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import models
from tts.phonemes import Phonemes, latin
from tts.speakable import speakable


@cache
def phonemes() -> Phonemes:
    return Phonemes()


def test_a_comma_makes_a_pause() -> None:
    assert ", " in phonemes().of("您好\uff0c请讲。")


@pytest.mark.parametrize(("word", "like"), [("重办", "虫办"), ("还款", "环款"), ("调休", "条休")])
def test_hotline_words_are_read_as_people_say_them(word: str, like: str) -> None:
    assert phonemes().of(word).replace(" ", "") == phonemes().of(like).replace(" ", "")


def test_letters_are_spelled_and_known_words_spoken() -> None:
    letters, words = latin()
    assert phonemes().of("A座").startswith(letters["a"])
    assert letters["p"] in phonemes().of("APP")
    assert phonemes().of("One moment") == f"{words['one']} {words['moment']}"


def test_every_letter_has_a_sound() -> None:
    assert set(latin()[0]) == set("abcdefghijklmnopqrstuvwxyz")


def test_the_table_of_letters_uses_only_what_the_voice_knows() -> None:
    models.fetch(["kokoro-vocab"])
    known = set(json.loads(models.path("kokoro-vocab").read_text(encoding="utf8")))
    for table in latin():
        for sound in table.values():
            assert set(sound) <= known, sound


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_anything_speakable_has_phonemes(text: str) -> None:
    phonemes().of(speakable(text))
    phonemes().of(text)
