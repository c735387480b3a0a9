"""Settings of all tests: what is quick, what is slow, and how many examples Hypothesis draws."""

import pytest
from hypothesis import settings

from tests.grids import mark_slow_rows

# How long an example takes tells how busy the machine is, not whether it is right.
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=15)
settings.register_profile("thorough", deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="module")
def conversion_here():
    """See `tests.conversion`."""
    from tests.conversion import converting_here  # loads TensorFlow

    with converting_here():
        yield


@pytest.hookimpl(tryfirst=True)  # before the marks are asked for
def pytest_collection_modifyitems(items):
    """Mark what a grid leaves to the slow suite; refuse a slow test that does not say why."""
    mark_slow_rows(items)
    for item in items:
        for marker in item.iter_markers("slow"):
            if not (marker.args and marker.args[0]):
                raise pytest.UsageError(f"{item.nodeid}: `slow` needs a reason: slow('trains ...')")
