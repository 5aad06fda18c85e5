"""Two agents over a bad network in made-up time: calls still begin and end once."""

import random
from collections.abc import Callable

import pytest
from aiosipua import SipRequest, SipResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony import sip_text
from telephony.resender import GIVE_UP
from telephony.sip_agent import SipAgent, SipDialog
from telephony.sip_text import Head
from telephony.udp import Address

ALICE, BOB = ("192.0.2.1", 5060), ("192.0.2.2", 5060)


class Network:
    """Carries datagrams between two agents, loses and repeats some."""

    def __init__(self, seed: int, loss: float) -> None:
        self._chance = random.Random(seed)
        self._loss = loss
        self.now = 0.0
        self._way: list[tuple[float, Address, Address, bytes]] = []
        self.agents = {name: SipAgent(self._sender(name)) for name in (ALICE, BOB)}

    def _sender(self, source: Address) -> Callable[[bytes, Address], None]:
        def send(data: bytes, to: Address) -> None:
            for _ in range(1 + (self._chance.random() < self._loss / 2)):
                if self._chance.random() >= self._loss:
                    self._way.append((self.now + self._chance.uniform(0.01, 0.2), source, to, data))

        return send

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 0.05
            due = sorted(item for item in self._way if item[0] <= self.now)
            self._way = [item for item in self._way if item[0] > self.now]
            for _, source, to, data in due:
                if to in self.agents:
                    self.agents[to].receive(data, source, self.now)
            for agent in self.agents.values():
                agent.tick(self.now)


class Callee:
    """Answers every INVITE."""

    def __init__(self, network: Network, code: int = 200) -> None:
        self.network = network
        self.code = code
        self.calls: list[SipDialog] = []
        self.acked = self.byes = self.given_up = 0
        network.agents[BOB].on_invite = self.invited

    def invited(self, invite: SipRequest, head: Head, peer: Address, now: float) -> None:
        dialog = SipDialog(self.network.agents[BOB], sip_text.dialog_of_invite(invite, head), peer, BOB)
        dialog.invite = invite
        dialog.on_ack = self.acknowledged
        dialog.on_request = lambda request: self.requested(dialog, request)
        dialog.open()
        self.calls.append(dialog)
        dialog.answer_finally(invite, self.code, now, self.no_ack)

    def acknowledged(self, _: SipRequest) -> None:
        self.acked += 1

    def no_ack(self) -> None:
        self.given_up += 1

    def requested(self, dialog: SipDialog, request: SipRequest) -> None:
        self.byes += request.method == "BYE"
        dialog.answer(request, 200)


class Caller:
    """Dials once and hangs up when told."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.codes: list[int | None] = []
        self.bye_codes: list[int | None] = []
        signalling = sip_text.dialog_of_caller("sip:13800001234@192.0.2.1", "sip:12345@192.0.2.2", "192.0.2.1")
        self.dialog = SipDialog(network.agents[ALICE], signalling, BOB, ALICE)
        self.invite = self.dialog.request("INVITE", network.now, self.responded)

    def responded(self, response: SipResponse | None) -> None:
        self.codes.append(response.status_code if response else None)
        if response and 200 <= response.status_code < 300:
            self.dialog.dialog.remote_tag = response.to_addr.tag
            self.dialog.open()
            self.dialog.acknowledge(response.cseq.seq)

    def hang_up(self) -> None:
        self.dialog.request("BYE", self.network.now, lambda r: self.bye_codes.append(r.status_code if r else None))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 0.3]))
def test_a_call_survives_loss_and_repeats(seed: int, loss: float) -> None:
    network = Network(seed, loss)
    callee, caller = Callee(network), Caller(network)
    network.run(30)
    assert caller.codes == [200]
    assert len(callee.calls) == 1
    assert callee.acked >= 1 and callee.given_up == 0
    caller.hang_up()
    network.run(30)
    assert callee.byes == 1
    assert caller.bye_codes == [200]
    assert all(agent.idle for agent in network.agents.values())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_a_refusal_survives_loss(seed: int) -> None:
    network = Network(seed, 0.3)
    callee, caller = Callee(network, 486), Caller(network)
    network.run(40)
    assert caller.codes == [486]
    assert len(callee.calls) == 1
    assert network.agents[ALICE].idle


def test_a_dead_network_is_given_up() -> None:
    network = Network(1, 1.0)
    caller = Caller(network)
    network.run(GIVE_UP + 1)
    assert caller.codes == [None]
    assert network.agents[ALICE].idle


def test_an_answer_without_ack_is_given_up() -> None:
    network = Network(1, 0.0)
    callee, caller = Callee(network), Caller(network)
    del network.agents[ALICE]
    network.agents[BOB].receive(bytes(caller.invite), ALICE, network.now)
    network.run(GIVE_UP + 1)
    assert callee.given_up == 1
    assert network.agents[BOB].idle


@pytest.mark.parametrize("tag", ["to", "from"])
def test_a_request_with_a_strangers_tag_is_no_part_of_the_call(tag: str) -> None:
    network = Network(1, 0.0)
    callee, caller = Callee(network), Caller(network)
    network.run(2)
    if tag == "to":
        caller.dialog.dialog.remote_tag = "stranger"
    else:
        caller.dialog.dialog.local_tag = "stranger"
    caller.hang_up()
    network.run(2)
    assert caller.bye_codes == [481]
    assert callee.byes == 0


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.integers(0, 400), st.integers(0, 400))
def test_any_bytes_are_survived(noise: bytes, start: int, end: int) -> None:
    network = Network(1, 0.0)
    Callee(network)
    caller = Caller(network)
    good = bytes(caller.invite)
    for data in (noise, good[:start] + noise, good[:start] + noise + good[end:]):
        network.agents[BOB].receive(data, ALICE, 0.0)


def test_on_a_good_network_nothing_is_sent_twice() -> None:
    network = Network(1, 0.0)
    sent: list[bytes] = []
    carry = network.agents[BOB].resender._send
    network.agents[BOB].resender._send = lambda data, to: (sent.append(data), carry(data, to))[1]
    network.agents[BOB].send = network.agents[BOB].resender._send
    Callee(network)
    caller = Caller(network)
    network.run(5)
    caller.hang_up()
    network.run(5)
    assert [data.split(b"\r\n")[0] for data in sent] == [b"SIP/2.0 200 OK"] * 2
