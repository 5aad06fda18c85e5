"""The root of every error that a user of the hotline may read."""

import inspect


class HotlineError(Exception):
    """热线系统出现了问题,请查看日志后重试。"""

    def __init__(self, **facts: object) -> None:
        """Format the class's docstring, the sentence that the user reads, with the facts of this case."""
        self.facts = facts
        sentence = inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(sentence.format(**facts))


class SettingsError(HotlineError):
    """配置有误:{where}:{what}。请改正 {file} 后重新启动。"""


class RecordsError(HotlineError):
    """记录库 {url} 无法使用:{what}。请检查磁盘空间、目录权限或数据库服务后重试。"""


class ModelMissing(HotlineError):
    """模型文件 {name} 缺失或无法获取:{what}。请联网后运行 hotline models fetch。"""


class ModelDamaged(HotlineError):
    """模型文件 {path} 已损坏(sha256 不符)。请删除它,再运行 hotline models fetch。"""


class AudioUnreadable(HotlineError):
    """无法读取音频文件 {path}:{what}。支持 8 或 16 kHz 的 WAV(PCM、A 律、μ 律)。"""
