"""How well the knowledge base answers and refuses, beside BM25 and embedding alone.

    python -m tests.benchmarks.kb_eval DATA [--sets kb_replies kb_civic] [--fields text noisy noisier]

DATA is a folder with one folder for each set, holding entries.jsonl and queries.jsonl (see `hotline kb eval`).
"""

import argparse
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from knowledge_base.base import KnowledgeBase
from knowledge_base.evaluate import FieldName, Row, evaluate, summarise
from knowledge_base.loading import Query, entries_from_jsonl, queries_from_jsonl
from tests.benchmarks.kb_baselines import Bm25, EmbeddingAlone


def _baseline(finder: Bm25 | EmbeddingAlone, ids: list[str], queries: list[Query], field: str) -> float:
    inside = [query for query in queries if query.kind == "in"]
    right = sum(ids[finder.best(getattr(query, field))] in query.expect for query in inside)
    return right / max(len(inside), 1)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def measure(folder: Path, fields: list[FieldName], baselines: bool, console: Console) -> None:
    """Print one table for the set in `folder`."""
    entries = entries_from_jsonl(folder / "entries.jsonl")
    queries = list(queries_from_jsonl(folder / "queries.jsonl"))
    base = KnowledgeBase.from_entries(entries)
    ids = [entry.id for entry in entries]
    finders: dict[str, Bm25 | EmbeddingAlone] = {}
    if baselines:
        finders = {"BM25 (jieba)": Bm25(entries), "embedding alone": EmbeddingAlone(entries)}
    columns = ("", "answered", "right", "right answers of all", "near", "far", "hit@1", *finders, "ms median / p95")
    table = Table(*columns, title=f"{folder.name}: {len(entries)} entries, {len(queries)} queries")
    for field in fields:
        asked = [query for query in queries if getattr(query, field)]
        rows: list[Row] = list(track(evaluate(base, asked, field), field, total=len(asked), console=console))
        found = summarise(rows)
        all_right = (found.answered or 0.0) * (found.right or 0.0)
        others = [_percent(_baseline(finder, ids, asked, field)) for finder in finders.values()]
        shares = (found.answered, found.right, all_right, found.near, found.far, found.hit_at_1)
        table.add_row(field, *map(_percent, shares), *others, f"{found.ms_median:.0f} / {found.ms_p95:.0f}")
    console.print(table)


def main() -> None:
    """Measure the sets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=["kb_replies", "kb_civic"])
    parser.add_argument("--fields", nargs="+", default=["text", "noisy", "noisier"])
    parser.add_argument("--no-baselines", action="store_true")
    chosen = parser.parse_args()
    console = Console(width=150)
    for name in chosen.sets:
        measure(chosen.data / name, chosen.fields, not chosen.no_baselines, console)


if __name__ == "__main__":
    main()
