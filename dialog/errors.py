"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class ScriptInvalid(HotlineError):
    """对话脚本 {file} 有误:{what}。格式见 docs/operations.md。"""
