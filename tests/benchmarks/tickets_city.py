"""A made-up city's tickets with their logs, as rows of a database, some tens of thousands a second."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache

from core.sealing import Keyring
from tickets.deadlines import CHINA
from tickets.life import steps as s
from tickets.life.case import Case, Taken, after, fold
from tickets.life.machine import Order, decide, system
from tickets.life.record import KIND, stream, to_event
from tickets.life.roles import Actor, Role
from tickets.life.rules import usual_rules
from tickets.life.span import Span
from tickets.life.standing import Listed, listed
from tickets.projection import listed_columns, month, utc
from tickets.serial import to_data
from tickets.tables import NEVER
from tickets.ticket import Kind, Matter, Place, Ticket
from tickets.words import ticket_words

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 17, tzinfo=BEIJING)
A_DAY = 13_500
"""Tickets of a large city's ordinary day."""

_WHERE = tuple("东西南北中新古金银玉福寿康宁和平安顺兴盛")
_KINDS_OF_UNITS = ("局", "办事处", "公司")
_HOMES = ("花园", "家园", "小区", "公寓", "新村", "府", "苑", "里", "城", "湾")
_THINGS = (
    "暖气", "自来水", "路灯", "井盖", "垃圾", "电梯", "噪音", "油烟", "停车位", "下水道", "燃气", "物业费", "工资",
    "公交车", "人行道", "绿化带", "充电桩", "广告牌", "监控", "红绿灯",
)  # fmt: skip
_WRONG = ("坏了", "没人管", "堵了", "漏了", "不亮", "停了", "收费不合理", "拖欠", "占道", "扰民", "太脏", "不够用")
_MORE = (
    "打了几次电话都没人来", "家里有老人和小孩", "晚上根本睡不着觉", "希望尽快来人看看", "已经反映过两回了",
    "邻居们意见都很大", "下雨天更厉害", "请有关部门严肃处理", "物业说不归他们管", "这个情况从上个月就开始了",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A step of a life that many tickets share: so long after the intake, with the body of its event."""

    after: timedelta
    taken: Taken
    body: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the tables in the order of their columns; events are in the order of their times."""

    tickets: list[tuple[str, ...]]
    worklist: list[tuple[str, ...]]
    events: list[tuple[float, str, str, str]]


TICKET_COLUMNS = (
    "number", "state", "kind", "contact", "matter", "district", "spot", "created", "call_id", "repeats_of", "body",
    "unit", "alarm", "closed", "words",
)  # fmt: skip
WORKLIST_COLUMNS = ("number", "unit", "lead", "due")
EVENT_COLUMNS = ("at", "stream", "kind", "body")


@cache
def units() -> tuple[str, ...]:
    """Return 300 handling units, the first of which have most of the work."""
    return tuple(f"{where}{part}{kind}" for kind in _KINDS_OF_UNITS for where in _WHERE for part in "山河湖海江")


@cache
def homes() -> tuple[Place, ...]:
    """Return 8,000 communities in 10 districts and 200 streets."""
    names = [first + second + home for first in _WHERE for second in _WHERE for home in _HOMES]
    rng = random.Random(7)
    found = []
    for at, name in enumerate(names * 2):
        street = f"{_WHERE[at % 20]}{_WHERE[at // 20 % 10]}街道"
        found.append(
            Place(f"{_WHERE[at % 10]}城区", street, name, f"{rng.randint(1, 30)}号楼{rng.randint(1, 5)}单元")
        )
    return tuple(found)


@cache
def matters() -> tuple[Matter, ...]:
    """Return 240 matters."""
    pairs = [(thing, wrong) for thing in _THINGS for wrong in _WRONG]
    return tuple(
        Matter(f"m{at}", f"城乡建设/{thing}", thing + wrong, units()[at % 300], 48)
        for at, (thing, wrong) in enumerate(pairs)
    )


def ticket(rng: random.Random, at: datetime) -> Ticket:
    """Return an appeal made at `at`, without a number."""
    matter, place = rng.choice(matters()), rng.choice(homes())
    said = f"{place.community}{place.detail}的{matter.name},{rng.choice(_MORE)},{rng.choice(_MORE)}"
    kind = rng.choice((Kind.HELP, Kind.COMPLAINT, Kind.REPORT))
    who = {"name": f"{rng.choice('王李张刘陈')}女士", "contact": f"13{rng.randint(10**8, 10**9 - 1)}"}
    return Ticket(kind, matter.name, said, place, **who, matter=matter, created=at)


@cache
def lives() -> tuple[tuple[Told, ...], ...]:
    """Return 900 lives by the usual rules, for each unit a quick one, a returned one and one done again."""
    return tuple(tuple(_walk(unit, how)) for how in range(3) for unit in units())


def _walk(unit: str, how: int) -> Iterator[Told]:
    """Walk a ticket that comes in on a Monday morning through its life, a step every few hours."""
    rules, start = usual_rules(), datetime(2026, 11, 16, 9, tzinfo=BEIJING)
    other = units()[(units().index(unit) + 1) % len(units())]
    dispatcher, agent = Actor("李派单", Role.DISPATCHER), Actor("王坐席", Role.AGENT)

    def sent(to: str) -> s.Dispatch:
        return s.Dispatch(lead=to, within=Span(3, "d"), reason="职责清单第12条:供热设施的维修由供热企业负责")

    def does(who: str, step: s.AnyStep) -> tuple[s.AnyStep, Actor]:
        return step, Actor("老赵", Role.UNIT, who)

    reply = "经现场查看,系楼内分支阀门损坏,已于当日更换,现已恢复正常,并已电话告知诉求人。"
    handled = [(sent(unit), dispatcher), does(unit, s.Sign()), does(unit, s.Feedback(reply=reply, solved=True))]
    returned = [
        (sent(other), dispatcher),
        does(other, s.Return(reason="不在我单位职责范围内", rule="职责清单第3条", should_be=unit)),
        (s.Grant(), dispatcher),
    ]
    unhappy = s.CallBack(reached=True, solved=False, satisfaction=s.Satisfaction.NOT, reason="还是不热")
    again = [(s.Verify(), system()), (unhappy, agent), does(unit, s.Feedback(reply=reply, solved=True))]
    happy = s.CallBack(reached=True, solved=True, satisfaction=s.Satisfaction.SATISFIED)
    last = [(s.Verify(), system()), (happy, agent)]
    whole = [(s.Take(), system()), (s.Check(), dispatcher), *(returned if how == 1 else ()), *handled,
             *(again if how == 2 else ()), *last]  # fmt: skip
    case, hours = Case(), 0.0
    for step, by in whole:
        taken = decide(case, Order(step, by, start + timedelta(hours=hours)), rules)
        case = after(case, taken)
        yield Told(timedelta(hours=hours), taken, _json(to_event("", taken).body))
        hours += 4.0 + 3 * hours % 7 if step.id != "take" else 0.1


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal that several tickets share, with what is costly to make of it."""

    ticket: Ticket
    body: str
    """Its JSON, with the places of what differs."""
    words: str


@cache
def appeals(keys: Keyring) -> tuple[Appeal, ...]:
    """Return 20,000 different appeals."""
    rng = random.Random(12345)
    return tuple(_appeal(keys, ticket(rng, NOW)) for _ in range(20_000))


def _appeal(keys: Keyring, one: Ticket) -> Appeal:
    different = {"number": "<number>", "state": "<state>", "created": "<created>", "contact": "<contact>"}
    return Appeal(one, _json(to_data(one) | different), " ".join(keys.blind(ticket_words(one))))


@cache
def keyring(secret: bytes) -> Keyring:
    """Return the keys of the city, the same in every process."""
    return Keyring({"k1": secret}, "k1", "k1")


def rows(secret: bytes, first: int, count: int, all_: int, now: datetime = NOW) -> Rows:
    """Return the tickets `first` to `first + count` of `all_`, the newest of which came in just before `now`."""
    keys = keyring(secret)
    rng = random.Random(first)
    sealed = cache(keys.seal)
    blinded = cache(lambda word: keys.blind([word])[0])
    made = Rows([], [], [])
    for at in range(first, first + count):
        created = now - timedelta(days=(all_ - at) / A_DAY)
        # Half of the work is of the first thirty units.
        life = lives()[(rng.randrange(30) if rng.random() < 0.5 else rng.randrange(300)) + 300 * (rng.random() > 0.8)]
        gone = [told for told in life if created + told.after <= now]
        number, state = f"{created:%y%m%d}{at % 1_000_000:06d}", gone[-1].taken.to
        appeal, contact = rng.choice(appeals(keys)), f"13{rng.randint(10**8, 10**9 - 1)}"
        body = appeal.body
        for name, value in (
            ("number", number),
            ("state", state),
            ("created", created.isoformat()),
            ("contact", contact),
        ):
            body = body.replace(f"<{name}>", str(value))
        made.events.append((created.timestamp(), stream(number), "ticket.opened", keys.seal(body)))
        made.events.extend(
            ((created + told.after).timestamp(), stream(number), KIND, sealed(told.body)) for told in gone
        )
        found = _listed(life, gone, created, now)
        made.worklist.extend(
            (number, work.unit, "1" if work.lead else "0", utc(work.due) or NEVER) for work in found.work
        )
        one, columns = appeal.ticket, listed_columns(found)
        made.tickets.append(
            (number, state.value, one.kind.value, keys.seal_alike(contact), one.matter.id if one.matter else "",
             one.place.district, one.place.community, utc(created), "", "", keys.seal(body), columns["unit"],
             columns["alarm"], columns["closed"], f"{appeal.words} {blinded(month(created))}")
        )  # fmt: skip
    made.events.sort(key=lambda row: row[0])
    return made


def _listed(life: tuple[Told, ...], gone: list[Told], created: datetime, now: datetime) -> Listed:
    if len(gone) == len(life):
        return Listed(unit=_unit(life), closed=created + gone[-1].after)
    steps = [replace(told.taken, at=created + told.after) for told in gone]
    return listed(steps, CHINA, now, usual_rules().supervision)


@cache
def _unit(life: tuple[Told, ...]) -> str:
    lead = fold([told.taken for told in life]).lead
    return lead.unit if lead else ""


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)
