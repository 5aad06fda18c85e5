"""Which files may belong to a ticket: known by what is in them; what their names say does not count."""

import io
import re
import zipfile
from dataclasses import dataclass

from tickets.errors import AttachmentRefused

LONGEST_NAME = 80
"""Characters of a name without its ending."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MOST_PARTS = 10_000
_HEIC = frozenset(b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"))


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: the ending that it gets, the media type under which it is handed out, what people call it."""

    ending: str
    media_type: str
    called: str
    photo: bool = False


_JPG, _PNG, _WEBP = (
    FileKind("jpg", "image/jpeg", "照片", True),
    FileKind("png", "image/png", "照片", True),
    FileKind("webp", "image/webp", "照片", True),
)
_WAV, _MP3, _AMR, _M4A = (
    FileKind("wav", "audio/wav", "录音"),
    FileKind("mp3", "audio/mpeg", "录音"),
    FileKind("amr", "audio/amr", "录音"),
    FileKind("m4a", "audio/mp4", "录音"),
)
_PDF = FileKind("pdf", "application/pdf", "文档")
_PACKED = {
    "word/document.xml": FileKind("docx", f"{_OFFICE}.wordprocessingml.document", "文档"),
    "xl/workbook.xml": FileKind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "文档"),
    "OFD.xml": FileKind("ofd", "application/ofd", "文档"),
}
_OLD = {
    "WordDocument": FileKind("doc", "application/msword", "文档"),
    "Workbook": FileKind("xls", "application/vnd.ms-excel", "文档"),
}
_ALL = (_JPG, _PNG, _WEBP, _WAV, _MP3, _AMR, _M4A, _PDF, *_PACKED.values(), *_OLD.values())
KINDS = {kind.ending: kind for kind in _ALL}
"""Every kind by its ending."""


def kind_of(name: str, content: bytes) -> FileKind:
    """Return what `content` is. Raises `AttachmentRefused` where it is none of `KINDS`; `name` only names it."""
    if not content:
        raise AttachmentRefused(name=name, what="文件是空的")
    found = _by_beginning(content) or _packed(name, content)
    if found is None:
        hint = ";苹果手机的 HEIC 照片请在“设置-相机-格式”选“兼容性最佳”,或转成 JPG" if content[4:12] in _HEIC else ""
        raise AttachmentRefused(name=name, what=f"只收 {'、'.join(KINDS)} 文件{hint}")
    return found


def plain_name(name: str, kind: FileKind) -> str:
    """Return `name` without folders, control characters and what file systems refuse, with the ending of its kind."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 5:
        stem = last
    plain = " ".join(_NOT_IN_NAMES.sub("_", stem).split()).strip(" ._")
    return f"{plain[:LONGEST_NAME] or kind.called}.{kind.ending}"


def _by_beginning(content: bytes) -> FileKind | None:
    head = content[:16]
    if head[:3] == b"\xff\xd8\xff":
        return _JPG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _PNG
    if head[:4] == b"RIFF":
        return {b"WEBP": _WEBP, b"WAVE": _WAV}.get(head[8:12])
    if head[:3] == b"ID3" or (head[0] == 0xFF and head[1:2] and head[1] & 0xE6 == 0xE2):  # MPEG audio layer III
        return _MP3
    if head[:6] == b"#!AMR\n":
        return _AMR
    if head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"M4B "):
        return _M4A
    if head[:5] == b"%PDF-":
        return _PDF
    if head[:8] == _OLE:
        return next((kind for part, kind in _OLD.items() if part.encode("utf-16-le") in content), None)
    return None


def _packed(name: str, content: bytes) -> FileKind | None:
    if content[:4] != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise AttachmentRefused(name=name, what="压缩结构已损坏,请重新保存后再上传") from None
    if len(names) > _MOST_PARTS:
        return None
    if any(part.endswith("vbaProject.bin") for part in names):
        raise AttachmentRefused(name=name, what="带有宏,请另存为不带宏的文件")
    return next((kind for part, kind in _PACKED.items() if part in names), None)
