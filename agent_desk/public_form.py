"""The page on which anybody hands an appeal in: at /report, and at /qr/CODE with the place filled in."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from pydantic import ValidationError

from agent_desk.errors import DeskUnable, RequestWrong, TooMany
from agent_desk.rates import Rates
from core.clock import Clock
from core.errors import HotlineError
from tickets.contact import contact_key
from tickets.errors import PlaceCodeUnknown, SubmissionDiffers, SubmissionEmpty
from tickets.intake.codes import PlaceCodes
from tickets.intake.intake import Intake
from tickets.intake.submission import Submission
from tickets.ticket import Channel, Place

log = logging.getLogger(__name__)

_FIELDS = ("text", "detail", "name", "contact")
_ONLY_OURS = ("default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "frame-ancestors 'none'")
_SAFE = {
    "Content-Security-Policy": "; ".join(_ONLY_OURS),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_REPORT = "/report"


class PublicForm:
    """The public page. An error is a sentence on the page, and what was written stays in it."""

    def __init__(
        self, intake: Intake, codes: PlaceCodes, clock: Clock, an_hour: int, behind_proxy: bool = False
    ) -> None:
        self._intake, self._codes, self._clock = intake, codes, clock
        self._by_address, self._by_contact = Rates(an_hour), Rates(max(an_hour // 10, 3))
        self._visitor = _behind_proxy if behind_proxy else _remote

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the pages."""
        return [
            web.get(_REPORT, self._show),
            web.get("/qr/{code}", self._show),
            web.post(_REPORT, self._take),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        code = request.match_info.get("code", "")
        try:
            place = await self._codes.place(code) if code else Place()
        except PlaceCodeUnknown as error:
            return _form({}, "", Place(), 404, str(error))
        return _form({}, code, place)

    async def _take(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        code, place = given.get("code", ""), Place()
        try:
            place = await self._codes.place(code) if code else place
            submission = _submission(given, place)
            now = self._clock.now()
            self._admit(request, submission, now)
            receipt = await self._intake.submit(submission, now)
        except (RequestWrong, SubmissionDiffers, SubmissionEmpty, PlaceCodeUnknown) as error:
            return _form(given, code, place, 422, str(error))
        except TooMany as error:
            return _form(given, code, place, 429, str(error))
        except HotlineError as error:  # what is wrong inside is for the log and for nobody else
            log.error("the public page failed: %s", error)
            return _form(given, code, place, 503, str(DeskUnable()))
        return _page("receipt", 200, receipt=receipt)

    def _admit(self, request: web.Request, submission: Submission, now: datetime) -> None:
        """Raise `TooMany` for whoever hands in more than anybody would."""
        contact = contact_key(submission.contact)
        waits = [self._by_address.wait(self._visitor(request), now)]
        if contact:
            waits.append(self._by_contact.wait(contact, now))
        if longest := max((wait for wait in waits if wait), default=None):
            raise TooMany(minutes=int(longest.total_seconds() // 60) + 1)


def _submission(given: dict[str, str], place: Place) -> Submission:
    try:
        return Submission(
            channel=Channel.QR if str(place) else Channel.WEB,
            key=given.get("key", ""),
            text=given.get("text", ""),
            district=place.district,
            street=place.street,
            community=place.community,
            detail=" ".join(part for part in (place.detail, given.get("detail", "")) if part),
            name=given.get("name", ""),
            contact=given.get("contact", ""),
            confidential="confidential" in given or None,
            public="public" in given,
        )
    except ValidationError:
        raise RequestWrong(what="页面不完整,请重新打开后再提交") from None


def _form(given: dict[str, str], code: str, place: Place, status: int = 200, wrong: str = "") -> web.Response:
    key = given.get("key") or secrets.token_urlsafe(16)  # the same page sent twice is one appeal
    kept = {name: given.get(name, "") for name in (*_FIELDS, "confidential", "public")}
    page = {"given": kept, "code": code, "place": str(place), "key": key, "wrong": wrong, "action": _REPORT}
    return _page("form", status, **page)


def _page(name: str, status: int, **facts: object) -> web.Response:
    html = _pages().get_template(f"{name}.html").render(**facts)
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=_SAFE)


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)


def _remote(request: web.Request) -> str:
    return request.remote or ""


def _behind_proxy(request: web.Request) -> str:
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or _remote(request)
