"""Tables of the inbox: gaps, their questions, calls that are being read, how far was read; callers' words sealed."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from core.database import metadata
from core.sealing import Sealed

gaps_table = Table(
    "kb_gaps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(20), nullable=False),
    Column("title", Sealed, nullable=False),  # one of its questions, masked
    Column("department", String(300), nullable=False),  # "": nobody has it yet
    Column("due", String(10), nullable=False),  # date, or ""
    Column("entry", String(80), nullable=False),  # the draft that was made of it, or ""
    Column("near", String(80), nullable=False),  # the entry that came nearest, or ""
    Column("by_hand", Boolean, nullable=False),  # somebody worked on it: it is not joined to others by itself
    Column("counts", Text, nullable=False),  # JSON: source → how many questions, forgotten ones too
    Column("times", Integer, nullable=False),
    Column("first_at", Float, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("last_at", Float, nullable=False),
    Column("opened_at", Float, nullable=False),  # or opened again
    Column("closed_at", Float, nullable=False),  # 0: not closed
    Column("into", Integer, nullable=False),  # the gap that this one was merged into, or 0
    Index("kb_gaps_by_state", "state", "department"),
)

questions_table = Table(
    "kb_gap_questions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # number of the event: none comes in twice
    Column("gap", Integer, nullable=False),
    Column("call", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("source", String(20), nullable=False),
    Column("question", Sealed, nullable=False),  # masked
    Column("understood", Sealed, nullable=False),  # as it was looked up in its context, masked; "": the same
    Column("entry", String(80), nullable=False),  # the answer that the caller did not want, or ""
    Column("reply", Sealed, nullable=False),  # what an agent said to it, masked
    Index("kb_gap_questions_by_gap", "gap", "at"),
    Index("kb_gap_questions_by_time", "at"),
)

calls_table = Table(
    "kb_gap_calls",
    metadata,
    Column("call", String(80), primary_key=True),
    Column("at", Float, nullable=False),
    Column("known", Sealed, nullable=False),  # JSON, see knowledge_base.gaps.listening
    Index("kb_gap_calls_by_time", "at"),
)

use_table = Table(
    "kb_use",
    metadata,
    Column("entry", String(80), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("answered", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # it came nearest to a question that was not answered
    Column("rejected", Integer, nullable=False),
    Column("to_human", Integer, nullable=False),
    Index("kb_use_by_day", "day"),
)

readers_table = Table(
    "kb_readers",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("seq", Integer, nullable=False),  # events up to this one are read
    Column("holder", String(80), nullable=False),
    Column("until", Float, nullable=False),  # the holder alone reads until then, or until he lets go
)
