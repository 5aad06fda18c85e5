"""Open311 GeoReport v2 under /open311/v2: services, requests and tokens, in JSON and XML.

Source: wiki.open311.org/GeoReport_v2. Only tickets that their callers agreed to publish are shown, and confidential
ones never; who may hand requests in has a key (`[[desk.senders]]` with channel open311).
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from agent_desk.errors import DeskUnable
from agent_desk.open311_format import answer
from agent_desk.server import holder
from agent_desk.settings import Sender
from core.clock import Clock
from core.errors import HotlineError
from tickets.errors import SubmissionDiffers, SubmissionEmpty
from tickets.intake.intake import Intake
from tickets.intake.published import Asked, Published, PublishedTickets
from tickets.intake.receipt import in_groups
from tickets.intake.submission import Submission, tidy
from tickets.ticket import Channel, Matter
from tickets.understanding import Understanding

log = logging.getLogger(__name__)

_SPAN = timedelta(days=90)
"""As the standard has it: the longest stretch of time that is asked for, and the usual one."""
_PAGE, _MOST = 100, 1000
_DEEPEST = 20_000
"""Requests that a question goes through at most; further back it is asked by dates."""
_YEARS = range(1970, 9000)
"""Of times that are asked for: in any of them a day can be added or taken, in any zone."""
_ATTRIBUTES = (
    ("when", "什么时候发生的", "string", ()),
    ("confidential", "是否要求保密", "singlevaluelist", (("1", "保密"), ("0", "不保密"))),
    ("public", "是否同意公开(不含姓名和联系方式)", "singlevaluelist", (("1", "同意"), ("0", "不同意"))),
)


class _Wrong(Exception):
    """A refusal: status and sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


Handler = Callable[[web.Request], Awaitable[tuple[str, Any, int]]]


@dataclass(frozen=True, slots=True)
class Open311:
    """The protocol on the intake."""

    intake: Intake
    published: PublishedTickets
    understanding: Understanding
    clock: Clock
    senders: Sequence[Sender] = ()
    jurisdiction: str = ""

    def routes(self) -> Sequence[web.RouteDef]:
        """Return what it answers."""
        base, media = "/open311/v2", "{media:(?:json|xml)}"
        return [
            web.get(f"{base}/services.{media}", self._answering(self._services)),
            web.get(f"{base}/services/{{code}}.{media}", self._answering(self._definition)),
            web.get(f"{base}/requests.{media}", self._answering(self._requests)),
            web.post(f"{base}/requests.{media}", self._answering(self._submit)),
            web.get(f"{base}/requests/{{id}}.{media}", self._answering(self._request)),
            web.get(f"{base}/tokens/{{token}}.{media}", self._answering(self._token)),
        ]

    def _answering(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            media = request.match_info["media"]
            try:
                asked = request.query.get("jurisdiction_id", "")
                if asked and self.jurisdiction and asked != self.jurisdiction:
                    raise _Wrong(404, f"没有辖区 {asked},本热线是 {self.jurisdiction}")
                root, data, status = await handler(request)
                return answer(root, data, media, status)
            except _Wrong as error:
                return _refused(error.status, error.sentence, media)
            except SubmissionEmpty as error:
                return _refused(400, str(error), media)
            except SubmissionDiffers as error:
                return _refused(409, str(error), media)
            except HotlineError as error:  # what is wrong inside is for the log and for nobody else
                log.error("Open311 failed: %s", error)
                return _refused(503, str(DeskUnable()), media)

        return handle

    async def _services(self, _request: web.Request) -> tuple[str, Any, int]:
        return "services", [_service(matter) for matter in self._all()], 200

    async def _definition(self, request: web.Request) -> tuple[str, Any, int]:
        matter = self._matter(request.match_info["code"])
        attributes = [_attribute(order, *one) for order, one in enumerate(_ATTRIBUTES, 1)]
        return "service_definition", {"service_code": matter.id, "attributes": attributes}, 200

    async def _submit(self, request: web.Request) -> tuple[str, Any, int]:
        try:
            form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        except (ValueError, LookupError):
            raise _Wrong(400, "表单读不出来,请用 application/x-www-form-urlencoded") from None
        given = {**request.query, **form}
        sender = self._admit(given)
        if not given.get("service_code"):
            raise _Wrong(400, "缺少 service_code,可用的见 services")
        matter = self._matter(given["service_code"])
        if not (given.get("address_string") or (given.get("lat") and given.get("long"))):
            raise _Wrong(400, "缺少地点:请给 address_string,或同时给 lat 和 long")
        key = request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)
        try:
            submission = _submission(key, sender, matter, given)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise _Wrong(400, f"{where} 写得不对") from None
        receipt = await self.intake.submit(submission, self.clock.now())
        notice = " ".join((receipt.told, *receipt.warnings))
        made = {"service_request_id": receipt.number, "service_notice": notice, "account_id": None}
        return "service_requests", [made], 201

    async def _requests(self, request: web.Request) -> tuple[str, Any, int]:
        asked, limit, skip = self._asked(request.query)
        found = await self.published.find(asked, self.clock.now(), limit, skip)
        return "service_requests", [_shown(one) for one in found], 200

    async def _request(self, request: web.Request) -> tuple[str, Any, int]:
        number = request.match_info["id"]
        found = await self.published.find(Asked(numbers=(tidy(number),)), self.clock.now(), 1)
        if not found:
            raise _Wrong(404, f"没有公开的工单 {tidy(number)}")
        return "service_requests", [_shown(one) for one in found], 200

    async def _token(self, request: web.Request) -> tuple[str, Any, int]:
        token = request.match_info["token"]
        asking = holder(request.query.get("api_key", ""), self.senders)
        senders = [asking] if asking else [one for one in self.senders if Channel.OPEN311 in one.channels]
        found = [await self.intake.receipt(Channel.OPEN311, token, one.name) for one in senders]
        numbers = {receipt.number for receipt in found if receipt}
        if not numbers:
            raise _Wrong(404, f"没有收到过 {tidy(token)}")
        if len(numbers) > 1:
            raise _Wrong(400, "不止一个系统用过这个 token,请带上 api_key")
        return "service_requests", [{"service_request_id": numbers.pop(), "token": token}], 200

    def _admit(self, given: Mapping[str, str]) -> Sender:
        jurisdiction = given.get("jurisdiction_id", "")
        if jurisdiction and self.jurisdiction and jurisdiction != self.jurisdiction:
            raise _Wrong(404, f"没有辖区 {jurisdiction},本热线是 {self.jurisdiction}")
        sender = holder(given.get("api_key", ""), self.senders)
        if sender is None or Channel.OPEN311 not in sender.channels:
            raise _Wrong(403, "api_key 不对,请向热线管理员申请")
        return sender

    def _all(self) -> list[Matter]:
        listed = self.understanding.matters  # asked anew each time: another list may have come into force
        return [*listed.matters, listed.fallback]

    def _matter(self, code: str) -> Matter:
        found = next((matter for matter in self._all() if matter.id == code), None)
        if found is None:
            raise _Wrong(404, f"没有服务 {tidy(code)},可用的见 services")
        return found

    def _asked(self, query: Mapping[str, str]) -> tuple[Asked, int, int]:
        numbers = _parts(query, "service_request_id")
        limit = min(_count(query, "page_size", _PAGE), _MOST)
        skip = (_count(query, "page", 1) - 1) * limit
        if skip > _DEEPEST:
            raise _Wrong(400, "翻得太深,请用 start_date 和 end_date 缩小范围")
        if numbers:
            return Asked(numbers=numbers[:_MOST]), min(max(limit, len(numbers)), _MOST), skip
        until = _time(query, "end_date")
        since = _time(query, "start_date") or ((until or self.clock.now()) - _SPAN)
        if (until or self.clock.now()) - since > _SPAN + timedelta(days=1):
            until = since + _SPAN
        states = set(_parts(query, "status"))
        if states - {"open", "closed"}:
            raise _Wrong(400, "status 只能是 open 或 closed")
        over = None if len(states) != 1 else states == {"closed"}
        matters = _parts(query, "service_code")
        return Asked((), matters, since, until, over), limit, skip


