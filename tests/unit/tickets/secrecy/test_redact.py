"""Who may not know who somebody is does not read it in the free text either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.secrecy.redact import mask_name, mask_number, redact


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我叫王建国,社保卡丢了怎么办", "我叫(姓名),社保卡丢了怎么办"),
        ("我姓李,叫李晓明,住在阳光花园", "我姓(姓名),叫(姓名),住在阳光花园"),
        ("我免贵姓欧阳", "我免贵姓(姓名)"),
        ("楼上邻居叫张伟,天天吵", "楼上邻居叫(姓名),天天吵"),
        ("找一下赵铁柱师傅", "找一下(姓名)师傅"),
        ("联系人周杰", "联系人(姓名)"),
        ("我电话是13812345678怎么查", "我电话是(号码)怎么查"),
        ("打138 0000-1234", "打(号码)"),
        ("电话是0535-6612345", "电话是(号码)"),
        ("幺三八零零幺三八零零零能收到短信吗", "(号码)能收到短信吗"),
        ("号码是幺三八,嗯,三个零,一二三四,五六七八", "号码是(号码)"),
        ("那个要三八零零零零幺二三四", "那个(号码)"),
        ("身份证37020019800101234X过期了", "身份证(号码)过期了"),
        ("鲁Q12345违章怎么处理", "(车牌)违章怎么处理"),
        ("豫A·D12345跑了", "(车牌)跑了"),
        ("发到zhang.san@example.com行吗", "发到(邮箱)行吗"),
        ("微信号wx_zhang88转的账", "微信号(账号)转的账"),
        ("3号楼2单元501室漏水", "3号楼2单元(门牌)漏水"),
        ("三单元四零二漏水", "三单元(门牌)漏水"),
        ("3-2-501漏水", "(门牌)漏水"),
    ],
)
def test_who_somebody_is_is_left_out(said: str, shown: str) -> None:
    assert redact(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "12345几点上班,2026年放假吗", "居住证怎么办理", "晚上10点到凌晨2点施工", "2026年11月24日停水", "一室一厅",
        "5号楼和6号楼之间", "小区门口有人叫卖", "房价太高", "室外温度零下五度", "二楼有三户人家", "我叫他不要来",
    ],
)  # fmt: skip
def test_what_is_said_of_things_stays(said: str) -> None:
    assert redact(said) == said


def test_a_known_name_goes_wherever_it_stands() -> None:
    assert redact("王女士家的暖气", "王女士") == "(姓名)家的暖气"
    assert redact("暖气", "") == "暖气"


_SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", ",", "嗯"]), st.booleans())
def test_a_mobile_number_is_left_out_however_it_is_said(number: str, between: str, spoken: bool) -> None:
    groups = (number[:3], number[3:7], number[7:])
    said = between.join("".join(_SPOKEN[digit] for digit in group) if spoken else group for group in groups)
    assert redact(f"请打{said}找我") == "请打(号码)找我"


@given(st.text(max_size=200))
def test_any_text_is_read_and_reading_it_again_finds_little_more(text: str) -> None:
    assert isinstance(redact(redact(text)), str)


def test_names_and_numbers_are_masked_so_that_their_owner_knows_them() -> None:
    assert (mask_name("王建国"), mask_name("欧阳修"), mask_name("")) == ("王**", "欧阳**", "")
    assert (mask_number("138 0000 1234"), mask_number("6612345"), mask_number("")) == ("138****1234", "****45", "")
