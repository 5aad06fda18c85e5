"""What is remarked on an entry, in an editor's words."""

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Literal

from knowledge_base.headings import heading

Kind = Literal["problem", "speech", "duplicate", "contradiction", "theft", "not_found", "way"]


class Severity(IntEnum):
    """How grave a remark is: it blocks the review, somebody should look at it, or it is a hint."""

    HINT = 0
    LOOK = 1
    BLOCKS = 2


SEVERITY_NAMES = {Severity.BLOCKS: "必须改", Severity.LOOK: "请核对", Severity.HINT: "建议"}
KIND_NAMES: dict[Kind, str] = {
    "problem": "内容",
    "speech": "口语",
    "duplicate": "重复",
    "contradiction": "矛盾",
    "theft": "抢答",
    "not_found": "找不到",
    "way": "问法",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark; `other` is the id of the entry that it is about besides, `shown` what to compare or take over."""

    severity: Severity
    kind: Kind
    what: str
    field: str = ""
    other: str = ""
    shown: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{heading(self.field)}:{self.what}" if self.field else self.what


@dataclass(frozen=True, slots=True)
class Advice:
    """All remarks on an entry, gravest first, and how long its spoken answer takes, in seconds."""

    remarks: tuple[Remark, ...]
    seconds: float

    @property
    def blocks(self) -> bool:
        """Whether something must be put right before the entry can be reviewed."""
        return any(remark.severity is Severity.BLOCKS for remark in self.remarks)

    def of(self, kind: Kind) -> tuple[Remark, ...]:
        """Return the remarks of one kind."""
        return tuple(remark for remark in self.remarks if remark.kind == kind)

    def to_data(self) -> dict[str, Any]:
        """Return JSON data."""
        remarks = [asdict(remark) | {"severity": remark.severity.name.lower()} for remark in self.remarks]
        return {"seconds": round(self.seconds, 1), "blocks": self.blocks, "remarks": remarks}


def ordered(remarks: list[Remark], seconds: float) -> Advice:
    """Return `remarks` without repetitions, gravest first, else in the order in which they were found."""
    return Advice(tuple(sorted(dict.fromkeys(remarks), key=lambda remark: -remark.severity)), seconds)
