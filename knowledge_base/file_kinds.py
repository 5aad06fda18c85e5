"""Which files may be attached to an entry: by the end of the name, and by what is in them."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from knowledge_base.errors import AttachmentRefused
from knowledge_base.reading import plain

LONGEST_NAME = 120
"""Characters of a name with its ending; a longer one is shortened."""

_LONGEST_ENDING = 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how its name ends and the media type under which it is handed out."""

    ending: str
    media_type: str
    begins: bytes = b""
    holds: str = ""
    """For a packed format, the file that must be in it."""
    stream: str = ""
    """For an old Office format, the name of the part that must be in it."""


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.ending: kind
    for kind in (
        Kind("pdf", "application/pdf", b"%PDF-"),
        Kind("docx", f"{_OFFICE}.wordprocessingml.document", holds="word/document.xml"),
        Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", holds="xl/workbook.xml"),
        Kind("ofd", "application/ofd", holds="OFD.xml"),
        Kind("doc", "application/msword", _OLE, stream="WordDocument"),
        Kind("xls", "application/vnd.ms-excel", _OLE, stream="Workbook"),
        Kind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
        Kind("jpeg", "image/jpeg", b"\xff\xd8\xff"),
        Kind("txt", "text/plain"),
    )
}


def plain_name(name: str) -> str:
    """Return `name` without folders, control characters and what file systems refuse; its ending in lower case.

    Raises `AttachmentRefused` where nothing is left of it.
    """
    shown = plain(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, _, ending = " ".join(_NOT_IN_NAMES.sub("_", shown).split()).rpartition(".")
    stem = stem.strip(" .")
    if not stem:
        raise AttachmentRefused(name=shown[:LONGEST_NAME], what="文件名不完整,应如 材料清单.pdf")
    ending = ending.lower()[:_LONGEST_ENDING]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def kind_of(name: str, content: bytes) -> Kind:
    """Return which kind the file is; raises `AttachmentRefused` where it is none, or not what its name says."""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise AttachmentRefused(name=name, what=f"只收 {'、'.join(KINDS)} 文件")
    if not content:
        raise AttachmentRefused(name=name, what="文件是空的")
    if not _is(kind, content):
        raise AttachmentRefused(name=name, what=f"内容不是 {kind.ending} 文件,请用相应软件另存后再上传")
    return kind


def _is(kind: Kind, content: bytes) -> bool:
    if kind.holds:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                names = packed.namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        return kind.holds in names and not any(name.endswith("vbaProject.bin") for name in names)
    if kind.stream:
        # "Book" is what Excel 5 to 95 called it.
        parts = (kind.stream, "Book") if kind.stream == "Workbook" else (kind.stream,)
        return content.startswith(kind.begins) and any(part.encode("utf-16-le") in content for part in parts)
    return content.startswith(kind.begins) if kind.begins else _is_text(content)


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(c in "\t\n\r\f" or unicodedata.category(c) not in {"Cc", "Cs"} for c in text[:100_000])
    return False
