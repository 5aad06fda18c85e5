"""`hotline callback …` as people use it: what is owed, when it would be dialled, and what stops it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.errors import HotlineError
from core.events import Event, append
from hotline.calling_back import NoOutboundLine
from hotline.cli import app
from hotline.records import open_records
from hotline.settings import RecordsSettings
from tests.lives import settled
from tickets.store import TicketStore
from tickets.ticket import Kind, Ticket

NUMBER = "13800001234"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A city in which a call was missed half an hour ago and a ticket was closed two hours ago."""
    file = tmp_path / "hotline.toml"
    file.write_text(f'[records]\nfolder = "{tmp_path}"\n', "utf8")
    now = datetime.now().astimezone()
    database = open_records(RecordsSettings(folder=tmp_path))
    missed = Event((now - timedelta(minutes=30)).timestamp(), "call:c1", "call.missed", {"caller": NUMBER})
    database.run(lambda c: append(c, missed))
    tickets = TicketStore(database)
    opened = tickets.save_now(
        Ticket(Kind.HELP, "路灯不亮", "路灯不亮", contact="13900005678"), now - timedelta(days=2)
    )
    settled(database, opened.number, now - timedelta(hours=2))
    database.close()
    return file


def hotline(*arguments: str, config: Path) -> str:
    done = CliRunner().invoke(app, ["callback", *arguments, "--config", str(config)], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_owed_is_planned_once_and_listed_with_masked_numbers(config: Path) -> None:
    assert "新增 2 个" in hotline("plan", config=config)
    assert "新增 0 个" in hotline("plan", config=config)
    listed = hotline("list", config=config)
    assert "m-c1" in listed and "漏接回拨" in listed and "回访" in listed
    assert "138****1234" in listed and NUMBER not in listed
    shown = hotline("show", "m-c1", config=config)
    assert "callback.planned" in shown and NUMBER not in shown
    assert "callback.viewed" in hotline("show", "m-c1", config=config)


def test_a_dry_run_shows_whom_and_when_and_changes_nothing(config: Path) -> None:
    shown = hotline("run", "--dry-run", config=config)
    assert len(re.findall(r"(现在|\d\d-\d\d \d\d:\d\d) ", shown)) == 2
    assert "138****1234" in shown and NUMBER not in shown
    assert "m-c1" not in hotline("list", config=config)


def test_without_a_line_that_dials_it_says_what_to_do(config: Path) -> None:
    with pytest.raises(NoOutboundLine, match=r'在 hotline.toml 中设 \[line\] kind = "asterisk"'):
        hotline("run", config=config)


def test_an_unknown_task_is_a_sentence(config: Path) -> None:
    with pytest.raises(HotlineError, match="没有编号为 nothing 的回拨任务"):
        hotline("show", "nothing", config=config)
