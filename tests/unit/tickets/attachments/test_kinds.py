"""What a file is, by what is in it."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.unit.tickets.attachments.photo_kit import photo
from tickets.attachments.kinds import kind_of, plain_name
from tickets.errors import AttachmentRefused


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (photo(), "jpg"),
        (photo("PNG"), "png"),
        (photo("WEBP"), "webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "wav"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"#!AMR\n\x3c", "amr"),
        (b"\0\0\0\x20ftypM4A ", "m4a"),
        (b"%PDF-1.7\n", "pdf"),
        (workbook(), "xlsx"),
        (packed("word/document.xml"), "docx"),
        (packed("OFD.xml"), "ofd"),
    ],
)
def test_files_are_known_by_their_content(content: bytes, ending: str) -> None:
    kind = kind_of("随便.exe", content)
    assert kind.ending == ending
    assert plain_name("现场.照片.exe", kind) == f"现场.照片.{ending}"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "空的"),
        (b"MZ\x90\0", "只收 jpg"),
        (b"<html><script>", "只收 jpg"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"PK\x03\x04 broken", "已损坏"),
        (packed("anything.txt"), "只收"),
        (packed("word/document.xml", "word/vbaProject.bin"), "宏"),
    ],
)
def test_other_files_are_refused_with_what_to_do(content: bytes, what: str) -> None:
    with pytest.raises(AttachmentRefused, match=what):
        kind_of("照片.jpg", content)


@given(st.text(max_size=200))
def test_any_name_becomes_a_plain_one(name: str) -> None:
    made = plain_name(name, kind_of("x", b"%PDF-"))
    assert made.endswith(".pdf") and 5 <= len(made) <= 90
    assert not set(made) & set('/\\\0\n<>:"|?*\u202e')
    assert made not in (".pdf", "..pdf")
    made.encode("utf8")
