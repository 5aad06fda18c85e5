"""How a caller can be reached: what makes two contacts the same."""

import re

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DIGITS = 20
"""Digits that are compared, from the end: a number may come with or without its country."""


def contact_key(contact: str) -> str:
    """Return what `contact` is known by: a mail address in small letters, else its digits; "" for neither."""
    contact = contact.strip()
    if _MAIL.fullmatch(contact):
        return contact.lower()
    return "" if "@" in contact else re.sub(r"\D", "", contact)[-_DIGITS:]
