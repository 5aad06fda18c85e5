"""A template and its fields: checked when it is read, filled without ever running anything that is in it."""

from collections.abc import Mapping
from string import Formatter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tickets.ticket import Kind, Ticket

Use = Literal["reply", "notice", "sms"]

FIELDS: Mapping[str, str] = {
    "number": "工单编号",
    "title": "标题",
    "matter": "事项名称",
    "category": "类别",
    "kind": "诉求类型",
    "place": "地点",
    "unit": "主办单位",
    "received_spoken": "受理日期,11月23日",
    "received_written": "受理日期,大写",
    "date_spoken": "今天,11月23日",
    "date_written": "今天,二〇二六年十一月二十三日",
    "due_spoken": "时限到期,11月25日17点",
    "limit": "时限的名称",
    "sent_spoken": "派单时间",
    "promised_spoken": "挂账承诺的日期",
    "promised_written": "挂账承诺的日期,大写",
    "urged": "催办次数",
    "rung": "督办级别",
    "words": "督办员写的话",
    "merged_into": "并入的工单编号",
    "legal_way": "法定途径",
}
"""What a template may say, and what it is."""


class Template(BaseModel):
    """Words with fields of `FIELDS` in braces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=2000)
    kinds: tuple[Kind, ...] = ()
    categories: tuple[str, ...] = ()
    """Beginnings of categories."""
    on: Literal["", "dispatch", "merge", "promised", "decline", "closed"] = ""

    @field_validator("text")
    @classmethod
    def _only_fields(cls, value: str) -> str:
        unknown = [name for name in names(value) if name not in FIELDS]
        if unknown:
            raise ValueError(f"没有字段 {'、'.join(unknown)};可用:{'、'.join(FIELDS)}")
        return value

    @property
    def fields(self) -> list[str]:
        """The fields that it needs, in their order."""
        return names(self.text)

    def fits(self, ticket: Ticket) -> bool:
        """Whether it is offered for `ticket`."""
        category = ticket.matter.category if ticket.matter else ""
        return (not self.kinds or ticket.kind in self.kinds) and (
            not self.categories or category.startswith(self.categories)
        )

    def fill(self, facts: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
        """Return the words with `facts` in them, and the fields for which there is none: they stay as 【…】."""
        missing = tuple(name for name in dict.fromkeys(self.fields) if not facts.get(name))
        given = {name: facts.get(name) or f"【{FIELDS[name]}】" for name in self.fields}
        parts = (said + (given[name] if name else "") for said, name, _, _ in Formatter().parse(self.text))
        return "".join(parts), missing


def names(text: str) -> list[str]:
    """Return the fields in `text`. Raises `ValueError` for braces that are no field: "{", "{a.b}", "{a!r}"."""
    found = []
    try:
        for _, name, spec, conversion in Formatter().parse(text):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                raise ValueError(f"花括号里只能写字段名,不能写 {{{name}}}")
            found.append(name)
    except ValueError as error:
        if "花括号" in str(error):
            raise
        raise ValueError("花括号没有成对;要写花括号本身请写两个") from error
    return found
