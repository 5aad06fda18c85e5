"""Open311 as a client that nobody here wrote (`georeport`) understands it, and what it must never show."""

import asyncio
from xml.etree import ElementTree

import pytest
import requests
from georeport import GeoReport

from tests.integration.agent_desk.conftest import Desk

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


@pytest.mark.parametrize("query", ["status=lost", "start_date=yesterday", "page_size=0", "page=x"])
async def test_a_question_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    url = f"{desk.url}/open311/v2/requests.json?{query}"
    assert (await asyncio.to_thread(lambda: requests.get(url, timeout=30))).status_code == 400
