"""Whatever people try, in whatever order: callers hear only what somebody else has checked."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from knowledge_base.errors import StepRefused
from knowledge_base.life import STATE_NAMES, STEP_NAMES, Life, State, Step, after, system
from knowledge_base.roles import Actor, Role
from tests.editors import CHEN, GU, LI, SUN, WANG, ZHAO

# Somebody who reviews and also writes, and an actor who is nothing to this department.
PEOPLE = (LI, WANG, ZHAO, CHEN, SUN, GU, system())


class AnEntry(RuleBasedStateMachine):
    """Follows each version by itself: who wrote it, and who let it pass."""

    @initialize()
    def begin(self) -> None:
        self.life = Life("shebaoka", "人社局")
        self.wrote: dict[int, Actor] = {}
        self.passed: dict[int, Actor] = {}
        self.heard: list[int] = []
        """Versions that callers hear now."""

    @rule(
        step=st.sampled_from(Step),
        actor=st.sampled_from(PEOPLE),
        why=st.sampled_from(["", "  ", "材料变了"]),
        department=st.sampled_from(["", "人社局", "公积金中心"]),
    )
    def take(self, step: Step, actor: Actor, why: str, department: str) -> None:
        before = self.life
        try:
            self.life = after(before, step, actor, why, department if step is Step.SAVE else "")
        except StepRefused as refused:
            assert STEP_NAMES[step] in str(refused) and refused.facts["what"]
            assert self.life is before
            return
        assert step not in (Step.RETURN, Step.WITHDRAW) or why.strip()
        if actor.role is Role.EDITOR:
            assert step in (Step.SAVE, Step.SUBMIT, Step.WITHDRAW)
            assert {before.department, self.life.department} == {actor.department}
        if step is Step.SAVE:
            assert self.life.head > before.head and self.life.live == before.live
            self.wrote[self.life.head] = actor
        elif step is Step.APPROVE:
            self.passed[self.life.head] = actor
        elif step is Step.RETURN:
            self.passed.pop(self.life.head, None)
        if self.life.live != before.live:
            assert step in (Step.PUBLISH, Step.WITHDRAW, Step.EXPIRE, Step.REVIVE)

    @invariant()
    def callers_hear_what_somebody_else_has_checked(self) -> None:
        if live := self.life.live:
            author, by = self.wrote[live], self.passed[live]
            assert by.role in (Role.REVIEWER, Role.ADMINISTRATOR)
            assert by != author or by.role is Role.ADMINISTRATOR

    @invariant()
    def the_state_says_whether_callers_hear_the_head(self) -> None:
        assert (self.life.state is State.PUBLISHED) == (self.life.live == self.life.head != 0)
        assert self.life.state not in (State.EXPIRED, State.WITHDRAWN) or not self.life.live


TestAnEntry = AnEntry.TestCase


def test_an_entry_lives() -> None:
    life = after(Life("a", "人社局"), Step.SAVE, LI)
    seen = [life.state]
    for step, actor in (
        (Step.SUBMIT, LI),
        (Step.RETURN, CHEN),
        (Step.SUBMIT, LI),
        (Step.APPROVE, CHEN),
        (Step.PUBLISH, CHEN),
        (Step.EXPIRE, system()),
        (Step.REVIVE, GU),
        (Step.WITHDRAW, LI),
    ):
        life = after(life, step, actor, "因为")
        seen.append(life.state)
    assert [STATE_NAMES[state] for state in seen] == [
        *("草稿", "待审核", "草稿", "待审核", "已审核", "已发布", "已到期", "已发布", "已撤下"),
    ]


def test_callers_go_on_hearing_the_live_version_while_a_new_one_is_written() -> None:
    life = Life("a", "人社局", State.PUBLISHED, head=3, live=3, author="李编辑")
    life = after(life, Step.SAVE, LI, version=5)
    assert (life.head, life.live, life.state) == (5, 3, State.DRAFT)
    life = after(after(life, Step.SUBMIT, LI), Step.APPROVE, CHEN)
    assert life.live == 3
    assert after(life, Step.WITHDRAW, CHEN, "答复有误").state is State.APPROVED
    assert after(life, Step.PUBLISH, CHEN).live == 5


@pytest.mark.parametrize(
    ("life", "step", "actor", "why", "said"),
    [
        (Life("a", "人社局", State.DRAFT, 1), Step.APPROVE, CHEN, "", "现在的状态是“草稿”,只有“待审核”才可以"),
        (Life("a", "人社局", State.DRAFT, 1), Step.WITHDRAW, CHEN, "错了", "没有在发布中"),
        (Life("a", "人社局", State.IN_REVIEW, 1), Step.RETURN, CHEN, " ", "请写明原因"),
        (Life("a", "人社局", State.IN_REVIEW, 1), Step.APPROVE, LI, "", "审核员、管理员"),
        (Life("a", "人社局", State.IN_REVIEW, 1, author="陈审核"), Step.APPROVE, CHEN, "", "自己写的不能自己审"),
        (Life("a", "公积金中心", State.DRAFT, 1), Step.SUBMIT, LI, "", "这条归公积金中心管,您属于人社局"),
    ],
)
def test_a_refusal_says_what_to_do(life: Life, step: Step, actor: Actor, why: str, said: str) -> None:
    with pytest.raises(StepRefused, match=said):
        after(life, step, actor, why)
