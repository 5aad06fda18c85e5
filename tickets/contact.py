"""How a caller can be reached: what makes two contacts the same."""

import re

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST = 254
"""Characters of a mail address (RFC 5321); a longer contact is none, and no index would hold it."""
_DIGITS = 20
"""Digits that are compared, from the end: a number may come with or without its country."""


def contact_key(contact: str) -> str:
    """Return what `contact` is known by: a mail address in small letters, else its digits; "" for neither."""
    contact = contact.strip()
    if len(contact) <= LONGEST and _MAIL.fullmatch(contact):
        return contact.lower()
    return "" if "@" in contact else re.sub(r"\D", "", contact)[-_DIGITS:]
