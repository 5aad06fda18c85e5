"""How queues stand, from events in any order, and after `read`."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import Member, Queues, wrap_up_reason, wrap_up_until

CHANNELS = [f"PJSIP/trunk-{n}" for n in range(5)]
PHONES = ["PJSIP/8001", "PJSIP/8002"]
REASONS = ["", "吃饭", wrap_up_reason(1000)]

Step = tuple[str, str, str, str]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "pause", "status"]),
        st.sampled_from(CHANNELS),
        st.sampled_from(PHONES),
        st.sampled_from(["1", "2", "5", *REASONS]),
    ),
    max_size=50,
)


def event(name: str, **fields: str) -> Message:
    return Message((("Event", name), ("Queue", "hotline-general"), *fields.items()))


class Model:
    """A queue that tells what happens in it as Asterisk would."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.members = dict.fromkeys(PHONES, ("5", ""))
        self.told: list[Message] = []

    def do(self, step: Step) -> None:
        what, channel, phone, value = step
        status, reason = self.members[phone]
        if what == "join" and channel not in self.waiting:
            self.waiting.append(channel)
            self.told.append(event("QueueCallerJoin", Channel=channel, Position=str(len(self.waiting))))
        elif what == "leave" and channel in self.waiting:
            place = self.waiting.index(channel) + 1
            self.waiting.remove(channel)
            self.told.append(event("QueueCallerLeave", Channel=channel, Position=str(place)))
        elif what == "pause" and value in REASONS:
            self.members[phone] = (status, value)
            self.told.append(self._member("QueueMemberPause", "Interface", phone))
        elif what == "status" and value.isdigit():
            self.members[phone] = (value, reason)
            self.told.append(self._member("QueueMemberStatus", "Interface", phone))

    def rows(self) -> list[Message]:
        """What QueueStatus lists of it."""
        return [
            event("QueueParams"),
            *(self._member("QueueMember", "Location", phone) for phone in PHONES),
            *(event("QueueEntry", Channel=each, Position=str(n)) for n, each in enumerate(self.waiting, 1)),
        ]

    def _member(self, name: str, key: str, phone: str) -> Message:
        status, reason = self.members[phone]
        fields = {key: phone, "Status": status, "Paused": str(int(bool(reason))), "PausedReason": reason}
        return event(name, **fields)

    def agrees(self, queues: Queues) -> None:
        for place, channel in enumerate(self.waiting, 1):
            assert queues.position(channel) == ("general", place)
        here = [m for m in self.members.values() if m[0] != "5" and m[1] in ("", wrap_up_reason(1000))]
        free = [m for m in here if m == ("1", "")]
        standing = queues.standing("general", 2000.0)
        assert (standing.logged_in, standing.free, standing.waiting) == (len(here), len(free), len(self.waiting))
        assert (standing.expected_wait_s is None) == (not here)
        assert (queues.agents_here > 0) == bool(here)
        assert sorted(queues.stranded) == ([] if here else sorted(self.waiting))


@given(STEPS, STEPS, st.data())
def test_after_read_the_queue_is_what_it_is(lost: list[Step], then: list[Step], data: st.DataObject) -> None:
    model, queues = Model(), Queues()
    for step in lost:
        model.do(step)
    for message in model.told:
        if data.draw(st.booleans()):
            queues.hear(message)
    queues.read(model.rows())
    model.agrees(queues)
    model.told.clear()
    for step in then:
        model.do(step)
        for message in model.told:
            queues.hear(message)
        model.told.clear()
        model.agrees(queues)


def test_an_agent_in_wrap_up_is_here_but_not_free() -> None:
    member = Member("PJSIP/8001", "", "1", True, wrap_up_reason(1000.4))
    assert member.here and member.wrapping_up and not member.free(2000.0)
    on_break = Member("PJSIP/8001", "", "1", True, "吃饭")
    assert not on_break.here and not on_break.wrapping_up
    assert not Member("PJSIP/8001", "", "5", True, wrap_up_reason(1000)).here


@given(st.integers(0, 10**11))
def test_the_end_of_a_wrap_up_can_be_read_from_its_reason(until: int) -> None:
    assert wrap_up_until(wrap_up_reason(until)) == until


@given(st.text(max_size=20))
def test_no_other_reason_is_a_wrap_up(reason: str) -> None:
    assert wrap_up_until(reason) is None or reason.startswith("话后整理 ")
