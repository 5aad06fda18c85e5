"""Nothing of whoever took a photo is left in it, and its picture is the same."""

import io
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, Base

from tests.unit.tickets.attachments.photo_kit import photo
from tickets.attachments.exif import Seen, read_exif
from tickets.attachments.photos import Damaged, clean_photo

FORMS = [
    ("jpg", "JPEG", {}),
    ("jpg", "JPEG", {"progressive": True, "comment": b"call 13800001234"}),
    ("jpg", "JPEG", {"icc_profile": b"ICC" * 50, "restart_marker_blocks": 2}),
    ("png", "PNG", {}),
    ("webp", "WEBP", {}),
    ("webp", "WEBP", {"lossless": True, "xmp": b"<x>13800001234</x>"}),
]


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize(("ending", "form", "options"), FORMS)
def test_place_time_camera_and_owner_are_gone(ending: str, form: str, options: dict[str, object]) -> None:
    content = photo(form, **options)
    clean, seen = clean_photo(ending, content)
    assert (seen.latitude, seen.longitude) == (36.651, 117.12)
    assert seen.taken == datetime(2026, 11, 22, 18, 30, 5)
    for secret in (b"HUAWEI", "王女士".encode(), b"2026:11:22", b"13800001234"):
        assert secret not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert not dict(image.getexif()) and "comment" not in image.info and "xmp" not in image.info
        assert image.info.get("icc_profile") == options.get("icc_profile")
    assert pixels(clean) == pixels(content)
    assert clean_photo(ending, clean) == (clean, Seen())


@pytest.mark.parametrize(("ending", "form"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_a_photo_stays_upright(ending: str, form: str) -> None:
    clean, seen = clean_photo(ending, photo(form, orientation=6))
    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == {Base.Orientation: 6}
    assert seen.orientation == 6


def test_what_is_hidden_behind_the_picture_is_cut_off() -> None:
    for ending, form in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")):
        content = photo(form)
        clean, _ = clean_photo(ending, content + photo())
        assert clean == clean_photo(ending, content)[0]


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        ({GPS.GPSLatitudeRef: "S", GPS.GPSLatitude: (1.0, 30.0, 0.0), GPS.GPSLongitudeRef: "W",
          GPS.GPSLongitude: (2.0, 0.0, 36.0)}, (-1.5, -2.01)),
        ({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (0.0, 0.0, 0.0), GPS.GPSLongitudeRef: "E",
          GPS.GPSLongitude: (0.0, 0.0, 0.0)}, (None, None)),
        ({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (99.0, 0.0, 0.0), GPS.GPSLongitudeRef: "E",
          GPS.GPSLongitude: (1.0, 0.0, 0.0)}, (None, None)),
        ({GPS.GPSLatitudeRef: "N"}, (None, None)),
    ],
)  # fmt: skip
def test_places_on_every_side_of_the_globe(gps: dict[object, object], place: tuple[float | None, ...]) -> None:
    _, seen = clean_photo("jpg", photo(gps=gps))
    assert (seen.latitude, seen.longitude) == place


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FORMS), st.data())
def test_a_broken_photo_is_refused_or_clean(form: tuple[str, str, dict[str, object]], data: st.DataObject) -> None:
    ending, name, options = form
    content = bytearray(photo(name, **options))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        clean, _ = clean_photo(ending, cut)
    except Damaged:
        return
    assert len(clean) <= len(cut) + 64


@given(st.binary(max_size=200))
def test_no_exif_is_too_strange(tail: bytes) -> None:
    for head in (b"II*\0", b"MM\0*", b""):
        read_exif(head + tail)
