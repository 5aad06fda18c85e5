"""The processors belong to the recognisers."""

import os
import subprocess
import sys

COUNT = """
import hotline
import numpy, os
square = numpy.ones((900, 900))
square @ square
print(len(os.listdir("/proc/self/task")))
"""


def test_algebra_takes_no_helpers() -> None:
    env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    run = [sys.executable, "-c", COUNT]
    assert subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout == "1\n"
