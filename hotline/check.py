"""Checks what a conversation did against its script, whether it ran in text or over a real call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.script import End, Expectation, ResultExpectation, TicketExpectation
from tickets.callbacks import Result
from tickets.ticket import Ticket

_GAPS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Observed:
    """What the bot did in one turn."""

    said: tuple[str, ...] = ()
    """Its sentences, in their order."""
    slow: tuple[bool, ...] = ()
    """Whether each was said slowly."""
    answered: tuple[str, ...] = ()
    """Id, topic and subject of each entry that it answered with."""
    asked: str | None = None
    transfer: bool = False
    urgent: bool = False
    patient: bool = False
    packet: str = ""
    """What the human who takes over is told, as JSON."""
    hung_up: bool = False
    saved: tuple[Ticket, ...] = ()
    sms: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left when the conversation is over."""

    tickets: tuple[Ticket, ...] = ()
    rating: int | None = None
    sms: tuple[str, ...] = ()
    hung_up: bool = False
    transfer: bool = False
    state: str = ""
    result: Result | None = None
    """What an outbound call brought."""


def check_turn(wanted: Expectation, seen: Observed, before: Observed | None = None) -> list[str]:
    """Return what of `wanted` a turn failed, each as a sentence; `before` is the bot's turn before it."""
    said = _plain("".join(seen.said))
    failures = _check_words(wanted, said, _plain(seen.said[0]) if seen.said else "")
    if wanted.answered is not None:
        hit = any(label.startswith(want) for want in wanted.answered for label in seen.answered)
        if wanted.answered and not hit:
            failures.append(f"应答自 {_list(wanted.answered)},实际答自 {_list(seen.answered)}")
        if not wanted.answered and seen.answered:
            failures.append(f"不应作答,实际答自 {_list(seen.answered)}")
    if wanted.transfer is not None and bool(wanted.transfer) != seen.transfer:
        failures.append("应转人工,实际没有" if wanted.transfer else "不应转人工,实际转了")
    if wanted.transfer == "urgent" and not seen.urgent:
        failures.append("应紧急转接")
    if wanted.transfer == "patient" and not seen.patient:
        failures.append("应排队等人工")
    if wanted.repeats and not (before and set(map(_plain, before.said)) & set(map(_plain, seen.said))):
        failures.append("应重说上一句")
    if wanted.slow is not None and wanted.slow != all(seen.slow):
        failures.append("应放慢" if wanted.slow else "不应放慢")
    return failures + _check_rest(wanted, seen)


def _check_words(wanted: Expectation, said: str, first: str) -> list[str]:
    failures = []
    if wanted.contains_any and not any(_plain(text) in said for text in wanted.contains_any):
        failures.append(f"应含 {_list(wanted.contains_any)} 之一")
    failures += [f"应含“{text}”" for text in wanted.contains_all if _plain(text) not in said]
    failures += [f"不应含“{text}”" for text in wanted.not_contains if _plain(text) in said]
    if wanted.first_contains and not any(_plain(text) in first for text in wanted.first_contains):
        failures.append(f"第一句应含 {_list(wanted.first_contains)} 之一")
    return failures


def _check_rest(wanted: Expectation, seen: Observed) -> list[str]:
    pairs = (
        ("等待的内容", wanted.asked.value if wanted.asked else None, seen.asked),
        ("挂断", wanted.hung_up, seen.hung_up),
        ("存下的工单数", wanted.saved, len(seen.saved)),
        ("状态", wanted.state, seen.state),
    )
    failures = [f"{what}应为 {want},实际 {have}" for what, want, have in pairs if want is not None and want != have]
    told = _plain(seen.packet)
    failures += [f"应带给人工“{text}”" for text in wanted.packet if _plain(text) not in told]
    return failures + _missing_sms(wanted.sms, seen.sms)


def check_end(wanted: End, left: Left) -> list[str]:
    """Return what of `wanted` is not so when all is over."""
    pairs = (
        ("评分", wanted.rating, left.rating),
        ("挂断", wanted.hung_up, left.hung_up),
        ("转人工", wanted.transfer, left.transfer),
        ("状态", wanted.state, left.state),
    )
    failures = [f"{what}应为 {want},实际 {have}" for what, want, have in pairs if want is not None and want != have]
    failures += _missing_sms(wanted.sms, left.sms) + _check_result(wanted.result, left.result)
    if wanted.tickets is None:
        return failures
    if len(wanted.tickets) != len(left.tickets):
        titles = [ticket.title for ticket in left.tickets]
        failures.append(f"应留下 {len(wanted.tickets)} 个工单,实际 {len(left.tickets)} 个:{_list(titles)}")
    for number, (want, ticket) in enumerate(zip(wanted.tickets, left.tickets, strict=False), 1):
        failures += [f"第{number}个工单:{failure}" for failure in check_ticket(want, ticket)]
    return failures


def _check_result(wanted: ResultExpectation | None, result: Result | None) -> list[str]:
    if wanted is None or result is None:
        return [] if wanted is None else ["没有外呼结果"]
    pairs = (
        ("外呼结果", wanted.outcome, result.outcome.value),
        ("外呼原因", wanted.why, result.why),
        ("外呼结局", wanted.ending, result.ending),
        ("解决情况", wanted.solved, result.solved.value),
        ("满意情况", wanted.satisfied, result.satisfied.value),
        ("再打时间", wanted.again, f"{result.again:%m-%d %H:%M}" if result.again else ""),
    )
    failures = [f"{what}应为 {want},实际 {have}" for what, want, have in pairs if want is not None and want != have]
    reason = wanted.reason
    if reason is not None and (reason not in result.reason or (not reason and result.reason)):
        failures.append(f"不满意原因应含“{reason}”,实际“{result.reason}”")
    return failures


def check_ticket(wanted: TicketExpectation, ticket: Ticket) -> list[str]:
    """Return what of `wanted` the `ticket` is not."""
    exact = (
        ("类别", wanted.kind, ticket.kind.value),
        ("状态", wanted.state, ticket.state.value),
        ("保密", wanted.confidential, ticket.confidential),
        ("电话", wanted.contact, ticket.contact),
        ("重复", wanted.repeats, bool(ticket.repeats_of)),
        ("催办", wanted.urged, ticket.urged),
    )
    within = (
        ("称呼", wanted.name, ticket.name),
        ("内容", wanted.what, ticket.what),
        ("事项", wanted.matter, f"{ticket.matter.category}/{ticket.matter.name}" if ticket.matter else ""),
        ("时间", wanted.when, ticket.when),
        ("区县", wanted.place.district, ticket.place.district),
        ("街道", wanted.place.street, ticket.place.street),
        ("小区", wanted.place.community, ticket.place.community),
        ("门牌", wanted.place.detail, ticket.place.detail),
    )
    failures = [f"{what}应为 {want},实际 {have}" for what, want, have in exact if want is not None and want != have]
    failures += [f"{what}应含 {want},实际“{have}”" for what, want, have in within if want and want not in have]
    if wanted.not_what and wanted.not_what in ticket.what:
        failures.append(f"内容不应含 {wanted.not_what}")
    return failures


def _missing_sms(wanted: Sequence[str], sent: Sequence[str]) -> list[str]:
    return [f"应有含“{text}”的短信" for text in wanted if not any(_plain(text) in _plain(sms) for sms in sent)]


def _plain(text: str) -> str:
    return _GAPS.sub("", text)


def _list(texts: Iterable[str]) -> str:
    return "、".join(texts) or "(无)"
