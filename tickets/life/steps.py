"""The steps of a ticket's life, each with the facts that it needs: what is ordered, and what an event keeps."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from tickets.life.span import SpanText

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""A reason, a reply: what people write, and have to."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Way(StrEnum):
    """How a ticket is sent (派单方式)."""

    STRAIGHT = "直派"
    DOUBLE = "双派"
    FIRST = "首接负责"


class Handling(StrEnum):
    """On what ground a unit has it (四办)."""

    BY_LAW = "法定办"
    AGREED = "商定办"
    APPOINTED = "指定办"
    AT_ONCE = "立即办"


class Satisfaction(StrEnum):
    """What the citizen says of a ticket (一事一评)."""

    VERY = "非常满意"
    SATISFIED = "满意"
    FAIR = "基本满意"
    NOT = "不满意"
    NOT_AT_ALL = "非常不满意"

    @property
    def satisfied(self) -> bool:
        """Whether it counts as satisfied."""
        return self in (Satisfaction.VERY, Satisfaction.SATISFIED, Satisfaction.FAIR)


class Step(BaseModel):
    """One step; `id` names it in events and permissions, `called` on the desk."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    called: ClassVar[str]


class Take(Step):
    """受理: the appeal is understood and on record."""

    called = "受理"
    id: Literal["take"] = "take"


class Settle(Step):
    """A question that was answered at once is closed with its answer (即答)."""

    called = "当场办结"
    id: Literal["settle"] = "settle"
    reply: Words


class Check(Step):
    """审核: the record is complete and within the hotline's scope."""

    called = "审核通过"
    id: Literal["check"] = "check"


class Decline(Step):
    """不予受理: outside the hotline; the citizen is told the legal way."""

    called = "不予受理"
    id: Literal["decline"] = "decline"
    reason: Words
    legal_way: Words


class Dispatch(Step):
    """派发 to the lead unit and those that assist; straight to a grid worker where `grid` says so (一派到底)."""

    called = "派发"
    id: Literal["dispatch"] = "dispatch"
    way: Way = Way.STRAIGHT
    handling: Handling = Handling.BY_LAW
    lead: Name
    assisting: tuple[Name, ...] = Field(default=(), max_length=10)
    within: SpanText
    """The time limit of its kind."""
    grid: bool = False
    reason: Words
    """Why this unit: the line of the list, the model's evidence, the dispatcher's words."""


class Redispatch(Dispatch):
    """改派: the centre takes it from one unit and gives it to another."""

    called = "改派"
    id: Literal["redispatch"] = "redispatch"  # type: ignore[assignment]  # a step of its own with the same facts


class Meet(Step):
    """联席会议: nobody is clearly responsible; the centre asks those who might be."""

    called = "提请联席会议"
    id: Literal["meet"] = "meet"
    units: tuple[Name, ...] = Field(min_length=1, max_length=20)
    reason: Words


class Sign(Step):
    """签收: the unit has read it and takes it on."""

    called = "签收"
    id: Literal["sign"] = "sign"


class PassOn(Step):
    """逐级转派: the unit gives it to one below itself and stays responsible."""

    called = "转派下级"
    id: Literal["pass_on"] = "pass_on"
    to: Name
    reason: Words


class Arrive(Step):
    """到场: somebody is on the spot."""

    called = "到场"
    id: Literal["arrive"] = "arrive"


class Ask(Step):
    """The citizen is asked for more; the clock stands still."""

    called = "请诉求人补充"
    id: Literal["ask"] = "ask"
    question: Words


class Tell(Step):
    """The citizen has said more; the clock goes on."""

    called = "诉求人已补充"
    id: Literal["tell"] = "tell"
    answer: Words


class Return(Step):
    """退单: the unit says that it is not responsible, by which rule; the centre reviews it."""

    called = "申请退单"
    id: Literal["return"] = "return"
    reason: Words
    rule: Words
    should_be: Name | None = None
    """Whom the unit thinks responsible."""


class Extend(Step):
    """延期: the unit asks for more time."""

    called = "申请延期"
    id: Literal["extend"] = "extend"
    reason: Words
    by: SpanText


