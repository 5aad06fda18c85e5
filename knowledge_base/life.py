"""The life of an entry: a pure state machine over its steps. Who may take a step is data (`roles.yaml`).

An entry has a working version (head), which has a state, and perhaps a live one that callers hear. A new version of
a published entry is written, reviewed and approved while callers go on hearing the live one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge_base.errors import StepRefused
from knowledge_base.roles import Actor, Role, refusal


class State(StrEnum):
    """Where the working version stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done to an entry."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REVIVE = "revive"
    """Takes an expiry back that a wrong clock has written."""


STATE_NAMES = {
    State.DRAFT: "草稿",
    State.IN_REVIEW: "待审核",
    State.APPROVED: "已审核",
    State.PUBLISHED: "已发布",
    State.EXPIRED: "已到期",
    State.WITHDRAWN: "已撤下",
}
STEP_NAMES = {
    Step.SAVE: "保存",
    Step.SUBMIT: "提交审核",
    Step.RETURN: "退回修改",
    Step.APPROVE: "审核通过",
    Step.PUBLISH: "发布",
    Step.WITHDRAW: "撤下",
    Step.EXPIRE: "到期下线",
    Step.REVIVE: "恢复误到期",
}

_FROM: dict[Step, frozenset[State]] = {
    Step.SAVE: frozenset(State),
    Step.SUBMIT: frozenset({State.DRAFT}),
    Step.RETURN: frozenset({State.IN_REVIEW, State.APPROVED}),
    Step.APPROVE: frozenset({State.IN_REVIEW}),
    Step.PUBLISH: frozenset({State.APPROVED}),
    Step.REVIVE: frozenset({State.EXPIRED}),
}
"""States of the working version in which a step can be taken; the others ask for a live version instead."""
_TO = {
    Step.SAVE: State.DRAFT,
    Step.SUBMIT: State.IN_REVIEW,
    Step.RETURN: State.DRAFT,
    Step.APPROVE: State.APPROVED,
    Step.PUBLISH: State.PUBLISHED,
    Step.WITHDRAW: State.WITHDRAWN,
    Step.EXPIRE: State.EXPIRED,
    Step.REVIVE: State.PUBLISHED,
}
_NEED_A_REASON = frozenset({Step.RETURN, Step.WITHDRAW})


@dataclass(frozen=True, slots=True)
class Life:
    """Where one entry stands. `head` 0: nothing has been saved yet; `live` 0: callers do not hear it."""

    id: str
    department: str
    state: State = State.DRAFT
    head: int = 0
    live: int = 0
    author: str = ""
    """Who saved the working version."""


def after(life: Life, step: Step, actor: Actor, why: str = "", department: str = "", version: int = 0) -> Life:
    """Return `life` after `step` by `actor`; raises `StepRefused` with the reason.

    `version` is the number of the version that is saved, and `department` the one that it names; an editor cannot
    give an entry to another department.
    A step that ends what callers hear (withdraw, expire) leaves a newer working version as it is.
    """
    refused = refusal(step, actor, {life.department, department or life.department}, life.author)
    if not refused:
        refused = _impossible(life, step, why)
    if refused:
        raise StepRefused(step=STEP_NAMES[step], id=life.id, what=refused)
    if step is Step.SAVE:
        owner, number = department or life.department, version or life.head + 1
        return replace(life, department=owner, state=State.DRAFT, head=number, author=actor.name)
    if step in (Step.WITHDRAW, Step.EXPIRE):
        newer = life.head != life.live or life.state is not State.PUBLISHED
        return replace(life, live=0, state=life.state if newer else _TO[step])
    live = life.head if step in (Step.PUBLISH, Step.REVIVE) else life.live
    return replace(life, state=_TO[step], live=live)


def _impossible(life: Life, step: Step, why: str) -> str:
    if not life.head and step is not Step.SAVE:
        return "它还没有内容,请先保存"
    if step in _FROM and life.state not in _FROM[step]:
        allowed = "、".join(STATE_NAMES[state] for state in State if state in _FROM[step])
        return f"现在的状态是“{STATE_NAMES[life.state]}”,只有“{allowed}”才可以"
    if step not in _FROM and not life.live:
        return "它没有在发布中"
    if step in _NEED_A_REASON and not why.strip():
        return "请写明原因"
    return ""


def system() -> Actor:
    """Return who acts where nobody does: the hotline itself, for what comes with time."""
    return Actor("系统", Role.SYSTEM)
