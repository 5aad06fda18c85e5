"""The facts of a ticket as words: what the fields of a template are filled with. Pure."""

from datetime import date, datetime

from tickets.life.case import Case
from tickets.life.clocks import Deadline
from tickets.ticket import Ticket

_DIGITS = "〇一二三四五六七八九"


def facts_of(
    ticket: Ticket, case: Case, now: datetime, deadline: Deadline | None = None, **more: str
) -> dict[str, str]:
    """Return the facts for a template; what is not known is missing. `deadline` is the limit that it is about.

    A confidential ticket's title and place are told to nobody: they name who called.
    """
    hidden = ticket.confidential
    lead, matter = case.lead, ticket.matter
    received, due = ticket.created, deadline.due if deadline else ticket.due
    found = {
        "number": ticket.number,
        "title": "您反映的事项" if hidden else ticket.title,
        "matter": matter.name if matter else "",
        "category": matter.category if matter else "",
        "kind": ticket.kind.value,
        "place": "" if hidden else str(ticket.place),
        "unit": lead.unit if lead else (matter.unit if matter else ""),
        "received_spoken": day_spoken(received.astimezone(now.tzinfo).date()) if received else "",
        "received_written": day_written(received.astimezone(now.tzinfo).date()) if received else "",
        "date_spoken": day_spoken(now.date()),
        "date_written": day_written(now.date()),
        "due_spoken": moment_spoken(due.astimezone(now.tzinfo)) if due else "",
        "limit": f"“{deadline.called}”时限" if deadline else "",
        "sent_spoken": moment_spoken(lead.sent.astimezone(now.tzinfo)) if lead else "",
        "promised_spoken": day_spoken(case.promised) if case.promised else "",
        "promised_written": day_written(case.promised) if case.promised else "",
        "urged": str(case.urged or ""),
        "merged_into": case.merged_into,
    }
    return {name: value for name, value in (found | more).items() if value}


def day_spoken(day: date) -> str:
    """Return e.g. 11月23日."""
    return f"{day.month}月{day.day}日"


def moment_spoken(at: datetime) -> str:
    """Return e.g. 11月23日17点, 11月23日17点30分."""
    return f"{day_spoken(at.date())}{at.hour}点" + (f"{at.minute}分" if at.minute else "")


def day_written(day: date) -> str:
    """Return e.g. 二〇二六年十一月二十三日, as official letters are dated (GB/T 9704 allows both ways)."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_to_99(day.month)}月{_to_99(day.day)}日"


def _to_99(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")
