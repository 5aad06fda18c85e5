"""Entries that were indexed together: postings of texts and ways of asking, vectors, when and where they hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.grams import AT_ONCE, CHARACTERS, SOUNDS, Columns, GramModel, Vector
from knowledge_base.groups import FEW, Groups
from knowledge_base.holding import Holding
from knowledge_base.meanings import Meanings
from knowledge_base.postings import Lists, Postings, Touched
from knowledge_base.scored import Numbers
from knowledge_base.wording import body, titles

_MEANT = 12
"""Ways of asking of an entry that are also looked up by meaning. More find no more entries, and each takes 15 ms of a
processor once; by characters and sounds all count."""
_ENTRIES_AT_ONCE = 1024

Models = tuple[GramModel, GramModel]
"""Of characters, and of sounds."""
Query = tuple[Columns, Vector]
"""Grams, and their weights in a unit vector times their idf."""
Queries = tuple[Query, Query]
"""By characters, and by sounds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question touches in one part: of whole texts and ways of asking, by characters and by sounds."""

    bodies: tuple[Touched, Touched]
    titles: tuple[Touched, Touched]


class Gathered:
    """The grams of entries, counted but not weighed: how rare they are is known when all are counted."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Count the grams of `entries`."""
        self.entries = tuple(entries)
        self.ways: list[int] = []
        bodies, asked = ((Lists(CHARACTERS), Lists(SOUNDS)) for _ in range(2))
        for at in range(0, len(self.entries), _ENTRIES_AT_ONCE):
            some = self.entries[at : at + _ENTRIES_AT_ONCE]
            rows: list[str] = []
            for entry in some:
                ways = titles(entry) or [""]
                self.ways.append(len(ways))
                rows += ways
            texts = [body(entry) for entry in some]
            for lists in bodies:
                lists.add(texts)
            for lists in asked:
                for begin in range(0, len(rows), AT_ONCE):
                    lists.add(rows[begin : begin + AT_ONCE])
        self.bodies = bodies[0].joined(), bodies[1].joined()
        self.titles = asked[0].joined(), asked[1].joined()


class Part:
    """Entries ready to be searched. Nothing changes after it is made, so any number of threads may ask."""

    def __init__(
        self,
        gathered: Gathered,
        models: Models,
        embedder: Embedder | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Weigh what was `gathered` by `models`; without an `embedder` nothing is looked up by meaning."""
        self.entries = gathered.entries
        self.holding = Holding(self.entries)
        self._ways = Groups(gathered.ways, gathered.ways)
        many = len(self.entries) > FEW
        self._bodies, self._titles = (
            (Postings(characters, models[0], many), Postings(sounds, models[1], many))
            for characters, sounds in (gathered.bodies, gathered.titles)
        )
        self._meanings: Meanings | None = None
        if embedder is None or not self.entries:
            return
        meant = [way for entry in self.entries for way in (titles(entry) or [""])[:_MEANT]]
        self._meant = Groups([min(ways, _MEANT) for ways in gathered.ways], gathered.ways)
        self._meanings = Meanings(len(meant), lambda some: embedder.queries(meant[some], progress))
        self._centres = self._meant.centres(self._meanings) if many else None

    def ask(self, queries: Queries) -> Asked:
        """Return what the queries touch."""
        (bodies, in_sounds), (ways, ways_in_sounds), (characters, sounds) = self._bodies, self._titles, queries
        return Asked(
            (bodies.touched(*characters), in_sounds.touched(*sounds)),
            (ways.touched(*characters), ways_in_sounds.touched(*sounds)),
        )

    def bodies(self, asked: Asked, numbers: Numbers | None) -> tuple[Vector, Vector]:
        """Return how well the whole texts of entries `numbers` (None: all) fit, by characters and by sounds."""
        return self._bodies[0].scores(asked.bodies[0], numbers), self._bodies[1].scores(asked.bodies[1], numbers)

    def rare(self, asked: Asked) -> tuple[Vector, Vector]:
        """Return about how well the whole text of each entry fits, by what few entries say."""
        return self._bodies[0].rare(asked.bodies[0]), self._bodies[1].rare(asked.bodies[1])

    def titles(self, asked: Asked, numbers: Numbers | None) -> tuple[Vector, Vector]:
        """Return how well the ways of asking of entries `numbers` (None: all) fit, by characters and by sounds."""
        ways = self._ways if numbers is None else self._ways.among(numbers)
        rows = None if numbers is None else self._ways.rows(numbers)
        characters, sounds = (
            lists.scores(touched, rows) for lists, touched in zip(self._titles, asked.titles, strict=True)
        )
        return ways.best(characters), ways.best(sounds)

    def likeness(self, query: Query) -> Vector:
        """Return how well the best way of asking of each entry fits by characters, float32 [entries]."""
        return (
            self._ways.most(self._titles[0].scores(self._titles[0].touched(*query)))
            if self.entries
            else np.zeros(0, np.float32)
        )

    def meaning(self, vector: Vector, numbers: Numbers | None) -> Vector:
        """Return how near the ways of asking of the entries `numbers` (None: all) are in meaning, float32."""
        if self._meanings is None:
            return np.zeros(0, dtype=np.float32)
        if numbers is None:
            return self._meant.best(self._meanings.cosines(vector))
        return self._meant.among(numbers).best(self._meanings.cosines(vector, self._meant.rows(numbers)))

    def nearness(self, vector: Vector) -> Vector:
        """Return about how near each entry is in meaning; where there are many, at a fraction of the price."""
        return self.meaning(vector, None) if self._centres is None else self._centres.cosines(vector)
