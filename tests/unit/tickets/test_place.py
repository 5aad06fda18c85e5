"""Places as callers say them, homophones included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.gazetteer import lanjiang
from tickets.place import correct, find_place, merge
from tickets.ticket import Place

SUNNY = ("城东区", "解放路街道", "阳光花园")

SAID = [
    ("阳光花园,五号楼二单元。", (*SUNNY, "5号楼2单元")),
    ("阳光花圆五号楼二单元", (*SUNNY, "5号楼2单元")),
    ("洋光花园起号楼二单元", (*SUNNY, "7号楼2单元")),
    ("阳光花园七号楼二但元301", (*SUNNY, "7号楼2单元301")),
    ("我家在城东区阳光花园5号楼2单元301", (*SUNNY, "5号楼2单元301")),
    ("成东区阳光话园午号楼", (*SUNNY, "5号楼")),
    ("嗯,就是阳光花园小区,三号楼", (*SUNNY, "3号楼")),
    ("阳关花园地下车库", (*SUNNY, "地下车库")),
    ("杨光花园门口", (*SUNNY, "门口")),
    ("阳光花园十二号楼一单元一零二室", (*SUNNY, "12号楼1单元102室")),
    ("阳光花园 B座 1203", (*SUNNY, "B座1203")),
    ("阳光花园五栋三单元", (*SUNNY, "5栋3单元")),
    ("阳光花园北门", (*SUNNY, "北门")),
    ("我住阳光花园二十一号楼四单元六楼", (*SUNNY, "21号楼4单元6楼")),
    ("城东区的", ("城东区", "", "", "")),
    ("城西", ("城西区", "", "", "")),
    ("成西区", ("城西区", "", "", "")),
    ("滨胡区", ("滨湖区", "", "", "")),
    ("冰湖区", ("滨湖区", "", "", "")),
    ("高薪区", ("高新区", "", "", "")),
    ("在云山县", ("云山县", "", "", "")),
    ("南西县", ("南溪县", "", "", "")),
    ("我们是南溪县柳河镇的", ("南溪县", "柳河镇", "", "")),
    ("解放路街道", ("城东区", "解放路街道", "", "")),
    ("和平街道办事处", ("城西区", "和平街道", "", "")),
    ("我在梨园镇张家村", ("城西区", "梨园镇", "张家村", "")),
    ("张家村村口", ("城西区", "梨园镇", "张家村", "村口")),
    ("河东村", ("城东区", "河东镇", "河东村", "")),
    ("云山县青龙镇龙泉村", ("云山县", "青龙镇", "龙泉村", "")),
    ("石门坎村三号", ("云山县", "石门镇", "石门坎村", "3号")),
    ("幸福家园", ("", "", "幸福家园", "")),
    ("城西区幸福家园三号楼", ("城西区", "青年路街道", "幸福家园", "3号楼")),
    ("城东的幸福家圆", ("城东区", "建设街道", "幸福家园", "")),
    ("建设街道幸福家园", ("城东区", "建设街道", "幸福家园", "")),
    ("南溪县新华村", ("南溪县", "三江镇", "新华村", "")),
    ("解放路和人民路交叉口", ("城东区", "", "解放路和人民路交叉口", "")),
    ("解放路人民路路口", ("城东区", "", "解放路和人民路交叉口", "")),
    ("姐放路与人民路的交叉路口", ("城东区", "", "解放路和人民路交叉口", "")),
    ("就在中山路跟人民路十字路口那儿,城西区", ("城西区", "", "中山路和人民路交叉口", "")),
    ("和平路和青年路口", ("城西区", "", "和平路和青年路交叉口", "")),
    ("在长江路与黄河路交叉口", ("", "", "长江路和黄河路交叉口", "")),
    ("滨湖大道88号", ("滨湖区", "", "滨湖大道", "88号")),
    ("重庆路一百二十八号", ("", "", "重庆路", "128号")),
    ("建设路上", ("城东区", "", "建设路", "")),
    ("市医院门口", ("城东区", "解放路街道", "市第一人民医院", "门口")),
    ("政务中心门口", ("滨湖区", "滨湖街道", "市政务服务中心", "门口")),
    ("人民公圆里面", ("城东区", "人民路街道", "人民公园", "里面")),
    ("高铁站停车场", ("高新区", "新港街道", "高铁站", "停车场")),
    ("东关菜市场对面", ("城东区", "东关街道", "东关菜市场", "对面")),
    ("月湖广场旁边", ("滨湖区", "月湖街道", "月湖广场", "旁边")),
    ("金沙弯花园", ("滨湖区", "金沙镇", "金沙湾花园", "")),
    ("星河弯二期五号楼", ("滨湖区", "月湖街道", "星河湾", "2期5号楼")),
    ("纺织厂宿舍", ("城西区", "西关街道", "纺织厂宿舍", "")),
    ("机床厂家属院九号楼", ("城西区", "工人街道", "机床厂家属院", "9号楼")),
    ("软件园", ("高新区", "科技园街道", "软件园", "")),
    ("凤凰城2号楼1单元", ("高新区", "凤凰街道", "凤凰城", "2号楼1单元")),
    ("我家住绿城百合小区3号楼", ("", "", "绿城百合小区", "3号楼")),
    ("滨湖区碧水湾", ("滨湖区", "", "碧水湾", "")),
    ("城东区香榭丽舍公寓六号楼", ("城东区", "", "香榭丽舍公寓", "6号楼")),
    ("八号楼一单元一零二", ("", "", "", "8号楼1单元102")),
    ("我在滨湖区,那个,月亮弯,六号楼", ("滨湖区", "月湖街道", "月亮湾", "6号楼")),
    ("书香们第十号楼二单元", ("城东区", "人民路街道", "书香门第", "10号楼2单元")),
    ("水岸名都甲栋", ("城东区", "东湖街道", "水岸名都", "甲栋")),
    ("翠竹园伞单元", ("城西区", "民主街道", "翠竹园", "3单元")),
    ("科技花园二耗楼", ("高新区", "科技园街道", "科技花园", "2号楼")),
    ("恒大绿洲3号楼2单元1802", ("", "", "恒大绿洲", "3号楼2单元1802")),
    ("在滨江路128号", ("", "", "滨江路", "128号")),
    ("月湖路15号院3号楼", ("滨湖区", "", "月湖路", "15号院3号楼")),
    ("阳光花园A区5号楼", (*SUNNY, "A区5号楼")),
    ("河西村三组", ("", "", "河西村", "3组")),
    ("万和城五号楼楼道", ("高新区", "创新街道", "万和城", "5号楼楼道")),
]

NOT_SAID = [
    "我家暖气都三天不热了,打物业电话没人接!",
    "我们小区门口的路灯坏了",
    "你们政府管不管",
    "夜里吵得睡不着",
    "社保几点下班",
    "转人工",
    "我打了三次了",
    "我的电话是幺三八零零零零幺二三四",
    "孩子在学校被老师体罚了",
    "单位不给交公积金",
    "",
    "嗯",
]


def parts(place: Place) -> tuple[str, str, str, str]:
    return place.district, place.street, place.community, place.detail


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_place_is_found(text: str, expected: tuple[str, str, str, str]) -> None:
    found = find_place(text)
    assert parts(found.place) == expected
    assert found.confidence > 0.5
    assert found.evidence


@pytest.mark.parametrize("text", NOT_SAID)
def test_no_place_is_invented(text: str) -> None:
    found = find_place(text)
    assert parts(found.place) == ("", "", "", "")
    assert found.confidence == 0


def test_a_name_in_two_districts_has_to_be_asked() -> None:
    found = find_place("幸福家园三号楼")
    assert found.options == ("城东区", "城西区")
    assert found.missing[0] == "district"
    answered = find_place("城西的", found.place)
    assert parts(answered.place) == ("城西区", "青年路街道", "幸福家园", "3号楼")
    assert answered.missing == ()


def test_unknown_community_asks_for_district_and_street() -> None:
    assert find_place("绿城百合小区3号楼").missing == ("district", "street")
    assert find_place("滨湖区绿城百合小区").place.complete


def test_a_name_nobody_knows_is_kept_where_it_was_asked_for() -> None:
    assert find_place("碧桂园", asked=True).place.community == "碧桂园"
    assert find_place("不知道啊", asked=True).place == Place()


def test_an_homophone_is_believed_less() -> None:
    assert find_place("阳光花圆").confidence < find_place("阳光花园").confidence


def test_turns_add_up() -> None:
    place = Place()
    for text in ("城东区的", "阳光花园", "五号楼", "二单元"):
        place = find_place(text, place).place
    assert parts(place) == (*SUNNY, "5号楼2单元")


HOME = Place("城东区", "解放路街道", "阳光花园", "5号楼2单元")

CORRECTED = [
    ("不对,是七号楼。", (*SUNNY, "7号楼2单元")),
    ("不对,是起号楼", (*SUNNY, "7号楼2单元")),
    ("不是五号楼是七号楼", (*SUNNY, "7号楼2单元")),
    ("七号楼,不是五号楼", (*SUNNY, "7号楼2单元")),
    ("错了,三单元", (*SUNNY, "5号楼3单元")),
    ("应该是七号楼三单元", (*SUNNY, "7号楼3单元")),
    ("不是阳光花园,是金桂苑", ("城东区", "朝阳街道", "金桂苑", "5号楼2单元")),
    ("小区说错了,是滨湖花园", ("滨湖区", "滨湖街道", "滨湖花园", "5号楼2单元")),
    ("还有301室", (*SUNNY, "5号楼2单元301室")),
    ("不对", (*SUNNY, "5号楼2单元")),
]


@pytest.mark.parametrize(("text", "expected"), CORRECTED)
def test_correction_changes_only_what_is_named(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(correct(HOME, text).place) == expected


def test_correcting_the_district_moves_the_street_with_it() -> None:
    east = Place("城东区", "建设街道", "幸福家园", "3号楼")
    assert parts(correct(east, "不是城东区,是城西区").place) == ("城西区", "青年路街道", "幸福家园", "3号楼")


def test_merge_keeps_what_is_not_said() -> None:
    assert merge(HOME, Place()) == HOME
    assert merge(Place(), HOME) == HOME


@given(st.text(max_size=60))
def test_anything_can_be_said(text: str) -> None:
    found = find_place(text)
    assert 0 <= found.confidence <= 1
    correct(HOME, text)


@given(
    st.text(
        alphabet="零一二三四五六七八九十百号楼单元栋室0123456789路和口阳光花园城东区起好但元,的不是对", max_size=30
    ),
)
def test_any_mix_of_address_words_can_be_said(text: str) -> None:
    find_place(text, HOME)
    correct(HOME, text)


@given(st.sampled_from(sorted(lanjiang().homes)))
def test_every_community_is_found_where_it_lies(community: str) -> None:
    found = find_place(f"我住在{community}")
    assert found.place.community == community
    homes = lanjiang().homes[community]
    if len(homes) == 1:
        assert (found.place.district, found.place.street) == homes[0]
    else:
        assert set(found.options) == {district for district, _ in homes}


@given(st.integers(1, 99), st.integers(1, 9))
def test_building_and_unit_survive_the_round_trip(building: int, unit: int) -> None:
    place = find_place(f"阳光花园{building}号楼{unit}单元").place
    assert place.detail == f"{building}号楼{unit}单元"
    assert find_place(str(place)).place == place
