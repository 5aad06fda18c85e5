"""What is sealed comes back whole with its key, and never without it."""

import contextlib
import json
import logging
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import KeysDamaged, KeysMissing, KeysUnreadable
from core.key_file import KeyFile, load_keys, save_keys
from core.sealing import Keyring, key_of, new_keyring

KEYS = new_keyring()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS)
def test_whatever_is_sealed_comes_back(text: str) -> None:
    sealed = KEYS.seal(text)
    assert KEYS.open(sealed) == text and KEYS.open(KEYS.seal_alike(text)) == text
    assert sealed != KEYS.seal(text) and KEYS.seal_alike(text) == KEYS.seal_alike(text)
    assert len(text) < 4 or text not in sealed


@given(TEXTS)
def test_what_was_never_sealed_stays_as_it_is(text: str) -> None:
    assert key_of(text) or KEYS.open(text) == text
    assert KEYS.open("~" + text) == "~" + text or key_of("~" + text)


@given(TEXTS.filter(bool), st.booleans(), st.integers(0), st.integers(33, 125))
def test_what_was_tampered_with_is_noticed(text: str, alike: bool, where: int, sign: int) -> None:
    sealed = KEYS.seal_alike(text) if alike else KEYS.seal(text)
    at = 4 + where % (len(sealed) - 4)
    changed = sealed[:at] + chr(sign if chr(sign) != sealed[at] else sign + 1) + sealed[at + 1 :]
    with contextlib.suppress(KeysDamaged):
        assert KEYS.open(changed) == text  # the last bits of base64 mean nothing


def test_another_key_does_not_open_it() -> None:
    other = new_keyring("other.json")
    with pytest.raises(KeysDamaged, match="k1 打不开"):
        other.open(KEYS.seal("王建国"))
    with pytest.raises(KeysMissing, match=r"k2.*other\.json"):
        other.open(KEYS.with_new_key().seal("王建国"))


def test_after_a_rotation_old_and_new_open_and_numbers_are_still_looked_up() -> None:
    sealed, number = KEYS.seal("王建国"), KEYS.seal_alike("13800001234")
    after = KEYS.with_new_key()
    assert key_of(after.seal("王建国")) == "k2" and after.open(sealed) == "王建国"
    assert after.seal_alike("13800001234") == number and after.blind(["暖气"]) == KEYS.blind(["暖气"])
    both = after.with_new_key(lookup=True)
    assert both.seal_alike("13800001234") != number and both.blind(["暖气"]) != KEYS.blind(["暖气"])
    assert set(both.without(["k1", "k3"]).keys) == {"k2", "k3"}


def test_a_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "secret" / "keys.json"
    keys = load_keys(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_keys(file).open(keys.seal("王建国")) == "王建国"
    assert list(file.parent.iterdir()) == [file]


def _fingerprint(file: Path) -> str:
    return load_keys(file).fingerprint("k1")


def test_of_processes_that_start_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as processes:
        assert len(set(processes.map(_fingerprint, [tmp_path / "keys.json"] * 8))) == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"keys": {}}', '{"newest": "k1", "lookup": "k1", "keys": {"k1": "AAAA"}}', "钥匙", '{"keys": 3}',
     '{"newest": "k2", "lookup": "k1", "keys": {"k1": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}'],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text, encoding="utf8")
    with pytest.raises(KeysUnreadable, match="从备份恢复"):
        load_keys(file)
    assert file.read_text("utf8") == text


def test_a_folder_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(KeysUnreadable):
        load_keys(tmp_path / "keys.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysUnreadable):
        load_keys(tmp_path / "file" / "keys.json")


def test_a_file_that_others_may_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "keys.json"
    with caplog.at_level(logging.WARNING):
        keys = load_keys(file)
        assert not caplog.records
        file.chmod(0o640)
        load_keys(file)
    assert "640" in caplog.text and "chmod 600" in caplog.text
    assert not any(secret in caplog.text for secret in json.loads(file.read_text())["keys"].values())
    assert keys.keys


def test_a_rotation_by_another_process_reaches_who_runs(tmp_path: Path) -> None:
    running, other = KeyFile(tmp_path / "keys.json"), KeyFile(tmp_path / "keys.json")
    other.change(lambda known: known.with_new_key())
    sealed = other.current().seal("王建国")
    assert key_of(sealed) == "k2"
    assert running.anew().open(sealed) == "王建国"


def test_a_file_that_is_gone_or_damaged_stops_nobody_who_runs(tmp_path: Path) -> None:
    running = KeyFile(tmp_path / "keys.json")
    sealed = running.current().seal("王建国")
    (tmp_path / "keys.json").unlink()
    assert running.anew().open(sealed) == "王建国"
    assert not (tmp_path / "keys.json").exists()


def test_keys_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keys = load_keys(file)
    with pytest.raises(KeysUnreadable):
        save_keys(keys, tmp_path / "no folder" / "keys.json")
    save_keys(keys.with_new_key(), file)
    assert load_keys(file).newest == "k2" and isinstance(load_keys(file), Keyring)
    assert list(tmp_path.iterdir()) == [file]


def test_two_who_change_the_keys_at_once_lose_none(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first, second = KeyFile(file), KeyFile(file)
    second.current()  # what it knows is old by the time it writes
    first.change(lambda known: known.with_new_key())
    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            list(threads.map(lambda one: one.change(lambda known: known.with_new_key()), (first, second)))
    assert sorted(load_keys(file).keys, key=lambda name: int(name[1:])) == [f"k{n}" for n in range(1, 23)]


def test_a_file_that_cannot_be_read_any_more_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    running = KeyFile(file)
    assert running.trouble is None and KEYS.trouble is None
    whole = file.rename(tmp_path / "kept.json")
    assert "钥匙文件" in str(running.trouble) and not file.exists()
    file.write_text("{", encoding="ascii")
    assert "从备份恢复" in str(running.trouble)
    whole.replace(file)
    assert running.trouble is None
