"""Whatever comes in, in whatever order: the machine never breaks, never leaves a turn open, never loses a word."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dialog.conversation import Conversation
from dialog.humans import SetHumans
from dialog.moves import (
    Expect,
    Found,
    Gone,
    HangUp,
    Heard,
    Key,
    LookUp,
    MoveIn,
    MoveOut,
    SaveTicket,
    Silence,
    Spoken,
    TicketSaved,
    Transfer,
    TransferFailed,
    Transferred,
    Trouble,
)
from dialog.ports import Staffing
from dialog.settings import DialogSettings
from tests.unit.dialog.conftest import NOW, UNDERSTANDING
from tests.unit.dialog.knowledge import ThreeEntries
from tickets.ticket import State, Ticket

WORDS = st.sampled_from(
    """社保卡丢了怎么补|我想办居住证明|居住证|第一个|后面那个|都不是|我家暖气三天不热了|我要举报一个饭店用地沟油|别告诉他们是我说的
    城东区阳光花园5号楼2单元|幸福家园三号楼|城西区|不对,是七号楼|可以|行|不用了|没有了|谢谢|再见|对|不对|是的|姓王|我叫李建国|不说
    幺三八|零零零零|幺二三四|13800005678|最后四位是五六七八|转人工|人工|给我回电话|留言|我等|等一下|不是这个|不是这个,我说的是居住证
    再说一遍|说慢点|你是机器人吗|发短信给我|我上周反映的井盖怎么样了|催办|2611160001|着火了|有人要跳楼|你们就知道推,都第三次打了
    路灯坏了,还有,垃圾也没人收,顺便问下社保卡丢了怎么补
    法院判了他不还钱你们管不管|讲个笑话|滚|hello can you help me|满意|很差|五分
    建议公交延长末班车|民政局小王服务特别好,表扬一下|我们村拆迁补偿是什么标准|嗯|哦|喂|你好|啊啊啊啊|车牌鲁QG54321堵我家门口|算了不登记了
    昨天晚上|不知道|等一下,我还要补充,他还养狗|没有工单号|我记不住了|你会说四川话吗|我要投诉两件事|就打这个吧|……||那个""".replace(
        "\n", "|"
    ).split("|")
).map(str.strip)

SOME = st.none() | st.integers(0, 90)
STAFFING = st.builds(Staffing, reachable=st.booleans(), free=st.booleans(), ahead=SOME, minutes=SOME)

STRAIGHT = ("not_understood", "number_not_understood", "dialect", "english", "records_trouble")


class Calls(RuleBasedStateMachine):
    """Random calls."""

    conversation: Conversation
    humans: SetHumans
    waiting: MoveOut | None = None
    over = False

    @initialize(caller=st.sampled_from(["13800001234", None]), staffing=STAFFING)
    def begin(self, caller: str | None, staffing: Staffing) -> None:
        self.humans = SetHumans(staffing)
        self.conversation = Conversation(DialogSettings(), ThreeEntries(), UNDERSTANDING, caller, NOW, self.humans)
        self.waiting, self.over = None, False
        self.take(self.conversation.start(), must_end=True)

    def take(self, moves: list[MoveOut], must_end: bool) -> None:
        ends = [move for move in moves if _ends(move)]
        assert len(ends) <= 1 or all(isinstance(move, SaveTicket | LookUp) for move in ends), ends
        if must_end:
            assert ends, f"a turn without end in state {self.conversation.state}: {moves}"
        for end in ends:
            if isinstance(end, Transfer):
                now = self.humans.now
                assert now.reachable, "handed over to nobody"
                asked_first = end.reason not in STRAIGHT and not end.urgent
                assert now.free or end.patient or not asked_first, "put into a queue unasked"
            self.waiting = None if isinstance(end, Expect) else end
            self.over = isinstance(end, HangUp)
        tail = [move for move in moves if not isinstance(move, SaveTicket) or move.answer]
        if ends:
            assert tail[-1] is ends[-1], "something follows the end of a turn"

    def tell(self, move: MoveIn, must_end: bool | None = None) -> list[MoveOut]:
        free = self.waiting is None and not self.over
        moves = self.conversation.hear(move, NOW + timedelta(seconds=1))
        self.take(moves, free if must_end is None else must_end)
        if self.over:
            self.waiting = None
        return moves

    @precondition(lambda self: not self.over)
    @rule(text=WORDS, confidence=st.sampled_from([1.0, 1.0, 1.0, 0.5, 0.2]), interrupted=st.booleans())
    def hear(self, text: str, confidence: float, interrupted: bool) -> None:
        if interrupted:
            self.tell(Spoken("您好", whole=False), must_end=False)
        self.tell(Heard(text, confidence, None, interrupted))

    @precondition(lambda self: not self.over)
    @rule(text=st.text(max_size=30))
    def hear_anything(self, text: str) -> None:
        self.tell(Heard(text))

    @precondition(lambda self: not self.over)
    @rule(keys=st.text("0123456789*#", min_size=1, max_size=13))
    def press(self, keys: str) -> None:
        for key in keys:
            if not self.over:
                self.tell(Key(key))

    @precondition(lambda self: not self.over)
    @rule()
    def be_silent(self) -> None:
        self.tell(Silence())

    @precondition(lambda self: not self.over)
    @rule(what=st.sampled_from(["recogniser", "synthesiser", "records"]))
    def break_down(self, what: str) -> None:
        self.tell(Trouble(what), must_end=False)  # type: ignore[arg-type]
        if what == "records" and isinstance(self.waiting, SaveTicket | LookUp):
            raise AssertionError("the records failed and the caller is left waiting")

    @rule()
    def records_answer(self) -> None:
        if isinstance(self.waiting, SaveTicket):
            waiting, self.waiting = self.waiting, None
            self.tell(TicketSaved("2611230001", waiting.ticket, waiting.tag))
        elif isinstance(self.waiting, LookUp):
            self.waiting = None
            ticket = UNDERSTANDING.make_ticket("井盖坏了", NOW, contact="13800001234")
            self.tell(Found((ticket,)))

    @rule(done=st.booleans())
    def desk_answers(self, done: bool) -> None:
        if isinstance(self.waiting, Transfer):
            self.waiting = None
            if done:
                assert self.tell(Transferred(), must_end=False) is not None
                self.over = True
            else:
                self.tell(TransferFailed(2, 3))

    @rule(staffing=STAFFING)
    def shifts_change(self, staffing: Staffing) -> None:
        self.humans.now = staffing

    @rule(what=st.sampled_from(["saved", "found", "failed"]))
    def answer_out_of_turn(self, what: str) -> None:
        if self.waiting is None and not self.over:
            ticket = UNDERSTANDING.make_ticket("井盖坏了", NOW)
            moves = {"saved": TicketSaved("1", ticket), "found": Found(), "failed": TransferFailed()}
            self.tell(moves[what], must_end=False)

    @rule()
    def hang_up(self) -> None:
        call = self.conversation.call
        asked = call.draft is not None or bool(call.pending) or bool(call.todo)
        was_over = self.over
        moves = self.conversation.hear(Gone(), NOW)
        kept: list[Ticket] = [move.ticket for move in moves if isinstance(move, SaveTicket)]
        assert not any(_ends(move) for move in moves)
        assert all(ticket.state is State.DRAFT and ticket.what for ticket in kept)
        assert was_over or bool(kept) == asked
        self.over, self.waiting = True, None

    @invariant()
    def has_a_state(self) -> None:
        if hasattr(self, "conversation"):
            assert self.conversation.state


def _ends(move: MoveOut) -> bool:
    if isinstance(move, SaveTicket):
        return move.answer
    return isinstance(move, Expect | Transfer | HangUp | LookUp)


TestCalls = Calls.TestCase
TestCalls.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
