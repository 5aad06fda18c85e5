"""What an editor reads of a call does not say who called."""

import pytest

from hotline.masking import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我叫王建国,社保卡丢了怎么办", "我叫(姓名),社保卡丢了怎么办"),
        ("我电话是13812345678怎么查", "我电话是(号码)怎么查"),
        ("幺三八零零幺三八零零零能收到短信吗", "(号码)能收到短信吗"),
        ("身份证37020019800101234X过期了", "身份证(号码)过期了"),
        ("鲁Q12345违章怎么处理", "(车牌)违章怎么处理"),
        ("发到zhang.san@example.com行吗", "发到(邮箱)行吗"),
        ("12345几点上班,2026年放假吗", "12345几点上班,2026年放假吗"),
        ("居住证怎么办理", "居住证怎么办理"),
    ],
)
def test_who_somebody_is_is_left_out(said: str, shown: str) -> None:
    assert masked(said) == shown
