import keras
import pytest


@pytest.fixture(scope="session", autouse=True)
def compile_once(tmp_path_factory):
    """Let JAX reuse, within one run of the tests, what it compiled for an equal layer."""
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_compilation_cache_dir", str(tmp_path_factory.mktemp("jax")))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
