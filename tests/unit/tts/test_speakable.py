"""Chinese text becomes speakable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.numerals import groups, quantity
from tts.speakable import speakable

CASES = """
请拨打12345。|请拨打一二三四五。
也可以拨打12333咨询|也可以拨打幺二三三三咨询
12315热线|幺二三幺五热线
95598供电热线|九五五九八供电热线
请立即拨打119|请立即拨打幺幺九
110报警电话|幺幺零报警电话
打120急救|打幺二零急救
一共120元|一共一百二十元
面积120平方米|面积一百二十平方米
电话0951-1234567|电话零九五幺,幺二三,四五六七
(0951)1234567|零九五幺,幺二三,四五六七
010-12345678|零幺零,幺二三四,五六七八
0530-12345|零五三零,一二三四五
13800001234|幺三八,零零零零,幺二三四
138 0000 1234|幺三八,零零零零,幺二三四
+86-13800001234|幺三八,零零零零,幺二三四
400-123-4567|四零零,幺二三,四五六七
4001234567|四零零,幺二三,四五六七
工单号2611220001|工单号二六幺,幺二二,零零零幺
工单LJ-20261122-0007|工单 L J,二零二六,幺幺二二,零零零七
身份证号11010119900101123X|身份证号幺幺零,幺零幺,幺九九零,零幺零幺,幺二三 X
鲁Q·G5432|鲁 Q,G 五四三二
京A12345|京 A,幺二三四五
粤B1234D|粤 B,幺二三四 D
2026年11月22日|二零二六年十一月二十二日
2026-11-22|二零二六年十一月二十二日
2026/3/5|二零二六年三月五日
2026.01.09|二零二六年一月九日
2026年|二零二六年
2025-2026年|二零二五到二零二六年
2026年度|二零二六年度
2月2日|二月二日
11月1-7日|十一月一到七日
2月份|二月份
2个月|两个月
15:30|十五点三十分
8:05|八点零五分
8:00|八点
2:30|两点三十分
12:30:15|十二点三十分十五秒
8:30—17:30|八点三十分到十七点三十分
9:00-12:00|九点到十二点
13:30至17:00|十三点三十分到十七点
15时30分|十五点三十分
9点半|九点半
24小时|二十四小时
3-5天|三到五天
3~5个工作日|三到五个工作日
2-3次|两到三次
10-20元|十到二十元
¥50|五十元
0.5元|五角
120.50元|一百二十元五角
3.05元|三元零五分
0.55元/度|五角五分每度
1.5万元|一点五万元
2元|两元
200元/月|二百元每月
1,200元|一千二百元
20 万元|二十万元
1.2亿|一点二亿
50%|百分之五十
0.5‰|千分之零点五
10%-20%|百分之十到百分之二十
5~8%|百分之五到百分之八
90㎡|九十平方米
60km/h|六十公里每小时
5kg|五公斤
36.5℃|三十六点五摄氏度
-5℃|零下五摄氏度
100m|一百米
2km|两公里
35μg/m³|三十五微克每立方米
220V|二百二十伏
PM2.5|P M 二点五
A座|A 座
手机APP|手机 A P P
e站|E 站
WiFi密码|WiFi 密码
3号楼2单元301室|三号楼二单元三零幺室
5号楼|五号楼
102路公交|幺零二路公交
1/3|三分之一
3/4|四分之三
3:1|三比一
《居住证暂行条例》第3条|居住证暂行条例第三条
国办函〔2025〕66号|国办函二零二五年六十六号
社保卡(含电子社保卡)|社保卡,含电子社保卡
1. 身份证|第一,身份证
2、户口本|第二,户口本
(3)照片|第三,照片
①申请②审核|第一,申请第二,审核
2个|两个
2位老人|两位老人
第2次|第二次
12个|十二个
22天|二十二天
0.1|零点一
007|零零七
10000元|一万元
10010元|一万零一十元
2002|两千零二
100000000人|一亿人
-3|负三
按#号键|按井号键
按*键|按星键
5×8=40|五乘八等于四十
男/女|男或女
身份证、户口本……都要|身份证,户口本,都要
"您好"|您好
**重要**通知|重要通知
abc@163.com|A B C 艾特幺六三点 C O M
https://www.ljs.gov.cn/|W W W 点 L J S 点 G O V 点 C N
One moment, please.|One moment,please
您好!请问?|您好!请问?
第一行\\n第二行|第一行。第二行
12345|一二三四五
😀好|好
|
"""


def plain(text: str) -> str:
    return text.translate({ord(mark) + 0xFEE0: mark for mark in ",!?;:"})


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_table(line: str) -> None:
    written, _, spoken = line.partition("|")
    assert plain(speakable(written.replace("\\n", "\n"))) == spoken


def test_full_width_writing_is_the_same() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in "共120.50元(约3%),8:30到")
    assert speakable(wide) == speakable("共120.50元(约3%),8:30到")


def test_marks_come_back_full_width_because_only_these_make_a_pause() -> None:
    assert speakable("你好,再见!") == "你好\uff0c再见\uff01"


@given(st.text())
def test_anything_becomes_speakable(text: str) -> None:
    assert re.fullmatch("[\u4e00-\u9fffA-Za-z 。\uff0c\uff01\uff1f\uff1b\uff1a]*", speakable(text))


@given(st.text(alphabet="0123456789.-/:年月日时点元%¥万两,到至~kmgA座室号路X(#℃ \n", max_size=40))
def test_figures_in_any_order_become_words(text: str) -> None:
    assert not re.search(r"\d", speakable(text))


@given(st.text())
def test_what_is_speakable_stays_as_it_is(text: str) -> None:
    once = speakable(text)
    twice = speakable(once)
    assert twice.replace(" ", "") == once.replace(" ", "")


@given(st.text(alphabet="0123456789", min_size=1, max_size=40))
def test_groups_lose_nothing_and_stay_short(digits: str) -> None:
    parts = groups(digits)
    assert "".join(parts) == digits
    assert all(len(part) <= 5 for part in parts)


VALUE = {character: i for i, character in enumerate("零一二三四五六七八九")} | {"两": 2}


def value_of(spoken: str) -> int:
    """Read a Chinese quantity back, by the textbook."""
    total = section = digit = 0
    for character in spoken:
        if character in VALUE:
            digit = VALUE[character]
        elif character in "十百千":
            section += (digit or 1) * 10 ** ("十百千".index(character) + 1)
            digit = 0
        elif character == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif character == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
    return total + section + digit


@given(st.integers(0, 10**12 - 1))
def test_a_quantity_can_be_read_back(number: int) -> None:
    assert value_of(quantity(str(number))) == number
