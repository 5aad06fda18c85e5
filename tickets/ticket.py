"""The ticket (工单) and the parts that an appeal is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The six kinds of appeal (国办函〔2025〕66号)."""

    CONSULTATION = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"


class Channel(StrEnum):
    """By which way an appeal comes in; what each may do is in `data/channels.yaml`."""

    TELEPHONE = "telephone"
    AGENT = "agent"
    WEB = "web"
    MINI_PROGRAM = "mini_program"
    QR = "qr"
    MAILBOX = "mailbox"
    SMS = "sms"
    GRID = "grid"
    PROVINCE = "province"
    CITY_SYSTEM = "city_system"
    OPEN311 = "open311"


class State(StrEnum):
    """Where a ticket stands (`tickets.life`); a draft is what a broken-off call leaves."""

    DRAFT = "草稿"
    OPEN = "已受理"
    READY = "待派发"
    MEETING = "待会商"
    SENT = "待签收"
    HANDLING = "办理中"
    PROMISED = "挂账"
    ANSWERED = "待核验"
    VERIFIED = "待回访"
    CLOSED = "已办结"
    MERGED = "已并单"
    DECLINED = "不予受理"
    WITHDRAWN = "已撤回"

    @property
    def over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self in (State.CLOSED, State.MERGED, State.DECLINED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens, from large to small; empty where not said."""

    district: str = ""
    street: str = ""
    community: str = ""
    """小区, village, building or landmark."""
    detail: str = ""
    """Building, unit, room, or what stands nearby: 5号楼2单元."""

    def __str__(self) -> str:
        return self.district + self.street + self.community + self.detail

    @property
    def complete(self) -> bool:
        """Whether a unit can find it: a district, and something inside it."""
        return bool(self.district and (self.street or self.community))


@dataclass(frozen=True, slots=True)
class Matter:
    """A line of the responsibility list (职责清单): what it is about, who answers for it, by when."""

    id: str
    category: str
    """e.g. 城乡建设/供热"""
    name: str
    unit: str
    limit_hours: int
    """Working-time limit, told to the caller; see `tickets/data/`."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An appeal that somebody is responsible for."""

    kind: Kind
    title: str
    what: str
    """The appeal in the caller's words, cleaned up."""
    place: Place = field(default_factory=Place)
    when: str = ""
    name: str = ""
    contact: str = ""
    """The number to call back, or the mail address to answer to."""
    confidential: bool = False
    matter: Matter | None = None
    state: State = State.OPEN
    number: str = ""
    """Eight to ten digits, easy to hear and say; empty until it is saved."""
    call_id: str = ""
    created: datetime | None = None
    due: datetime | None = None
    due_is_set: bool = False
    """Its sender has set `due`, as a province may: no unit is given longer."""
    repeats_of: str = ""
    note: str = ""
    urged: int = 0
    """How often its caller has urged it (催办)."""
    channel: Channel = Channel.TELEPHONE
    about: str = ""
    """Whom it is about, where the caller speaks for somebody else."""
    public: bool = False
    """The caller agrees that it may be read by everybody, without his name and number."""
    attachments: tuple[str, ...] = ()
    """Ids of what came with it."""
    checks: tuple[str, ...] = ()
    """What whoever handles it should make sure of, as sentences."""
    understood: Mapping[str, Any] | None = None
    """What was guessed at intake, with confidence and evidence (`understood_to_data`); None where nobody guessed."""
