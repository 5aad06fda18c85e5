"""Files stay with the versions that name them, and every look at one is recorded."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RecordsError
from knowledge_base.attachments import AttachmentStore
from knowledge_base.errors import (
    AttachmentDamaged,
    AttachmentNamed,
    AttachmentRefused,
    AttachmentUnknown,
    EntryUnknown,
    NotReady,
    StepRefused,
)
from knowledge_base.life import Step
from knowledge_base.store import EntryStore
from tests.editors import CHEN, LI, NOW, WANG, ZHAO, entry, open_store

PDF = b"%PDF-1.7\none"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    store = open_store(tmp_path / "kb.db")
    store.save(entry(), 0, LI, "", NOW)
    yield store
    store.database.close()


@pytest.fixture
def files(store: EntryStore, tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments", store.database, most_mb=0.001)


def on_disk(tmp_path: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((tmp_path / "attachments").rglob("*")) if path.is_file()]


def test_a_file_comes_back_and_each_look_is_recorded(store: EntryStore, files: AttachmentStore) -> None:
    put = files.put("shebaoka", "材料/清单.PDF", PDF, LI, NOW)
    assert (put.name, put.size, put.who, put.media_type) == ("清单.pdf", len(PDF), "李编辑", "application/pdf")
    assert files.list("shebaoka") == (put,)
    assert files.read("shebaoka", "清单.pdf", CHEN, NOW) == (put, PDF)
    *_, first, last = store.history("shebaoka")
    assert (first.kind, last.kind) == ("entry.attachment_put", "entry.attachment_read")
    assert (last.body["name"], last.body["who"]) == ("清单.pdf", "陈审核")


def test_a_name_means_one_content_for_ever(files: AttachmentStore, tmp_path: Path) -> None:
    first = files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    assert files.put("shebaoka", "清单.pdf", io.BytesIO(PDF), WANG, NOW) == first
    newer = files.put("shebaoka", "清单.pdf", PDF + b"two", LI, NOW)
    assert newer.name == "清单-2.pdf"
    assert files.put("shebaoka", "清单.pdf", PDF + b"two", LI, NOW) == newer
    assert files.read("shebaoka", "清单.pdf", LI, NOW)[1] == PDF
    assert len(on_disk(tmp_path)) == 2


def test_what_a_version_names_is_not_removed(store: EntryStore, files: AttachmentStore, tmp_path: Path) -> None:
    files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    store.save(entry(attachments=("清单.pdf",)), 1, LI, "", NOW)
    store.save(entry(), 2, LI, "", NOW)
    with pytest.raises(AttachmentNamed, match="第 2 版"):
        files.remove("shebaoka", "清单.pdf", LI, NOW)
    assert on_disk(tmp_path) == [PDF]


def test_what_no_version_names_is_removed_but_not_another_entrys(
    store: EntryStore, files: AttachmentStore, tmp_path: Path
) -> None:
    store.save(entry("b"), 0, LI, "", NOW)
    files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    files.put("b", "同样.pdf", PDF, LI, NOW)
    files.remove("shebaoka", "清单.pdf", LI, NOW)
    assert files.list("shebaoka") == () and files.read("b", "同样.pdf", LI, NOW)[1] == PDF
    files.remove("b", "同样.pdf", LI, NOW)
    assert on_disk(tmp_path) == []
    with pytest.raises(AttachmentUnknown):
        files.read("b", "同样.pdf", LI, NOW)


def test_an_entry_is_not_reviewed_before_its_files_are_there(store: EntryStore, files: AttachmentStore) -> None:
    store.save(entry(attachments=("清单.pdf",)), 1, LI, "", NOW)
    with pytest.raises(NotReady, match=r"附件“清单\.pdf”还没有上传"):
        store.step("shebaoka", Step.SUBMIT, 2, LI, "", NOW)
    files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    store.step("shebaoka", Step.SUBMIT, 2, LI, "", NOW)


def test_what_may_not_be_put_leaves_nothing(store: EntryStore, files: AttachmentStore, tmp_path: Path) -> None:
    with pytest.raises(AttachmentRefused, match=r"超过 0.001 MB"):
        files.put("shebaoka", "清单.pdf", io.BytesIO(PDF + bytes(1000)), LI, NOW)
    with pytest.raises(AttachmentRefused):
        files.put("shebaoka", "清单.pdf", b"<script>", LI, NOW)
    with pytest.raises(StepRefused):
        files.put("shebaoka", "清单.pdf", PDF, ZHAO, NOW)
    with pytest.raises(EntryUnknown):
        files.put("nothing", "清单.pdf", PDF, LI, NOW)
    assert on_disk(tmp_path) == [] and files.list("shebaoka") == ()
    assert [event.kind for event in store.history("shebaoka")] == ["entry.saved"]


def test_a_folder_that_cannot_be_written_is_a_sentence(files: AttachmentStore, tmp_path: Path) -> None:
    (tmp_path / "attachments").write_text("")
    with pytest.raises(RecordsError, match="attachments"):
        files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    assert files.list("shebaoka") == ()


def test_a_damaged_file_is_told_and_mended_by_the_same_file(files: AttachmentStore, tmp_path: Path) -> None:
    put = files.put("shebaoka", "清单.pdf", PDF, LI, NOW)
    (tmp_path / "attachments" / put.sha256[:2] / put.sha256).write_bytes(b"other")
    with pytest.raises(AttachmentDamaged, match=r"清单.pdf"):
        files.read("shebaoka", "清单.pdf", LI, NOW)
    assert files.put("shebaoka", "清单.pdf", PDF, LI, NOW) == put
    assert files.read("shebaoka", "清单.pdf", LI, NOW)[1] == PDF
