"""How a ticket stands, in a sentence for its own caller's ear."""

from datetime import date, datetime

from tickets.ticket import State, Ticket

_WEEKDAYS = "一二三四五六日"
_SAID = {
    State.DRAFT: "还没有登记完整,我可以接着给您补上。",
    State.MEETING: "已经受理,涉及几个部门,正在商定由谁来办。",
    State.PROMISED: "暂时还办不了,已经记下来,条件具备了就办,办之前会告诉您。",
    State.VERIFIED: "承办单位已经办好了,我们会打电话听听您的意见。",
    State.CLOSED: "已经办结了。如果您觉得没有解决,我可以给您重新登记。",
    State.MERGED: "和别的市民反映的是同一件事,已经并在一起办理。",
    State.DECLINED: "不在热线受理的范围里,登记的时候已经告诉您该找的途径。",
    State.WITHDRAWN: "已经按您的要求撤回了。",
}
"""What is said of tickets for which no limit runs."""
_STEP = {
    State.READY: ",马上派出去",
    State.SENT: ",已经派出去了",
    State.HANDLING: ",正在办",
    State.ANSWERED: ",办理结果正在核实",
}


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether `ticket` should have been answered before `now`."""
    waits = ticket.state not in (State.DRAFT, State.PROMISED, State.VERIFIED) and not ticket.state.over
    return waits and ticket.due is not None and ticket.due < now


def status_spoken(ticket: Ticket, now: datetime | None = None) -> str:
    """Return one or two sentences for the caller whose ticket it is; no name, number or place of anybody in it.

    `now` lets near days be said as 今天, 明天, and a limit that has passed as what it is.
    """
    about = f"您反映的{ticket.title}" if ticket.title else "您反映的事项"
    if ticket.state in _SAID:
        return about + _SAID[ticket.state]
    unit = f",由{ticket.matter.unit}办理" if ticket.matter else ",正在派单"
    unit += _STEP.get(ticket.state, "")
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
