"""Open311 as a client that nobody here wrote (`georeport`) understands it, and what it must never show."""

import asyncio
from xml.etree import ElementTree

import pytest
import requests
from georeport import GeoReport
from sqlalchemy import text

from core.clock import SystemClock
from tests.integration.agent_desk.conftest import UNDERSTANDING, Desk
from tickets.intake.published import publish
from tickets.life.machine import Order
from tickets.life.roles import Actor, Role
from tickets.life.rules import usual_rules
from tickets.life.steps import Check
from tickets.life.store import LifeStore
from tickets.matters import ResponsibilityList

PRIVATE = {"phone": "13800001234", "last_name": "王", "first_name": "建国"}


def _client(desk: Desk, media: str = "json") -> GeoReport:
    return GeoReport(f"{desk.url}/open311/v2", "lanjiang.gov.cn", output_format=media)


async def _post(desk: Desk, media: str = "json", **given: str) -> tuple[int, str]:
    form = {
        "api_key": "key of app",
        "jurisdiction_id": "lanjiang.gov.cn",
        "service_code": "lamp",
        "description": "路灯坏了三天,请打我电话13800001234,王建国",
        "address_string": "城东区解放路街道阳光花园3号楼2单元501",
        **PRIVATE,
        **given,
    }
    url = f"{desk.url}/open311/v2/requests.{media}"
    answer = await asyncio.to_thread(requests.post, url, data=form, timeout=30)
    return answer.status_code, answer.text


async def _number(desk: Desk, **given: str) -> str:
    status, text = await _post(desk, "xml", **given)
    assert status == 201, text
    return ElementTree.fromstring(text).findtext("request/service_request_id") or ""


async def _listed(desk: Desk) -> str:
    url = f"{desk.url}/open311/v2/requests.json"
    return (await asyncio.to_thread(requests.get, url, timeout=30)).text


def _checked(desk: Desk, *numbers: str) -> None:
    """Have a dispatcher read tickets."""
    lives = LifeStore(desk.store.database, usual_rules(), then=(publish,))
    for number in numbers:
        lives.take(number, Order(Check(), Actor("小李", Role.DISPATCHER), SystemClock().now()))


@pytest.mark.parametrize("media", ["json", "xml"])
async def test_the_client_reads_services_and_their_definitions(desk: Desk, media: str) -> None:
    client = _client(desk, media)
    services = await asyncio.to_thread(client.get_service_list)
    assert {"lamp", "heat-cold"} <= {service["service_code"] for service in services}
    assert all(service["service_name"] and service["group"] for service in services)
    definition = await asyncio.to_thread(client.get_service_definition, "lamp")
    assert definition["service_code"] == "lamp"


@pytest.mark.parametrize("media", ["json", "xml"])
async def test_the_client_finds_what_is_public_and_nothing_of_who_said_it(desk: Desk, media: str) -> None:
    shown = await _number(desk, **{"attribute[public]": "1"})
    await _number(desk, phone="13900000001")
    secret = await _number(desk, phone="13900000002", **{"attribute[public]": "1", "attribute[confidential]": "1"})
    client = _client(desk, media)
    assert shown not in await _listed(desk)
    _checked(desk, shown, secret)
    client = _client(desk, media)
    found = await asyncio.to_thread(client.get_service_requests)
    found = found if isinstance(found, list) else [found]
    assert [one["service_request_id"] for one in found] == [shown]
    assert found[0]["status"] == "open"
    assert found[0]["address"] == "城东区解放路街道阳光花园"
    for private in ("13800001234", "王建国", "501"):
        assert private not in str(found)
    one = await asyncio.to_thread(client.get_service_request, shown)
    assert one["service_code"] == "lamp"
    with pytest.raises(requests.HTTPError):
        await asyncio.to_thread(client.get_service_request, secret)


async def test_requests_are_filtered(desk: Desk) -> None:
    number = await _number(desk, **{"attribute[public]": "1"})
    _checked(desk, number)
    client = _client(desk)

    async def numbers(**asked: str) -> list[str]:
        found = await asyncio.to_thread(lambda: client.get_service_requests(**asked))
        return [one["service_request_id"] for one in found]

    assert await numbers(service_code="lamp,heat-cold", status="open") == [number]
    assert await numbers(service_code="heat-cold") == []
    assert await numbers(status="closed") == []
    assert await numbers(status="open,closed", start_date="2026-01-01T00:00:00Z") in ([], [number])
    assert await numbers(end_date="2020-01-01T00:00:00Z") == []
    assert await numbers(service_request_id=f"1,{number}") == [number]


