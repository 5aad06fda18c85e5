"""Two answers to one matter that give different facts, and an answer whose parts do."""

from collections.abc import Iterable, Iterator, Sequence

from knowledge_base.advice.alike import Alike, hold_together
from knowledge_base.advice.facts import Fact, facts, likeness
from knowledge_base.advice.places import floors, offices, telephones, times
from knowledge_base.advice.remarks import Remark, Severity
from knowledge_base.advice.stances import Stance, stances
from knowledge_base.entry import Entry

_SAME_ANSWER, _SAME_MATTER, _OWN = 0.2, 0.5, 0.15
"""How alike what is said around two numbers must be, for them to be one fact: in two answers to one question, in two
entries about one matter, and in the parts of one entry."""


def within(entry: Entry) -> Iterator[Remark]:
    """Yield what the spoken answer of `entry` says otherwise than its own text and fields."""
    written = _facts((entry.text, *entry.materials, entry.hours))
    for said, other in _different(facts(entry.spoken), written, _OWN, whole=True):
        yield _own(f"口语答复说“{said.written}”,正文说“{other.written}”", said.sentence, other.sentence)
    for stance, opposite in _opposed(stances(entry.spoken), stances(entry.text)):
        yield _own("口语答复和正文说法相反", stance.sentence, opposite.sentence)
    missing = times(entry.spoken) - times(entry.hours) - times(entry.text)
    if missing and entry.hours:
        clock = "、".join(f"{hour or 12}:{minute:02}" for hour, minute in sorted(missing))
        yield _own(f"口语答复里的钟点 {clock} 与办理时间不符", entry.spoken, entry.hours)
    for building, floor, other_floor in _other_floor(entry.spoken, entry.place):
        yield _own(f"口语答复说{building}在{floor}楼,办理地点是{other_floor}楼", entry.spoken, entry.place)
    numbers, known = telephones(entry.spoken), telephones(entry.telephone)
    if numbers and known and not numbers & (known | telephones(entry.text)):
        yield _own(f"口语答复里的电话 {'、'.join(sorted(numbers))} 与电话栏不符", entry.spoken, entry.telephone)


def _own(what: str, *shown: str) -> Remark:
    return Remark(Severity.LOOK, "contradiction", what, "spoken", "", shown)


def contradictions(entry: Entry, others: Iterable[Alike]) -> Iterator[Remark]:
    """Yield the facts that `entry` and each of `others` give differently."""
    for one in others:
        same_matter = entry.subject != "" and entry.subject == one.entry.subject
        if not one.same and not same_matter:
            continue
        for what, *shown in _between(entry, one.entry, one.same):
            about = f"与 {one.entry.id}“{one.entry.question}”不一致:{what}"
            yield Remark(Severity.LOOK, "contradiction", about, "", one.entry.id, tuple(shown))


def _between(entry: Entry, other: Entry, same: bool) -> Iterator[tuple[str, str, str]]:
    own, theirs = (_facts((one.spoken, one.text, *one.materials)) for one in (entry, other))
    for said, there in _different(own, theirs, _SAME_ANSWER if same else _SAME_MATTER, whole=same):
        yield f"{said.kind}“{said.written}”和“{there.written}”", said.sentence, there.sentence
    own_stances, other_stances = (stances(one.spoken) + stances(one.text) for one in (entry, other))
    for stance, opposite in _opposed(own_stances, other_stances):
        yield "说法相反", stance.sentence, opposite.sentence
    if not same:
        return
    for building, floor, other_floor in _other_floor(
        f"{entry.spoken} {entry.place}", f"{other.spoken} {other.place}"
    ):
        yield f"{building}在{floor}楼和{other_floor}楼", entry.place or entry.spoken, other.place or other.spoken
    for read, name, what in ((telephones, "telephone", "电话"), (times, "hours", "办理时间")):
        mine, yours = getattr(entry, name), getattr(other, name)
        if read(mine) and read(yours) and not (read(mine) <= read(yours) or read(yours) <= read(mine)):
            yield what, mine, yours


def addresses(entry: Entry, others: Iterable[Entry]) -> Iterator[Remark]:
    """Yield the offices of `entry` for which another entry gives another address."""
    own = {office.name: office.address for office in offices(entry.place)}
    told: set[str] = set()
    for other in others if own else ():
        for office in offices(other.place) if other.id != entry.id else ():
            address = own.get(office.name, office.address)
            if address in office.address or office.address in address or office.name in told:
                continue
            if hold_together(entry, other):
                told.add(office.name)
                what = f"与 {other.id}“{other.question}”不一致:{office.name}的地址"
                yield Remark(Severity.LOOK, "contradiction", what, "place", other.id, (entry.place, other.place))


def _facts(texts: Iterable[str]) -> tuple[Fact, ...]:
    return tuple(fact for text in texts for fact in facts(text))


def _different(
    own: Sequence[Fact], theirs: Sequence[Fact], at_least: float, whole: bool
) -> Iterator[tuple[Fact, Fact]]:
    """Yield numbers of one fact that differ. A number that the other side gives too, anywhere, is no difference.

    With `whole`, two sides that give one number of a kind each are held to mean the same.
    """
    told: set[tuple[str, float, float]] = set()
    for fact in own:
        same_kind = [other for other in theirs if other.kind == fact.kind]
        key = (fact.kind, fact.low, fact.high)
        if key in told or any(fact.agrees(other) for other in same_kind):
            continue
        left = [other for other in same_kind if not any(other.agrees(one) for one in own)]
        if not left:
            continue
        nearest = max(left, key=lambda other: likeness(fact.around, other.around))
        alone = whole and len(_numbers(own, fact.kind)) == 1 == len(_numbers(theirs, fact.kind))
        if alone or likeness(fact.around, nearest.around) >= at_least:
            told.add(key)
            yield fact, nearest


def _numbers(found: Iterable[Fact], kind: str) -> set[tuple[float, float]]:
    return {(fact.low, fact.high) for fact in found if fact.kind == kind}


def _opposed(own: Sequence[Stance], theirs: Sequence[Stance]) -> Iterator[tuple[Stance, Stance]]:
    """Yield what one side says to be so and the other not; who says both himself has his reasons."""
    for said in own:
        for other in theirs:
            if said.so == other.so or not said.speaks_of_the_same(other):
                continue
            both = any(one.so == other.so and one.speaks_of_the_same(said) for one in own)
            if not both and not any(one.so == said.so and one.speaks_of_the_same(other) for one in theirs):
                yield said, other
                break


def _other_floor(text: str, other: str) -> Iterator[tuple[str, int, int]]:
    """Yield the buildings that both name, with floors of which none is the same."""
    own, theirs = floors(text), floors(other)
    for building in sorted({name for name, _ in own} & {name for name, _ in theirs}):
        said, there = ({floor for name, floor in side if name == building} for side in (own, theirs))
        if not said & there:
            yield building, min(said), min(there)
