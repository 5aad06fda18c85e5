"""What the desk does for editors besides keeping entries: advice, hit test, listening, sheets, files, the inbox."""

import io
import json
import wave
from datetime import UTC, datetime

import openpyxl

from core.events import Event, append
from dialog.hit_test import hit_test
from knowledge_base.gaps.rows import make
from tests.integration.agent_desk.conftest import UNDERSTANDING, Desk
from tests.integration.agent_desk.test_entries_api import WATER, ended


async def raw(desk: Desk, who: str, method: str, path: str, data: bytes | None = None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer key of {who}"}
    async with desk.session.request(method, desk.url + path, data=data, headers=headers) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.read()


async def test_what_is_hard_to_speak_is_told_while_one_writes(desk: Desk) -> None:
    entry = {**WATER, "spoken": "每吨3.2元,详见www.example.com。"}
    status, told = await desk.ask("editor", "POST", "/api/kb/advice", {"entry": entry})
    assert status == 200
    assert any(remark["kind"] == "口语" for remark in told["remarks"]), told
    assert not told["blocks"]


async def test_a_full_check_tells_which_questions_would_be_taken_over(desk: Desk) -> None:
    lost = next(entry for entry in desk.live.entries if entry.id == "shebao-card-lost")
    copy = {**WATER, "question": lost.question, "asked": list(lost.asked[:20]), "subject": "社会保障卡"}
    _, job = await desk.ask("editor", "POST", "/api/kb/advice/full", {"entry": copy})
    told = await ended(desk, "editor", job["id"])
    assert told["state"] == "done", told
    assert {"抢答", "重复"} & {remark["kind"] for remark in told["result"]["remarks"]}


async def test_the_hit_test_says_what_a_call_would(desk: Desk) -> None:
    question = "社保卡丢了怎么补办"
    status, told = await desk.ask("editor", "POST", "/api/kb/hit-tests", {"questions": [{"question": question}]})
    assert status == 200
    hit = hit_test(desk.live.current, UNDERSTANDING, question, datetime.now().astimezone())
    assert told["hits"][0] == hit.data(desk.live.current.answer_from)
    assert told["hits"][0]["entry"] == "shebao-card-lost"


async def test_a_spoken_answer_can_be_listened_to(desk: Desk) -> None:
    headers = {"Authorization": "Bearer key of editor"}
    async with desk.session.post(f"{desk.url}/api/kb/speech", json={"text": "请稍等。"}, headers=headers) as answer:
        assert answer.status == 200
        with wave.open(io.BytesIO(await answer.read())) as file:
            assert (file.getframerate(), file.getnchannels()) == (8000, 1)
            assert file.getnframes() > 0


async def test_the_calibration_is_shown(desk: Desk) -> None:
    _, told = await desk.ask("editor", "GET", "/api/kb/calibration")
    assert told["questions"] == desk.live.current.curve().questions
    status, media, drawn = await raw(desk, "editor", "GET", "/api/kb/calibration.svg")
    assert (status, media) == (200, "image/svg+xml")
    assert drawn.startswith(b"<svg")


async def test_a_sheet_goes_out_and_comes_back_unchanged(desk: Desk) -> None:
    status, _, sheet = await raw(desk, "admin", "GET", "/api/kb/export?format=xlsx")
    assert status == 200
    assert openpyxl.load_workbook(io.BytesIO(sheet)).active.max_row == len(desk.live.entries) + 1
    status, _, told = await raw(desk, "admin", "POST", "/api/kb/imports?name=a.xlsx", sheet)
    assert status == 202, told
    job = await ended(desk, "admin", json.loads(told)["id"])
    assert job["state"] == "done", job
    assert (job["result"]["saved"], job["result"]["faults"]) == (0, [])


async def test_one_bad_row_keeps_the_others_out(desk: Desk) -> None:
    sheet = "编号,问题,口语答复\nnew-one,问什么,答什么\nBAD ID,问什么,答什么\n".encode()
    before = desk.store.ids()
    _, _, told = await raw(desk, "admin", "POST", "/api/kb/imports?name=a.csv", sheet)
    job = await ended(desk, "admin", json.loads(told)["id"])
    assert any("第 3 行" in fault and "编号" in fault for fault in job["result"]["faults"]), job
    assert desk.store.ids() == before


async def test_a_file_is_kept_beside_an_entry_and_each_look_recorded(desk: Desk) -> None:
    path = "/api/kb/entries/shebao-card-lost/attachments/note.txt"
    status, _, told = await raw(desk, "admin", "PUT", path, "要带身份证。".encode())
    assert status == 200, told
    status, media, content = await raw(desk, "editor", "GET", path)
    assert (status, content.decode()) == (200, "要带身份证。")
    assert media.startswith("text/plain")
    kinds = [event.kind for event in desk.store.history("shebao-card-lost")]
    assert kinds[-1] == "entry.attachment_read"
    assert (await raw(desk, "admin", "PUT", path.replace("txt", "exe"), b"MZ"))[0] == 422


async def test_a_gap_is_given_to_a_department_and_drafted_there(desk: Desk) -> None:
    now = datetime.now(UTC).timestamp()
    id = desk.store.database.run(lambda c: make(c, "一吨水多少钱", now))
    desk.store.database.run(lambda c: append(c, Event(now, f"gap:{id}", "gap.opened", {})))
    path = f"/api/kb/gaps/{id}"
    assert (await desk.ask("editor", "GET", path))[0] == 403
    body = {"department": "市水务局", "due": "2027-01-31"}
    status, gap = await desk.ask("reviewer", "POST", f"{path}/assign", body)
    assert (status, gap["department"], gap["due"]) == (200, "市水务局", "2027-01-31")
    _, mine = await desk.ask("editor", "GET", "/api/kb/gaps")
    assert [one["id"] for one in mine] == [id]
    status, draft = await desk.ask("editor", "POST", f"{path}/draft")
    assert (status, draft["question"]) == (200, "一吨水多少钱")
    assert (await desk.ask("editor", "GET", f"/api/kb/entries/{draft['id']}"))[1]["life"]["state"] == "draft"
    status, told = await desk.ask("reviewer", "POST", f"{path}/merge", {"into": id})
    assert (status, told["error"]) == (409, "GapIncomplete")


async def test_an_editor_sees_the_report_of_his_own_department(desk: Desk) -> None:
    _, every = await desk.ask("admin", "GET", "/api/kb/report")
    assert {line["department"] for line in every} == {entry.department for entry in desk.live.entries}
    _, own = await desk.ask("editor", "GET", "/api/kb/report?department=别的部门")
    assert {line["department"] for line in own} <= {"市水务局"}
