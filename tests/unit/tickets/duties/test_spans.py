"""Time limits as lists write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.duties.spans import read_span
from tickets.life.span import Span


@pytest.mark.parametrize(
    ("text", "heading", "span"),
    [
        ("3个工作日", "", Span(3, "d")),
        ("三个工作日内", "", Span(3, "d")),
        ("十五工作日", "", Span(15, "d")),
        ("5天", "", Span(5, "cd")),
        ("24小时以内", "", Span(24, "h")),
        ("30分钟", "", Span(30, "min")),
        ("2h", "", Span(2, "h")),
        ("5", "办理时限(工作日)", Span(5, "d")),
        ("24", "时限(小时)", Span(24, "h")),
        ("2天", "时限(工作日)", Span(2, "d")),
        ("2自然日", "时限(工作日)", Span(2, "cd")),
    ],
)
def test_is_read(text: str, heading: str, span: Span) -> None:
    assert read_span(text, heading) == span


@pytest.mark.parametrize("text", ["5", "尽快", "0天", "0h", "一个月", "-3天", "十十天", "3.5天"])
def test_what_is_no_limit_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="请写成 3个工作日"):
        read_span(text)


@given(st.builds(Span, st.integers(1, 9999), st.sampled_from(["min", "h", "d", "cd"])))
def test_what_is_said_is_read_again(span: Span) -> None:
    assert read_span(span.spoken) == read_span(str(span)) == span
