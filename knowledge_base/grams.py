"""TF-IDF over grams of one kind (characters or sounds): rows of text in, cosine scores of a query out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count

import numpy as np
import numpy.typing as npt
from scipy import sparse

Vector = npt.NDArray[np.float32]


class GramModel:
    """The grams that a collection knows, and how rare each is."""

    def __init__(self, grams_of: Callable[[str], list[str]], texts: Iterable[str]) -> None:
        """Count in how many of `texts` each gram of `grams_of` occurs."""
        self._grams_of = grams_of
        self._column: dict[str, int] = {}
        counted: list[int] = []
        numbers = count()
        documents = 0
        for text in texts:
            documents += 1
            for gram in set(grams_of(text)):
                column = self._column.get(gram)
                if column is None:
                    column = self._column[gram] = next(numbers)
                    counted.append(0)
                counted[column] += 1
        frequency = np.asarray(counted, dtype=np.float64)
        self.idf: Vector = (np.log((1.0 + documents) / (1.0 + frequency)) + 1.0).astype(np.float32)
        self.unknown_idf = float(np.log(1.0 + documents) + 1.0)
        """Weight of a gram that no text has."""

    def __len__(self) -> int:
        return len(self._column)

    def counts(self, text: str) -> tuple[npt.NDArray[np.int32], Vector, int]:
        """Return columns and counts of the grams of `text` that are known, and how many kinds are not."""
        counted = Counter(self._grams_of(text))
        columns = [column for gram in counted if (column := self._column.get(gram)) is not None]
        values = [times for gram, times in counted.items() if gram in self._column]
        order = np.argsort(columns) if columns else np.zeros(0, dtype=np.intp)
        return (
            np.asarray(columns, dtype=np.int32)[order],
            np.asarray(values, dtype=np.float32)[order],
            len(counted) - len(columns),
        )

    def rows(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return unit vectors of `texts`, [len(texts), grams] float32: (1 + log tf) · idf."""
        indptr = [0]
        columns: list[npt.NDArray[np.int32]] = []
        values: list[Vector] = []
        for text in texts:
            of_text, times, _ = self.counts(text)
            columns.append(of_text)
            values.append(self._unit(((1.0 + np.log(times)) * self.idf[of_text]).astype(np.float32)))
            indptr.append(indptr[-1] + len(of_text))
        return sparse.csr_array(
            (
                np.concatenate(values) if values else np.zeros(0, np.float32),
                np.concatenate(columns) if columns else np.zeros(0, np.int32),
                np.asarray(indptr, dtype=np.int32),
            ),
            shape=(len(texts), len(self._column)),
        )

    @staticmethod
    def _unit(values: Vector) -> Vector:
        length = float(np.sqrt(np.dot(values, values)))
        return (values / length if length else values).astype(np.float32)


class Postings:
    """Rows of text turned round, so that a query touches only the rows that share a gram with it."""

    def __init__(self, model: GramModel, texts: Sequence[str]) -> None:
        """Keep unit vectors of `texts` by gram."""
        self._by_gram = sparse.csr_array(model.rows(texts).T)
        self._by_gram.sort_indices()
        self.size = len(texts)

    def scores(self, columns: npt.NDArray[np.int32], weights: Vector) -> Vector:
        """Return the product of a sparse query with every row, float32 [rows]."""
        out = np.zeros(self.size, dtype=np.float32)
        indptr, indices, data = self._by_gram.indptr, self._by_gram.indices, self._by_gram.data
        for column, weight in zip(columns, weights, strict=True):
            begin, end = indptr[column], indptr[column + 1]
            out[indices[begin:end]] += data[begin:end] * weight
        return out
