"""Sets a publication up: what it is indexed with, what it is rendered with, and which texts a call can say."""

from collections.abc import Iterable, Sequence

from dialog.forms.choose import option_clauses
from hotline.settings import HotlineSettings
from hotline.speech_ahead import SpeechAhead
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.index import Index
from knowledge_base.publication import Publisher
from knowledge_base.sayings import spoken_texts
from knowledge_base.settings import KnowledgeBaseSettings
from knowledge_base.store import EntryStore


class TrialIndex:
    """Indexes entries by themselves: shows that it can be done in a moment, where the whole base takes a minute.

    The vectors that it makes are on the disk afterwards, so that the processes that follow need not make them.
    """

    def __init__(self, settings: KnowledgeBaseSettings) -> None:
        self._settings = settings

    def changed(self, entries: Sequence[Entry], /) -> Index:
        """Return the index of `entries` alone."""
        embedder = Embedder() if self._settings.embedding else None
        return Index(entries, embedder, longest_embedded=self._settings.longest_embedded)


def spoken(entries: Iterable[Entry]) -> list[str]:
    """Return every text of `entries` that a call can say and that is known before."""
    held = list(entries)
    return [*spoken_texts(held), *option_clauses(held)]


def make_publisher(settings: HotlineSettings, store: EntryStore) -> Publisher:
    """Return what publishes entries of `store` from a process that answers no calls itself."""
    trial = TrialIndex(settings.knowledge)
    return Publisher(store, lambda: trial, SpeechAhead(settings.tts), spoken)
