"""The calibration curve: counted right, and drawn so that a person can read it."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.curve import curve
from knowledge_base.curve_picture import draw

NONE = np.zeros(4, dtype=bool)


def test_confidence_that_is_as_often_right_as_it_says_is_not_off() -> None:
    made = curve(np.full(4, 0.75), np.array([True, True, True, False]), NONE, NONE, 0.5)
    assert made.off == pytest.approx(0.0)
    assert (made.answered, made.right) == (1.0, 0.75)
    assert [(part.low, part.questions, part.right) for part in made.bins] == [(0.7, 4, 0.75)]


def test_confidence_that_promises_too_much_is_off() -> None:
    made = curve(np.full(4, 0.9), np.array([True, False, False, False]), NONE, NONE, 0.5)
    assert made.off == pytest.approx(0.65)


def test_questions_that_nothing_answers_are_counted_apart() -> None:
    confidence = np.array([0.9, 0.2, 0.8, 0.1])
    near, far = np.array([False, False, True, False]), np.array([False, False, False, True])
    made = curve(confidence, np.array([True, False, False, False]), near, far, 0.5)
    assert (made.answered, made.right, made.near, made.far) == (0.5, 1.0, 1.0, 0.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.floats(0, 1))
def test_any_curve_is_drawn(pairs: list[tuple[float, bool]], answer_from: float) -> None:
    confidence = np.array([one for one, _ in pairs], dtype=np.float64)
    right = np.array([was for _, was in pairs], dtype=bool)
    none = np.zeros(len(pairs), dtype=bool)
    made = curve(confidence, right, none, none, answer_from)
    assert sum(part.questions for part in made.bins) == len(pairs)
    drawn = ElementTree.fromstring(draw(made))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == len(made.bins)
