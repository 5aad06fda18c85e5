"""Templates: what they may say, how they are filled, which fits."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.tickets.life.walking import MONDAY, SUPERVISOR, WATER, handled
from tickets.errors import TemplatesWrong, TemplateUnknown
from tickets.life import steps as s
from tickets.life.rules import load_city
from tickets.replies.facts import day_written, facts_of
from tickets.replies.library import load_library
from tickets.replies.template import FIELDS, Template
from tickets.ticket import Kind, Matter, Place, Ticket

TICKET = Ticket(
    Kind.COMPLAINT,
    "家中停水",
    "三天没水",
    Place("城东区", "解放路街道"),
    matter=Matter("water", "城乡建设/供水", "停水", "市水务局", 24),
    number="2611230001",
    created=MONDAY,
)


def template(text: str) -> Template:
    return Template(id="t", name="试", text=text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{nummer}", "没有字段 nummer"),
        ("{number", "没有成对"),
        ("}", "没有成对"),
        ("{number.__class__}", "只能写字段名"),
        ("{number!r}", "只能写字段名"),
        ("{number:>99999999}", "只能写字段名"),
        ("{0}", "只能写字段名"),
        ("{}", "只能写字段名"),
    ],
)
def test_only_known_fields_are_let_in(text: str, what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        template(text)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_filled_without_running_anything(text: str) -> None:
    try:
        made = template(text)
    except ValidationError:
        return
    words, missing = made.fill(dict.fromkeys(FIELDS, "x"))
    assert not missing and len(words) <= len(text)


@given(st.text(max_size=40))
def test_what_a_citizen_wrote_is_never_a_template_itself(title: str) -> None:
    words, _ = template("“{title}”").fill({"title": title or "x"})
    assert words == f"“{title or 'x'}”"


def test_facts_come_from_ticket_case_and_limit() -> None:
    walk = handled(load_city("jinchang"))
    facts = facts_of(TICKET, walk.case, walk.now, walk.limits()["handle"])
    words, missing = load_library().get("notice", "near").fill(facts)
    assert words == "工单2611230001“家中停水”的“办理”时限将于11月26日9点到期,请市水务局抓紧办理并反馈。"
    assert missing == ()


def test_what_is_not_known_is_seen_in_the_draft() -> None:
    walk = handled(load_city("jinchang"))
    words, missing = load_library().get("reply", "promised").fill(facts_of(TICKET, walk.case, walk.now))
    assert "【挂账承诺的日期】" in words and missing == ("promised_spoken",)
    walk.does(WATER, s.Promise(reason="等货", until=date(2026, 12, 1))).does(SUPERVISOR, s.Grant())
    assert "12月1日" in load_library().get("reply", "promised").fill(facts_of(TICKET, walk.case, walk.now))[0]


def test_a_confidential_ticket_says_nothing_of_its_matter_s_place() -> None:
    walk = handled(load_city("jinchang"))
    facts = facts_of(replace(TICKET, confidential=True), walk.case, walk.now)
    assert "place" not in facts and facts["title"] == "您反映的事项"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), "二〇二六年十一月二十三日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2026, 1, 31), "二〇二六年一月三十一日"),
        (date(2026, 12, 20), "二〇二六年十二月二十日"),
    ],
)
def test_days_are_written_as_in_letters(day: date, written: str) -> None:
    assert day_written(day) == written


def test_the_most_exact_template_comes_first() -> None:
    library = load_library()
    assert [one.id for one in library.for_ticket(TICKET)] == ["water", "general", "promised"]
    question = replace(TICKET, kind=Kind.CONSULTATION, matter=None)
    assert library.for_ticket(question)[0].id == "consultation"


def test_a_city_adds_and_replaces(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text('reply: [{id: water, name: 本市供水, text: "{unit}已通水"}]\n', encoding="utf8")
    library = load_library(own)
    assert library.get("reply", "water").name == "本市供水"
    assert library.get("notice", "near").text == load_library().get("notice", "near").text
    with pytest.raises(TemplateUnknown, match="没有模板“gas”。有:general"):
        library.get("reply", "gas")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('reply: [{id: water, name: 供水, text: "{uint}"}]', "reply.water.text:.*没有字段 uint"),
        ("letters: []", "顶层"),
        ("reply: {id: water}", "要写成列表"),
        ("[1, 2", "不是 UTF-8 的 YAML"),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, text: str, what: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf8")
    with pytest.raises(TemplatesWrong, match=what):
        load_library(own)
