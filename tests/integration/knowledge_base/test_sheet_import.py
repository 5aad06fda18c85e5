"""Sheets into a real store: all rows or none, each editor his own department, nobody's later change overwritten."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.database import Database
from core.events import Event
from knowledge_base.entry import Entry
from knowledge_base.errors import NotReady, StepRefused
from knowledge_base.life import State, Step
from knowledge_base.loading import from_folder
from knowledge_base.roles import Actor, Role
from knowledge_base.sheets.export import exported
from knowledge_base.sheets.planning import Plan, plan
from knowledge_base.sheets.reader import read_sheet
from knowledge_base.sheets.report import write_report
from knowledge_base.sheets.writer import write_entries
from knowledge_base.store import EntryStore
from tests.integration.knowledge_base.conftest import FOLDER

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CHIEF = Actor("老陈", Role.ADMINISTRATOR)
EDITOR = Actor("小王", Role.EDITOR, "市城管局")
LAMP = Entry(
    "lamp",
    "路灯坏了找谁?",
    "请告诉我路灯在哪条路。",
    topic="市政",
    subject="路灯",
    aspect="投诉",
    short="路灯报修",
    asked=("路灯不亮", "灯杆倒了", "晚上没路灯"),
    text="路灯由市政设施中心维修。",
    department="市城管局",
    telephone="12345",
)


@pytest.fixture
def store(tmp_path: Path) -> EntryStore:
    return EntryStore(Database(f"sqlite:///{tmp_path / 'kb.db'}"))


def planned(store: EntryStore, csv: str, actor: Actor = CHIEF, steps: tuple[Step, ...] = ()) -> Plan:
    return plan(read_sheet(csv.encode(), "e.csv"), store, actor, steps)


def told(found: Plan) -> list[str]:
    return [str(fault) for fault in found.faults]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json"])
def test_what_is_exported_and_imported_changes_nothing(store: EntryStore, tmp_path: Path, ending: str) -> None:
    entries = from_folder(FOLDER)
    store.save_all(entries, CHIEF, "", NOW)
    file = tmp_path / f"all{ending}"
    write_entries(exported(store), file, NOW, lambda *_: None)
    found = plan(read_sheet(file), store, CHIEF, (Step.SUBMIT,))
    assert found.faults == () and found.new == 0
    assert store.save_all(found.entries, CHIEF, "", NOW) == 0
    assert store.heads() == tuple(sorted(entries, key=lambda entry: entry.id))


def test_a_folder_of_yaml_is_imported_into_an_empty_store(store: EntryStore) -> None:
    found = plan(read_sheet(FOLDER), store, CHIEF, (Step.SUBMIT,))
    assert found.faults == () and found.new == len(found.entries) > 400


def test_every_bad_row_is_named_and_put_into_the_report(store: EntryStore, tmp_path: Path) -> None:
    csv = "编号,问题,生效日期,口语答复\nOK!,问,,\nb,,,\nc,问,去年,\nd,问,,好\nd,问,," + "字" * 500 + "\n"
    sheet = read_sheet(csv.encode(), "e.csv")
    found = plan(sheet, store, CHIEF)
    assert [fault.split(":")[0] for fault in told(found)] == [
        "第 2 行“编号”",
        "第 3 行“问题”",
        "第 4 行“生效日期”",
        "第 6 行“编号”",
        "第 6 行“口语答复”",
    ]
    write_report(tmp_path / "r.csv", sheet, found.faults)
    report = (tmp_path / "r.csv").read_text("utf-8-sig")
    assert '4,"生效日期:“去年”不是日期,请写成 2026-01-31",c,问,,去年' in report
    assert '6,"编号:d 与第 5 行重复\n口语答复:有 500 个字' in report


def test_what_a_draft_may_lack_review_does_not_take(store: EntryStore) -> None:
    csv = "编号,问题,责任部门,相关条目\na,问,市城管局,nobody\n"
    draft, submitted = planned(store, csv), planned(store, csv, steps=(Step.SUBMIT,))
    assert draft.faults == ()
    assert [str(hint) for hint in draft.hints] == told(submitted)
    assert "第 2 行“相关条目”:没有编号为 nobody 的条目" in told(submitted)
    with pytest.raises(NotReady):
        store.save_all(draft.entries, CHIEF, "", NOW, (Step.SUBMIT,))
    assert store.ids() == frozenset()


def test_an_editor_imports_his_own_department_only(store: EntryStore) -> None:
    store.save(replace(LAMP, department="市水务局"), 0, CHIEF, "", NOW)
    csv = "编号,问题,责任部门\na,问,市城管局\nb,问,\nc,问,市公安局\nlamp,问,市城管局\n"
    found = planned(store, csv, EDITOR)
    assert [fault.split(":")[0] for fault in told(found)] == ["第 4 行", "第 5 行"]
    assert "归市公安局管" in told(found)[0]
    assert found.entries[1].department == "市城管局"
    with pytest.raises(StepRefused):
        store.save_all(found.entries, EDITOR, "", NOW)
    assert store.ids() == {"lamp"}


def test_a_reviewer_does_not_approve_what_he_imports(store: EntryStore) -> None:
    steps = (Step.SUBMIT, Step.APPROVE)
    store.save(LAMP, 0, CHIEF, "", NOW)
    csv = "编号,电话\nlamp,110\n"
    (refused,) = told(planned(store, csv, Actor("老李", Role.REVIEWER), steps))
    assert "不能审核通过" in refused
    store.save_all(planned(store, csv, CHIEF, steps).entries, CHIEF, "", NOW, steps)
    assert store.get("lamp").life.state is State.APPROVED


def test_columns_that_a_sheet_lacks_stay_and_empty_cells_empty(store: EntryStore) -> None:
    store.save(LAMP, 0, CHIEF, "", NOW)
    (entry,) = planned(store, "编号,电话,问法\nlamp,,新问法\n").entries
    assert entry == replace(LAMP, telephone="", asked=("新问法",))


def test_what_was_changed_after_the_export_is_not_overwritten(store: EntryStore, tmp_path: Path) -> None:
    store.save(LAMP, 0, CHIEF, "", NOW)
    file = tmp_path / "e.csv"
    write_entries(exported(store), file, NOW, lambda *_: None)
    store.save(replace(LAMP, telephone="110"), 1, EDITOR, "", NOW)
    (fault,) = told(plan(read_sheet(file), store, CHIEF))
    assert fault.startswith("第 2 行“版本”:表里是第 1 版,小王已把它改成第 2 版")
    assert planned(store, "编号,电话,版本\nlamp,119,\n").faults == ()


def test_rows_without_an_id_get_one_and_keep_it(store: EntryStore) -> None:
    csv = "领域,事项,方面,问题\n户籍,居住证,办理,怎么办居住证?\n户籍,居住证,办理,网上能办吗?\n,,,只有问题\n"
    for _ in range(2):
        found = planned(store, csv)
        assert found.faults == ()
        ids = [entry.id for entry in found.entries]
        assert ids == ["huji-juzhuzheng-banli", "huji-juzhuzheng-banli-2", "zhiyouwenti"]
        store.save_all(found.entries, CHIEF, "", NOW)
    assert len(store.ids()) == 3


def test_many_at_once_leave_what_one_by_one_would(store: EntryStore, tmp_path: Path) -> None:
    others = EntryStore(Database(f"sqlite:///{tmp_path / 'one.db'}"))
    first = [LAMP, replace(LAMP, id="water", department="市水务局"), replace(LAMP, id="gas")]
    second = [replace(LAMP, text="新的正文"), first[1], replace(LAMP, id="new")]
    for entries in (first, second):
        store.save_all(entries, CHIEF, "导入", NOW, (Step.SUBMIT,))
        for entry in entries:
            base = others.get(entry.id).life.head if entry.id in others.ids() else 0
            saved = others.save(entry, base, CHIEF, "导入", NOW)
            if others.get(entry.id).life.state is State.DRAFT:
                others.step(entry.id, Step.SUBMIT, saved.number, CHIEF, "导入", NOW)
    assert store.list() == others.list()
    for id in store.ids():
        assert store.versions(id) == others.versions(id)
        assert _facts(store.history(id)) == _facts(others.history(id))


def _facts(events: tuple[Event, ...]) -> list[tuple[str, object]]:
    return [(event.kind, dict(event.body)) for event in events]


def test_an_export_is_by_department_state_and_what_callers_hear(store: EntryStore) -> None:
    store.seed([LAMP, replace(LAMP, id="water", department="市水务局")], NOW)
    store.save(replace(LAMP, telephone="110"), 1, CHIEF, "", NOW)
    assert [each.entry.id for each in exported(store, department="市水务局")] == ["water"]
    (draft,) = exported(store, state=State.DRAFT)
    assert (draft.entry.telephone, draft.version, draft.live) == ("110", 2, False)
    heard = exported(store, live=True)
    assert [(each.entry.telephone, each.version, each.live) for each in heard] == [("12345", 1, True)] * 2
