"""The agent is shown an answer where the caller asks something that surely has one, and otherwise nothing."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.events import Event, EventLog
from ivr.suggestions import Suggest, Suggestion, Suggestions
from tests.serving import until

ANSWER = Suggestion("shebaoka-lost", "社保卡丢了怎么补?", 0.93)


class Desk:
    """A record with suggestions."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.events: list[Event] = []
        log.subscribe(self.events.append)

    def begin(self, suggest: Suggest, busy: Callable[[], bool] = lambda: False) -> Suggestions:
        return Suggestions(self.log, suggest, busy)

    def say(self, text: str, who: str = "caller") -> None:
        self.log.append("call:c1", "talk.said", {"who": who, "text": text, "at_ms": 1000})

    @property
    def suggested(self) -> list[Event]:
        return [event for event in self.events if event.kind == "talk.suggested"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database(f"sqlite:///{tmp_path / 'events.db'}")
    log = EventLog(database)
    yield Desk(log)
    log.close()
    database.close()


async def test_a_question_is_answered_once_in_the_stream_of_its_call(desk: Desk) -> None:
    made = desk.begin(lambda _question: (ANSWER,))
    desk.say("我社保卡丢了怎么补?")
    await until(lambda: bool(desk.suggested))
    (event,) = desk.suggested
    assert event.stream == "call:c1"
    assert event.body == {
        "question": "我社保卡丢了怎么补?",
        "at_ms": 1000,
        "entries": [{"entry": "shebaoka-lost", "title": "社保卡丢了怎么补?", "confidence": 0.93}],
    }
    await made.close()


async def test_only_questions_of_the_caller_are_looked_up(desk: Desk) -> None:
    asked: list[str] = []
    made = desk.begin(lambda question: asked.append(question) or ())  # type: ignore[func-returns-value]
    desk.say("社保卡怎么补?", who="agent")
    desk.say("好的谢谢")
    desk.say("公积金怎么提取?")
    await until(lambda: bool(asked))
    assert asked == ["公积金怎么提取?"] and not desk.suggested
    await made.close()


async def test_nothing_is_looked_up_while_the_bot_is_busy(desk: Desk) -> None:
    made = desk.begin(lambda _question: (ANSWER,), busy=lambda: True)
    desk.say("社保卡怎么补?")
    await until(lambda: made.skipped == 1)
    assert not desk.suggested
    await made.close()


async def test_questions_beyond_those_being_looked_up_are_skipped(desk: Desk) -> None:
    go = threading.Event()

    def slow(_question: str) -> tuple[Suggestion, ...]:
        go.wait()
        return (ANSWER,)

    made = desk.begin(slow)
    for _ in range(3):
        desk.say("社保卡怎么补?")
    await until(lambda: made.skipped == 1)
    go.set()
    await until(lambda: len(desk.suggested) == 2)
    await made.close()


async def test_a_knowledge_base_that_fails_stops_nothing(desk: Desk) -> None:
    answers = iter([ValueError("broken"), (ANSWER,)])

    def suggest(_question: str) -> tuple[Suggestion, ...]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    made = desk.begin(suggest)
    desk.say("社保卡怎么补?")
    await asyncio.sleep(0.05)
    desk.say("公积金怎么提取?")
    await until(lambda: len(desk.suggested) == 1)
    await made.close()
    desk.say("医保怎么报销?")
    await asyncio.sleep(0.05)
    assert len(desk.suggested) == 1
