"""The running desk as `hotline desk` starts it."""

import asyncio
import hashlib
import logging
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from core.clock import SystemClock
from hotline import following_duties
from hotline.desk_service import DeskService
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.wiring import make_understanding
from knowledge_base.settings import Person
from tests.kb_city import kb_city
from tickets.deadlines import known_years
from tickets.duties.duty import Duty, DutyList, Unit
from tickets.duties.store import DutyStore
from tickets.life.span import Span


async def test_a_list_that_comes_into_force_is_taken_up_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_duties, "LOOK_S", 0.05)
    settings = kb_city(tmp_path).settings
    person = Person(name="小王", role="administrator", key_sha256=hashlib.sha256(b"k").hexdigest())
    knowledge = settings.knowledge.model_copy(update={"people": (person,)})
    desk = settings.desk.model_copy(update={"port": 0})
    service = DeskService(settings.model_copy(update={"knowledge": knowledge, "desk": desk}))
    await service.start()
    try:
        database = open_records(settings.records)
        bike = Duty("bike", ("城建",), "单车乱停", "市单车办", limit=Span(2, "d"), words=("单车",))
        now = SystemClock().now()
        DutyStore(database).add(DutyList([bike], [Unit("市单车办")]), now.date(), "张三", "一.xlsx", now)
        database.close()
        async with aiohttp.ClientSession() as session:

            async def offered() -> bool:
                async with session.get(f"{service.url}/open311/v2/services.json") as answer:
                    return "bike" in await answer.text()

            for _ in range(600):
                if await offered():
                    return
                await asyncio.sleep(0.05)
            pytest.fail("the new list is not offered")
    finally:
        await service.stop()


def test_a_command_says_nothing_of_holidays_that_are_missing(caplog: pytest.LogCaptureFixture) -> None:
    make_understanding(HotlineSettings(), None, date(max(known_years()), 12, 1))
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
