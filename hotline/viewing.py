"""Who looks at the command line: the role and name that are given, and the machine's own user always beside them."""

import os
import pwd
from typing import Annotated

import typer

from core.errors import HotlineError
from tickets.secrecy.view import Viewer, ViewRole

LookAs = Annotated[ViewRole, typer.Option("--as", help="以什么身份看")]
Name = Annotated[str, typer.Option("--name", help="您是谁,默认为本机用户;本机用户总会一并记录")]
Unit = Annotated[str, typer.Option("--unit", help="您的承办单位或网格")]
Reason = Annotated[str, typer.Option("--reason", help="为什么要看个人信息;写了理由才显示,都有记录")]


class UnitNotNamed(HotlineError):
    """以“{role}”的身份查看,要用 --unit 写明是哪个单位。"""


class NotForLists(HotlineError):
    """“{role}”不在这里查看工单:诉求人请拨打热线或在网上查询,公众请看公开的工单。"""


_CENTRE = (ViewRole.SUPERVISOR, ViewRole.AGENT, ViewRole.DISPATCHER, ViewRole.SYSTEM)


class CentreOnly(HotlineError):
    """这里的内容不给“{role}”看;可以看的有:{roles}。"""


class ReasonMissing(HotlineError):
    """查看完整号码要写明理由:--reason …。查看会被记录。"""


def viewer_of(role: ViewRole, name: str = "", unit: str = "") -> Viewer:
    """Return who looks. Raises `UnitNotNamed`, `NotForLists`."""
    if role in (ViewRole.UNIT, ViewRole.GRID) and not unit:
        raise UnitNotNamed(role=role)
    if role in (ViewRole.CITIZEN, ViewRole.PUBLIC):
        raise NotForLists(role=role)
    user = os_user()
    return Viewer(role, name or user, unit, user)


def of_the_centre(role: ViewRole, name: str = "", unit: str = "") -> Viewer:
    """Return who looks at what only the centre may see. Raises `CentreOnly`."""
    if role not in _CENTRE:
        raise CentreOnly(role=role, roles="、".join(_CENTRE))
    return viewer_of(role, name, unit)


def named(name: str) -> str:
    """Return who acts, as his steps keep it: the name that he gives, and the machine's user behind it."""
    user = os_user()
    return f"{name}({user})" if name and name != user else user


def os_user() -> str:
    """Return whom the machine knows; unlike the environment's USER, nobody can call himself otherwise."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, there may be a number without a name
        return str(os.getuid())