class Promise(Step):
    """挂账: it cannot be done now; the unit says by when, and what it told the citizen."""

    called = "申请挂账"
    id: Literal["promise"] = "promise"
    reason: Words
    until: date


class Grant(Step):
    """What the unit asked for is granted."""

    called = "同意申请"
    id: Literal["grant"] = "grant"
    note: str = Field(default="", max_length=2000)


class Refuse(Step):
    """What the unit asked for is refused, and why."""

    called = "驳回申请"
    id: Literal["refuse"] = "refuse"
    reason: Words


class Resume(Step):
    """A promised ticket is taken up again."""

    called = "挂账恢复办理"
    id: Literal["resume"] = "resume"


class Feedback(Step):
    """反馈: what was done, and what the citizen was told."""

    called = "反馈"
    id: Literal["feedback"] = "feedback"
    reply: Words
    solved: bool


class Verify(Step):
    """核验: the feedback answers the appeal and was not only written down."""

    called = "核验通过"
    id: Literal["verify"] = "verify"


class SendBack(Step):
    """核验退回: the feedback does not answer the appeal."""

    called = "核验退回"
    id: Literal["send_back"] = "send_back"
    reason: Words


class CallBack(Step):
    """回访: what the citizen says; somebody who could not be reached says nothing."""

    called = "回访"
    id: Literal["call_back"] = "call_back"
    reached: bool
    contacted: bool | None = None
    """Whether the unit had been in touch (响应)."""
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    reason: str = Field(default="", max_length=2000)
    """Of dissatisfaction."""
    wrong_number: bool = False
    """The number is somebody else's, or nobody's."""


class Close(Step):
    """办结: nothing is left to do."""

    called = "办结"
    id: Literal["close"] = "close"


class Redo(Step):
    """重办: it is to be done again."""

    called = "重办"
    id: Literal["redo"] = "redo"
    reason: Words


class Merge(Step):
    """并单: another ticket is about the same; that one is followed."""

    called = "并单"
    id: Literal["merge"] = "merge"
    into: Name
    reason: Words


class Joined(Step):
    """Another ticket was merged into this one; its caller is told what becomes of this one."""

    called = "并入"
    id: Literal["joined"] = "joined"
    number: Name


class Unmerge(Step):
    """取消并单: it is a matter of its own again, as when the ticket that was followed is withdrawn."""

    called = "取消并单"
    id: Literal["unmerge"] = "unmerge"
    reason: Words


class Withdraw(Step):
    """撤诉: the citizen wants nothing more."""

    called = "诉求人撤回"
    id: Literal["withdraw"] = "withdraw"
    reason: str = Field(default="", max_length=2000)


class Urge(Step):
    """催办: the citizen asks again."""

    called = "催办"
    id: Literal["urge"] = "urge"
    words: str = Field(default="", max_length=2000)


class Supervise(Step):
    """督办: the ladder's next rung, or a supervisor's own decision."""

    called = "督办"
    id: Literal["supervise"] = "supervise"
    rung: Name
    words: Words
    clock: str = Field(default="", max_length=60)
    """What it is a rung of: a limit by its id, an urging, a promise; empty for a supervisor's own."""


class Note(Step):
    """备注: something that whoever handles it should know."""

    called = "备注"
    id: Literal["note"] = "note"
    words: Words


AnyStep: TypeAlias = Annotated[
    Take | Settle | Check | Decline | Dispatch | Redispatch | Meet | Sign | PassOn | Arrive | Ask | Tell | Return
    | Extend | Promise | Grant | Refuse | Resume | Feedback | Verify | SendBack | CallBack | Close | Redo | Merge
    | Joined | Unmerge | Withdraw | Urge | Supervise | Note,
    Field(discriminator="id"),
]  # fmt: skip

READ: TypeAdapter[AnyStep] = TypeAdapter(AnyStep)
"""Reads a step from an event's facts, or from what somebody ordered."""

STEPS: dict[str, type[Step]] = {kind.model_fields["id"].default: kind for kind in get_args(get_args(AnyStep)[0])}
"""Every step by its id."""
