"""Phrases of one meaning help each other, the human is the safe way out, and a clear other text is believed."""

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


def itself(phrase: str) -> str:
    return phrase


def test_what_the_sound_and_the_free_decoding_agree_on_is_taken() -> None:
    found = choose([heard("转人工", "转人工", 14, 700), heard("再见", "转人工", -6, 700, 14)], itself)
    assert found is not None
    assert found.phrase == "转人工" and found.probability > 0.9


def test_a_clear_longer_sentence_is_no_command() -> None:
    assert choose([heard("没有", "没有暖气怎么办", 4, 1400, 15, sure=0.9)], itself) is None


def test_ways_to_say_the_same_add_up() -> None:
    def human(_: str) -> str:
        return "转人工"

    one, other = heard("接人工", "接人公", 7, 700, 8), heard("转人工", "接人公", 7, 700, 8)
    alone, both = choose([one], human), choose([one, other], human)
    assert alone is not None and both is not None
    assert both.probability > alone.probability


def test_nothing_wins_where_nothing_was_scored() -> None:
    assert choose([], itself) is None


def test_less_is_asked_of_an_expected_phrase() -> None:
    # Between the two there is a gain at which only the dialogue's expectation decides.
    gains = [gain / 4 for gain in range(-60, 60)]
    candidates = [[heard("可以", "客意", gain, 480, 3)] for gain in gains]
    free = sum(choose(one, itself) is not None for one in candidates)
    asked = sum(choose(one, itself, ["可以"]) is not None for one in candidates)
    assert asked > free > 0


def test_a_doubtful_human_is_taken_sooner_than_a_doubtful_goodbye() -> None:
    gains = [gain / 4 for gain in range(-60, 60)]

    def taken(meaning: str) -> int:
        return sum(choose([heard("转人工", "蔡英雄", gain, 700, 3)], lambda _: meaning) is not None for gain in gains)

    assert taken("转人工") > taken("再见")
