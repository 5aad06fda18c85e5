"""The meaning of letters for `tickets.learning`: the knowledge base's embedding, its vectors kept on disk."""

from collections.abc import Sequence

from knowledge_base.embedding import Embedder
from tickets.learning.crossing import Progress, quiet
from tickets.learning.features import Floats
from tickets.learning.opinions import Meaning


def meaning_of(progress: Progress = quiet) -> Meaning:
    """Return what tells the meaning of texts; its model is loaded with the first text that is new."""
    embedder = Embedder()

    def meaning(texts: Sequence[str]) -> Floats:
        return embedder.passages(texts, lambda done, all_: progress("来信的意思", done, all_))

    return meaning
