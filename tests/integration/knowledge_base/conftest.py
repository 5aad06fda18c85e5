"""The city's own entries, indexed once for the tests of this room."""

from datetime import date
from pathlib import Path

import pytest

import knowledge_base
from knowledge_base.base import KnowledgeBase
from knowledge_base.settings import KnowledgeBaseSettings
from tests.small_city import small_city

FOLDER = Path(knowledge_base.__file__).parent / "data" / "lanjiang"
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """By characters and sounds alone: sentence vectors take a minute to make, and the rules are the same."""
    return KnowledgeBase.from_folder(FOLDER, TODAY, KnowledgeBaseSettings(embedding=False, pseudo_questions=1200))


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A few entries, for what does not depend on which: a change of them is indexed in a second."""
    folder = small_city(tmp_path_factory.mktemp("few"))
    return KnowledgeBase.from_folder(folder, TODAY, KnowledgeBaseSettings(embedding=False, pseudo_questions=400))
