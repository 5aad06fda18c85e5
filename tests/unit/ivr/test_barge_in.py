"""Which words over the bot's voice take the turn."""

import pytest

from asr.recogniser import Transcript
from dialog.moves import Asked, Expect
from ivr.barge_in import BargeIn, Verdict

POLICY = BargeIn()
QUESTION = Expect(Asked.YES_NO)
OPEN = Expect(Asked.ANYTHING)


@pytest.mark.parametrize(
    ("text", "phrase", "share", "expect", "verdict"),
    [
        ("嗯", None, 0.3, OPEN, Verdict.GO_ON),
        ("恩", "嗯", 0.3, OPEN, Verdict.GO_ON),
        ("", None, 0.3, OPEN, Verdict.GO_ON),
        ("等一下", "等一下", 0.3, OPEN, Verdict.TURN),
        ("我说的是驾驶证", None, 0.3, OPEN, Verdict.TURN),
        ("", "人工", 0.0, None, Verdict.TURN),
        ("对", "对", 0.9, QUESTION, Verdict.TURN),
        ("对", "对", 0.2, QUESTION, Verdict.GO_ON),
        ("对", "对", 0.9, OPEN, Verdict.GO_ON),
        ("对对对", None, 0.3, OPEN, Verdict.GO_ON),
        ("对对对我知道了那怎么办", "对", 0.3, OPEN, Verdict.TURN),
        ("谢谢", "谢谢", 0.3, OPEN, Verdict.GO_ON),
        ("没有了", "没有了", 0.3, OPEN, Verdict.GO_ON),
        ("没有了", "没有了", 0.9, OPEN, Verdict.TURN),
        ("带身份正去社区", None, 0.5, OPEN, Verdict.GO_ON),
        ("带身份证了没有用", None, 0.5, OPEN, Verdict.TURN),
    ],
)
def test_verdicts(text: str, phrase: str | None, share: float, expect: Expect | None, verdict: Verdict) -> None:
    saying = "您可以带身份证去社区办理。"
    assert POLICY.verdict(Transcript(text, 0.9, phrase), saying, share, expect) is verdict
