"""The front door: the command line, and the one place where adapters are chosen and wired together."""

import os

# Before numpy comes: its algebra is small here, and helpers of its own would spin for a tenth of a second after each
# piece of it, on cores that the recognisers need.
os.environ.setdefault("OMP_NUM_THREADS", "1")
