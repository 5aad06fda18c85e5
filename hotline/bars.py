"""Progress bars: what a command is doing, how much of it is done."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bars:
    """Shows what is being done while it is entered; called with what, how much of it is done, how much there is."""

    def __init__(self, console: Console | None = None) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, what: str, done: int, all_: int) -> None:
        """Show `done` of `all_`; 0: nobody knows yet how much there is."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=all_ or None)
        self._bars.update(self._tasks[what], completed=done, total=all_ or None)
