"""What returns suggest to change in the responsibility list; a human changes it."""

from tickets.dispatch.lessons import Bounced, Lessons
from tickets.duties.duty import DutyList


def suggestions(lessons: Lessons, duties: DutyList) -> list[str]:
    """Return amendments as sentences, with the tickets that speak for them, what was returned most first."""
    return [_sentence(one, duties) for one in lessons.all() if one.matter in duties.by_id]


def _sentence(one: Bounced, duties: DutyList) -> str:
    duty = duties.by_id[one.matter]
    tickets = "、".join(one.tickets[:5]) + ("等" if len(one.tickets) > 5 else "")
    past = f"“{duty.full_name}”被{one.unit}退回或改派 {one.times} 次(工单 {tickets})"
    if duty.unit != one.unit:
        return f"{past},清单上的主办单位是{duty.unit or '属地'},请核对属地规则和协办单位"
    if one.handled_by:
        return f"{past},其中 {one.handled} 次由{one.handled_by}办理,建议把主办单位由{one.unit}改为{one.handled_by}"
    return f"{past},没有哪个单位一贯办理,建议开联席会议定下主办单位"
