"""The other end of `core.workers`: makes one tool, then answers tasks on its pipes until its input ends."""

import ctypes
import importlib
import os
import pickle
import signal
import sys
from typing import Any, BinaryIO

from core.workers import HEADER, LOWEST

PR_SET_PDEATHSIG = 1
"""Linux: the signal that a process gets when its parent dies (prctl(2))."""


def main() -> None:
    """Serve one parent."""
    for whole_group in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C and a supervisor's stop; the parent drains first
        signal.signal(whole_group, signal.SIG_IGN)
    source = sys.stdin.buffer
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the protocol
    factory, args, nice = _read(source)
    os.nice(nice)
    if nice >= LOWEST and sys.platform == "linux":
        # Niceness alone leaves it a share beside the others.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # standing still it would not see its input end
    try:
        module, _, name = factory.partition(":")
        tool = getattr(importlib.import_module(module), name)(*args)
    except Exception as error:
        _write(target, False, error)
        return
    _write(target, True, None)
    while (task := _read(source)) is not _END:
        try:
            result, ok = tool(task), True
        except Exception as error:
            result, ok = error, False
        _write(target, ok, result)


_END = object()


def _read(source: BinaryIO) -> Any:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return _END
    (length,) = HEADER.unpack(header)
    payload = source.read(length)
    return pickle.loads(payload) if len(payload) == length else _END


def _write(target: BinaryIO, ok: bool, result: object) -> None:
    try:
        payload = pickle.dumps((ok, result), pickle.HIGHEST_PROTOCOL)
        pickle.loads(payload)  # an exception with required arguments pickles but does not come back
    except Exception:
        payload = pickle.dumps((False, RuntimeError(str(result))), pickle.HIGHEST_PROTOCOL)
    target.write(HEADER.pack(len(payload)) + payload)
    target.flush()


if __name__ == "__main__":
    main()
