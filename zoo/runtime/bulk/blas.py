"""One thread for the matrix products of NumPy, while several threads compute."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import product
from typing import Any

import numpy._core._multiarray_umath as umath

# The names of OpenBLAS' functions in the wheels of NumPy, and in other builds.
PREFIXES = ("scipy_openblas", "openblas")
SUFFIXES = ("64_", "")
_lock = threading.Lock()
_inside = 0
_before = 1


@contextmanager
def one_blas_thread() -> Generator[None]:
    """Let OpenBLAS use one thread inside the block; has no effect on other libraries.

    OpenBLAS would use all cores for each product, and threads that compute at the same time would
    wait for each other. The number of threads is one of the process: the first block that is
    entered sets it, the last one restores it.
    """
    global _inside, _before
    get, put = _functions()
    with _lock:
        _inside += 1
        if _inside == 1:
            _before = get()
            put(1)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                put(_before)


@cache
def _functions() -> tuple[Any, Any]:
    """Return OpenBLAS' functions that get and set the number of threads, or two that do nothing."""
    library = ctypes.CDLL(umath.__file__)  # finds the functions of the libraries that it needs
    for prefix, suffix in product(PREFIXES, SUFFIXES):
        names = (f"{prefix}_{verb}_num_threads{suffix}" for verb in ("get", "set"))
        with suppress(AttributeError):
            get, put = (getattr(library, name) for name in names)
            return get, put
    return (lambda: 1), id
