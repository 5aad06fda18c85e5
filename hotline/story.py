"""Reads a call back from its events, for people: who said what, what was decided and why, how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from core.events import Event
from hotline.plain_table import PlainTable
from tickets.secrecy.redact import mask_number, redact


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a call's story, `at` seconds after the call came in."""

    at: float
    who: str
    text: str
    detail: str = ""


_SAID = ("bot.said", "caller.said", "talk.said", "dialogue.note")
_LEAST_DICTATED = 7
"""Keys in a call from which on they may be a telephone number."""
_AT_SEATS = {
    "call.queued": "进入人工队列",
    "call.left_queue": "离开人工队列",
    "call.held": "保持",
    "call.resumed": "恢复通话",
    "call.transferring": "坐席转接",
    "call.transferred": "坐席转接结果",
    "call.listened": "监听",
    "call.missed": "漏接",
    "call.conference.joined": "加入三方通话",
    "call.conference.left": "退出三方通话",
}
"""What happened to the caller among human agents."""
_NOT_WRITTEN = {"busy": "识别繁忙", "late": "等待过久", "failed": "识别故障"}
WHO = {"bot": "话务员", "caller": "来电", "agent": "坐席", "system": "系统"}
CALL_BACKS = {"missed": "漏接回拨", "follow_up": "回访"}
"""The kinds of `tickets.callbacks.CallBackKind`, as people name them."""
STYLE = {"话务员": "cyan", "来电": "yellow", "坐席": "green", "系统": "dim"}


Number = Literal["masked", "hidden", "full"]
"""How much of a caller's number is shown."""


def story(events: Sequence[Event], number: Number = "masked") -> list[Line]:
    """Return the story that the events of one call tell, oldest first; its numbers are shown as far as `number` says.

    Masked, the middle of the calling number is left out; hidden, all of it; of what was said, both leave
    out numbers, names, plates and rooms.
    """
    begin = events[0].at if events else 0.0
    dictated = sum(event.kind == "caller.key" for event in events) >= _LEAST_DICTATED
    lines = []
    for event in events:
        told = tell(event.kind, event.body)
        if told:
            who, text, detail = told
            if event.kind == "call.offered" and number != "full":
                text = f"来电 {masked(event.body['caller']) if number == 'masked' else '(保密)'}"
            elif event.kind == "call.placed" and number != "full":
                text = f"外呼 {masked(event.body['number']) if number == 'masked' else '(保密)'}"
            elif number != "full" and event.kind == "caller.key" and dictated:
                text = "[按键]"
            elif number != "full" and event.kind in _SAID:
                text, detail = (redact(part) for part in (text, detail))
            lines.append(Line(event.at - begin, WHO[who], text, detail))
    return lines


def redacted(events: Sequence[Event]) -> list[Event]:
    """Return `events` with what was said as it is shown to who may not know who it was."""
    return [
        replace(event, body={**event.body, "text": redact(event.body["text"])}) if event.body.get("text") else event
        for event in events
    ]


def tell(kind: str, body: Any) -> tuple[str, str, str] | None:
    """Return who did what, and the detail, for one event; None where it is not worth a line."""
    match kind:
        case "call.offered":
            return "system", f"来电 {body['caller'] or '(未显示号码)'}", f"拨打 {body['called']}"
        case "call.way" if body["to"] != "bot":
            return "system", {"queue": "先接人工", "call_back": "登记回拨"}[body["to"]], body["why"]
        case "call.placed":
            return "system", f"外呼 {body['number']}", f"{CALL_BACKS[body['kind']]},任务 {body['task']}"
        case "bot.said":
            return "bot", body["text"] + ("" if body["whole"] else " ⏹"), "" if body["whole"] else "被打断"
        case "caller.said":
            times = body.get("times", {})
            detail = f"可信度 {body['confidence']:.2f}" + (f",短语 {body['phrase']}" if body.get("phrase") else "")
            detail += f",静音 {times.get('silence_ms', 0):.0f} ms,识别用时 {times.get('work_ms', 0):.0f} ms"
            if body.get("raw") and body["raw"] != body["text"]:
                detail += f",原文 {body['raw']}"
            return "caller", body["text"] or f"({body.get('phrase') or '听不清'})", detail
        case "caller.key":
            return "caller", f"[按键 {body['key']}]", ""
        case "caller.backchannel":
            return "caller", f"({body['text'] or body['phrase']})", "附和,不打断"
        case "turn.answered":
            return "system", f"应答间隔 {body['gap_ms'] / 1000:.2f} 秒", ""
        case "dialogue.note":
            return "system", f"决定:{body['what']}", _facts(body["facts"])
        case "transfer.asked":
            return (
                "system",
                "转人工" + ("(紧急)" if body["urgent"] else ""),
                f"{body['reason']} → {body['target'] or '未配置人工'}",
            )
        case "transfer.done" | "transfer.failed":
            why = {"wants bot": "来电人按1回到话务员", "wants call-back": "来电人按2要求回电"}
            done = "已转接" if kind.endswith("done") else "转接未成功"
            return "system", done, why.get(body.get("returned", ""), "")
        case _ if kind in _AT_SEATS:
            shown = {name: value for name, value in body.items() if name != "caller"}
            return "system", _AT_SEATS[kind], _facts(shown)
        case "ticket.saved":
            return "system", f"工单 {body['number']}", f"{body['kind']},{body['state']}"
        case "sms.sent":
            return "system", "短信", body["text"]
        case "talk.said":
            detail = f"人工通话,可信度 {body['confidence']:.2f}" + (
                f",坐席 {body['agent']}" if body["who"] == "agent" else ""
            )
            if body.get("raw") and body["raw"] != body["text"]:
                detail += f",原文 {body['raw']}"
            return body["who"], body["text"], detail
        case "talk.skipped":
            side = "坐席" if body["who"] == "agent" else "来电"
            return "system", f"{side}的一句话未转写", f"{body['speech_ms'] / 1000:.1f} 秒,{_NOT_WRITTEN[body['why']]}"
        case "talk.suggested":
            best = body["entries"][0]
            return "system", f"提示坐席:{best['title']}", f"可信度 {best['confidence']:.2f}"
        case "call.ended":
            return "system", f"通话结束,{body['seconds']:.0f} 秒", f"{body['by']} {body['reason']}"
        case "recogniser.failed" | "synthesiser.failed" | "dialogue.failed" | "ticket.unsaved" | "call.broken":
            return "system", f"故障:{kind}", str(body.get("error", ""))
    return None


def _facts(facts: Any) -> str:
    return (
        ",".join(f"{name} {_short(value)}" for name, value in facts.items())
        if isinstance(facts, dict)
        else str(facts)
    )


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def masked(number: str | None) -> str:
    """Return `number` without its middle, of a short one only its end."""
    return mask_number(number or "") or "(未显示号码)"


def table(lines: Sequence[Line], title: str, details: bool = True) -> PlainTable:
    """Return the story as a table for the terminal."""
    out = PlainTable(title=title, show_lines=False, expand=True)
    out.add_column("秒", justify="right", width=6)
    out.add_column("谁", width=7)
    out.add_column("说了什么 / 发生了什么", ratio=3)
    if details:
        out.add_column("细节", ratio=2, style="dim")
    for line in lines:
        row = [f"{line.at:.1f}", line.who, line.text] + ([line.detail] if details else [])
        out.add_row(*row, style=STYLE.get(line.who, ""))
    return out


def local_time(at: float) -> str:
    """Return seconds since 1970 as local time for people."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
