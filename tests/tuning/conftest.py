"""Settings of the tests of searches."""

import pytest


@pytest.fixture
def light_processes(monkeypatch):
    """Have the processes of a search load JAX, which is there sooner; they compute nothing."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
