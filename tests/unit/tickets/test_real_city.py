"""Places of a real city: the country's divisions joined with the city's own file, and other cities known as such."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.city_file import CityFile, city_gazetteer, joined, read_city_file
from tickets.divisions import Divisions, bare
from tickets.errors import CityFileInvalid, CityUnknown
from tickets.gazetteer import Gazetteer
from tickets.place import find_place
from tickets.settings import TicketSettings
from tickets.understanding import Understanding

TREE = {
    "山东省": {
        "济宁市": {
            "任城区": ["古槐街道", "唐口街道", "喻屯镇", "许庄街道"],
            "济宁高新技术产业开发区": ["接庄街道"],
            "曲阜市": ["息陬镇", "王庄镇"],
            "邹城市": ["太平镇", "王庄镇"],
        },
        "济南市": {"历下区": ["泉城路街道"], "市中区": ["大观园街道"]},
        "菏泽市": {"牡丹区": ["东城街道"]},
    },
    "江苏省": {"徐州市": {"铜山区": ["铜山街道"], "鼓楼区": ["黄楼街道"]}},
    "福建省": {"福州市": {"鼓楼区": ["鼓东街道"]}},
    "北京市": {"市辖区": {"朝阳区": ["三里屯街道"]}},
    "吉林省": {"吉林市": {"昌邑区": ["兴华街道"]}},
    "湖北省": {"省直辖县级行政区划": {"仙桃市": ["沙嘴街道", "办事处"]}},
}
OWN = CityFile.model_validate(
    {
        "districts": {
            "任城区": {"古槐街道": ["水景花园", "阳光花园", "人民公园"]},
            "邹城市": {"太平镇": ["阳光花园"]},
            "太白湖新区": {"许庄街道": ["SOHO公寓"]},
        },
        "roads": {"解放路": ["任城区"], "洸河路": ["任城区", "高新区"], "无名路": None},
        "grids": {"古槐第一网格": ["水景花园"]},
        "also": {"市中区": "任城区", "公园": "人民公园", "解放大街": "解放路"},
        "renamed": {"济宁高新技术产业开发区": "高新区"},
    }
)


@cache
def divisions() -> Divisions:
    return Divisions(TREE)


@cache
def jining() -> Gazetteer:
    city = divisions().city("济宁")
    return Gazetteer(joined(city, OWN), city, divisions())


SAID = [
    ("山东省济宁市任城区", ("任城区", "", "", "")),
    ("山东济宁的,任城区古怀街道", ("任城区", "古槐街道", "", "")),
    ("我家在市中区", ("任城区", "", "", "")),
    ("济宁高新区接庄街道", ("高新区", "接庄街道", "", "")),
    ("接庄办事处", ("高新区", "接庄街道", "", "")),
    ("任城区喻屯的", ("任城区", "喻屯镇", "", "")),
    ("我是曲阜王庄镇的", ("曲阜市", "王庄镇", "", "")),
    ("水井花园三号楼", ("任城区", "古槐街道", "水景花园", "3号楼")),
    ("我住古槐第一网格", ("任城区", "古槐街道", "古槐第一网格", "")),
    ("邹城的阳关花园", ("邹城市", "太平镇", "阳光花园", "")),
    ("soho公寓二号楼", ("太白湖新区", "许庄街道", "SOHO公寓", "2号楼")),
    ("公园门口", ("任城区", "古槐街道", "人民公园", "门口")),
    ("解放大街和洸河路路口", ("任城区", "", "解放路和洸河路交叉口", "")),
    ("无名路六号", ("", "", "无名路", "6号")),
    ("水景花园,楼上天天装修,孩子没法睡", ("任城区", "古槐街道", "水景花园", "")),
]

OUTSIDE = [
    ("我在江苏省徐州市铜山区", "江苏省徐州市铜山区"),
    ("我在江苏徐州", "江苏省徐州市"),
    ("我是荷泽市的", "山东省菏泽市"),
    ("徐州市鼓楼区那边", "江苏省徐州市鼓楼区"),
    ("我家在济南历下区泉城路", "山东省济南市历下区"),
    ("我是吉林的", "吉林省"),
    ("我在仙桃市", "湖北省仙桃市"),
    ("北京的", "北京市"),
]

NOT_OUTSIDE = [
    "我想去北京看病",
    "北京路上堵车",
    "我人在徐州,家在任城区古槐街道",
    "我们那个鼓楼区域",
    "吉林大米是假的",
]


def parts(text: str) -> tuple[str, str, str, str]:
    place = find_place(text, None, jining()).place
    return place.district, place.street, place.community, place.detail


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_a_place_of_the_city_is_found(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(text) == expected
    assert find_place(text, None, jining()).outside == ""


@pytest.mark.parametrize(("text", "expected"), OUTSIDE)
def test_another_city_is_found_as_such(text: str, expected: str) -> None:
    found = find_place(text, None, jining())
    assert found.outside == expected
    assert (str(found.place), found.confidence) == ("", 0)
    assert found.evidence


@pytest.mark.parametrize("text", NOT_OUTSIDE)
def test_a_city_that_is_only_spoken_of_is_not_where_it_happens(text: str) -> None:
    assert find_place(text, None, jining()).outside == ""


def test_what_is_known_stays_where_another_city_is_named() -> None:
    known = find_place("水景花园三号楼", None, jining()).place
    assert find_place("我是徐州市的", known, jining()).place == known


def test_a_street_or_community_in_two_districts_has_to_be_asked_about() -> None:
    street = find_place("我是王庄镇的", None, jining())
    assert (street.place.street, street.place.district) == ("王庄镇", "")
    assert street.options == ("曲阜市", "邹城市")
    assert find_place("邹城的", street.place, jining()).place.district == "邹城市"
    assert find_place("阳光花园", None, jining()).options == ("任城区", "邹城市")


@given(st.text(max_size=60))
def test_anything_can_be_said(text: str) -> None:
    found = find_place(text, None, jining())
    assert 0 <= found.confidence <= 1


@given(st.text(alphabet="山东济宁市任城区古槐街道江苏徐州鼓楼北京的在是和路口解放,王庄镇阳光花园", max_size=30))
def test_any_mix_of_names_can_be_said(text: str) -> None:
    find_place(text, find_place("水景花园三号楼", None, jining()).place, jining())


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=5)


@given(st.lists(HAN, min_size=1, max_size=6, unique=True), st.data())
def test_a_written_name_is_always_found_again(stems: list[str], data: st.DataObject) -> None:
    names = [f"{stem}小区" for stem in stems]
    gazetteer = Gazetteer({"districts": {"甲区": {"乙街道": names}}})
    wanted = data.draw(st.sampled_from(names))
    assert find_place(wanted, None, gazetteer).place.community == wanted


def test_cities_are_known_by_short_and_long_names() -> None:
    for name in ("济宁", "济宁市", "山东省济宁市", "山东济宁"):
        assert divisions().city(name).full == "山东省济宁市"
    assert divisions().city("北京").full == "北京市"
    assert divisions().city("仙桃").districts == {"仙桃市": ("沙嘴街道",)}
    with pytest.raises(CityUnknown, match="济宁市"):
        divisions().city("济")
    with pytest.raises(CityUnknown, match="请写全称"):
        divisions().city("澜江")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("济宁市", "济宁"),
        ("恩施土家族苗族自治州", "恩施"),
        ("内蒙古自治区", "内蒙古"),
        ("沛县", "沛县"),
        ("玉门市", "玉门"),
        ("喀什地区", "喀什"),
    ],
)
def test_titles_are_left_out(name: str, expected: str) -> None:
    assert bare(name) == expected


def test_a_city_works_without_a_file_of_its_own() -> None:
    gazetteer = city_gazetteer("济宁市", None, divisions())
    assert find_place("任城区古槐街道", None, gazetteer).place.complete
    assert Understanding(gazetteer).find_place("我在徐州市").outside == "江苏省徐州市"


def test_a_city_file_may_be_a_sheet(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(
        "\ufeffname,kind,district,street,also\n水景花园,小区,任城区,古槐街道,水景、老水景\n洸河路,道路,任城区、高新区,,\n一号网格,网格,,,水景花园\n",
        encoding="utf8",
    )
    assert read_city_file(file) == CityFile(
        districts={"任城区": {"古槐街道": ["水景花园"]}},
        roads={"洸河路": ["任城区", "高新区"]},
        grids={"一号网格": ["水景花园"]},
        also={"水景": "水景花园", "老水景": "水景花园"},
    )


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.yaml", "districts: [任城区]", "districts"),
        ("a.yaml", "street: {}", "street"),
        ("a.yaml", "roads: {", "line 2"),
        ("a.csv", "name,kind,district,street,also\n水景花园,小区,任城区,,\n", "第 2 行 水景花园"),
        ("a.csv", "name,kind,district,street,also\n,小区,任城区,古槐街道,\n", "第 2 行没有 name"),
    ],
)
def test_a_wrong_city_file_is_refused_with_its_place(tmp_path: Path, name: str, text: str, what: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf8")
    with pytest.raises(CityFileInvalid, match=what):
        read_city_file(file)


def test_an_empty_city_file_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "places.yaml"
    file.write_text("", encoding="utf8")
    assert read_city_file(file) == CityFile()
    with pytest.raises(CityFileInvalid):
        read_city_file(tmp_path / "missing.yaml")


def test_a_file_of_places_needs_a_city() -> None:
    with pytest.raises(ValueError, match="city"):
        TicketSettings(places=Path("places.yaml"))
