"""What is not the hotline's is pointed to its legal way; what is, is not sent away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.legal_ways import out_of_scope

AWAY = [
    ("法院判了他不还钱,你们管不管?", "court-execution"),
    ("我申请强制执行了法院一直拖", "court-execution"),
    ("判决下来他就是不履行", "court-execution"),
    ("我对法院判决不服", "court-judgment"),
    ("法官态度不公", "court-judgment"),
    ("法院不给立案", "court-judgment"),
    ("劳动仲裁结果我不服", "arbitration"),
    ("我要举报我们局长收钱", "discipline"),
    ("镇长吃拿卡要", "discipline"),
    ("我要求信息公开", "disclosure"),
    ("我信访的处理意见我不满意", "petition"),
    ("我对罚款不服", "review"),
    ("我想申请行政复议", "review"),
    ("朋友借我五万块钱不还", "private-debt"),
    ("检察院不理我", "procuratorate"),
    ("派出所不给立案怎么办", "procuratorate"),
    ("我起诉的案子什么时候开庭", "court-judgment"),
    ("我网上刷单被骗了三万块钱", "fraud"),
]

OURS = [
    "社保几点下班",
    "老板拖欠工资",
    "劳动仲裁怎么申请",
    "健身房跑路了骗了我钱店也关了",
    "物业公司吃拿卡要",
    "路灯坏了",
    "离婚登记要带什么",
    "法律援助中心在哪",
    "开发商不退定金",
    "村委会不给盖章",
    "公开招聘什么时候报名",
    "我想起诉离婚怎么办",
    "我要求物业公开维修基金账目",
    "业委会不公开账目,我们要求公开",
    "要求村里公开账目",
    "",
]


@pytest.mark.parametrize(("text", "way"), AWAY)
def test_legal_way(text: str, way: str) -> None:
    found = out_of_scope(text)
    assert found is not None
    assert found.id == way
    assert found.say.endswith("。")
    assert found.evidence in text


@pytest.mark.parametrize("text", OURS)
def test_ours_is_not_sent_away(text: str) -> None:
    assert out_of_scope(text) is None


@given(st.text(max_size=60))
def test_anything_can_be_said(text: str) -> None:
    out_of_scope(text)
