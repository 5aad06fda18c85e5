"""What sounds familiar is taken where it is likely enough; what was asked for and the human sooner."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.commands import answers, commands
from asr.familiar import ELSE, familiar, recognised, summary

WIDTH = 512
SHARE = st.floats(0.001, 1)


def test_every_command_and_every_answer_was_learnt() -> None:
    assert set(familiar().meanings) == {ELSE, *(command.phrase for command in commands()), *answers().values()}


def test_an_answer_is_taken_only_where_it_was_asked_for() -> None:
    shares = {ELSE: 0.1, "满意": 0.8, "说慢点": 0.1}
    assert recognised(shares, 900) is None
    assert recognised(shares, 900, ["满意"])[0] == "满意"  # type: ignore[index]


def test_the_likeliest_command_is_taken_and_a_doubtful_one_is_not() -> None:
    assert recognised({ELSE: 0.1, "是的": 0.8, "不是": 0.1}, 900) == ("是的", 0.8)
    assert recognised({ELSE: 0.9, "是的": 0.06, "不是": 0.04}, 900) is None


def test_less_is_asked_of_a_command_that_is_expected() -> None:
    shares = {ELSE: 0.7, "可以": 0.2, "再见": 0.1}
    assert recognised(shares, 900) is None
    taken = recognised(shares, 900, ["可以"])
    assert taken is not None and taken[0] == "可以"


def test_a_doubtful_human_is_taken_sooner_than_a_doubtful_goodbye() -> None:
    taken = recognised({ELSE: 0.66, "转人工": 0.34}, 900, written="善人公")
    assert taken is not None and taken[0] == "转人工"
    assert recognised({ELSE: 0.68, "再见": 0.32}, 900, written="建议") is None


def test_what_was_written_decides_between_two_that_sound_alike() -> None:
    shares = {ELSE: 0.1, "可以": 0.4, "不可以": 0.5}
    assert recognised(shares, 900, written="可以")[0] == "可以"  # type: ignore[index]
    assert recognised(shares, 900, written="不可以")[0] == "不可以"  # type: ignore[index]


def test_a_doubtful_human_is_not_taken_where_the_text_says_something_else() -> None:
    assert recognised({ELSE: 0.84, "转人工": 0.16}, 900, written="电动车充电") is None


@given(
    st.fixed_dictionaries({ELSE: SHARE, "是的": SHARE, "转人工": SHARE}), st.sets(st.sampled_from(["是的", "转人工"]))
)
def test_to_expect_a_command_never_makes_it_less_likely(shares: dict[str, float], expected: set[str]) -> None:
    whole = sum(shares.values())
    shares = {meaning: share / whole for meaning, share in shares.items()}
    plain, hoped = recognised(shares, 900), recognised(shares, 900, expected)
    if plain and plain[0] in expected:
        assert hoped is not None and hoped[0] in expected


@given(st.integers(1, 400), st.floats(0.02, 7.0), st.integers(0, 5000))
def test_any_length_of_sound_has_the_same_features(frames: int, seconds: float, voice_ms: int) -> None:
    features = summary(np.ones((1, frames + 40, WIDTH), np.float32), seconds, voice_ms)
    assert features.shape == familiar().weights.shape[:1]
    assert np.isfinite(features).all()
    assert abs(sum(familiar().shares(features).values()) - 1) < 1e-4


def test_nothing_is_heard_that_could_not_be_said_in_the_time() -> None:
    shares = {ELSE: 0.2, "转人工": 0.7, "是的": 0.1}
    taken = recognised(shares, 640)
    assert taken is not None and taken[0] == "转人工"
    assert recognised(shares, 230) is None
