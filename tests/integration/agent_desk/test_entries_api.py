"""What editors and reviewers do over HTTP, as they would from a page."""

import asyncio
from typing import Any

import pytest

from tests.integration.agent_desk.conftest import Desk

WATER: dict[str, Any] = {
    "id": "water-price",
    "topic": "供水",
    "subject": "水费",
    "aspect": "费用",
    "short": "水价",
    "question": "一吨水多少钱?",
    "asked": ["水费怎么算", "水价是多少", "一方水几块"],
    "spoken": "居民用水每吨三块二。",
    "text": "居民生活用水每吨3.20元。",
    "department": "市水务局",
}


async def ended(desk: Desk, who: str, job: str) -> dict[str, Any]:
    while True:
        status, told = await desk.ask(who, "GET", f"/api/jobs/{job}")
        assert status == 200
        if told["state"] != "running":
            return dict(told)
        await asyncio.sleep(0.02)


async def approved(desk: Desk, entry: dict[str, Any] = WATER) -> None:
    for who, path, body, wanted in (
        ("editor", "", {"entry": entry}, 201),
        ("editor", f"/{entry['id']}/steps", {"step": "submit", "version": 1}, 200),
        ("reviewer", f"/{entry['id']}/steps", {"step": "approve", "version": 1}, 200),
    ):
        status, told = await desk.ask(who, "POST", f"/api/kb/entries{path}", body)
        assert status == wanted, told


async def test_an_entry_goes_from_a_draft_to_callers(desk: Desk) -> None:
    await approved(desk)
    body = {"entries": [{"id": "water-price", "version": 1}], "why": "新水价"}
    status, job = await desk.ask("reviewer", "POST", "/api/kb/publications", body)
    assert status == 202
    told = await ended(desk, "reviewer", job["id"])
    assert told["state"] == "done", told
    assert WATER["spoken"] in desk.speech.texts
    news = desk.store.since(desk.live.number)
    assert news.number == told["result"]["number"]
    assert [entry.id for entry in news.entries] == ["water-price"]
    _, history = await desk.ask("editor", "GET", "/api/kb/entries/water-price/history")
    assert [event["kind"] for event in history] == [
        "entry.saved",
        "entry.submitted",
        "entry.approved",
        "entry.published",
    ]
    assert [event["body"]["who"] for event in history] == ["水务编辑", "水务编辑", "审核员", "审核员"]


async def test_a_failed_rendering_publishes_nothing_and_says_why(desk: Desk) -> None:
    await approved(desk)
    desk.speech.broken = True
    body = {"entries": [{"id": "water-price", "version": 1}]}
    _, job = await desk.ask("reviewer", "POST", "/api/kb/publications", body)
    told = await ended(desk, "reviewer", job["id"])
    assert told["state"] == "failed"
    assert "合成进程没有启动" in told["sentence"]
    assert desk.store.since(desk.live.number).entries == ()
    _, entry = await desk.ask("editor", "GET", "/api/kb/entries/water-price")
    assert (entry["life"]["state"], entry["live"]) == ("approved", None)


async def test_a_job_is_seen_by_who_began_it_only(desk: Desk) -> None:
    await approved(desk)
    body = {"entries": [{"id": "water-price", "version": 1}]}
    _, job = await desk.ask("reviewer", "POST", "/api/kb/publications", body)
    assert (await desk.ask("editor", "GET", f"/api/jobs/{job['id']}"))[0] == 404


