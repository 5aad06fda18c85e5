"""Who acts at the command line."""

import getpass

from core.errors import HotlineError
from hotline.settings import HotlineSettings
from knowledge_base.roles import Actor, Role


class NobodyNamed(HotlineError):
    """请用 --as 写明您是谁:{names}。"""


class PersonUnknown(HotlineError):
    """配置的 [[knowledge.people]] 里没有“{name}”。请用 --as 写其中一个名字:{names}。"""


def acting(settings: HotlineSettings, name: str = "") -> Actor:
    """Return the person of that name in `[[knowledge.people]]`; without people, the machine's user as administrator.

    Raises `PersonUnknown`, and `NobodyNamed` where there are several people and none is named.
    """
    people = settings.knowledge.people
    if not people:
        return Actor(name or getpass.getuser(), Role.ADMINISTRATOR)
    for person in people:
        if person.name == name or (not name and len(people) == 1):
            return person.actor
    names = "、".join(person.name for person in people)
    raise PersonUnknown(name=name, names=names) if name else NobodyNamed(names=names)
