"""What several rooms' integration tests share: one real Asterisk."""

from collections.abc import Iterator

import pytest

from telephony.asterisk.runner import Asterisk
from tests.asterisk import running_asterisk


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """A running Asterisk with the default agents and queues, for every test that does not break it."""
    with running_asterisk() as made:
        yield made
