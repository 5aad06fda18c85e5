"""What holds in every life, whatever anybody orders."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.events import Event
from tests.unit.tickets.life.walking import AGENT, BOT, DISPATCHER, MONDAY, STREET, SUPERVISOR, SYSTEM, WATER, Walk
from tickets.deadlines import CHINA
from tickets.errors import StepRefused
from tickets.life import steps as s
from tickets.life.case import Case, after, fold
from tickets.life.clocks import Standing, deadlines
from tickets.life.machine import Order, decide, possible
from tickets.life.record import from_event, steps_of, to_event
from tickets.life.rules import PRESETS, load_city
from tickets.life.span import Span
from tickets.supervision.rules import When
from tickets.ticket import State

ACTORS = (BOT, AGENT, DISPATCHER, SUPERVISOR, SYSTEM, WATER, STREET)
UNITS = st.sampled_from(("市水务局", "东关街道办事处"))
DAYS = st.integers(1, 9).map(lambda count: Span(count, "d"))
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
DATES = st.integers(0, 40).map(lambda days: (MONDAY + timedelta(days=days)).date())
_SAID = ("reason", "reply", "question", "answer", "rule", "rung", "words", "legal_way", "into", "number")
_FACTS = dict.fromkeys(_SAID, WORDS) | {
    "within": DAYS,
    "by": DAYS,
    "until": DATES,
    "lead": UNITS,
    "to": UNITS,
    "should_be": UNITS,
}


def _step(kind: type[s.Step]) -> st.SearchStrategy[s.Step]:
    facts = {name: _FACTS[name] for name in kind.model_fields if name in _FACTS}
    if kind is s.Meet:
        facts["units"] = st.just(("市水务局",))
    return st.builds(kind, **facts, **{"id": st.just(kind.model_fields["id"].default)})


STEP = st.sampled_from(list(s.STEPS.values())).flatmap(_step)


class AnyLife(RuleBasedStateMachine):
    """People order what they like; the log stays true."""

    @initialize(city=st.sampled_from(PRESETS))
    def begin(self, city: str) -> None:
        self.walk = Walk(load_city(city)).does(BOT, s.Take())
        self.case = self.walk.case

    @rule(step=STEP, by=st.sampled_from(ACTORS), minutes=st.integers(0, 3000))
    def order(self, step: s.AnyStep, by: object, minutes: int) -> None:
        self.walk.wait(minutes=minutes)
        before, allowed = self.case, possible(self.case, by, self.walk.rules)  # type: ignore[arg-type]
        try:
            self.walk.does(by, step)  # type: ignore[arg-type]
        except StepRefused:
            assert self.walk.case == before
            return
        assert step.id in allowed
        self.case = after(before, self.walk.taken[-1])

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Somebody does what the desk offers, so that lives get far."""
        by = data.draw(st.sampled_from(ACTORS))
        offered = possible(self.case, by, self.walk.rules)
        if offered:
            self.order(
                data.draw(_step(s.STEPS[data.draw(st.sampled_from(offered))])), by, data.draw(st.integers(0, 600))
            )  # type: ignore[arg-type]

    @invariant()
    def the_log_says_it_all(self) -> None:
        assert fold(self.walk.taken) == self.case
        assert self.case.steps == len(self.walk.taken)
        events = [to_event("2611230001", taken) for taken in self.walk.taken]
        kept = [Event(e.at, e.stream, e.kind, json.loads(json.dumps(e.body))) for e in events]
        assert steps_of(kept, MONDAY.tzinfo) == self.walk.taken  # type: ignore[arg-type]

    @invariant()
    def somebody_answers_for_it(self) -> None:
        state = self.case.state
        assert sum(one.lead for one in self.case.units) <= 1
        if state.value in ("待签收", "办理中", "待核验"):
            assert self.case.lead is not None
        assert (self.case.closed is not None) == state.over
        assert state.over or any(possible(self.case, by, self.walk.rules) for by in ACTORS)

    @invariant()
    def what_is_late_is_seen_by_somebody(self) -> None:
        """A limit runs whose passing has a rung; it may stand still only while the citizen is asked."""
        state, rules = self.case.state, self.walk.rules
        if state.over or state is State.PROMISED:  # that has a day of its own
            return
        found = [limit for limit in deadlines(self.walk.taken, CHINA, self.walk.now) if limit.ended is None]
        assert any(any(rules.supervision.of(When.OVERDUE, limit.id)) for limit in found), state
        assert self.case.asking or not all(limit.paused for limit in found)
        assert not self.case.asking or state is State.HANDLING

    @invariant()
    def its_limits_are_true(self) -> None:
        found = deadlines(self.walk.taken, CHINA, self.walk.now)
        running = [limit.id for limit in found if limit.ended is None]
        assert len(set(running)) == len(running)
        for limit in found:
            assert limit.due >= limit.started
            assert (limit.ended is None) == (
                limit.standing in (Standing.RUNNING, Standing.PAUSED, Standing.NEAR, Standing.OVERDUE)
            )
        if self.case.state.over:
            assert not running


AnyLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyLife = AnyLife.TestCase


@given(st.integers(0, 400), st.sampled_from(ACTORS))
@settings(deadline=None, max_examples=50)
def test_a_clock_that_goes_wrong_is_named(minutes: int, by: object) -> None:
    walk = Walk(load_city("linyi")).does(BOT, s.Take())
    order = Order(s.Note(words="试"), DISPATCHER, MONDAY - timedelta(minutes=minutes + 1))
    try:
        decide(walk.case, order, walk.rules)
        raise AssertionError("a step before the intake was taken")
    except StepRefused as refused:
        assert "系统时钟" in str(refused)


def test_an_empty_log_is_a_draft() -> None:
    assert fold([]) == Case()
    assert replace(Case(), steps=0) == Case()
    assert from_event(to_event("1", Walk(load_city("linyi")).does(BOT, s.Take()).taken[0]), MONDAY.tzinfo)  # type: ignore[arg-type]
