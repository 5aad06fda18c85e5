"""What several rooms' integration tests share: real Asterisks."""

from collections.abc import Iterator

import pytest

from telephony.asterisk.runner import Asterisk
from tests.asterisk import City, centre, running_asterisk


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """A running Asterisk with the default agents and queues, for every test that does not break it."""
    with running_asterisk() as made:
        yield made


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    """A centre with a supervisor and a trunk; the port is the one that the trunk leads to."""
    with centre() as made:
        yield made
