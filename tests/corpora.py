"""Data that lie beside the repository on some machines; elsewhere the tests of them skip."""

from functools import cache
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATASETS = SHARED / "datasets" / "tensorflow_datasets"
GLOVE = SHARED / "embeddings" / "glove.6B.100d.txt.gz"


def needs(path):
    """Skip a test where `path` is not."""
    return pytest.mark.skipif(not path.exists(), reason=f"needs {path.relative_to(SHARED)}")


needs_conll2003 = needs(DATASETS / "conll2003")
needs_glove = needs(GLOVE)


@cache
def conll2003():
    """CoNLL-2003, read once."""
    from zoo.data import load_conll2003

    return load_conll2003(DATASETS)
