"""A file that a command is going to write: made sure of before the work, not after it."""

from pathlib import Path

from core.errors import HotlineError


class OutUnwritable(HotlineError):
    """结果写不到 {path}:{what}。请换一个可以写的位置。"""


def out_file(path: Path) -> Path:
    """Return `path` with its folder made and tried for writing. Raises `OutUnwritable`."""
    there = path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise OutUnwritable(path=path, what=error.strerror or error) from error
    return path
