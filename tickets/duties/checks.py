"""Looks for holes and overlaps in a responsibility list; what it finds are sentences with the rows."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tickets.duties.duty import Duty, DutyList, Territory, Unit


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that somebody should look at; `kind` names it for programs."""

    kind: str
    rows: tuple[int, ...]
    says: str

    def __str__(self) -> str:
        where = f"第 {'、'.join(map(str, self.rows))} 行:" if self.rows else ""
        return where + self.says


def check(duties: DutyList, today: date, before: DutyList | None = None) -> list[Finding]:
    """Return what is wrong with `duties` on `today`, and what they lack that `before`, the last version, had."""
    return [
        *_holes(duties),
        *_twice(duties),
        *_same_signs(duties),
        *_units(duties, today),
        *_territory(duties, today),
        *_longer_than_above(duties),
        *(_vanished(duties, before) if before else ()),
    ]


def _holes(duties: DutyList) -> Iterator[Finding]:
    above = {duty.path[:depth] for duty in duties.duties for depth in range(1, len(duty.path) + 1)}
    for duty in duties.duties:
        if (*duty.path, duty.name) in above:
            continue  # a matter with others below it: those are dispatched
        if not duty.unit and duty.territory is not Territory.PLACE:
            yield _about("no_unit", duty, "没有主办单位,工单到了这里只能人工派;请写上单位,或写明属地")
        if duty.limit is None:
            yield _about("no_limit", duty, "没有办理时限,按城市规则的通常时限办;如果不同请写上")


def _twice(duties: DutyList) -> Iterator[Finding]:
    same: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties.duties:
        same[duty.full_name].append(duty)
    for name, all_ in same.items():
        if len(all_) > 1:
            units = "、".join(dict.fromkeys(duty.unit or "属地" for duty in all_))
            yield Finding("twice", _rows(all_), f"“{name}”写了 {len(all_)} 次({units}),请只留一条")


def _same_signs(duties: DutyList) -> Iterator[Finding]:
    same: dict[frozenset[str], list[Duty]] = defaultdict(list)
    for duty in duties.duties:
        if duty.words:
            same[frozenset(duty.words)].append(duty)
    for words, all_ in same.items():
        if len({duty.full_name for duty in all_}) > 1:
            names = "”和“".join(duty.name for duty in all_)
            signs = "、".join(sorted(words))
            yield Finding("same_signs", _rows(all_), f"“{names}”的关键词完全相同({signs}),分不开;请写上各自不同的词")


def _units(duties: DutyList, today: date) -> Iterator[Finding]:
    if not duties.units:
        return
    named: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties.duties:
        for name in dict.fromkeys((*((duty.unit,) if duty.unit else ()), *duty.assisting)):
            named[name].append(duty)
    for name, all_ in named.items():
        unit = duties.unit(name)
        if unit is None:
            yield Finding("unknown_unit", _rows(all_), f"单位表里没有“{name}”,请核对名称或补进单位表")
        elif unit.dissolved and unit.dissolved <= today:
            after = duties.current(name, today)
            instead = f"已并入{after},请改为它" if after else "没有写并入哪个单位,请改派给别的单位"
            yield Finding("dissolved_unit", _rows(all_), f"“{name}”已于 {unit.dissolved} 撤销,{instead}")
    for unit in duties.units:
        if unit.successor and duties.unit(unit.successor) is None:
            yield Finding("unknown_successor", (unit.row,), f"“{unit.name}”并入的“{unit.successor}”不在单位表里")


def _territory(duties: DutyList, today: date) -> Iterator[Finding]:
    """A rule by place needs units that govern places, where the city lists its units at all."""
    by_place = [duty for duty in duties.duties if duty.by_place]
    govern = [unit for unit in duties.units if unit.governs and duties.current(unit.name, today)]
    if by_place and duties.units and not govern:
        what = "按属地派单,但单位表里没有一个单位写了管辖区域,请补上"
        yield Finding("no_territory", _rows(by_place), what)
    same: dict[str, list[Unit]] = defaultdict(list)
    for unit in govern:
        for place in unit.governs:
            same[place].append(unit)
    for place, units in same.items():
        if len({duties.current(unit.name, today) for unit in units}) > 1:
            rows, names = tuple(unit.row for unit in units), "、".join(unit.name for unit in units)
            what = f"{names}都管辖“{place}”,分不开;是同名的街道就把区写在前面,如 城东区解放路街道"
            yield Finding("same_territory", rows, what)


def _longer_than_above(duties: DutyList) -> Iterator[Finding]:
    above = {(*duty.path, duty.name): duty for duty in duties.duties}
    for duty in duties.duties:
        for depth in range(len(duty.path), 0, -1):
            upper = above.get(duty.path[:depth])
            if upper and upper.limit and duty.limit and duty.limit.length > upper.limit.length:
                says = f"时限 {duty.limit.spoken} 比上级事项“{upper.name}”的 {upper.limit.spoken} 长,请核对"
                yield Finding("longer_limit", (upper.row, duty.row), f"“{duty.full_name}”的{says}")
                break


def _vanished(duties: DutyList, before: DutyList) -> Iterator[Finding]:
    here = {duty.id for duty in duties.duties} | {duty.full_name for duty in duties.duties}
    for duty in before.duties:
        if duty.id not in here and duty.full_name not in here:
            yield Finding(
                "vanished", (), f"上一版的“{duty.full_name}”({duty.unit or '属地'})这一版没有了,请确认谁来管"
            )


def _about(kind: str, duty: Duty, says: str) -> Finding:
    return Finding(kind, (duty.row,), f"“{duty.full_name}”{says}")


def _rows(all_: list[Duty]) -> tuple[int, ...]:
    return tuple(duty.row for duty in all_)
