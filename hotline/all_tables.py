"""Every table of every room, declared by being imported: for what goes over the whole database."""

import core.events
import knowledge_base.care.tables
import knowledge_base.gaps.tables
import knowledge_base.tables
import tickets.callback_tables
import tickets.tables
from core.database import metadata

__all__ = ["core", "knowledge_base", "metadata", "tickets"]
