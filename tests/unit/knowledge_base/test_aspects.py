"""Aspects, denials and names in questions."""

import pytest

from knowledge_base.aspects import asked_aspects, covered_aspects, denials, names
from knowledge_base.entry import Entry
from knowledge_base.follow_up import looks_back, residue, shared_sounds
from knowledge_base.sayings import field_sentence, field_sentences, text_sentence
from knowledge_base.text import clean


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("居住证丢了要交钱吗", "费用"),
        ("要带什么材料", "材料"),
        ("在哪儿办", "地点"),
        ("周六上班吗", "时间"),
        ("需要多久", "期限"),
        ("什么人可以申请", "条件"),
        ("驾照丢了", "补办"),
    ],
)
def test_the_aspect_asked_for_is_seen(question: str, aspect: str) -> None:
    assert aspect in asked_aspects(question)


def test_a_bare_name_asks_for_no_aspect() -> None:
    assert asked_aspects("居住证") == frozenset()


def test_an_entry_covers_its_own_aspect_and_what_it_is_asked() -> None:
    entry = Entry(id="a", question="身份证怎么办", spoken="", aspect="补办", asked=("补身份证多少钱",))
    assert {"补办", "费用", "办理"} <= covered_aspects(entry)


@pytest.mark.parametrize("question", ["要带什么材料?", "在哪儿办", "那需要多久", "多少钱啊", "周六上班吗"])
def test_a_question_of_aspects_alone_is_about_nothing(question: str) -> None:
    assert residue(question) == ""


def test_what_a_question_is_about_is_left() -> None:
    assert residue("那租房的呢?") == "租房"
    assert looks_back("那租房的呢?")
    assert not looks_back("租房能提公积金吗")


def test_denials_are_counted_without_questions_of_the_form_can_or_cannot() -> None:
    assert denials("能不能办不动产证") == 0
    assert denials("没有交社保不能报销吗") == 2


def test_numbers_codes_and_areas_are_names() -> None:
    assert names(clean("A3区和城东区的12路")) == {"a3区", "城东", "12"}


def test_names_are_recognised_by_sound() -> None:
    assert shared_sounds("公积金", "攻击金怎么取") == 1.0
    assert shared_sounds("公积金", "社保怎么交") == 0.0


def test_a_part_of_an_entry_becomes_a_sentence() -> None:
    entry = Entry(
        id="a",
        question="居住证怎么办",
        spoken="去派出所。",
        subject="居住证",
        materials=("身份证", "照片"),
        place="派出所",
        text="十五天内发证。首次申领免费。",
    )
    assert "身份证、照片" in field_sentence(entry, "materials")
    assert field_sentence(entry, "hours") == ""
    assert len(field_sentences(entry)) == 2
    assert text_sentence(entry, "费用") == "首次申领免费。"
    assert text_sentence(entry, "电话") == ""


def test_too_many_materials_are_cut_and_the_message_is_offered() -> None:
    entry = Entry(
        id="a", question="", spoken="", subject="低保", materials=tuple(f"第{n}种很长的证明材料" for n in range(20))
    )
    sentence = field_sentence(entry, "materials")
    assert "短信" in sentence
    assert "第19种" not in sentence
