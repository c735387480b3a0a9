"""A context in which graphs are traced without operations that only guard against rare inputs."""

import contextlib
import contextvars
from collections.abc import Iterator

_trusted: contextvars.ContextVar[bool] = contextvars.ContextVar("zoo_trusted_input", default=False)


@contextlib.contextmanager
def trust_input() -> Iterator[None]:
    """Trace functions inside the `with` block for inputs that need no guards.

    The exporters use it: padding of an exported model is an embedding, which is finite, and no
    batch is without positions. Its graphs answer the same with fewer operations.

    Example:

    >>> with trust_input():
    ...     input_is_trusted()
    True
    """
    token = _trusted.set(True)
    try:
        yield
    finally:
        _trusted.reset(token)


def input_is_trusted() -> bool:
    """Return whether the code runs inside `trust_input`."""
    return _trusted.get()
