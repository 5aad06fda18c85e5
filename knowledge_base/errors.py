"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class EntryInvalid(HotlineError):
    """知识库文件 {file} 第 {where} 条有误:{what}。请改正后重试。"""