async def test_the_second_of_two_editors_keeps_his_text_and_sees_the_difference(desk: Desk) -> None:
    await desk.ask("editor", "POST", "/api/kb/entries", {"entry": WATER})
    path = "/api/kb/entries/water-price"
    for who, price, wanted in (("admin", "三块五", 200), ("editor", "三块八", 409)):
        body = {"entry": {**WATER, "spoken": f"每吨{price}。"}, "base": 1}
        status, told = await desk.ask(who, "PUT", path, body)
        assert status == wanted, told
    assert told["error"] == "EditedMeanwhile"
    assert "管理员" in told["sentence"]
    _, kept = await desk.ask("editor", "GET", f"{path}/versions/{told['facts']['kept']}")
    assert kept["aside"]
    assert kept["entry"]["spoken"] == "每吨三块八。"
    _, differs = await desk.ask("editor", "GET", f"{path}/differences?old=2&new=3")
    assert [field["field"] for field in differs["fields"]] == ["spoken"]
    _, now = await desk.ask("editor", "GET", path)
    assert now["head"]["entry"]["spoken"] == "每吨三块五。"


LOST = "/api/kb/entries/shebao-card-lost"
WITHDRAW = {"step": "withdraw", "version": 1}


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "status", "says"),
    [
        ("", "GET", "/api/kb/entries", None, 401, "密钥"),
        ("nobody", "GET", "/api/kb/entries", None, 401, "密钥"),
        ("editor", "GET", "/api/kb/entries/none", None, 404, "none"),
        ("editor", "GET", "/api/kb/entries?limit=many", None, 422, "limit"),
        ("editor", "GET", "/api/kb/entries?colour=red", None, 422, "colour"),
        ("editor", "POST", "/api/kb/entries", {"entry": {**WATER, "department": "市城管局"}}, 403, "市城管局"),
        ("editor", "POST", "/api/kb/entries", {"entry": {**WATER, "text": "长" * 100_000}}, 422, "正文"),
        ("editor", "POST", "/api/kb/entries", {"entry": {**WATER, "colour": "红"}}, 422, "colour"),
        ("editor", "POST", "/api/kb/entries", {"entry": {**WATER, "text": "长" * 2_000_000}}, 413, "1 MB"),
        (
            "editor",
            "POST",
            f"{LOST}/steps",
            {"step": "withdraw", "version": 1, "why": "停"},
            403,
            "部门|归",
        ),
        (
            "reviewer",
            "POST",
            f"{LOST}/steps",
            {"step": "withdraw", "version": 1},
            403,
            "原因",
        ),
        ("reviewer", "POST", f"{LOST}/steps", {"step": "approve", "version": 7}, 409, "7"),
        ("reviewer", "POST", f"{LOST}/restore", {"version": 9}, 404, "9"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    desk: Desk, who: str, method: str, path: str, body: object, status: int, says: str
) -> None:
    before = desk.store.live()
    answered, told = await desk.ask(who, method, path, body)
    assert answered == status, told
    assert any(word in told["sentence"] for word in says.split("|")), told
    assert desk.store.live() == before


async def test_somebody_without_a_key_of_his_own_does_not_come_in(desk: Desk) -> None:
    async with desk.session.get(f"{desk.url}/api/me", headers={"Authorization": "Bearer "}) as answer:
        assert answer.status == 401


async def test_an_old_version_comes_back_as_a_new_one(desk: Desk) -> None:
    _, entry = await desk.ask("admin", "GET", LOST)
    first = entry["head"]["entry"]
    body = {"entry": {**first, "spoken": "改过的答复。"}, "base": 1}
    await desk.ask("admin", "PUT", LOST, body)
    status, version = await desk.ask("admin", "POST", f"{LOST}/restore", {"version": 1})
    assert (status, version["number"]) == (200, 3)
    assert version["entry"]["spoken"] == first["spoken"]
    _, versions = await desk.ask("admin", "GET", f"{LOST}/versions")
    assert [line["number"] for line in versions] == [3, 2, 1]


async def test_entries_are_listed_page_by_page(desk: Desk) -> None:
    seen: list[str] = []
    while True:
        beyond = seen[-1] if seen else ""
        _, page = await desk.ask("editor", "GET", f"/api/kb/entries?limit=3&beyond={beyond}&state=published")
        if not page["entries"]:
            break
        seen += [row["life"]["id"] for row in page["entries"]]
    assert seen == sorted(entry.id for entry in desk.store.live().entries)
