"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class VoiceUnknown(HotlineError):
    """没有名为 {voice} 的音色。可用:{known}。"""


class SynthesisFailed(HotlineError):
    """语音合成失败:{what}。请运行 hotline doctor 检查模型。"""
