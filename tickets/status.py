"""How a ticket stands, in a sentence for its own caller's ear."""

from datetime import date, datetime

from tickets.ticket import State, Ticket

_WEEKDAYS = "一二三四五六日"


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether `ticket` should have been answered before `now`."""
    return ticket.state is State.OPEN and ticket.due is not None and ticket.due < now


def status_spoken(ticket: Ticket, now: datetime | None = None) -> str:
    """Return one or two sentences for the caller whose ticket it is; no name, number or place of anybody in it.

    `now` lets near days be said as 今天, 明天, and a limit that has passed as what it is.
    """
    about = f"您反映的{ticket.title}" if ticket.title else "您反映的事项"
    if ticket.state is State.DRAFT:
        return f"{about}还没有登记完整,我可以接着给您补上。"
    if ticket.state is State.CLOSED:
        return f"{about}已经办结了。如果您觉得没有解决,我可以给您重新登记。"
    unit = f",由{ticket.matter.unit}办理" if ticket.matter else ",正在派单"
    if now and ticket.due and overdue(ticket, now):
        return f"{about}已经受理{unit},原定{when_spoken(ticket.due)}答复,已经超期了,很抱歉。"
    limit = f",{when_spoken(ticket.due, now.date() if now else None)}前会答复您" if ticket.due else ""
    return f"{about}已经受理{unit}{limit}。"


def when_spoken(at: datetime, today: date | None = None) -> str:
    """Return `at` as people say it: 今天下午三点 is written 今天15点, 11月25日星期三."""
    days = (at.date() - today).days if today else None
    if days in (0, 1, 2):
        return f"{('今天', '明天', '后天')[days]}{at.hour}点" + (f"{at.minute}分" if at.minute else "")
    return f"{at.month}月{at.day}日星期{_WEEKDAYS[at.weekday()]}"
