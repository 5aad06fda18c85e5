"""Letters of an invented city, as people write them, with their category and who dealt with them."""

from tickets.learning.letters import Letter

WRITTEN: dict[tuple[str, str], list[str]] = {
    ("交通", "公交公司"): [
        "36路公交车早上等了四十分钟都不来,站台上全是上班的人",
        "司机师傅到站不停,我在站台招手他直接开过去了,投诉公交车",
        "建议公交车末班延长到晚上十点,下晚班根本没车坐",
        "公交车空调不开,车厢里闷得老人都晕车了",
        "老年卡刷公交说无效,司机让我投币,态度很差",
        "新小区门口能不能加一个公交站,走到最近的站台要半小时",
        "公交线路改了也不通知,我在老站台白等一早上",
        "12路公交司机开车打电话,还急刹车,乘客差点摔倒",
        "学生放学的点公交车挤不上去,希望加开班次",
        "公交站台的电子牌坏了,显示的车还有两分钟,等了半天没来",
        "夜班公交取消了,我们工厂下班的人怎么回家",
        "公交车上刷了两次卡扣了我两次钱,怎么退",
    ],
    ("环境", "环保局"): [
        "楼下烧烤店油烟直接往居民窗户排,家里都不敢开窗",
        "河边那家化工厂半夜偷偷排污水,河水都是黑的,臭得很",
        "工地凌晨两点还在打桩,噪音吵得孩子睡不着",
        "村口有人烧垃圾,黑烟味道刺鼻,老人咳嗽",
        "养猪场粪水流到沟里,夏天臭气熏天苍蝇乱飞",
        "广场舞音响噪音太大,每天吵到晚上十点",
        "石材厂粉尘污染,家里的桌子一天一层白灰",
        "饭店的油烟机噪音整夜轰轰响,测一下分贝吧",
        "喷漆作坊气味难闻,没有环保手续,请查一查污染",
        "水塘里漂着死鱼,怀疑上游工厂排污",
        "洗砂场的污水直接排进河里,河水浑黄",
        "隔壁印刷厂废气味道熏人,关窗都没用",
    ],
    ("教育", "教育局"): [
        "小学一年级报名需要哪些材料,户口不在本学区怎么办",
        "幼儿园突然涨学费,也没有跟家长商量",
        "学校强迫学生订校外的辅导书,老师说不买不行",
        "初中晚自习上到九点半,孩子作业写到半夜",
        "培训机构关门跑路,孩子的学费一万多不退",
        "中考加分政策今年有没有变化,学校老师也说不清",
        "孩子在学校被同学打了,班主任不管",
        "学校食堂的饭菜很差,孩子吃了拉肚子,请学校给家长说法",
        "民办学校收费太高,教育部门管不管",
        "老师在外面补课收费,上课不好好讲",
        "转学手续怎么办,学校说学位满了不收",
        "幼儿园校车超员,一辆车塞了二十个孩子",
    ],
}
"""Twelve for each of three classes."""


def letters() -> tuple[Letter, ...]:
    """Return all of them, classes in turn."""
    columns = [[Letter(text, label, unit) for text in texts] for (label, unit), texts in WRITTEN.items()]
    return tuple(letter for row in zip(*columns, strict=True) for letter in row)


def rows() -> list[dict[str, str]]:
    """Return them as lines of a file."""
    return [
        {"id": f"L{number}", "text": letter.text, "label": letter.label, "department": letter.department}
        for number, letter in enumerate(letters())
    ]
