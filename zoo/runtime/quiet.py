"""Keeps LiteRT's notice about its default delegate off the standard error stream."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Generator

NOTICE = b"Created TensorFlow Lite XNNPACK delegate"
STDERR = 2
_lock = threading.Lock()
_seen = False


@contextlib.contextmanager
def without_delegate_notice() -> Generator[None]:
    """Hold back what is written to stderr inside the block, then write all but the notice.

    LiteRT writes the notice once per process, from C++, when the first interpreter is made; it has
    no setting for it. Later blocks leave stderr alone.
    """
    global _seen
    with _lock:
        if _seen:
            yield
            return
        _seen = True
        try:
            stderr = os.dup(STDERR)
        except OSError:  # stderr is closed
            yield
            return
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), STDERR)
            try:
                yield
            finally:
                os.dup2(stderr, STDERR)
                os.close(stderr)
                held.seek(0)
                for line in held:
                    if NOTICE not in line:
                        os.write(STDERR, line)
