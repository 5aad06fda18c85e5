"""How a caller can be reached: what makes two contacts the same, and what is dialled."""

import re

LEAST_DIGITS = 5
"""Shorter numbers are services (110, 12345), not citizens."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST = 254
"""Characters of a mail address (RFC 5321); a longer contact is none, and no index would hold it."""
_DIGITS = 20
"""Digits that are compared, from the end."""
_COUNTRY = ("+86", "0086", "86")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"[48]00\d{7}")
_LANDLINE = re.compile(r"0?(?:10\d{8}|2\d{9}|[3-9]\d{9,10})")
"""With its area code, whose 0 is not dialled from abroad."""


def without_country(number: str) -> str:
    """Return `number` (digits, + before them or not) as it is dialled within China, without +86, 0086 or 86.

    Without + or 00, 86 is only left off before what is a whole number.
    """
    prefix = next((one for one in _COUNTRY if number.startswith(one)), "")
    rest = number.removeprefix(prefix)
    if not prefix or _MOBILE.fullmatch(rest) or _SERVICE.fullmatch(rest):
        return rest
    if _LANDLINE.fullmatch(rest):
        return "0" + rest.removeprefix("0")
    return number if prefix == "86" else rest


def contact_key(contact: str) -> str:
    """Return what `contact` is known by: a mail address in small letters, else its digits; "" for neither."""
    contact = contact.strip()
    if len(contact) <= LONGEST and _MAIL.fullmatch(contact):
        return contact.lower()
    return "" if "@" in contact else re.sub(r"\D", "", _bare(contact))[-_DIGITS:]


def kept_as(contact: str) -> list[str]:
    """Return all that tables may have in the place of `contact`: earlier versions kept 86 and 0086 with a number."""
    key = contact_key(contact)
    if not key or "@" in key:
        return [key] if key else []
    return [key, *(country + rest for country in ("86", "0086") for rest in {key, key.removeprefix("0")})]


def dialable(number: str | None) -> str:
    """Return `number` as it is dialled and compared: digits, + only for abroad; "" for what cannot be dialled."""
    if "@" in (number or "") and not (number or "").startswith(("sip:", "tel:")):
        return ""  # digits of a mail address would be somebody else's number
    bare = _bare(number or "")
    return bare if sum(char.isdigit() for char in bare) >= LEAST_DIGITS else ""


def _bare(number: str) -> str:
    return without_country(re.sub(r"[^\d+]", "", number))
