"""Whom to call when: hours, spacing, attempts, urgency. Pure: tasks and the time come in, a choice goes out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from tickets.callback_settings import CallBackSettings, Span, span
from tickets.callbacks import CallBackKind, CallBackTask, Outcome, Stage, Try
from tickets.deadlines import CHINA, WorkingCalendar

_FARTHEST = timedelta(days=60)
"""How far ahead an allowed day is looked for; no holiday is longer."""

Overdone = Literal["", "tries", "age"]


def next_due(
    task: CallBackTask, now: datetime, rules: CallBackSettings, calendar: WorkingCalendar = CHINA
) -> datetime | None:
    """Return the first moment from `now` on at which `task` may be dialled; None for never, or not while it is."""
    if task.over or is_dialling(task, now, rules) or overdone(task, now, rules):
        return None
    at = _allowed(max(now, _earliest(task, rules)), task, rules, calendar)
    if at is None or at > _expires(task, rules):
        return None
    return at


def is_dialling(task: CallBackTask, now: datetime, rules: CallBackSettings) -> bool:
    """Whether the task is being called; an attempt that never reported back is not for ever."""
    last = task.last
    return task.stage is Stage.DIALLING and last is not None and now - last.at < timedelta(minutes=rules.stuck_min)


def overdone(task: CallBackTask, now: datetime, rules: CallBackSettings) -> Overdone:
    """Return why no further attempt is made: "tries" were made, or it is past its "age"; "" where one may be."""
    promised = 1 if task.not_before else 0  # a time that the citizen named is kept, even after the last attempt
    if len(task.tries) >= _most_tries(task.kind, rules) + promised:
        return "tries"
    return "age" if now > _expires(task, rules) else ""


def due(
    tasks: Sequence[CallBackTask], now: datetime, rules: CallBackSettings, calendar: WorkingCalendar = CHINA
) -> list[CallBackTask]:
    """Return whom to dial at `now`, the most urgent first, no more than there are places.

    `tasks` are all that are not over, and those that called somebody in the last day: a number is dialled for one
    task at a time, with a pause between two calls, and not more often a day than the rules say.
    """
    places = rules.at_once - sum(is_dialling(task, now, rules) for task in tasks)
    ready = [task for task in tasks if next_due(task, now, rules, calendar) == now]
    chosen: dict[str, CallBackTask] = {}
    for task in sorted(ready, key=_urgency):
        if len(chosen) >= places:
            break
        if task.number not in chosen and may_ring(task.number, tasks, now, rules):
            chosen[task.number] = task
    return list(chosen.values())


def may_ring(number: str, tasks: Sequence[CallBackTask], now: datetime, rules: CallBackSettings) -> bool:
    """Whether `number` is not being called, was not just called, and was not called too often today."""
    same = [task for task in tasks if task.number == number]
    if any(is_dialling(task, now, rules) or task.refused for task in same):
        return False
    calls = [each.at for task in same for each in task.tries]
    if any(now - at < timedelta(minutes=rules.between_calls_min) for at in calls):
        return False
    return sum(at.date() == now.date() for at in calls) < rules.most_a_day


def _urgency(task: CallBackTask) -> tuple[int, datetime, str]:
    """A time that was promised comes first, then missed calls, the longest waiting first."""
    if task.not_before:
        return 0, task.not_before, task.id
    return (1 if task.kind is CallBackKind.MISSED else 2), task.since, task.id


def _earliest(task: CallBackTask, rules: CallBackSettings) -> datetime:
    """Return when the task could be dialled, hours aside."""
    missed = task.kind is CallBackKind.MISSED
    wait = timedelta(minutes=rules.wait_missed_min if missed else rules.wait_follow_up_min)
    last = task.last
    if task.not_before:
        return task.not_before
    return last.at + _retry(last, rules) if last else task.since + wait


def _retry(last: Try, rules: CallBackSettings) -> timedelta:
    minutes = {
        Outcome.BUSY: rules.retry_busy_min,
        Outcome.NO_ANSWER: rules.retry_no_answer_min,
        Outcome.MACHINE: rules.retry_machine_min,
        Outcome.HUNG_UP_EARLY: rules.retry_hung_up_min,
        Outcome.ANSWERED: rules.put_off_min,
    }
    return timedelta(minutes=minutes.get(last.outcome or Outcome.FAILED, rules.retry_failed_min))


def _most_tries(kind: CallBackKind, rules: CallBackSettings) -> int:
    return rules.most_tries_missed if kind is CallBackKind.MISSED else rules.most_tries_follow_up


def _expires(task: CallBackTask, rules: CallBackSettings) -> datetime:
    """Return when the task is past its age; a time that was promised is kept all the same."""
    missed = task.kind is CallBackKind.MISSED
    end = task.since + timedelta(hours=rules.most_age_missed_h if missed else rules.most_age_follow_up_h)
    return max(end, task.not_before + timedelta(days=1)) if task.not_before else end


def hours(task: CallBackTask, rules: CallBackSettings) -> list[Span]:
    """Return the hours in which `task` may be dialled: who named a time himself is spared the night only."""
    wide = task.kind is CallBackKind.MISSED or task.not_before is not None
    return [span(text) for text in (rules.hours_missed if wide else rules.hours_follow_up)]


def _allowed(at: datetime, task: CallBackTask, rules: CallBackSettings, calendar: WorkingCalendar) -> datetime | None:
    """Return `at`, or the next moment that lies in the task's hours."""
    spans = hours(task, rules)
    workdays = rules.follow_up_workdays_only and task.kind is CallBackKind.FOLLOW_UP and task.not_before is None
    day, last = at.date(), at.date() + _FARTHEST
    while day <= last:
        if not workdays or calendar.is_workday(day):
            for each in spans:
                found = _within(at, day, each)
                if found:
                    return found
        day += timedelta(days=1)
    return None


def _within(at: datetime, day: date, spread: Span) -> datetime | None:
    """Return the first moment from `at` on in the hours of `day`, None where they are over."""
    first, last = (datetime.combine(day, each, at.tzinfo) for each in spread)
    return max(at, first) if at < last else None