def _submission(key: str, sender: Sender, matter: Matter, given: Mapping[str, str]) -> Submission:
    point = f"坐标{given['lat']},{given['long']}" if given.get("lat") and given.get("long") else ""
    name = given.get("last_name", "") + given.get("first_name", "")
    picture = given.get("media_url", "")
    text = "\n".join(part for part in (given.get("description", "") or matter.name, picture) if part)
    return Submission(
        channel=Channel.OPEN311,
        key=key,
        sender=sender.name,
        text=text,
        matter=matter.id,
        detail=" ".join(part for part in (given.get("address_string", ""), point) if part),
        when=given.get("attribute[when]", ""),
        name=name,
        contact=given.get("phone") or given.get("email", ""),
        confidential={"1": True, "0": False}.get(given.get("attribute[confidential]", "")),
        public=given.get("attribute[public]") == "1",
    )


def _service(matter: Matter) -> dict[str, Any]:
    group, _, rest = matter.category.partition("/")
    return {
        "service_code": matter.id,
        "service_name": matter.name,
        "description": f"{matter.category},由{matter.unit}办理,{matter.limit_hours}个工作小时内答复",
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(part for part in (group, rest) if part),
        "group": group,
    }


def _attribute(order: int, code: str, asks: str, kind: str, values: Sequence[tuple[str, str]]) -> dict[str, Any]:
    made = {"variable": True, "code": code, "datatype": kind, "required": False, "datatype_description": ""}
    choices = [{"key": key, "name": name} for key, name in values]
    return {**made, "order": order, "description": asks, "values": choices}


def _shown(one: Published) -> dict[str, Any]:
    ticket = one.ticket
    matter = ticket.matter
    return {
        "service_request_id": ticket.number,
        "status": "closed" if ticket.state.over else "open",
        "status_notes": f"工单{in_groups(ticket.number)}:{ticket.state}",
        "service_name": matter.name if matter else "",
        "service_code": matter.id if matter else "",
        "description": ticket.what,
        "agency_responsible": matter.unit if matter else "",
        "service_notice": None,
        "requested_datetime": _iso(ticket.created),
        "updated_datetime": _iso(one.changed),
        "expected_datetime": _iso(ticket.due),
        "address": one.address,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + in a query is a blank
    except ValueError:
        at = None
    if at is None or at.year not in _YEARS:
        raise _Wrong(400, f"{name} 要写成 2026-11-24T10:00:00+08:00")
    return at if at.tzinfo else at.astimezone()


def _parts(query: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return what is named between commas, without what no database holds."""
    return tuple(part for one in query.get(name, "").split(",") if (part := tidy(one)))


def _count(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, "") or str(usual)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000):
        raise _Wrong(400, f"{name} 应是大于 0 的数字")
    return int(text[:6])


def _refused(status: int, sentence: str, media: str) -> web.Response:
    return answer("errors", [{"code": status, "description": sentence}], media, status)
