"""The hit test decides what a call decides: the same questions, put to both."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import knowledge_base
from dialog import looking_up
from dialog.conversation import Conversation
from dialog.hit_test import Hit, hit_test
from dialog.moves import Heard, MoveOut, Note
from dialog.settings import DialogSettings
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Decision
from knowledge_base.settings import KnowledgeBaseSettings
from tickets.understanding import Understanding

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
FOLDER = Path(knowledge_base.__file__).parent / "data" / "lanjiang"

TALKS = [
    ("居住证怎么办", "那需要什么材料", "要多久", "周末开门吗", "要是丢了呢"),
    ("你好,我想咨询一下护照怎么办理", "多少钱", "那小孩呢", "几天能好"),
    ("公积金能提取吗", "那租房的呢", "要带什么材料", "多久到账"),
    ("结婚登记怎么办", "那离婚呢", "要带什么"),
    ("城东区大件垃圾哪天上门收", "那滨湖呢", "周末收吗"),
    ("早市几点开始,我在城西区", "那云山呢"),
    ("南溪县早市几点开始",),
    ("南溪县大件垃圾哪天上门收",),
    ("大件垃圾哪天收",),
    ("我家住解放路街道,旧沙发旧床垫哪天来拉",),
    ("身份证到期怎么换", "孩子的呢"),
    ("二手房怎么过户", "贷款没还清呢", "多久能办好"),
    ("失业金怎么申领", "每月多少", "自己辞职的呢"),
    ("住院医保能报多少", "那门诊呢"),
    ("供暖费怎么收", "发票怎么开"),
    ("养狗证怎么办", "那红烧肉呢"),
    ("驾驶证到期怎么换", "过期一年了呢"),
    ("我想办居住证明",),
    ("公积金",),
    ("攻击金能提去吗",),
    ("红烧肉怎么做",),
    ("我们村那个拆迁补偿是按什么标准",),
    ("没有房产证能不能上户口",),
    ("不满16岁的护照几年有效",),
    ("单位不给交公积金怎么办",),
    ("贷款还清了怎么办",),
    ("不是,我问的是驾驶证丢了怎么办",),
    ("护照丢了怎么办", "要多少钱", "那要多久"),
    ("低保怎么申请", "一个月多少钱"),
    ("小学怎么报名", "外地户口的孩子呢"),
    ("社保卡丢了怎么补办", "要交钱吗", "那城西呢"),
]
ASKED = [(talk[:number], talk[number]) for talk in TALKS for number in range(len(talk))]


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    settings = KnowledgeBaseSettings(embedding=False, pseudo_questions=1200)
    return KnowledgeBase.from_folder(FOLDER, date(2026, 6, 1), settings)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding()


def noted(moves: Sequence[MoveOut]) -> dict[str, Any] | None:
    facts = [move.facts for move in moves if isinstance(move, Note) and move.kind == "knowledge"]
    return {name: fact for name, fact in facts[0].items() if name != "question"} if facts else None


def in_a_call(base: KnowledgeBase, understanding: Understanding, texts: Sequence[str]) -> dict[str, Any] | None:
    """Return what the call notes of the last of `texts`."""
    call = Conversation(DialogSettings(), base, understanding, "13800001234", NOW)
    call.start()
    moves: Sequence[MoveOut] = ()
    for text in texts:
        moves = call.hear(Heard(text), NOW)
    return noted(moves)


def as_noted(hit: Hit) -> dict[str, Any]:
    decision = hit.decision
    return {
        "decision": decision.kind,
        "entry": decision.entry.id if decision.entry else "",
        "confidence": round(decision.confidence, 3),
        "reason": decision.reason,
        "understood": decision.understood,
        "scores": {one.entry.id: round(one.score, 3) for one in decision.candidates[:5]},
    }


def test_there_are_enough_questions() -> None:
    assert len(ASKED) >= 60


@pytest.mark.parametrize(("before", "question"), ASKED, ids=[">".join((*a, b)) for a, b in ASKED])
def test_the_hit_test_decides_as_the_call(
    base: KnowledgeBase, understanding: Understanding, before: tuple[str, ...], question: str
) -> None:
    facts = in_a_call(base, understanding, (*before, question))
    hit = hit_test(base, understanding, question, NOW, before)
    assert facts == (as_noted(hit) if hit.consulted else None)


@pytest.fixture
def other_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever way there is from words to a decision now decides otherwise."""
    real = looking_up._looked_up

    def changed(*words: Any) -> Decision:
        return replace(real(*words), kind="refuse", entry=None, reason="改过的函数")

    monkeypatch.setattr(looking_up, "_looked_up", changed)
    yield


@pytest.mark.usefixtures("other_way")
def test_call_and_hit_test_have_one_function(base: KnowledgeBase, understanding: Understanding) -> None:
    facts = in_a_call(base, understanding, ["居住证怎么办"])
    assert facts is not None and facts["reason"] == "改过的函数"
    assert hit_test(base, understanding, "居住证怎么办", NOW).decision.reason == "改过的函数"


def test_what_would_be_said_is_what_the_call_says(base: KnowledgeBase, understanding: Understanding) -> None:
    assert "居住" in hit_test(base, understanding, "居住证怎么办", NOW).says
    assert "哪个区" in hit_test(base, understanding, "大件垃圾哪天收", NOW).says
    assert "哪一件" in hit_test(base, understanding, "我想办居住证明", NOW).says
    assert "登记" in hit_test(base, understanding, "我们村那个拆迁补偿是按什么标准", NOW).says


def test_the_area_can_be_given(base: KnowledgeBase, understanding: Understanding) -> None:
    hit = hit_test(base, understanding, "大件垃圾哪天收", NOW, area="滨湖区")
    assert hit.best is not None and hit.best.id == "chengguan-bulky-day-lake"
    assert (hit.verdict, hit.area) == ("答", "滨湖区")


def test_an_appeal_is_not_looked_up_by_a_call(base: KnowledgeBase, understanding: Understanding) -> None:
    hit = hit_test(base, understanding, "我家暖气不热,十五六度,我要投诉供热公司", NOW)
    assert not hit.consulted
    assert hit.decision.candidates


def test_another_entry_than_the_expected_is_wrong(base: KnowledgeBase, understanding: Understanding) -> None:
    right = hit_test(base, understanding, "居住证怎么办", NOW, expect=["juzhuzheng-new"])
    wrong = hit_test(base, understanding, "居住证怎么办", NOW, expect=["passport-new"])
    assert (right.verdict, wrong.verdict) == ("答", "不对")
    data = right.data(base.answer_from)
    assert data["entry"] == "juzhuzheng-new" and data["threshold"] == round(base.answer_from, 4)
    assert set(data["candidates"][0]["parts"]) >= {"character_title", "sound_body"}
