"""What may be attached: by its name and by what is in it, whatever somebody calls it."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.errors import AttachmentRefused
from knowledge_base.file_kinds import KINDS, LONGEST_NAME, kind_of, plain_name

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "")
    return out.getvalue()


FILES = {
    "pdf": b"%PDF-1.7\n",
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "ofd": packed("OFD.xml"),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0",
    "jpeg": b"\xff\xd8\xff\xe1",
    "txt": "一、身份证\r\n二、照片".encode("gb18030"),
}


@pytest.mark.parametrize("ending", FILES)
def test_a_file_is_what_its_name_says(ending: str) -> None:
    assert kind_of(f"材料.{ending}", FILES[ending]).ending == ending
    assert set(FILES) == set(KINDS)


@pytest.mark.parametrize("ending", FILES)
def test_a_file_that_is_another_is_refused(ending: str) -> None:
    for other in (b"MZ\x90\0", b"\x7fELF", b"PK\x03\x04broken", packed("a.txt"), OLE):
        with pytest.raises(AttachmentRefused, match=f"内容不是 {ending} 文件"):
            kind_of(f"材料.{ending}", other)
    with pytest.raises(AttachmentRefused, match="空的"):
        kind_of(f"材料.{ending}", b"")


@pytest.mark.parametrize("name", ["材料.exe", "材料.html", "材料.pdf.js", "材料.docm", "材料.svg", "材料.zip"])
def test_other_kinds_are_refused(name: str) -> None:
    with pytest.raises(AttachmentRefused, match="只收"):
        kind_of(name, b"%PDF-")


def test_a_file_with_macros_is_refused() -> None:
    with pytest.raises(AttachmentRefused):
        kind_of("表.xlsx", packed("xl/workbook.xml", "xl/vbaProject.bin"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("材料清单.pdf", "材料清单.pdf"),
        ("../../etc/材料.PDF", "材料.pdf"),
        ("C:\\办公\\材料.pdf", "材料.pdf"),
        ("材料\n\0\u202efdp.exe.pdf", "材料 fdp.exe.pdf"),
        (" .材料 . pdf", "材料. pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("长" * 300 + ".docx", "长" * (LONGEST_NAME - 5) + ".docx"),
    ],
)
def test_a_name_is_made_plain(given: str, kept: str) -> None:
    assert plain_name(given) == kept


@pytest.mark.parametrize("name", ["", ".", "..", ".pdf", "材料", "a/", "\0.txt", " . . "])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(AttachmentRefused):
        plain_name(name)


@given(st.text(st.characters()), st.sampled_from([".pdf", ".", "", "/x.txt"]))
def test_any_name_is_safe_or_refused(name: str, ending: str) -> None:
    try:
        kept = plain_name(name + ending)
    except AttachmentRefused as refused:
        str(refused).encode("utf8")
        return
    assert len(kept) <= LONGEST_NAME and not set(kept) & set('/\\\0\n<>:"|?*') and kept[0] != "."
    kept.encode("utf8")
    assert plain_name(kept) == kept
