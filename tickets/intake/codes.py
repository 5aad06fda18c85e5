"""Place codes: what stands on a QR code on a building, so that whoever scans it need not say where he is."""

import secrets
from datetime import datetime

from sqlalchemy import Row, insert, select, update

from core.database import Database
from tickets.errors import PlaceCodeUnknown
from tickets.intake.tables import place_codes_table
from tickets.projection import utc
from tickets.ticket import Place

_p = place_codes_table.c
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look alike, for people who type what they cannot scan."""
_LENGTH = 8


class PlaceCodes:
    """Keeps codes. Raises `RecordsError` where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, place: Place, now: datetime) -> str:
        """Return a new code for `place`; it says nothing by itself, so it can be retired."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        row = {"code": code, "district": place.district[:40], "street": place.street[:40], "retired": ""}
        row |= {"community": place.community[:80], "detail": place.detail[:120], "made": utc(now)}
        self._database.run(lambda c: c.execute(insert(place_codes_table).values(row)))
        return code

    async def place(self, code: str) -> Place:
        """Return where `code` is. Raises `PlaceCodeUnknown`, also for one that is retired."""
        query = select(place_codes_table).where(_p.code == code.lower(), _p.retired == "")
        row: Row[tuple[str, ...]] | None = await self._database.transact(lambda c: c.execute(query).first())
        if row is None:
            raise PlaceCodeUnknown(code=code)
        return Place(row.district, row.street, row.community, row.detail)

    def retire(self, code: str, now: datetime) -> None:
        """Let `code` lead nowhere from now on. Raises `PlaceCodeUnknown`."""
        change = update(place_codes_table).where(_p.code == code.lower(), _p.retired == "").values(retired=utc(now))
        if not self._database.run(lambda c: c.execute(change).rowcount):
            raise PlaceCodeUnknown(code=code)
