"""What the words of a turn show: that it asks, that it demands something, that it takes up the offer of a ticket."""

import re

from dialog.commands import squeeze

_ASKS = re.compile(
    "|".join(
        (
            "吗|怎么|如何|咋|啥|什么|多少|哪|谁|可不可以|多久|多长|呢$|[??]",
            "标准|条件|流程|材料|手续|政策|规定|想问|请问|问一?下|咨询|了解|打听",
            "(?<!好)几(?!个?(?:月|天|年|次|趟|回)(?:了|没|都))",  # not in 几个月没
            r"(?!动不动|时不时)([一-龥])[不没]\1",
            "(?:能|行|要|可以|用|算|有).*[不步布没][??]?$",  # 还能用不, as it is heard
        )
    )
)
_DEMANDS = re.compile(
    "|".join(
        (
            "(?:要|想|来|得|必须|帮我)(?:投诉|举报|反映|建议)|^(?:投诉|举报|反映|建议)",
            "(?:能|可以|可不可以|赶紧|赶快|麻烦|帮)[^,。]{0,4}"
            "(?:派|来人|修一|修好|来修|解决|管管|管一|清|整治|查一查|查处|协调)",
            "(?:派|让|叫)(?:个|点)?人来|(?:拉|清|弄|搬|运)走",
            "(?:什么|啥)时候[^,。]{0,6}(?:修|通上|补上|来人|给补)",
        )
    )
)
_TAKES = re.compile(
    "(?:.*(?:都不是|不是|不对)的?)?"
    "(?:嗯|好的?|行|可以|那|就|要|你们?|您|请|麻烦|给|帮|替|我|先|来|再|重新)*"
    "(?:登记|记一?下|记下来|反映|投诉|举报|(?:专?人)?(?:答复|核实|回复|回电)|问问)"
    "(?:一?下|一个|吧|上|呗|了|啊|我|给我)*"
)
_LEAVES = re.compile(
    "(?:都不是|不是|那|就|先|算了|好|嗯)*(?:不|别|甭|不用|不要|不必|不需要)(?:要|用|想|给我|你|您|再)*"
    "(?:登记|记|反映)(?:了|吧|啦)*"
)


def asks(text: str) -> bool:
    """Whether `text` has words of a question."""
    return bool(_ASKS.search(text))


def demands(text: str) -> bool:
    """Whether `text` wants somebody to do something, as a question too: 路灯坏了能不能修一下."""
    return bool(_DEMANDS.search(text))


def takes_ticket(text: str) -> bool | None:
    """Return whether `text`, and nothing else in it, wants to be registered ("你给我登记吧"), or wants not to."""
    said = squeeze(text)
    if _LEAVES.fullmatch(said):
        return False
    return True if _TAKES.fullmatch(said) else None
