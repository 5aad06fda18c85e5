"""What a camera wrote into a photo: where it was taken, when, and which side is up. Nothing else is read."""

import struct
from dataclasses import dataclass
from datetime import datetime

_MOST_ENTRIES = 512
_ORIENTATION, _EXIF, _GPS, _TAKEN = 0x0112, 0x8769, 0x8825, 0x9003
_ASCII, _SHORT, _RATIONAL = 2, 3, 5
_SIZE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a photo says of itself; `taken` is the camera's own clock, without a zone."""

    latitude: float | None = None
    """Degrees north, WGS 84."""
    longitude: float | None = None
    """Degrees east, WGS 84."""
    taken: datetime | None = None
    orientation: int = 1
    """1 to 8 (Exif 2.32, 4.6.4): 1 is upright."""


def read_exif(tiff: bytes) -> Seen:
    """Return what the TIFF structure `tiff` of an Exif segment says; what cannot be read is not there."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return Seen()
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        main = _entries(tiff, order, first)
        inner = _entries(tiff, order, _number(main, _EXIF, order)) if _EXIF in main else {}
        gps = _entries(tiff, order, _number(main, _GPS, order)) if _GPS in main else {}
    except struct.error:
        return Seen()
    orientation = _number(main, _ORIENTATION, order) if _ORIENTATION in main else 1
    latitude, longitude = _degrees(gps, 1, b"S", 90, order), _degrees(gps, 3, b"W", 180, order)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):  # 0, 0: no satellite yet
        latitude = longitude = None
    return Seen(latitude, longitude, _time(inner), orientation if 1 <= orientation <= 8 else 1)


def only_orientation(orientation: int) -> bytes:
    """Return a TIFF structure that says which side is up, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)


_Entries = dict[int, tuple[int, int, bytes]]
"""Kind, count and value of each entry by its tag."""


def _entries(tiff: bytes, order: str, at: int) -> _Entries:
    (count,) = struct.unpack_from(order + "H", tiff, at)
    found: _Entries = {}
    for number in range(min(count, _MOST_ENTRIES)):
        place = at + 2 + 12 * number
        tag, kind, many = struct.unpack_from(order + "HHI", tiff, place)
        size = _SIZE.get(kind, 0) * many
        if not 0 < size <= len(tiff):
            continue
        begin = place + 8
        if size > 4:
            (begin,) = struct.unpack_from(order + "I", tiff, place + 8)
        value = tiff[begin : begin + size]
        if len(value) == size:
            found[tag] = (kind, many, value)
    return found


def _number(entries: _Entries, tag: int, order: str) -> int:
    kind, _, value = entries[tag]
    form = {_SHORT: "H", 4: "I"}.get(kind)
    return int(struct.unpack_from(order + form, value)[0]) if form else 0


def _degrees(gps: _Entries, tag: int, negative: bytes, most: float, order: str) -> float | None:
    """Return degrees from degrees, minutes and seconds, with the half of the globe that the tag before says."""
    half, parts = gps.get(tag), gps.get(tag + 1)
    if half is None or parts is None or half[0] != _ASCII or parts[0] != _RATIONAL or parts[1] != 3:
        return None
    numbers = struct.unpack(order + "6I", parts[2])
    if 0 in numbers[1::2]:
        return None
    value: float = sum(numbers[2 * i] / numbers[2 * i + 1] / (1, 60, 3600)[i] for i in range(3))
    if value > most:
        return None
    return round(-value if half[2][:1] == negative else value, 6)


def _time(inner: _Entries) -> datetime | None:
    if _TAKEN not in inner:
        return None
    try:
        return datetime.strptime(inner[_TAKEN][2].rstrip(b"\0 ").decode("ascii"), "%Y:%m:%d %H:%M:%S")
    except (UnicodeDecodeError, ValueError):
        return None
