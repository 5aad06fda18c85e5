"""The end of a call: one question for a rating (一次一评), a goodbye, a hand-over that has begun."""

import re
from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, squeeze
from dialog.form import Form, Next, Route
from dialog.moves import Asked, Expect, HangUp, Heard

_SCORES = (
    (1, r"(非常|很|太|极其|特别)不(满意|好)|很差|太差|差评|[真太么]垃圾|^垃圾(服务)?$|一分|1分|^一$|^1$"),
    (2, r"不(太|怎么|是很|大)?(满意|好|行)|不怎么样|没有?解决$|比较差|^差|两分|二分|2分|^二$|^两$|^2$"),
    (5, r"(非常|很|特别|十分|相当|挺|太|超级|最)(地)?(满意|好|棒)|五分|满分|5分|^五$|^5$|好评"),
    (4, r"四分|4分|比较满意|还可以满意|^四$|^4$"),
    (3, r"一般|还行|凑合|马马虎虎|三分|3分|^三$|^3$|还可以|就那样"),
    (5, r"满意|不错|挺好|棒|好的?$|^(挺|都|也)?(好|可以|行|嗯|对|是)+(的|了|吧|啊|呀)*(谢谢|辛苦)?(你|您|了)*$"),
)
_NO_COMPLAINT = re.compile(r"(没有?|无)(什么|啥|任何|哪里|有)?(地方)?(觉得)?不(太)?(满意|好|行)|不(会|是)不(满意|好)")
""" "没什么不满意的" is content."""
_GOES_ON = re.compile(
    r"还(想|要|有(?!点))|问(?!题)|(?<!没)有个?问题|不好意思|对了|顺便|另外|吗$|(?<!不)怎么|如何|咋|"
    r"(?<!没)(?<!没有)(什么|啥)(?!垃圾|破)|多少|几(?!乎)|哪|(?<!没)谁|能不能|可不可以|[??]$"
)
"""Who says this wants something else, whatever sounds like a rating in it."""
_LONGEST_RATING = 16
"""Characters up to which a turn is a rating; who says more says something."""


def _score(said: str) -> int | None:
    if len(said) > _LONGEST_RATING:
        return None
    return next((score for score, pattern in _SCORES if re.search(pattern, said)), None)


@dataclass(slots=True)
class Ended(Form):
    """The call is over; nothing is said any more."""

    name: ClassVar[str] = "ended"

    def enter(self, call: Call) -> Next:
        """Be silent."""
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Be silent."""
        return self

    def expect(self, call: Call) -> Expect | None:
        """Nothing."""
        return None


@dataclass(slots=True)
class Goodbye(Ended):
    """Says goodbye and ends the call; `key_` is empty where it was said already."""

    key_: str = "goodbye"
    reason: str = "done"

    def enter(self, call: Call) -> Next:
        """Say it, hang up."""
        if self.key_:
            call.say(self.key_)
        call.out.append(HangUp(self.reason))
        return Ended()


@dataclass(slots=True)
class Rating(Form):
    """One question for a rating, by voice or by the keys 1 to 5; then goodbye."""

    name: ClassVar[str] = "rating"
    takes_keys: ClassVar[bool] = True

    def enter(self, call: Call) -> Next:
        """Ask."""
        call.say("rating")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Record what was said; anything but a rating is a further matter, if it is long enough to be one."""
        said = squeeze(heard.text)
        if _NO_COMPLAINT.search(said) and len(said) <= _LONGEST_RATING:
            return self._rated(5, heard.text, call)
        score = None if _GOES_ON.search(said) else _score(said)
        if score is not None:
            return self._rated(score, heard.text, call)
        if only(heard.text, Command.BYE, Command.DONE, Command.NO, Command.SKIP, Command.HELLO) or len(said) < 5:
            call.note("rating", score=None, reason="没有评价", said=heard.text)
            return Goodbye("thanks_for_calling")
        return Route(heard.text)

    def key(self, key: str, call: Call) -> Next | None:
        """Keys 1 to 5 are the score."""
        return self._rated(int(key), f"按键{key}", call) if key in "12345" else None

    def silence(self, call: Call) -> Next | None:
        """Who does not rate is not asked twice."""
        call.note("rating", score=None, reason="没有评价")
        return Goodbye("thanks_for_calling")

    def expect(self, call: Call) -> Expect | None:
        """A rating."""
        return call.expectation(Asked.RATING, Command.BYE, phrases=("满意", "一般", "不满意", "非常满意", "五分"))

    def _rated(self, score: int, said: str, call: Call) -> Next:
        call.note("rating", score=score, said=said, reason="来电人评价")
        return Goodbye("rating_thanks" if score > 2 else "rating_sorry")
