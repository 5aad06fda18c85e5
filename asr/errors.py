"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class RecogniserBusy(HotlineError):
    """语音识别繁忙,排队已满({limit})。请稍后再试,或增加识别进程数。"""


class RecogniserFailed(HotlineError):
    """语音识别进程异常退出:{what}。系统已自动重启它;若反复出现请运行 hotline doctor。"""


class RecogniserDropped(HotlineError):
    """语音识别繁忙,人工通话的一句话等了 {seconds:g} 秒仍未轮到,未作转写。机器人通话不受影响。"""
