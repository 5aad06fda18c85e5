"""`hotline kb list|show|edit|review|publish`: an entry through its life, on a real database."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.errors import HotlineError
from hotline.cli import app
from tests.kb_city import LOST, KbCity, kb_city

NEW_WORDS = "带身份证到社保窗口当场补卡。"


@pytest.fixture
def city(tmp_path: Path) -> KbCity:
    return kb_city(tmp_path)


def kb(city: KbCity, *words: str, **env: str) -> str:
    """Run a command in this process; an error of ours is raised."""
    run = ["kb", *words, "--config", str(city.config)]
    result = CliRunner().invoke(app, run, env={"COLUMNS": "200", **env})
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


def shown(city: KbCity, id: str = LOST) -> dict[str, object]:
    return dict(json.loads(kb(city, "show", id, "--json")))


def editor(folder: Path, old: str, new: str) -> str:
    """Return an editor that replaces `old` by `new`."""
    script = folder / "editor.py"
    script.write_text(
        "import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n"
        f"text = file.read_text('utf8')\nassert {old!r} in text\n"
        f"file.write_text(text.replace({old!r}, {new!r}), 'utf8')\n",
        "utf8",
    )
    return f"{sys.executable} {script}"


def test_a_new_records_folder_begins_with_the_entries_of_the_folder(city: KbCity) -> None:
    rows = json.loads(kb(city, "list", "--json"))
    assert len(rows) == 8 and {row["state"] for row in rows} == {"published"}
    found = json.loads(kb(city, "list", "--search", "社保", "--state", "published", "--live", "--json"))
    assert {row["id"] for row in found} == {LOST, "shebao-card-activate"}
    assert json.loads(kb(city, "list", "--not-live", "--json")) == []
    assert json.loads(kb(city, "list", "--department", "市公安局", "--json"))[0]["id"] == "juzhuzheng-new"
    paged = kb(city, "list", "--most", "3")
    assert "--after gongjijin-withdraw" in paged and "已发布" in paged
    assert LOST not in json.dumps(json.loads(kb(city, "list", "--after", LOST, "--json")))


def test_an_entry_goes_through_its_life(city: KbCity) -> None:
    assert "第 2 版" in kb(city, "edit", LOST, "--set", f"spoken={NEW_WORDS}", "--as", "王编辑", "--why", "流程简化")
    page = kb(city, "show", LOST)
    assert "草稿(第 2 版),来电人听到的是第 1 版" in page and "秒)" in page and NEW_WORDS in page
    assert "待审核" in kb(city, "review", LOST, "--submit", "--as", "王编辑")
    with pytest.raises(HotlineError, match="您是编辑"):
        kb(city, "review", LOST, "--approve", "--as", "王编辑")
    assert "草稿" in kb(city, "review", LOST, "--return", "请写窗口", "--as", "李审核")
    kb(city, "edit", LOST, "--set", f"spoken={NEW_WORDS}一楼。", "--as", "王编辑")
    kb(city, "review", LOST, "--submit", "--as", "王编辑")
    assert "已审核" in kb(city, "review", LOST, "--approve", "--as", "李审核", "--why", "核对过文件")
    history = kb(city, "show", LOST, "--history")
    assert all(told in history for told in ("随系统交付", "流程简化", "退回修改", "请写窗口", "核对过文件", "李审核"))
    assert "{+一楼。+}" in kb(city, "show", LOST, "--diff", "2")
    assert "口语答复" in kb(city, "show", LOST, "--diff", "1:2") and "一楼" not in kb(
        city, "show", LOST, "--diff", "2:2"
    )
    assert "来电人听不到" in kb(city, "review", LOST, "--withdraw", "政策停止", "--as", "王编辑")
    kb(city, "review", LOST, "--restore", "1", "--as", "王编辑")
    assert shown(city)["entry"] == json.loads(kb(city, "show", LOST, "--version", "1", "--json"))["entry"]


def test_the_editor_opens_the_entry_and_what_it_leaves_is_kept(city: KbCity) -> None:
    env = {"EDITOR": editor(city.folder, "telephone: '12333'", "telephone: 0571-12333"), "VISUAL": ""}
    assert "第 2 版" in kb(city, "edit", LOST, "--as", "王编辑", **env)
    assert shown(city)["entry"]["telephone"] == "0571-12333"  # type: ignore[index]
    assert "没有改动" in kb(city, "edit", LOST, "--as", "王编辑", EDITOR="true", VISUAL="")
    with pytest.raises(HotlineError, match="EDITOR"):
        kb(city, "edit", LOST, "--as", "王编辑", EDITOR="no-such-editor", VISUAL="")


def test_what_the_editor_spoilt_stays_in_a_file_that_is_named(city: KbCity) -> None:
    env = {"EDITOR": editor(city.folder, "aspect: 补办", "aspect: [补办"), "VISUAL": ""}
    run = ["kb", "edit", LOST, "--as", "王编辑", "--config", str(city.config)]
    result = CliRunner().invoke(app, run, env=env)
    assert isinstance(result.exception, HotlineError) and "读不懂" in str(result.exception)
    named = Path(result.stderr.split("都在 ")[1].strip())
    assert "aspect: [补办" in named.read_text("utf8")
    named.write_text(named.read_text("utf8").replace("[补办", "挂失"), "utf8")
    assert "第 2 版" in kb(city, "edit", LOST, "--file", str(named), "--as", "王编辑")


def test_two_editors_lose_nothing_and_the_second_sees_the_difference(city: KbCity) -> None:
    mine = city.folder / "mine.yaml"
    text = kb(city, "show", LOST, "--yaml")
    mine.write_text(text.replace("aspect: 补办", "aspect: 补领"), "utf8")
    kb(city, "edit", LOST, "--set", "aspect=挂失", "--as", "李审核")
    with pytest.raises(HotlineError) as told:
        kb(city, "edit", LOST, "--file", str(mine), "--as", "王编辑")
    assert "李审核" in str(told.value) and "第 3 版(旁存)" in str(told.value)
    assert "{+补领+}" in str(told.value) and mine.exists()
    aside = json.loads(kb(city, "show", LOST, "--version", "3", "--json"))
    assert aside["aside"] and aside["entry"]["aspect"] == "补领" and shown(city)["entry"]["aspect"] == "挂失"  # type: ignore[index]
    assert "旁存" in kb(city, "show", LOST, "--history")


def test_a_new_entry_is_written_and_told_what_it_lacks(city: KbCity) -> None:
    words = ("--set", "question=新办老年卡", "--set", "asked=老年卡咋办|老年卡去哪办", "--as", "王编辑")
    assert "第 1 版" in kb(city, "edit", "laonianka", "--new", *words)
    made = shown(city, "laonianka")
    assert made["live"] == 0 and made["entry"]["asked"] == ["老年卡咋办", "老年卡去哪办"]  # type: ignore[index]
    assert made["entry"]["department"] == "市人力资源和社会保障局"  # type: ignore[index]
    assert "至少写 3 种问法" in kb(city, "show", "laonianka")
    with pytest.raises(HotlineError, match="还不能提交审核"):
        kb(city, "review", "laonianka", "--submit", "--as", "王编辑")
    with pytest.raises(HotlineError, match="已经有条目"):
        kb(city, "edit", "laonianka", "--new", *words)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nothing"), "没有编号为 nothing"),
        (("show", LOST, "--version", "9"), "没有第 9 版"),
        (("show", LOST, "--diff", "a"), "--diff a 读不懂"),
        (("edit", LOST, "--set", "spoken"), "缺少等号"),
        (("edit", LOST, "--set", "colour=red"), "没有这个字段"),
        (("edit", LOST, "--set", "valid_to=明天"), "应是日期"),
        (("edit", LOST, "--file", "none.yaml"), "none.yaml 读不了"),
        (("edit", LOST, "--as", "谁", "--set", "tags=a"), "没有“谁”"),
        (("review", LOST), "请给出且只给出一步"),
        (("review", LOST, "--submit", "--approve"), "请给出且只给出一步"),
        (("publish", LOST, "--as", "李审核"), "现在的状态是“已发布”"),
    ],
)
def test_what_goes_wrong_is_a_sentence(city: KbCity, words: tuple[str, ...], sentence: str) -> None:
    by = () if "--as" in words or words[0] == "show" else ("--as", "王编辑")
    with pytest.raises(HotlineError, match=sentence):
        kb(city, *words, *by)


def test_damaged_entries_are_named(city: KbCity) -> None:
    kb(city, "list")
    with sqlite3.connect(city.folder / "var" / "hotline.db") as database:
        database.execute("UPDATE kb_versions SET content = '{' WHERE entry = ?", (LOST,))
    database.close()
    with pytest.raises(HotlineError, match=f"{LOST} 第 1 版的内容已损坏"):
        kb(city, "show", LOST)