async def test_an_idempotency_key_is_the_token(desk: Desk) -> None:
    url, form = f"{desk.url}/open311/v2/requests.json", {"api_key": "key of app", "service_code": "lamp"}
    form |= {"lat": "36.1", "long": "118.3", "description": "路灯坏了"}
    headers = {"Idempotency-Key": "app-1"}
    first, again = [
        await asyncio.to_thread(lambda: requests.post(url, data=form, headers=headers, timeout=30)) for _ in range(2)
    ]
    token = await asyncio.to_thread(lambda: requests.get(f"{desk.url}/open311/v2/tokens/app-1.json", timeout=30))
    assert first.json() == again.json()
    assert token.json() == [{"service_request_id": first.json()[0]["service_request_id"], "token": "app-1"}]


@pytest.mark.parametrize(
    ("status", "given"),
    [
        (403, {"api_key": "wrong"}),
        (403, {"api_key": "key of province"}),
        (404, {"service_code": "none"}),
        (400, {"service_code": ""}),
        (400, {"address_string": ""}),
        (404, {"jurisdiction_id": "elsewhere.gov.cn"}),
    ],
)
@pytest.mark.parametrize("media", ["json", "xml"])
async def test_refusals_are_in_the_standards_form(desk: Desk, media: str, status: int, given: dict[str, str]) -> None:
    answered, text = await _post(desk, media, **given)
    assert answered == status
    if media == "xml":
        root = ElementTree.fromstring(text)
        assert (root.tag, root.findtext("error/code")) == ("errors", str(status))
        assert root.findtext("error/description")
    else:
        assert f'"code": {status}' in text


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "start_date=yesterday",
        "page_size=0",
        "page=x",
        "page=202",
        "start_date=99999-01-01T00:00:00Z",
        "start_date=9999-12-31T23:59:59-14:00",
        "end_date=0001-01-01T00:00:00%2B14:00",
        "start_date=0001-01-02",
        "end_date=0001-01-05T00:00:00Z",
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    url = f"{desk.url}/open311/v2/requests.json?{query}"
    assert (await asyncio.to_thread(lambda: requests.get(url, timeout=30))).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests.json?service_code=%00&service_request_id=%00", 200),
        ("requests/%00.json", 404),
        ("requests/%ED%A0%80.xml", 404),
        ("tokens/%00.xml", 404),
        ("services/%01.xml", 404),
    ],
)
async def test_what_no_database_holds_is_asked_for_in_vain(desk: Desk, path: str, status: int) -> None:
    answer = await asyncio.to_thread(requests.get, f"{desk.url}/open311/v2/{path}", timeout=30)
    assert answer.status_code == status
    if path.endswith("xml"):
        assert ElementTree.fromstring(answer.text).tag == "errors"


async def test_a_broken_database_tells_nobody_where_it_is(desk: Desk) -> None:
    desk.store.database.run(lambda c: c.execute(text("ALTER TABLE tickets RENAME TO elsewhere")))
    report = {"text": "路灯坏了", "key": "k"}
    for answer in (
        await asyncio.to_thread(requests.get, f"{desk.url}/open311/v2/requests.json", timeout=30),
        await asyncio.to_thread(requests.post, f"{desk.url}/report", data=report, timeout=30),
        await asyncio.to_thread(
            requests.post,
            f"{desk.url}/api/intake/province",
            json={"text": "路灯坏了"},
            headers={"Authorization": "Bearer key of province", "Idempotency-Key": "k"},
            timeout=30,
        ),
    ):
        assert answer.status_code == 503
        assert "稍后再试" in answer.text
        assert "sqlite" not in answer.text and "tickets" not in answer.text


async def test_another_list_is_offered_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lamp = {
        "id": "bike",
        "category": "城建",
        "name": "单车乱停",
        "unit": "市单车办",
        "hours": 24,
        "words": (),
        "examples": (),
    }
    own = ResponsibilityList([lamp], {**lamp, "id": "other", "name": "其他"})
    monkeypatch.setattr(UNDERSTANDING, "matters", own)
    services = await asyncio.to_thread(_client(desk).get_service_list)
    assert [service["service_code"] for service in services] == ["bike", "other"]


async def test_a_token_that_two_systems_have_used_is_asked_for_with_the_key(desk: Desk) -> None:
    async def ask(method: str, path: str, **given: str) -> requests.Response:
        url, headers = f"{desk.url}/open311/v2/{path}", {"Idempotency-Key": "t-1"}
        form = {"service_code": "lamp", "address_string": "城东区阳光花园", **given}
        return await asyncio.to_thread(requests.request, method, url, params=form, headers=headers, timeout=30)

    mine = await ask("POST", "requests.json", api_key="key of app", description="路灯坏了")
    other = await ask("POST", "requests.json", api_key="key of snap", description="另一处路灯也坏了")
    assert (mine.status_code, other.status_code) == (201, 201)
    assert (await ask("GET", "tokens/t-1.json")).status_code == 400
    found = await ask("GET", "tokens/t-1.json", api_key="key of snap")
    assert found.json()[0]["service_request_id"] == other.json()[0]["service_request_id"]
