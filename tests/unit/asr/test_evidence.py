"""The phrase that the sound speaks for is taken, and a clear other text is believed."""

from asr.evidence import Evidence, choose, haste, sounds_apart


def heard(phrase: str, free: str, gain: float, voice_ms: int, free_gain: float = 0.0, sure: float = 0.5) -> Evidence:
    return Evidence(
        phrase,
        gain=gain,
        log=-1.0,
        over_free=0.0 if phrase == free else gain - free_gain,
        apart=sounds_apart(phrase, free),
        haste=haste(phrase, voice_ms),
        same=phrase == free,
        longer=len(free) - len(phrase),
        sure=sure,
    )


def test_what_the_sound_and_the_free_decoding_agree_on_is_taken() -> None:
    found = choose([heard("居住证办理", "居住证办理", 14, 1200), heard("第一个", "居住证办理", -6, 1200, 14)])
    assert found is not None
    assert found.phrase == "居住证办理" and found.probability > 0.9


def test_a_clear_longer_sentence_is_no_choice() -> None:
    assert choose([heard("回电", "回电话的时候别说是我", 4, 1400, 15, sure=0.9)]) is None


def test_nothing_wins_where_nothing_was_scored() -> None:
    assert choose([]) is None


def test_of_two_the_one_that_the_sound_speaks_for_wins() -> None:
    found = choose([heard("第一个", "第个", 8, 700, 4), heard("第二个", "第个", 3, 700, 4)])
    assert found is not None and found.phrase == "第一个"
