"""Photos as telephones make them: with place, time, camera and thumbnail, written by Pillow."""

import io
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

JINAN = {
    GPS.GPSLatitudeRef: "N",
    GPS.GPSLatitude: (36.0, 39.0, 3.6),
    GPS.GPSLongitudeRef: "E",
    GPS.GPSLongitude: (117.0, 7.0, 12.0),
}


def exif(orientation: int = 1, gps: dict[Any, Any] | None = None) -> Image.Exif:
    made = Image.Exif()
    made[Base.Make], made[Base.Model], made[Base.Artist] = "HUAWEI", "P60", "王女士"
    made[Base.Orientation] = orientation
    made.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = "2026:11:22 18:30:05"
    made.get_ifd(IFD.GPSInfo).update(JINAN if gps is None else gps)
    return made


def picture() -> Image.Image:
    image = Image.new("RGB", (64, 48))
    image.putdata([(x * 4 % 256, y * 5 % 256, (x * y) % 256) for y in range(48) for x in range(64)])
    return image


def photo(form: str = "JPEG", orientation: int = 1, gps: dict[Any, Any] | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    picture().save(out, form, exif=exif(orientation, gps), **options)
    return out.getvalue()
