"""Factories that the worker tests run in real processes."""

import os
import time
from collections.abc import Callable
from typing import Any


def calculator(offset: int) -> Callable[[Any], Any]:
    def work(task: Any) -> Any:
        match task:
            case "die":
                os._exit(1)
            case "raise":
                raise ValueError("no")
            case ("die once", path):
                if not os.path.exists(path):
                    open(path, "w").close()
                    os._exit(1)
                return "survived"
            case ("sleep", seconds, value):
                time.sleep(seconds)
                return value
            case "pid":
                return os.getpid()
        print("a library that prints")
        return task + offset

    return work


def broken() -> Callable[[Any], Any]:
    raise ValueError("no model")
