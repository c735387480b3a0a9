"""Data that lie beside the repository on some machines; elsewhere the tests of them skip."""

import socket
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from zoo.data import load_conll2003, load_imdb

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATASETS = SHARED / "datasets" / "tensorflow_datasets"
GLOVE = SHARED / "embeddings" / "glove.6B.100d.txt.gz"


def needs(path):
    """Skip a test where `path` is not."""
    return pytest.mark.skipif(not path.exists(), reason=f"needs {path.relative_to(SHARED)}")


needs_conll2003 = needs(DATASETS / "conll2003")
needs_glove = needs(GLOVE)
needs_imdb = needs(DATASETS / "imdb_reviews")


@contextmanager
def offline():
    """Refuse every connection, and fail if one was tried."""
    tried = []

    def refuse(*address):
        tried.append(address)
        raise OSError("tests have no network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield
    if tried:
        raise AssertionError(f"connections were tried: {tried}")


@cache
def conll2003():
    """CoNLL-2003, read once, without a network."""
    with offline():
        return load_conll2003(DATASETS)


@cache
def imdb():
    """IMDB's reviews, read once, without a network."""
    with offline():
        return load_imdb(DATASETS)
