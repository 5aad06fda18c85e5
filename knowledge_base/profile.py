"""What the features compare a question with: the words, grams, names and aspects of one entry."""

from dataclasses import dataclass

from knowledge_base.aspects import covered_aspects, names
from knowledge_base.entry import Entry
from knowledge_base.grams import Columns, GramModel
from knowledge_base.wording import body, titles


@dataclass(frozen=True, slots=True)
class Profile:
    """One entry, seen closely. Columns are ascending, one array for each way of asking or one for the whole text."""

    titles: list[str]
    title_characters: list[Columns]
    title_sounds: list[Columns]
    title_names: list[frozenset[str]]
    characters: Columns
    sounds: Columns
    names: frozenset[str]
    aspects: frozenset[str]

    @classmethod
    def of(cls, entry: Entry, characters: GramModel, sounds: GramModel) -> "Profile":
        """Look closely at `entry`."""
        ways, text = titles(entry) or [""], body(entry)
        return cls(
            ways,
            characters.columns_of(ways),
            sounds.columns_of(ways),
            [names(way) for way in ways],
            characters.columns_of([text])[0],
            sounds.columns_of([text])[0],
            names(text),
            covered_aspects(entry),
        )
