"""Who may take which step is what roles.yaml says, and it speaks of every step."""

import pytest

from knowledge_base.life import Step, system
from knowledge_base.roles import Actor, Role, refusal
from tests.editors import CHEN, GU, LI, ZHAO

NEW = Actor("新来的", Role.EDITOR)


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (LI, {Step.SAVE, Step.SUBMIT, Step.WITHDRAW}),
        (ZHAO, set()),
        (NEW, set()),
        (CHEN, set(Step) - {Step.EXPIRE, Step.REVIVE}),
        (GU, set(Step) - {Step.EXPIRE}),
        (system(), {Step.SAVE, Step.EXPIRE}),
    ],
)
def test_what_each_may_do_to_an_entry_of_one_department(actor: Actor, may: set[Step]) -> None:
    assert {step for step in Step if not refusal(step, actor, {"人社局"}, "李编辑")} == may


def test_an_editor_cannot_give_an_entry_away_or_take_one() -> None:
    assert refusal(Step.SAVE, LI, {"人社局", "公积金中心"})
    assert not refusal(Step.SAVE, CHEN, {"人社局", "公积金中心"})


def test_an_editor_without_a_department_works_on_entries_without_one() -> None:
    assert not refusal(Step.SAVE, NEW, {""})
    assert "(未定部门)" in refusal(Step.SAVE, LI, {""})


def test_only_an_administrator_may_review_what_he_wrote() -> None:
    assert refusal(Step.APPROVE, CHEN, {"人社局"}, CHEN.name)
    assert not refusal(Step.APPROVE, GU, {"人社局"}, GU.name)


def test_nobody_may_take_a_step_that_there_is_not() -> None:
    assert all(refusal("burn", actor, {"人社局"}) for actor in (LI, CHEN, GU, system()))
