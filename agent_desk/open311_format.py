"""Open311 GeoReport v2 in JSON and XML: the same data in both (wiki.open311.org/GeoReport_v2)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from aiohttp import web

_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
}
"""How a list's items are called in XML."""


def answer(root: str, data: Any, media: str, status: int = 200) -> web.Response:
    """Return `data` as `media` ("json", "xml"); in XML `root` is the outermost element."""
    if media == "json":
        text = json.dumps(data, ensure_ascii=False)
        return web.Response(text=text, status=status, content_type="application/json", charset="utf-8")
    body = ElementTree.tostring(_element(root, data), encoding="utf-8", xml_declaration=True)
    return web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")


def _element(name: str, data: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(data, Mapping):
        made.extend(_element(key, value) for key, value in data.items())
    elif isinstance(data, Sequence) and not isinstance(data, str):
        made.extend(_element(_ITEMS[name], value) for value in data)
    elif data is not None:
        made.text = str(data).lower() if isinstance(data, bool) else str(data)
    return made
