"""Settings of the tests of searches."""

import pytest


@pytest.fixture(scope="module")
def light_processes():
    """Have the processes of a search load JAX, which is there sooner; they compute nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "jax")
        yield
