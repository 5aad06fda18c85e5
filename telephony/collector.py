"""Keeps Python's garbage collector from stopping every call's audio."""

import gc


def spare_what_is_loaded() -> None:
    """Take all that exists now out of later collections: modules, tables, models.

    Call it once, when everything is started. Without it a full collection walks some 300 000 objects that never
    go, which held the event loop for 50 ms of work (200 ms on a busy machine), a few times an hour.
    """
    gc.collect()
    gc.freeze()
