"""The HTTP server: who asks, whether the request is right, and errors as sentences."""

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar
from urllib.parse import quote

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from agent_desk.errors import (
    BodyTooLarge,
    ChannelRefused,
    DeskBusy,
    DeskPortTaken,
    DeskUnable,
    IdFixed,
    JobUnknown,
    NotSignedIn,
    ReceiptUnknown,
    RequestWrong,
)
from agent_desk.openapi import HEADER, MOST_NUMBER, NUMBERS, describe
from agent_desk.operation import Call, File, Model, Operation
from agent_desk.settings import Sender
from core.errors import HotlineError, KeysDamaged, KeysMissing, RecordsError
from core.http_site import HttpSite
from knowledge_base import errors as knowledge
from knowledge_base.roles import Actor, Role
from knowledge_base.settings import Person
from knowledge_base.sheets.errors import TooLongForSheet
from tickets.errors import SubmissionDiffers, SubmissionEmpty

log = logging.getLogger(__name__)

Holder = TypeVar("Holder", Person, Sender)


class Pages(Protocol):
    """A part of the server that is no operation: pages, another protocol."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Return what it answers."""
        ...


_STATUS: dict[type[HotlineError], int] = {
    NotSignedIn: 401,
    knowledge.StepRefused: 403,
    knowledge.GapRefused: 403,
    knowledge.EntryUnknown: 404,
    knowledge.VersionUnknown: 404,
    knowledge.AttachmentUnknown: 404,
    knowledge.GapUnknown: 404,
    knowledge.QuestionUnknown: 404,
    JobUnknown: 404,
    ReceiptUnknown: 404,
    ChannelRefused: 403,
    SubmissionDiffers: 409,
    SubmissionEmpty: 422,
    knowledge.EntryExists: 409,
    knowledge.EditedMeanwhile: 409,
    knowledge.ChangedMeanwhile: 409,
    knowledge.NotReady: 409,
    knowledge.GapNotPending: 409,
    knowledge.GapIncomplete: 409,
    TooLongForSheet: 409,
    IdFixed: 409,
    BodyTooLarge: 413,
    RequestWrong: 422,
    knowledge.FieldsWrong: 422,
    knowledge.AttachmentRefused: 422,
    DeskBusy: 429,
}
"""Status of an error; one of ours that is not named says that something of ours does not work now (503)."""


_INSIDE = (RecordsError, KeysMissing, KeysDamaged)
"""Errors that tell where databases and files are: for the log, not for whoever asks over the net."""


class DeskServer(HttpSite):
    """Serves `operations` to `people`, and their description at /api/openapi.json to anybody."""

    def __init__(
        self,
        operations: Sequence[Operation],
        people: Sequence[Person],
        most_mb: int,
        version: str,
        senders: Sequence[Sender] = (),
        pages: Sequence[Pages] = (),
    ) -> None:
        self._people, self._senders, self._most_mb = people, senders, most_mb
        self._description = json.dumps(describe(operations, version), ensure_ascii=False).encode()
        app = web.Application(client_max_size=most_mb << 20, middlewares=[_sentences])
        app.router.add_get("/api/openapi.json", self._show_description)
        for operation in operations:
            app.router.add_route(operation.method, operation.path, self._handler(operation))
        for part in pages:
            app.router.add_routes(part.routes())
        super().__init__(app, DeskPortTaken)

    async def _show_description(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._description, content_type="application/json")

    def _handler(self, operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
        answers = None if operation.media else TypeAdapter(operation.answer)

        async def handle(request: web.Request) -> web.Response:
            actor, sender = self._who(request, operation)
            call = Call(
                actor,
                _path(request, operation),
                _read_query(operation, request),
                await self._read_body(operation, request),
                _header(request, operation),
                sender,
            )
            answer = await operation.run(call)
            if isinstance(answer, File):
                name = f"attachment; filename*=UTF-8''{quote(answer.name)}" if answer.name else "inline"
                headers = {"Content-Type": answer.media, "Content-Disposition": name}
                headers["X-Content-Type-Options"] = "nosniff"
                return web.Response(body=answer.data, headers=headers)
            assert answers is not None
            body = answers.dump_json(answer)
            return web.Response(body=body, status=operation.status, content_type="application/json")

        return handle

    def _who(self, request: web.Request, operation: Operation) -> tuple[Actor, Sender | None]:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        person, sender = holder(key, self._people), holder(key, self._senders)
        if person is not None:
            return person.actor, None
        if sender is None or not operation.senders:
            raise NotSignedIn
        return Actor(sender.name, Role.SYSTEM), sender

    async def _read_body(self, operation: Operation, request: web.Request) -> object:
        if not operation.raw and operation.body is None:
            return None
        try:
            data = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise BodyTooLarge(most_mb=self._most_mb) from None
        if operation.body is None:
            if not data:
                raise RequestWrong(what="没有内容")
            return data
        try:
            return operation.body.model_validate_json(data)
        except ValidationError as error:
            raise RequestWrong(what=_told(error)) from None


def holder(key: str, among: Sequence[Holder]) -> Holder | None:
    """Return who has `key`, if anybody."""
    given = hashlib.sha256(key.strip().encode("utf8", "surrogateescape")).hexdigest()
    found = None
    for one in among:  # all of them, so that the time tells nothing
        if hmac.compare_digest(one.key_sha256, given):
            found = one
    return found


def _header(request: web.Request, operation: Operation) -> str:
    if not operation.header:
        return ""
    given = request.headers.getall(operation.header, [])
    if len(given) != 1 or not HEADER.fullmatch(given[0]):
        raise RequestWrong(what=f"请求头 {operation.header} 要有且只有一个,1 到 200 个可见的 ASCII 字符,没有空格")
    return given[0]


def _path(request: web.Request, operation: Operation) -> dict[str, str]:
    """The parts of the path; a number that is none leads nowhere."""
    parts = dict(request.match_info)
    for name, choices in operation.choices.items():
        if parts[name] not in choices:
            raise RequestWrong(what=f"{name} 应是 {'、'.join(choices)} 之一")
    for name in NUMBERS & parts.keys():
        digits = parts[name][:20]
        if not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= MOST_NUMBER):
            raise RequestWrong(what=f"{name} 应是数字")
    return parts


def _read_query(operation: Operation, request: web.Request) -> Model:
    values = dict(request.query)
    if len(values) != len(request.query):
        raise RequestWrong(what="查询参数重复")
    try:
        return operation.query.model_validate_strings(values)
    except ValidationError as error:
        raise RequestWrong(what=_told(error)) from None


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "内容"
    return f"{where}:{first['msg']}"


@web.middleware
async def _sentences(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer every error with JSON that has a sentence for people."""
    try:
        return await handler(request)
    except _INSIDE as error:
        log.error("%s %s failed: %s", request.method, request.match_info.route.resource, error)
        return _refused(DeskUnable(), 503)
    except HotlineError as error:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)
        return _refused(error, status)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.match_info.route.resource)
        return _refused(HotlineError(), 500)


def _refused(error: HotlineError, status: int) -> web.Response:
    facts = {name: str(value) for name, value in error.facts.items()}
    body = {"error": type(error).__name__, "sentence": str(error), "facts": facts}
    headers = {"WWW-Authenticate": 'Bearer realm="12345"'} if status == 401 else {}
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
