"""The areas (districts) of the city, and those that a question names."""

import re
from functools import lru_cache

from core.yaml_file import read_yaml
from knowledge_base.text import DATA, clean

REST = "其余"
"""An area that no entry is limited to: there holds what is said of the whole city."""
_ENDS = "区县市旗"
_PART_OF_A_NAME = r"(?!大道|大街|路|街|公园|广场|花园|小区|汽车站|客运站|码头|医院|一中|中学|小学|技术|企业)"
"""滨湖公园 and 高新技术企业 name no district."""
_BEFORE, _AFTER = r"(?:我?(?:们|家|人)?(?:就?在|住在?|是))?", r"(?:那边|这边|那里|这里|那儿|这儿)?的?"


@lru_cache(maxsize=1)
def all_areas() -> tuple[str, ...]:
    """Return the districts that are known, by their full names (城东区)."""
    names: list[str] = read_yaml(DATA / "names.yaml")
    return tuple(name for name in names if len(name) > 2 and name[-1] in _ENDS)


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    ways = "|".join(f"{re.escape(name)}|{re.escape(name[:-1])}{_PART_OF_A_NAME}" for name in all_areas())
    return re.compile(ways)


def named_areas(question: str) -> tuple[str, ...]:
    """Return the districts that `question` names, each once, by their full names."""
    full = {name[:-1]: name for name in all_areas()}
    said = _named().findall(clean(question).replace(" ", ""))
    return tuple(dict.fromkeys(full.get(name, name) for name in said))


def without_areas(question: str) -> str:
    """Return `question` without the districts that it names: what is left is what it asks."""
    text = clean(question).replace(" ", "")
    return re.sub(f"{_BEFORE}(?:{_named().pattern}){_AFTER}", "", text)
