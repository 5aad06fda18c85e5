"""Which queue a caller is handed to, by the reason, what was said, the day and the queues there are."""

from datetime import datetime
from typing import Any

import pytest

from core.errors import SettingsError
from core.settings import check
from dialog.forms.call_back import WANTS_HUMAN
from ivr.queue_settings import QueueNames
from ivr.queues import queue_for
from ivr.settings import IvrSettings

FIRST_MONDAY = {"weekday": "monday", "nth": 1, "from": "09:00", "to": "11:00"}
ALL = check(QueueNames, {"leader_days": [FIRST_MONDAY]}, "hotline.toml")
ONLY_GENERAL = check(QueueNames, {"company": "", "dialect": "", "leader": ""}, "hotline.toml")
ORDINARY, LEADER = "2026-12-08T10:00", "2026-12-07T10:00"


def packet(*said: str, pending: str = "", **draft: str) -> dict[str, Any]:
    return {"said": list(said), "pending": pending or (said[0] if said else ""), "draft": draft, "reason": "asked"}


def queue(reason: str, told: dict[str, Any], at: str = ORDINARY, settings: QueueNames = ALL) -> str:
    return queue_for(reason, told, datetime.fromisoformat(f"{at}:00+08:00"), settings)


@pytest.mark.parametrize(
    ("reason", "said", "at", "name"),
    [
        ("asked", "转人工", ORDINARY, "general"),
        ("key 0", "", ORDINARY, "general"),
        ("angry", "你们就知道推", ORDINARY, "general"),
        ("number_not_understood", "号码是那个", ORDINARY, "general"),
        ("english", "hello", ORDINARY, "general"),
        ("records_trouble", "暖气不热", ORDINARY, "general"),
        ("not_understood", "恁那个咋弄", ORDINARY, "dialect"),
        ("dialect", "你会说四川话吗", ORDINARY, "dialect"),
        ("not_understood", "我们公司想问下年报", ORDINARY, "dialect"),
        ("emergency_119", "着火了", ORDINARY, "general"),
        ("emergency_110", "我们公司有人要跳楼", ORDINARY, "general"),
        ("emergency_120", "有人晕倒了", LEADER, "general"),
        ("asked", "转人工", LEADER, "leader"),
        ("angry", "都第三次打了", LEADER, "leader"),
        ("asked", "我们公司想申请补贴", LEADER, "leader"),
        ("not_understood", "恁那个咋弄", LEADER, "dialect"),
        ("english", "hello", LEADER, "general"),
        ("records_trouble", "暖气不热", LEADER, "general"),
        ("asked", "转人工", "2026-12-07T08:59", "general"),
        ("asked", "转人工", "2026-12-07T09:00", "leader"),
        ("asked", "转人工", "2026-12-07T11:00", "general"),
        ("asked", "转人工", "2026-12-14T10:00", "general"),
    ],
)
def test_the_queue_by_reason_and_day(reason: str, said: str, at: str, name: str) -> None:
    assert queue(reason, packet(said), at) == name


@pytest.mark.parametrize(
    "said",
    [
        "我们公司想咨询一下招投标的事",
        "我是企业法人,想反映审批太慢",
        "我们厂的排污许可要换了",
        "我开了个饭店,食品经营许可证怎么办",
        "我们是一家小微企业,贷款有没有贴息",
        "营业执照丢了怎么补",
        "注册公司要什么材料",
        "公司注销流程是什么",
        "增值税专票怎么代开",
        "个体户年报在哪里报",
        "稳岗补贴什么时候发",
        "我们企业用水用电老是停",
        "本公司申请消防验收一直没人来",
        "企业怎么开票",
        "代表我们商会下面的企业反映一个问题",
    ],
)
def test_companies_have_a_queue_of_their_own(said: str) -> None:
    assert queue("asked", packet(said, "转人工")) == "company"


@pytest.mark.parametrize(
    "said",
    [
        "我们公司拖欠工资三个月了",
        "我们公司不给交社保",
        "我们厂把我辞退了怎么赔偿",
        "我在我们公司上班没签合同",
        "我要举报一家公司偷税漏税",
        "楼下饭店没有营业执照",
        "饭店不给我开发票",
        "隔壁店没有办营业执照就开业了",
        "我要举报有人虚开增值税发票",
        "物业公司不作为",
        "我们小区旁边的工厂半夜排污",
        "我们公司楼下井盖坏了",
        "暖气不热",
        "个税怎么退",
        "健身房公司跑路了会员卡不退",
    ],
)
def test_who_speaks_of_a_company_is_no_company(said: str) -> None:
    assert queue("asked", packet(said, "转人工")) == "general"


