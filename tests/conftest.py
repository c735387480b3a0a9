"""Settings of all tests: their seeds, what is slow, and how many examples Hypothesis draws."""

import random
import sys
from zlib import crc32

import numpy as np
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


def seed_by(name):
    """Seed all random numbers by a name, those of Keras where it is loaded."""
    seed = crc32(name.encode())
    random.seed(seed)  # Keras' initializers and dropout draw their seeds from it
    np.random.seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def pytest_collectstart(collector):
    """Draw what a module creates as it is imported from its own seed."""
    if isinstance(collector, pytest.Module):
        seed_by(collector.nodeid)


@pytest.hookimpl(tryfirst=True)  # before the fixtures are set up
def pytest_runtest_setup(item):
    """Draw the weights of a test from its own seed, so that it passes always or never."""
    seed_by(item.nodeid)


@pytest.hookimpl(tryfirst=True)  # before the marks are asked for
def pytest_collection_modifyitems(items):
    """Mark what a grid leaves to the slow suite; refuse a slow test that does not say why."""
    mark_slow_rows(items)
    for item in items:
        for marker in item.iter_markers("slow"):
            if not (marker.args and marker.args[0]):
                raise pytest.UsageError(f"{item.nodeid}: `slow` needs a reason: slow('trains ...')")
