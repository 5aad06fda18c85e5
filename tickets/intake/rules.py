"""What counts as a repeat, and when many appeals are one event: `data/repeats.yaml`."""

from functools import cache
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tickets.data_files import read


class RepeatRules(BaseModel):
    """The figures; the file says what each is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(ge=1, le=366)
    likeness: float = Field(gt=0, le=1)
    most: int = Field(ge=1, le=100)
    window_hours: float = Field(gt=0, le=24)
    least: int = Field(ge=2)
    chance: float = Field(gt=0, lt=1)
    weeks: int = Field(ge=1, le=52)
    quiet_hours: float = Field(gt=0)
    levels: tuple[int, ...] = Field(min_length=1)

    @field_validator("levels")
    @classmethod
    def _rise(cls, levels: tuple[int, ...]) -> tuple[int, ...]:
        if any(low >= high for low, high in pairwise(levels)):
            raise ValueError("级别要从小到大")
        return levels


@cache
def repeat_rules() -> RepeatRules:
    """Return the rules."""
    return RepeatRules.model_validate(read("repeats"))
