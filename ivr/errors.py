"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class RecordingFailed(HotlineError):
    """通话录音无法写入:{what}。通话继续,请检查磁盘空间。"""
