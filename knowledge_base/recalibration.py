"""Learning anew how far answers can be trusted, in a process of its own: it takes a minute of a core."""

from collections.abc import Callable, Sequence

from knowledge_base.calibration import Calibrator, Recipe, remembered_examples
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.settings import KnowledgeBaseSettings

Task = tuple[Sequence[Entry], KnowledgeBaseSettings]


def recipe_of(settings: KnowledgeBaseSettings) -> Recipe:
    """Return how entries are indexed and asked under `settings`."""
    return Recipe(longest_embedded=settings.longest_embedded, pseudo_questions=settings.pseudo_questions)


def calibrator_of(
    entries: Sequence[Entry],
    settings: KnowledgeBaseSettings,
    embedder: Embedder | None,
    progress: Callable[[int, int], None] | None = None,
) -> Calibrator:
    """Return what was learnt from `entries`; what they were asked comes from the disk where it is known."""
    known = remembered_examples(entries, embedder, recipe_of(settings), progress)
    return Calibrator(known, settings.wanted_near, settings.wanted_far)


def load() -> Callable[[Task], Calibrator]:
    """Return the tool of a worker process (`core.workers`): entries and settings in, a calibrator out."""

    def learn(task: Task) -> Calibrator:
        entries, settings = task
        return calibrator_of(entries, settings, Embedder() if settings.embedding else None)

    return learn
