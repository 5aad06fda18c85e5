"""The words of an entry as the index sees them: its ways of asking, its whole text."""

from knowledge_base.entry import Entry
from knowledge_base.text import canonical, clean, question_core


def titles(entry: Entry) -> list[str]:
    """Return what an entry may be asked by: its question, its ways of asking, its short name."""
    ways = [entry.question, *entry.asked]
    if entry.subject and entry.aspect:
        ways.append(f"{entry.subject}{entry.aspect}")
    if entry.short:
        ways.append(entry.short)
    return list(dict.fromkeys(core for core in map(question_core, ways) if core))


def body(entry: Entry) -> str:
    """Return the whole clean text of an entry."""
    spoken = "" if entry.spoken in entry.text else entry.spoken
    parts = (
        entry.question,
        *entry.asked,
        entry.subject,
        entry.aspect,
        entry.short,
        spoken,
        entry.text,
        *entry.materials,
        entry.place,
        entry.department,
        *entry.areas,
    )
    return canonical(clean(" ".join(part for part in parts if part)))
