"""Who asks again about his ticket has it urged, wherever it is being worked on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dialog.moves import SaveTicket
from tests.unit.dialog.conftest import NOW, UNDERSTANDING, Talk
from tickets.ticket import State

COVER = replace(UNDERSTANDING.make_ticket("人民路井盖坏了", NOW, contact="13800001234"), number="2611230001")


@pytest.mark.parametrize(
    ("state", "urges"),
    [(State.OPEN, True), (State.SENT, True), (State.HANDLING, True), (State.CLOSED, False), (State.MERGED, False)],
)
def test_it_is_urged_while_somebody_has_to_deal_with_it(talk: Callable[..., Talk], state: State, urges: bool) -> None:
    asked = talk(earlier=(replace(COVER, state=state),)).say("催办")
    assert [move.ticket.number for move in asked.moves if isinstance(move, SaveTicket) and move.urges] == (
        [COVER.number] if urges else []
    )
    assert ("已经为您催办" in asked.said) is urges
