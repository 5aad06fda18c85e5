"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class LineError(HotlineError):
    """电话线路无法启动:{what}。请检查 [line] 配置中的地址和端口。"""


class PyVoipMissing(LineError):
    """pyVoIP 线路无法使用:{what}。请在 Python 3.11 或 3.12 下运行 pip install 'hotline12345[pyvoip]',
    或在 hotline.toml 的 [line] 中改回 kind = "embedded"。
    """


class PortTaken(LineError):
    """端口 {host}:{port} 已被占用。请停止占用它的程序,或在 hotline.toml 的 [line] 中换一个端口。"""


class AsteriskMissing(LineError):
    """这台机器上没有 Asterisk。请运行 hotline asterisk install(不需要管理员权限),或用系统软件包安装 Asterisk 22。"""


class AsteriskNotInstalled(LineError):
    """Asterisk 没有装上:{what}。请检查网络和 apt 的软件源后重试。"""


class AmiDown(LineError):
    """连不上 Asterisk 的管理接口 {host}:{port}:{what}。请确认 Asterisk 正在运行,[asterisk] 的地址和端口正确。"""


class AmiRefused(LineError):
    """Asterisk 拒绝了 {action}:{what}。请用 hotline asterisk config 重新生成配置,并核对用户名和密码。"""


class AsteriskFailed(LineError):
    """Asterisk 没有启动:{what}。详细日志在 [asterisk] folder 的 log 目录。"""


class AsteriskValueInvalid(LineError):
    """hotline.toml 里的 {what!r} 不能写进 Asterisk 的配置。请去掉其中的换行、引号和逗号。"""


class SeatError(LineError):
    """坐席操作没有完成:{what}。请稍后再试。"""


class AgentUnknown(SeatError):
    """没有分机 {agent}。请在 hotline.toml 的 [[asterisk.agents]] 中核对分机号。"""


class NotTalking(SeatError):
    """分机 {agent} 现在没有通话。请刷新坐席状态后再操作。"""


class TalkGone(SeatError):
    """分机 {agent} 的通话刚刚结束,操作没有执行。请刷新坐席状态。"""


class TalkBusy(SeatError):
    """分机 {agent} 的通话{what},不能这样操作。请先完成或取消当前操作。"""


class NotWrappingUp(SeatError):
    """分机 {agent} 不在话后整理中。请刷新坐席状态。"""


class ReasonInvalid(SeatError):
    """示忙原因“{reason}”不能用。请写 1 到 40 个字,不换行,不用“话后整理”开头。"""


class TargetUnknown(SeatError):
    """没有可以转接的分机或队列 {target}。请在 hotline.toml 的 [asterisk] 中核对。"""


class TargetBusy(SeatError):
    """分机 {target} 现在不能接听({what})。请换一位话务员,或转到队列。"""


class NumberInvalid(SeatError):
    """号码 {number} 不能拨打。请输入 3 到 20 位数字的电话号码或分机号。"""


class TrunkMissing(SeatError):
    """没有外线,不能拨打 {number}。请在 hotline.toml 的 [asterisk.trunk] 中设置 host。"""


class ThirdNotReached(SeatError):
    """{number} {what},三方通话没有接通;与来电人的通话没有中断。请换一个号码,或稍后再拨。"""


class SupervisorNotReached(SeatError):
    """分机 {supervisor} {what},监听没有开始。请先让这部话机登录并空闲,再试一次。"""


class NotListening(SeatError):
    """分机 {supervisor} 现在没有在监听。请刷新状态。"""
