import keras
import pytest


@pytest.fixture(scope="session", autouse=True)
def compile_quickly(tmp_path_factory):
    """Let JAX compile quickly, and reuse within a run what it compiled for an equal layer."""
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_disable_most_optimizations", True)
        jax.config.update("jax_compilation_cache_dir", str(tmp_path_factory.mktemp("jax")))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
