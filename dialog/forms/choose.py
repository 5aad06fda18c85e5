"""Two or three answers are close: asks which is meant, and understands 第一个, 后面那个 or a name (scene 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, choice, only, squeeze, trim, yes_or_no
from dialog.correction import corrected
from dialog.form import Done, Form, Missed, Next, Route
from dialog.forms.answer import Answer
from dialog.forms.ask_area import AskArea
from dialog.forms.register import SURE_OF_PLACE, Offer, after_no
from dialog.intake.words import is_empty_story
from dialog.looking_up import look_up, look_up_alone
from dialog.moves import Asked, Expect, Heard
from dialog.signs import asks, demands, takes_ticket
from knowledge_base.entry import Entry
from tickets import sound
from tickets.appeal import DEALT_WITH

_LONGEST_NAME = 5
"""Characters up to which what was meant is a bare name."""
_UNSURE = 0.55
"""Confidence (0 to 1) below which a ticket is offered in the same breath: the answer may not be there at all."""
_LEAST_WORDS, _LEAST_QUESTION = 2, 4
"""Characters from which on a turn may add to the question, or be another one."""


@dataclass(slots=True)
class Choose(Form):
    """Names the entries that are close and answers with the one chosen."""

    name: ClassVar[str] = "ask_back"
    takes_keys: ClassVar[bool] = True
    question: str
    options: tuple[Entry, ...]
    confidence: float = 0.0

    @property
    def unsure(self) -> bool:
        """Whether none of the options may be meant, so that a ticket is offered too."""
        names = {name for entry in self.options for name in (entry.subject, entry.topic) if name}
        named = any(sound.find(name, self.question) for name in names)
        return self.confidence < _UNSURE and len(self.options) > 1 and not named

    def enter(self, call: Call) -> Next:
        """Ask."""
        call.note("ask_back", options=[entry.id for entry in self.options], confidence=self.confidence)
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Ask."""
        names = [_named(entry) for entry in self.options]
        if len(names) == 1:
            call.say("which_one", first=names[0])
        elif len(names) == 2:
            call.say("which_two", first=names[0], second=names[1])
        else:
            call.say("which_three", first=names[0], second=names[1], third=names[2])
        if self.unsure:
            call.say("or_register")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Take a position, a name, or a new question."""
        text = heard.text
        if (wanted := takes_ticket(text)) is not None:
            return Offer(self.question, appeal=is_empty_story(text)).decided(wanted, call)
        if meant := corrected(text) or (after_no(text) if self.unsure else ""):
            return self._instead(meant, call)
        if len(self.options) == 1 and (answer := yes_or_no(text)) is not None:
            return self._chosen(0, "来电人确认", call) if answer else self._none(call)
        index = choice(text, len(self.options))
        if index is None:
            index = _literally(text, self.options) if demands(text) else _by_name(text, self.options)
        if index is not None and index >= 0:
            return self._chosen(index, "来电人选择", call)
        if demands(text):
            return Route(text)
        if self._is_about_a_place(text, call):
            return Offer(self.question, appeal=True).hear(heard, call)
        if self.unsure and yes_or_no(text):
            return Offer(self.question).decided(True, call)
        if only(text, Command.CANCEL, Command.DONE, Command.BYE):
            call.note("ask_back", question=self.question, reason="来电人不问了")
            call.settle()
            return Done()
        if index == -1 and len(squeeze(text)) <= 8:
            return self._none(call)
        if len(squeeze(text)) >= _LEAST_WORDS and (anew := self._asked_anew(text, call)):
            return anew
        return Missed(("yes_or_no_again", "which_again", "which_again_three")[min(len(self.options), 3) - 1])

    def _is_about_a_place(self, text: str, call: Call) -> bool:
        """Whether `text` says where it is that somebody has to come to."""
        appeal = call.understanding.classify(self.question)
        trouble = appeal.trouble or appeal.kind in DEALT_WITH
        return trouble and not asks(text) and call.understanding.find_place(text).confidence >= SURE_OF_PLACE

    def key(self, key: str, call: Call) -> Next | None:
        """Key 1 is the first."""
        index = int(key) - 1 if key.isdigit() else -1
        return self._chosen(index, f"按键{key}", call) if 0 <= index < len(self.options) else None

    def expect(self, call: Call) -> Expect | None:
        """One of the names, subjects or places; yes or no where there is one."""
        if len(self.options) == 1:
            return call.expectation(Asked.YES_NO, Command.YES, Command.NO)
        asked = Asked.YES_NO if self.unsure else Asked.CHOICE
        names = tuple(_named(entry) for entry in self.options)
        subjects = [entry.subject for entry in self.options if entry.subject]
        told_apart = tuple(subject for subject in subjects if subjects.count(subject) == 1)
        places = ("第一个", "第二个", "第三个")[: len(names)]
        closed = (Command.YES,) if self.unsure else ()
        return call.expectation(asked, *closed, phrases=(*names, *told_apart, *places, "都不是"))

    def _instead(self, meant: str, call: Call) -> Next:
        """ "不是证明,是居住证" chooses; "不是,我问驾驶证" is another question."""
        index = choice(meant, len(self.options))
        if index is None:
            index = _literally(meant, self.options)
        if index is not None and index >= 0:
            return self._chosen(index, "来电人更正", call)
        if self.unsure:
            return Offer(self.question).instead(meant, call)
        return Route(self._put_in(meant, call))

    def _put_in(self, meant: str, call: Call) -> str:
        """Return the question with the bare name that was meant put in: 我想办驾驶证 says more than 驾驶证."""
        subjects = [entry.subject for entry in self.options if entry.subject and entry.subject in self.question]
        if not subjects or len(squeeze(meant)) > _LONGEST_NAME:
            return meant
        asked = self.question.replace(max(subjects, key=len), meant, 1)
        return meant if look_up_alone(asked, call).kind == "refuse" else asked

    def _asked_anew(self, text: str, call: Call) -> Next | None:
        """The turn may name one of the options in other words, add to the question, or be another one."""
        among = {entry.id: index for index, entry in enumerate(self.options)}
        decision = look_up(text, call)
        if decision.kind == "answer" and decision.entry:
            return Answer(decision.entry, decision.confidence, decision.reason, decision.says)
        for entry in (candidate.entry for candidate in decision.candidates[:3]):
            if entry.id in among:
                return self._chosen(among[entry.id], "按来电人的话再查", call)
        added = look_up_alone(f"{self.question}{text}", call)
        if added.kind == "answer" and added.entry:
            return Answer(added.entry, added.confidence, "按来电人补充的话再查", added.says)
        return Route(text) if len(squeeze(text)) >= _LEAST_QUESTION else None

    def _none(self, call: Call) -> Next:
        call.note("ask_back", question=self.question, reason="都不是")
        call.rejected.update(entry.id for entry in self.options)
        return Offer(self.question, line="then_register" if self.unsure else "")

    def _chosen(self, index: int, reason: str, call: Call) -> Next:
        option, area = self.options[index], call.context().area
        decision = call.knowledge.chosen(option, self.question, call.now.date(), area)
        if decision.areas:
            return AskArea(self.question, option, decision.areas, 1.0, reason)
        return Answer(decision.entry or option, 1.0, reason, decision.says)


def option_clauses(entries: Iterable[Entry]) -> list[str]:
    """Return the clauses in which `entries` are asked back, for rendering ahead."""
    names = list(dict.fromkeys(_named(entry) for entry in entries))
    return [f"{before}{name}？" for before in ("", "还是") for name in names]


def _named(entry: Entry) -> str:
    return entry.short or trim(entry.question)


def _by_name(text: str, options: tuple[Entry, ...]) -> int | None:
    """Return the option that is named in `text`: in whole, by its subject, or by what only it is called."""
    said = squeeze(text)
    names = [squeeze(_named(entry)) for entry in options]
    exact = [index for index, name in enumerate(names) if sound.blur(name) == sound.blur(said)]
    if exact:
        return exact[0]
    scores = [_overlap(said, name, [other for other in names if other != name]) for name in names]
    best = max(scores)
    if best > 0:
        return scores.index(best) if scores.count(best) == 1 else None
    # 居住证明 holds 居住证: the longest subject that was said is the one meant.
    sizes = [len(entry.subject) if entry.subject and sound.find(entry.subject, said) else 0 for entry in options]
    longest = max(sizes)
    different = len({entry.subject for entry in options}) > 1
    return sizes.index(longest) if longest and different else None


def _literally(text: str, options: tuple[Entry, ...]) -> int | None:
    """Return the option whose name is `text`, or whose subject is in it to the letter, the longest of these."""
    said = squeeze(text)
    sizes = [
        len(said) + 1 if said == squeeze(_named(entry)) else len(entry.subject) if entry.subject in said else 0
        for entry in options
    ]
    best = max(sizes)
    return sizes.index(best) if best and sizes.count(best) == 1 else None


def _overlap(said: str, name: str, others: list[str]) -> int:
    """Count the pairs of syllables that `said` shares with `name` and with none of the `others`."""
    return len((_pairs(name) - set().union(*(_pairs(other) for other in others))) & _pairs(said))


def _pairs(text: str) -> set[tuple[str, str]]:
    sounds = sound.blur(text)
    return set(pairwise(sounds))
