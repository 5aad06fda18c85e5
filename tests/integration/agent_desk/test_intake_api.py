"""Other systems hand appeals over, people at home do, and each gets one ticket."""

import re

import pytest

from core.clock import SystemClock
from tests.integration.agent_desk.conftest import Desk
from tickets.intake.codes import PlaceCodes
from tickets.store import TicketStore
from tickets.ticket import Channel, Place

APPEAL = {
    "text": "小区门口的路灯坏了,晚上很黑",
    "district": "城东区",
    "community": "阳光花园",
    "contact": "13800001234",
}


async def _post(desk: Desk, who: str, channel: str, key: str, body: object) -> tuple[int, dict]:
    headers = {"Authorization": f"Bearer key of {who}", "Idempotency-Key": key}
    url = f"{desk.url}/api/intake/{channel}"
    async with desk.session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


def _count(desk: Desk) -> int:
    return len(TicketStore(desk.store.database).list_now())


async def test_a_system_hands_an_appeal_over_once(desk: Desk) -> None:
    status, first = await _post(desk, "province", "province", "GD-2026-77", APPEAL)
    assert (status, first["standing"]) == (200, "new")
    status, again = await _post(desk, "province", "province", "GD-2026-77", APPEAL)
    assert (status, again) == (200, {**first, "standing": "again"})
    assert _count(desk) == 1
    status, kept = await desk.ask("province", "GET", "/api/intake/receipts/province/GD-2026-77")
    assert (status, kept) == (200, first)
    status, error = await _post(desk, "province", "province", "GD-2026-77", {**APPEAL, "text": "别的事"})
    assert status == 409
    assert "换一个编号" in error["sentence"]


async def test_two_systems_of_one_channel_may_use_the_same_key(desk: Desk) -> None:
    _, one = await _post(desk, "province", "province", "GD-1", APPEAL)
    status, other = await _post(desk, "neighbour", "province", "GD-1", {**APPEAL, "text": "井盖丢了"})
    assert (status, other["standing"], other["key"]) == (200, "new", "GD-1")
    _, kept = await desk.ask("neighbour", "GET", "/api/intake/receipts/province/GD-1")
    assert kept == other
    _, kept = await desk.ask("province", "GET", "/api/intake/receipts/province/GD-1")
    assert kept == one


async def test_a_system_may_use_its_own_channels_and_nothing_else(desk: Desk) -> None:
    assert (await _post(desk, "province", "telephone", "1", APPEAL))[0] == 403
    assert (await _post(desk, "editor", "province", "1", APPEAL))[0] == 403
    assert (await _post(desk, "nobody", "province", "1", APPEAL))[0] == 401
    assert (await desk.ask("province", "GET", "/api/kb/entries"))[0] == 401
    assert (await desk.ask("province", "GET", "/api/intake/receipts/web/1"))[0] == 403
    assert (await desk.ask("province", "GET", "/api/intake/receipts/province/none"))[0] == 404
    assert _count(desk) == 0


async def test_without_a_key_of_its_own_nothing_is_taken(desk: Desk) -> None:
    status, error = await desk.ask("province", "POST", "/api/intake/province", APPEAL)
    assert status == 422
    assert "Idempotency-Key" in error["sentence"]


async def _page(desk: Desk, path: str) -> tuple[int, str]:
    async with desk.session.get(desk.url + path) as answer:
        return answer.status, await answer.text()


async def _send(desk: Desk, page: str, **given: str) -> tuple[int, str]:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    async with desk.session.post(f"{desk.url}/report", data={**hidden, **given}) as answer:
        return answer.status, await answer.text()


async def test_a_scanned_code_fills_the_place_in(desk: Desk) -> None:
    place = Place("城东区", "解放路街道", "阳光花园", "5号楼")
    code = PlaceCodes(desk.store.database).make(place, SystemClock().now())
    status, page = await _page(desk, f"/qr/{code}")
    assert status == 200
    assert str(place) in page
    status, receipt = await _send(desk, page, text="电梯又坏了", contact="13800001234", confidential="1")
    assert status == 200
    (ticket,) = TicketStore(desk.store.database).list_now()
    assert f"{ticket.number[:6]} {ticket.number[6:]}" in receipt
    assert (ticket.channel, ticket.place, ticket.confidential) == (Channel.QR, place, True)


async def test_the_page_sent_twice_is_one_appeal(desk: Desk) -> None:
    _, page = await _page(desk, "/report")
    first = await _send(desk, page, text="路灯坏了", detail="城东区阳光花园3号楼", contact="13800001234")
    again = await _send(desk, page, text="路灯坏了", detail="城东区阳光花园3号楼", contact="13800001234")
    assert first == again
    (ticket,) = TicketStore(desk.store.database).list_now()
    assert ticket.channel is Channel.WEB
    assert ticket.place.community == "阳光花园"


async def test_a_wrong_page_says_so_and_keeps_what_was_written(desk: Desk) -> None:
    status, page = await _page(desk, "/qr/zzzzzzzz")
    assert status == 404
    assert "请重新扫码" in page
    _, page = await _page(desk, "/report")
    status, page = await _send(desk, page, text=" ", name='"><script>alert(1)</script>')
    assert status == 422
    assert "请写明" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_who_hands_in_too_many_is_asked_to_wait(desk: Desk) -> None:
    statuses = []
    for at in range(5):
        _, page = await _page(desk, "/report")
        status, page = await _send(desk, page, text=f"第{at}件事,路灯坏了", contact="138-0000-1234")
        statuses.append(status)
    assert statuses == [200, 200, 200, 200, 429]
    assert "分钟后再试" in page


@pytest.mark.parametrize("path", ["/report", "/qr/zzzzzzzz"])
async def test_the_page_loads_nothing_from_elsewhere(desk: Desk, path: str) -> None:
    async with desk.session.get(desk.url + path) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.findall(r'(?:src|href)="', await answer.text())
