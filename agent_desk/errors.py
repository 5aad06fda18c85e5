"""What can go wrong at the desk, as the user reads it."""

from core.errors import HotlineError


class NotSignedIn(HotlineError):
    """请出示密钥:请求头 Authorization: Bearer 密钥。密钥由管理员在 [[knowledge.people]] 中登记。"""


class RequestWrong(HotlineError):
    """请求有误:{what}。请对照 /api/openapi.json 改正。"""


class BodyTooLarge(HotlineError):
    """内容太大,最多 {most_mb} MB。请分成几次提交。"""


class JobUnknown(HotlineError):
    """没有编号为 {id} 的任务,或它结束已超过一小时。"""


class DeskBusy(HotlineError):
    """同时进行的任务已有 {most} 个。请等其中一个结束后再试。"""


class ChannelRefused(HotlineError):
    """{name} 不能使用渠道 {channel}。请管理员在 [[desk.senders]] 的 channels 里登记这个渠道。"""


class ReceiptUnknown(HotlineError):
    """渠道 {channel} 没有收到过编号为 {key} 的提交。请核对编号,或重新提交一次。"""


class DeskUnable(HotlineError):
    """系统暂时不能办理,请稍后再试。情况紧急请直接拨打12345。"""


class TooMany(HotlineError):
    """您刚才提交得太多了,请{minutes}分钟后再试。情况紧急请直接拨打12345。"""


class DeskPortTaken(HotlineError):
    """工作台端口 {host}:{port} 已被占用。请停止占用它的程序,或在 hotline.toml 的 [desk] 中换一个端口。"""


class IdFixed(HotlineError):
    """条目的编号不能改:网址里是 {id},内容里是 {given}。要换编号请新建条目。"""
