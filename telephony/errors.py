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
