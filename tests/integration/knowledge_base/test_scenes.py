"""Questions of callers to the city's entries: what is answered, what is asked back, what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.evaluate import evaluate
from knowledge_base.loading import Query
from knowledge_base.settings import KnowledgeBaseSettings


def ask(base: KnowledgeBase, *questions: str) -> Decision:
    """Ask one after the other, each after the answers to those before."""
    context = Context()
    for question in questions:
        decision = base.ask(question, context)
        if decision.kind == "answer" and decision.entry is not None:
            context = Context((*context.entries, decision.entry))
    return decision


@pytest.mark.parametrize(
    ("question", "subject", "aspect"),
    [
        ("我社保卡丢了,怎么补啊?", "社保卡", "补办"),
        ("公积金能提取吗?", "公积金提取", "条件"),
        ("攻击金能提去吗", "公积金提取", "条件"),
        ("请问居住证怎么办", "居住证", "办理"),
    ],
)
def test_a_simple_question_is_answered(base: KnowledgeBase, question: str, subject: str, aspect: str) -> None:
    decision = base.ask(question)
    assert decision.kind == "answer", decision.reason
    assert decision.entry is not None
    assert (decision.entry.subject, decision.entry.aspect) == (subject, aspect)


def test_a_decision_tells_what_a_misheard_question_was_taken_for(base: KnowledgeBase) -> None:
    misheard, clear = base.ask("攻击金能提去吗"), base.ask("公积金能提取吗?")
    assert (misheard.understood, misheard.restored) == ("攻击金能提去吗", "公积金能提取吗")
    assert (clear.understood, clear.restored) == ("公积金能提取吗?", "")


def test_the_part_that_was_asked_for_is_known_by_its_sounds(base: KnowledgeBase) -> None:
    assert base.ask("补办社保卡要带什么才料").reason == base.ask("补办社保卡要带什么材料").reason


def test_every_question_of_an_entry_finds_it_or_asks_back(base: KnowledgeBase) -> None:
    missed = []
    for entry in base.entries:
        decision = base.ask(entry.question)
        found = {option.id for option in decision.options} | {decision.entry.id if decision.entry else ""}
        if entry.id not in found:
            missed.append(f"{entry.question} → {decision.kind} {sorted(found)} {decision.reason}")
    assert len(missed) <= 0.05 * len(base.entries), missed


def test_a_follow_up_leans_on_the_last_answer(base: KnowledgeBase) -> None:
    rent = ask(base, "公积金能提取吗?", "那租房的呢?")
    assert rent.entry is not None
    assert rent.entry.subject == "租房提取"
    materials = ask(base, "公积金能提取吗?", "那租房的呢?", "要带什么材料?")
    assert materials.entry is not None
    assert (materials.entry.subject, materials.entry.aspect) == ("租房提取", "材料")


def test_a_part_of_the_last_entry_is_said_by_itself(base: KnowledgeBase) -> None:
    decision = ask(base, "公积金能提取吗?", "那租房的呢?", "在哪儿办?")
    assert decision.kind == "answer"
    assert decision.entry is not None
    assert decision.entry.place[:8] in decision.says or decision.entry.aspect == "地点"


def test_a_new_question_is_not_dragged_back(base: KnowledgeBase) -> None:
    decision = ask(base, "公积金能提取吗?", "居住证怎么办?")
    assert decision.entry is not None
    assert decision.entry.subject == "居住证"


def test_two_close_matters_are_asked_back(base: KnowledgeBase) -> None:
    decision = base.ask("我想办居住证明。")
    assert decision.kind == "ask_back", decision.reason
    assert {"居住证", "居住证明"} == {option.subject for option in decision.options}


def test_a_bare_name_is_asked_back(base: KnowledgeBase) -> None:
    decision = base.ask("公积金")
    assert decision.kind == "ask_back", decision.reason
    assert len({option.short for option in decision.options}) > 1


@pytest.mark.parametrize(
    "question",
    [
        "红烧肉怎么做",
        "周杰伦最新的专辑叫什么",
        "火星上能不能买房",
        "",
        "啊",
    ],
)
def test_what_no_entry_answers_is_refused(base: KnowledgeBase, question: str) -> None:
    decision = base.ask(question)
    assert decision.kind == "refuse", (decision.reason, decision.entry)
    assert decision.entry is None


LIBRARY = Entry(
    id="library-card",
    question="借书证怎么办",
    spoken="带身份证到图书馆服务台办。",
    topic="文化",
    subject="借书证",
    aspect="办理",
    short="借书证办理",
    asked=("办一张借书证", "怎么领借书证", "图书馆的卡怎么办"),
    text="带身份证到图书馆服务台办。",
    department="图书馆",
)


@pytest.fixture(scope="module")
def with_library(base: KnowledgeBase) -> KnowledgeBase:
    settings = KnowledgeBaseSettings(embedding=False, pseudo_questions=1200)
    return KnowledgeBase.from_entries((*base.entries, LIBRARY), settings)


def test_another_aspect_of_the_same_matter_is_not_answered(with_library: KnowledgeBase) -> None:
    assert with_library.ask("借书证怎么办").entry == LIBRARY
    assert with_library.ask("借书证要交钱吗").kind != "answer"


def test_an_expired_entry_is_not_answered(base: KnowledgeBase) -> None:
    today = date(2026, 6, 1)
    settings = KnowledgeBaseSettings(embedding=False, pseudo_questions=1200)
    expired = replace(LIBRARY, valid_to=today)
    changed = KnowledgeBase.from_entries((*base.entries, expired), settings)
    assert changed.ask("借书证怎么办", today=today).entry == expired
    assert changed.ask("借书证怎么办", today=today + timedelta(days=1)).kind != "answer"


def test_the_same_question_has_the_same_decision(base: KnowledgeBase) -> None:
    assert base.ask("驾驶证丢了怎么办") == base.ask("驾驶证丢了怎么办")


def test_the_evaluation_asks_what_a_call_asks(base: KnowledgeBase) -> None:
    queries = [Query("公积金能提取吗", "in", ("gongjijin-withdraw",)), Query("红烧肉怎么做", "far")]
    rows = list(evaluate(base, queries))
    for query, row in zip(queries, rows, strict=True):
        decision = base.ask(query.text)
        assert row["answered"] == (decision.kind == "answer")
        assert row["confidence"] == pytest.approx(decision.confidence, abs=1e-4)


def test_what_is_spoken_is_known_before(base: KnowledgeBase) -> None:
    texts = base.spoken_texts()
    assert len(texts) == len(set(texts))
    for entry in base.entries:
        assert entry.spoken in texts
    assert ask(base, "公积金能提取吗?", "那租房的呢?", "在哪儿办?").says in (*texts, "")


def test_the_vocabulary_names_the_matters(base: KnowledgeBase) -> None:
    terms = dict(base.vocabulary())
    assert {"公积金", "居住证", "社保卡"} <= set(terms)
    assert all(weight > 0 and len(term) >= 2 for term, weight in terms.items())


def test_what_only_resembles_an_entry_is_not_answered(base: KnowledgeBase) -> None:
    assert base.ask("我想问下我们村那个拆迁补偿是按什么标准?").kind != "answer"
