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
