"""Rendered sound is kept, and nothing that happens to the disk reaches a caller."""

from pathlib import Path

import pytest

from tts.cache import MemoryCache, SoundCache, sound_key

PCM = bytes(range(256)) * 10
KEY = sound_key("您好", "zf_xiaoyi", 1.0, "v1", 8000)


def test_what_is_put_is_there_for_another_process(tmp_path: Path) -> None:
    assert SoundCache(tmp_path).put(KEY, PCM)
    other = SoundCache(tmp_path)
    assert not other.has(KEY)
    assert other.scan() == 1
    assert other.has(KEY) and other.get(KEY) == PCM


def test_every_part_of_the_key_counts() -> None:
    keys = {
        KEY,
        sound_key("你好", "zf_xiaoyi", 1.0, "v1", 8000),
        sound_key("您好", "zm_yunjian", 1.0, "v1", 8000),
        sound_key("您好", "zf_xiaoyi", 0.8, "v1", 8000),
        sound_key("您好", "zf_xiaoyi", 1.0, "v2", 8000),
        sound_key("您好", "zf_xiaoyi", 1.0, "v1", 16000),
        sound_key("\ud800", "zf_xiaoyi", 1.0, "v1", 8000),
    }
    assert len(keys) == 7


@pytest.mark.parametrize("damage", [b"", b"HLS1", b"junk" * 100, None])
def test_a_damaged_file_counts_as_absent_and_is_removed(tmp_path: Path, damage: bytes | None) -> None:
    cache = SoundCache(tmp_path)
    cache.put(KEY, PCM)
    (file,) = tmp_path.glob("*/*.pcm")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"!" if damage is None else damage)
    assert cache.get(KEY) is None
    assert not cache.has(KEY) and not file.exists()
    assert cache.put(KEY, PCM) and cache.get(KEY) == PCM


def test_a_disk_that_refuses_is_reported_and_recovers(tmp_path: Path) -> None:
    blocked = tmp_path / "speech"
    blocked.write_text("a file where a folder should be")
    cache = SoundCache(blocked)
    assert cache.scan() == 0
    assert not cache.put(KEY, PCM)
    assert cache.trouble and not cache.has(KEY) and cache.get(KEY) is None
    blocked.unlink()
    assert cache.put(KEY, PCM)
    assert cache.trouble is None


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    folder = Path("/dev/full")
    if not folder.exists():
        pytest.skip("no /dev/full here")
    cache = SoundCache(tmp_path)
    (tmp_path / KEY[:2]).mkdir()
    # Every name that `put` may write to leads to a device that is always full.
    import os
    import threading

    part = tmp_path / KEY[:2] / f"{KEY}.{os.getpid()}.{threading.get_ident()}.part"
    part.symlink_to(folder)
    assert not cache.put(KEY, PCM)
    assert cache.trouble and cache.get(KEY) is None and list(tmp_path.glob("*/*")) == []


def test_memory_keeps_what_was_used_last() -> None:
    memory = MemoryCache(limit=3 * len(PCM))
    for name in "abc":
        memory.put(name, PCM)
    memory.get("a")
    memory.put("d", PCM)
    assert memory.get("b") is None
    assert memory.get("a") == memory.get("c") == memory.get("d") == PCM
    assert memory.room == 0


def test_memory_counts_a_replaced_sound_once() -> None:
    memory = MemoryCache(limit=10)
    for _ in range(5):
        memory.put("a", b"12345")
    assert memory.room == 5
