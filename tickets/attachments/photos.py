"""Takes out of a photo what tells on whoever took it: place, time, camera, owner. Its picture stays bit for bit."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from tickets.attachments.exif import Seen, only_orientation, read_exif

_EXIF = b"Exif\0\0"
_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_IN_PNG = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD")
)
_KEPT_IN_WEBP = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)
"""What ends compressed data: no stuffing, no restart, no fill byte."""


class Damaged(ValueError):
    """The photo is not whole."""


def clean_photo(ending: str, content: bytes) -> tuple[bytes, Seen]:
    """Return the photo (`jpg`, `png`, `webp`) without metadata, and what it said. Raises `Damaged`.

    Which side is up stays, or the photo would lie on its side. What follows the picture is cut off: cameras hide
    films and second pictures there, with places of their own.
    """
    try:
        return _CLEAN[ending](content)
    except (struct.error, IndexError) as error:
        raise Damaged("cut off") from error


def _jpeg(content: bytes) -> tuple[bytes, Seen]:
    if content[:2] != b"\xff\xd8":
        raise Damaged("no JPEG")
    out, seen, at = [content[:2]], Seen(), 2
    while True:
        if content[at] != 0xFF:
            raise Damaged("no segment where one should be")
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == _EOI:
            out.append(b"\xff\xd9")
            break
        if marker in _STANDALONE:
            out.append(content[at : at + 2])
            at += 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise Damaged("cut off")
        body = content[at + 4 : end]
        if marker == 0xE1 and body.startswith(_EXIF) and seen == Seen():
            seen = read_exif(body[len(_EXIF) :])
        if _kept_in_jpeg(marker, body):
            out.append(content[at:end])
        at = end
        if marker == _SOS:
            end = _scan_ends(content, at)
            out.append(content[at:end])
            at = end
    if seen.orientation != 1:
        told = _EXIF + only_orientation(seen.orientation)
        out.insert(1, b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told)
    return b"".join(out), seen


def _kept_in_jpeg(marker: int, body: bytes) -> bool:
    """Whether a segment is needed to show the picture: its colours are, notes of whatever made it are not."""
    if marker == 0xFE:
        return False
    if 0xE0 <= marker <= 0xEF:
        return marker in (0xE0, 0xEE) or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
    return True


def _scan_ends(content: bytes, at: int) -> int:
    """Return where the compressed data that begins at `at` end: at the next marker that is no restart."""
    if found := _MARKER.search(content, at):
        return found.start()
    raise Damaged("no end")


def _png(content: bytes) -> tuple[bytes, Seen]:
    if content[:8] != _PNG:
        raise Damaged("no PNG")
    out, seen, at = [_PNG], Seen(), 8
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise Damaged("cut off")
        if kind == b"eXIf":
            seen = read_exif(content[at + 8 : end - 4])
        if kind in _KEPT_IN_PNG:
            out.append(content[at:end])
        elif not kind[0] & 0x20:  # a critical chunk that nobody knows
            raise Damaged("unknown part")
        at = end
        if kind == b"IEND":
            break
    if seen.orientation != 1:
        body = b"eXIf" + only_orientation(seen.orientation)
        out.insert(2, struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
    return b"".join(out), seen


def _webp(content: bytes) -> tuple[bytes, Seen]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Damaged("no WebP")
    parts: list[tuple[bytes, bytes]] = []
    seen = Seen()
    for kind, body in _riff(content):
        if kind == b"EXIF":
            seen = read_exif(body.removeprefix(_EXIF))
        if kind in _KEPT_IN_WEBP:
            parts.append((kind, body))
    upright = seen.orientation == 1
    if not upright:
        parts.append((b"EXIF", only_orientation(seen.orientation)))
    out = [b"WEBP"]
    for kind, body in parts:
        if kind == b"VP8X":  # its bits say whether Exif and XMP follow
            body = bytes([body[0] & ~0x0C | (0 if upright else 0x08)]) + body[1:]
        out.append(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))
    whole = b"".join(out)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole, seen


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (length,) = struct.unpack_from("<I", content, 4)
    if 8 + length > len(content):
        raise Damaged("cut off")
    at = 12
    while at + 8 <= 8 + length:
        (size,) = struct.unpack_from("<I", content, at + 4)
        if at + 8 + size > 8 + length:
            raise Damaged("cut off")
        yield content[at : at + 4], content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


_CLEAN: dict[str, Callable[[bytes], tuple[bytes, Seen]]] = {"jpg": _jpeg, "png": _png, "webp": _webp}
