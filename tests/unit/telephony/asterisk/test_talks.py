"""Whatever happens in whatever order: after `read` the talks are what the channels are."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.ami_text import Message
from telephony.asterisk.talks import Talk, Talks

CALLS = ("call-a", "call-b", "call-c")
AGENTS = ("8001", "8002", "8003")


def event(name: str, call: str = "", party: str = "", **fields: str) -> Message:
    variables = (("ChanVariable", f"HOTLINE_CALL={call}"), ("ChanVariable", "HOTLINE_QUEUE=general"))
    return Message((("Event", name), *fields.items(), *variables, ("ChanVariable", f"HOTLINE_PARTY={party}")))


@dataclass
class Call:
    """One call of a small exchange that tells what it does as Asterisk would."""

    id: str
    agent: str = ""
    leg: str = ""
    stage: str = "bot"
    in_room: bool = False
    third: str = ""

    @property
    def channel(self) -> str:
        return f"PJSIP/trunk-{self.id}"

    @property
    def talk(self) -> Talk | None:
        if self.stage in ("bot", "waiting"):
            return None
        third = (self.third, f"PJSIP/trunk-third-{self.id}") if self.third else ("", "")
        stage = "conference" if self.stage == "talking" and self.third else self.stage
        return Talk(self.id, self.channel, self.agent, self.leg, "general", stage, self.in_room, *third)  # type: ignore[arg-type]

    def rows(self) -> list[Message]:
        """What CoreShowChannels lists of it."""
        context = {"held": ("held", "s"), "transferring": ("transfer", "agent"), "bot": ("bot", "s")}.get(
            self.stage, ("room", "caller") if self.in_room else ("human", "general")
        )
        bridge = f"bridge-{self.id}"
        shared = bridge if self.stage == "talking" else ""
        rows = [self._row(self.channel, *context, shared)]
        if self.stage == "ringing":
            rows.append(self._row(self.leg, "from-agent", "general", ""))
        elif self.agent:
            place = ("room", "agent") if self.in_room else ("from-agent", "general")
            rows.append(self._row(self.leg, *place, bridge))
        if self.third:
            party = f"department {self.third}"
            rows.append(self._row(f"PJSIP/trunk-third-{self.id}", "room", "other", bridge, party))
        return rows

    def _row(self, channel: str, context: str, exten: str, bridge: str, party: str = "") -> Message:
        fields = {"Channel": channel, "Context": context, "Exten": exten, "BridgeId": bridge}
        return event("CoreShowChannel", self.id, party, **fields)


@dataclass
class Model:
    """Does what is drawn where it is possible, and collects the events."""

    calls: dict[str, Call] = field(default_factory=lambda: {name: Call(name) for name in CALLS})
    told: list[Message] = field(default_factory=list)
    legs: int = 0

    def do(self, call_id: str, choice: int, agent: str) -> None:
        call = self.calls[call_id]
        free = agent not in {each.agent for each in self.calls.values()}
        possible = [what for what in POSSIBLE[call.stage] if free or what not in ("ring", "taken")]
        if call.third:
            possible.append("third leaves")
        elif call.stage == "talking" and call.in_room:
            possible.append("third")
        self._do(call, [*possible, "caller leaves"][choice % (len(possible) + 1)], agent)

    def _do(self, call: Call, what: str, agent: str) -> None:
        match what:
            case "ring":
                self._leg(call, agent, "ringing")
                self._tell(call, "AgentCalled")
            case "miss":
                self._tell(call, "AgentRingNoAnswer")
                call.stage, call.agent = "waiting", ""
            case "answer":
                call.stage = "talking"
                self._tell(call, "AgentConnect")
            case "hold":
                self._stage(call, "held", "held")
            case "resume":
                self._stage(call, "room", "talking")
            case "third":
                call.third = "82345678"
                self._third(call, "ConfbridgeJoin", call.third)
            case "third leaves":
                number, call.third = call.third, ""
                self._third(call, "ConfbridgeLeave", number)
            case "transfer":
                self._stage(call, "transferring", "transferring")
            case "somebody rings":  # in the queue the caller was passed on to
                fields = {"Channel": call.channel, "Interface": "PJSIP/8009", "DestChannel": "PJSIP/8009-1"}
                self.told.append(event("AgentCalled", call.id, Queue="hotline-company", **fields))
            case "refused":
                self._stage(call, "room", "talking")
            case "taken":
                before = call.leg
                if call.third:  # the agent's room is left with nobody but the department, which is hung up
                    number, call.third = call.third, ""
                    self._third(call, "ConfbridgeLeave", number)
                self._leg(call, agent, "talking")
                call.in_room = False
                told = {"UserEvent": "HotlineTalks", "Way": "transfer", "Channel": call.leg}
                self.told.append(event("UserEvent", call.id, Call=call.id, CallerChannel=call.channel, **told))
                self._hang_up(call, before)
            case "agent leaves":
                self._hang_up(call, call.leg)
                self.calls[call.id] = Call(call.id)
            case "caller leaves":
                self._hang_up(call, call.channel)
                self.calls[call.id] = Call(call.id)

    def _leg(self, call: Call, agent: str, stage: str) -> None:
        self.legs += 1
        call.agent, call.leg, call.stage = agent, f"PJSIP/{agent}-{self.legs:08x}", stage

    def _tell(self, call: Call, name: str) -> None:
        fields = {"Channel": call.channel, "Interface": f"PJSIP/{call.agent}", "DestChannel": call.leg}
        self.told.append(event(name, call.id, Queue="hotline-general", **fields))

    def _stage(self, call: Call, told: str, stage: str) -> None:
        call.stage, call.in_room = stage, True
        self.told.append(event("UserEvent", call.id, UserEvent="HotlineStage", Call=call.id, Stage=told))

    def _third(self, call: Call, name: str, number: str) -> None:
        channel = f"PJSIP/trunk-third-{call.id}"
        self.told.append(event(name, call.id, f"department {number}", Channel=channel))

    def _hang_up(self, call: Call, channel: str) -> None:
        self.told.append(event("Hangup", call.id, Channel=channel))


POSSIBLE = {
    "bot": ["ring"],
    "waiting": ["ring"],
    "ringing": ["answer", "answer", "miss"],
    "talking": ["hold", "transfer", "agent leaves"],
    "held": ["resume", "resume", "transfer"],
    "transferring": ["somebody rings", "taken", "refused"],
}
"""What may happen next to a call, by its stage."""
Steps = list[tuple[str, int, str]]
STEPS = st.lists(st.tuples(st.sampled_from(CALLS), st.integers(0, 11), st.sampled_from(AGENTS)), max_size=60)


def truth(model: Model) -> list[Talk]:
    return sorted((call.talk for call in model.calls.values() if call.talk), key=lambda talk: talk.call_id)


def known(talks: Talks) -> list[Talk]:
    return sorted(talks.all, key=lambda talk: talk.call_id)


@given(STEPS)
def test_the_events_alone_tell_the_truth(steps: Steps) -> None:
    model, talks = Model(), Talks()
    for step in steps:
        model.do(*step)
        for message in model.told:
            talks.hear(message)
        model.told.clear()
        assert known(talks) == truth(model)


@given(STEPS, st.data())
def test_after_read_lost_events_do_not_matter(steps: Steps, data: st.DataObject) -> None:
    model, talks = Model(), Talks()
    for step in steps:
        model.do(*step)
    for message in model.told:
        if data.draw(st.booleans()):
            talks.hear(message)
    talks.read([row for call in model.calls.values() for row in call.rows()])
    assert known(talks) == truth(model)


@given(STEPS, STEPS)
def test_what_happens_after_read_is_followed(
    before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]
) -> None:
    model, talks = Model(), Talks()
    for step in before:
        model.do(*step)
    talks.read([row for call in model.calls.values() for row in call.rows()])
    model.told.clear()
    for step in after:
        model.do(*step)
    for message in model.told:
        talks.hear(message)
    assert known(talks) == truth(model)


def test_channels_of_nobody_we_know_are_no_talks() -> None:
    talks = Talks()
    talks.read([event("CoreShowChannel", "", Channel="PJSIP/8001-1", Context="from-agent", Exten="s")])
    talks.read([event("CoreShowChannel", "call-a", Channel="PJSIP/8001-1", Context="from-agent", Exten="s")])
    assert talks.all == []
