"""A made-up knowledge base of any size: the shipped entries in made-up towns, each with other names and numbers."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import knowledge_base
from knowledge_base.entry import Entry
from knowledge_base.loading import from_folder

SHIPPED = Path(knowledge_base.__file__).parent / "data" / "lanjiang"

_FIRST = "安宝北长昌成川大东丰福富高古光广海和河红洪湖华怀黄惠吉江金景康兰乐利临龙隆"
_SECOND = "山水溪河岭坪塘湾泉林桥源田城洲川阳安平宁远兴和庄坡浦口峰谷"
_KIND = ("镇", "乡", "街道", "新区", "开发区", "社区", "县", "农场")
_FIGURE = re.compile(r"\d")
_SENTENCE = re.compile(r"[^。]+。")


def town(number: int) -> str:
    """Return the name of a town; the same for the same number."""
    kind, rest = divmod(number, len(_FIRST) * len(_SECOND))
    first, second = divmod(rest, len(_SECOND))
    return _FIRST[first] + _SECOND[second] + _KIND[kind % len(_KIND)]


def made_up(count: int, ways: int) -> list[Entry]:
    """Return `count` entries with at most so many `ways` of asking; the same each time."""
    chance = random.Random(12345)
    shipped = from_folder(SHIPPED)
    sentences = [sentence for entry in shipped for sentence in _SENTENCE.findall(entry.text)]
    made: list[Entry] = []
    for number in range(count):
        entry, where = shipped[number % len(shipped)], town(number // len(shipped))
        text = _FIGURE.sub(lambda _: str(chance.randrange(10)), entry.text)
        made.append(
            replace(
                entry,
                id=f"{entry.id}-{number}",
                question=f"{where}{entry.question}",
                subject=f"{where}{entry.subject}",
                short=f"{where}{entry.short}",
                asked=tuple(f"{where}{way}" if chance.random() < 0.5 else way for way in entry.asked[:ways]),
                text=f"{where}：{text}{chance.choice(sentences)}",
                place=f"{where}{entry.place}",
                department=f"{where}{entry.department}",
                telephone=str(chance.randrange(10**7, 10**8)),
                related=(),
            )
        )
    return made


def questions(entries: Sequence[Entry], count: int) -> list[str]:
    """Return ways of asking that `made_up` entries of a few ways do not have, every other one with a town's name."""
    chance = random.Random(54321)
    shipped = from_folder(SHIPPED)
    towns = max(1, len(entries) // len(shipped))
    asked = [way for entry in shipped for way in entry.asked[3:]]
    return [
        town(chance.randrange(towns)) + chance.choice(asked) if number % 2 else chance.choice(asked)
        for number in range(count)
    ]
