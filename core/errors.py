"""The root of every error that a user of the hotline may read."""

import inspect


class HotlineError(Exception):
    """热线系统出现了问题,请查看日志后重试。"""

    def __init__(self, **facts: object) -> None:
        """Format the class's docstring, the sentence that the user reads, with the facts of this case."""
        self.facts = facts
        sentence = inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(sentence.format(**facts))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by facts, so that an error crosses from a worker process whole."""
        return _remake, (type(self), self.facts)


def _remake(kind: type[HotlineError], facts: dict[str, object]) -> HotlineError:
    return kind(**facts)


class SettingsError(HotlineError):
    """配置有误:{where}:{what}。请改正 {file} 后重新启动。"""


class RecordsError(HotlineError):
    """记录库 {url} 无法使用:{what}。请检查磁盘空间、目录权限或数据库服务后重试。"""


class KeysUnreadable(HotlineError):
    """钥匙文件 {file} 不能用:{what}。请检查路径和权限;若已损坏,请从备份恢复,没有钥匙的记录谁也读不出来。"""


class KeysMissing(HotlineError):
    """记录是用钥匙 {name} 封存的,钥匙文件“{file}”里没有它。请恢复原来的钥匙文件([records] keys)后再启动。"""


class KeysDamaged(HotlineError):
    """有一条记录用钥匙 {name} 打不开:记录被改动过,或钥匙文件“{file}”不是原来的。请恢复钥匙文件或数据库备份。"""


class ModelMissing(HotlineError):
    """模型文件 {name} 缺失或无法获取:{what}。请联网后运行 hotline models fetch。"""


class ModelDamaged(HotlineError):
    """模型文件 {path} 已损坏(sha256 不符)。请删除它,再运行 hotline models fetch。"""


class AudioUnreadable(HotlineError):
    """无法读取音频文件 {path}:{what}。支持 8 或 16 kHz 的 WAV(PCM、A 律、μ 律)。"""


class WorkersBusy(HotlineError):
    """后台处理排队已满({limit} 件)。请稍后再试,或增加工作进程数。"""


class WorkDropped(HotlineError):
    """后台处理繁忙,一项次要工作等了 {seconds:g} 秒仍未轮到,已放弃。通话不受影响;若经常出现请增加工作进程数。"""


class WorkerDied(HotlineError):
    """后台进程 {factory} 在同一任务上两次异常退出。请运行 hotline doctor 检查模型和内存。"""
