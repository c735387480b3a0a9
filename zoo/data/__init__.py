"""Readers of corpora and word vectors, generators of synthetic data, and training batches.

Importing this package imports neither NumPy nor a tensor library, so that a bad file is refused at
once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zoo.data.conll2003 import load_conll2003
from zoo.data.frequent_words import frequent_words, words_of
from zoo.data.labelled_texts import (
    load_imdb,
    load_labelled_splits,
    read_labelled_csv,
    read_labelled_folder,
)
from zoo.data.readers.conll import Sentence, read_conll
from zoo.data.readers.sentences import EntityReader, TagReader
from zoo.data.readers.splits import Files, hold_out, read_splits
from zoo.data.readers.texts import LabelledText, TextReader
from zoo.data.report.data_report import DataReport, data_report
from zoo.data.report.file_report import FileReport
from zoo.errors import CorpusError

if TYPE_CHECKING:
    from zoo.data.buckets import bucket_batches, padding_waste
    from zoo.data.tagger_tables import WordTables, word_tables
    from zoo.data.texts import TextBatches
    from zoo.data.vectors import read_vectors, reduce_vectors

# What needs NumPy or Keras, by module; imported on first use.
_MODULES = {
    "TextBatches": "texts",
    "WordTables": "tagger_tables",
    "bucket_batches": "buckets",
    "padding_waste": "buckets",
    "read_vectors": "vectors",
    "reduce_vectors": "vectors",
    "word_tables": "tagger_tables",
}

__all__ = [
    "CorpusError",
    "DataReport",
    "EntityReader",
    "FileReport",
    "Files",
    "LabelledText",
    "Sentence",
    "TagReader",
    "TextBatches",
    "TextReader",
    "WordTables",
    "bucket_batches",
    "data_report",
    "frequent_words",
    "hold_out",
    "load_conll2003",
    "load_imdb",
    "load_labelled_splits",
    "padding_waste",
    "read_conll",
    "read_labelled_csv",
    "read_labelled_folder",
    "read_splits",
    "read_vectors",
    "reduce_vectors",
    "word_tables",
    "words_of",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"zoo.data.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