def test_who_is_a_company_stays_one_for_the_whole_call() -> None:
    assert queue("asked", packet("我是公司的负责人", "路灯不亮", "转人工", pending="路灯不亮")) == "company"


def test_a_matter_that_was_dealt_with_no_longer_counts() -> None:
    assert queue("asked", packet("营业执照怎么办", "暖气不热", pending="暖气不热")) == "general"


def test_where_nothing_is_open_all_that_was_said_counts() -> None:
    assert queue("asked", packet("营业执照怎么办", "转人工", pending=WANTS_HUMAN)) == "company"


@pytest.mark.parametrize(("kind", "name"), [("咨询", "company"), ("求助", "company"), ("举报", "general")])
def test_the_field_of_the_ticket_counts_where_nobody_complains(kind: str, name: str) -> None:
    told = packet("这个事情怎么弄", what="这个事情怎么弄", kind=kind, category="市场监管/登记注册")
    assert queue("asked", told) == name


@pytest.mark.parametrize(
    ("reason", "said", "at"),
    [("not_understood", "", ORDINARY), ("asked", "我们公司要年报", ORDINARY), ("asked", "转人工", LEADER)],
)
def test_only_queues_that_are_there_are_chosen(reason: str, said: str, at: str) -> None:
    assert queue(reason, packet(said), at, ONLY_GENERAL) == "general"


def test_names_are_those_of_the_exchange() -> None:
    named = check(QueueNames, {"general": "q-1", "dialect": "q-2"}, "hotline.toml")
    assert (queue("asked", packet(), settings=named), queue("dialect", packet(), settings=named)) == ("q-1", "q-2")


def test_an_empty_packet_is_enough() -> None:
    assert queue("asked", {}) == "general"


@pytest.mark.parametrize(
    ("day", "at", "leader"),
    [
        ({"date": "2026-12-01"}, "2026-12-01T10:00", True),
        ({"date": "2026-12-01"}, "2026-12-02T10:00", False),
        ({"weekday": "friday"}, "2026-12-04T10:00", True),
        ({"weekday": "friday"}, "2026-12-25T10:00", True),
        ({"weekday": "friday"}, "2026-12-24T10:00", False),
        ({"weekday": "friday", "nth": 3}, "2026-12-18T10:00", True),
        ({"weekday": "friday", "nth": 3}, "2026-12-11T10:00", False),
        ({"weekday": "friday", "nth": -1}, "2026-12-25T10:00", True),
        ({"weekday": "friday", "nth": -1}, "2026-12-18T10:00", False),
        ({"weekday": "tuesday", "nth": 5}, "2026-12-29T10:00", True),
    ],
)
def test_days_of_leaders(day: dict[str, object], at: str, leader: bool) -> None:
    settings = check(QueueNames, {"leader_days": [{**day, "from": "09:00", "to": "11:00"}]}, "hotline.toml")
    assert queue("asked", packet("转人工"), at, settings) == ("leader" if leader else "general")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"general": ""}, "general"),
        ({"company": "企业 专席"}, r"queues\.company"),
        ({"leader_days": [{"from": "09:00", "to": "11:00"}]}, "恰好写一项"),
        ({"leader_days": [{**FIRST_MONDAY, "date": "2026-12-01"}]}, "恰好写一项"),
        ({"leader_days": [{"date": "2026-12-01", "nth": 1, "from": "09:00", "to": "11:00"}]}, "nth"),
        ({"leader_days": [{**FIRST_MONDAY, "nth": 6}]}, r"leader_days\.0\.nth"),
        ({"leader_days": [{**FIRST_MONDAY, "weekday": "周一"}]}, r"leader_days\.0\.weekday"),
        ({"leader_days": [{**FIRST_MONDAY, "to": "08:00"}]}, "须晚于"),
        ({"leader_days": [FIRST_MONDAY], "leader": ""}, "leader"),
    ],
)
def test_what_cannot_be_is_named_at_the_start(values: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        check(IvrSettings, {"queues": values}, "hotline.toml")
