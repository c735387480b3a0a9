"""Where examples come from: files of tagged words, word vectors, generators; batches of them."""

from zoo.data.buckets import bucket_batches, padding_waste
from zoo.data.conll import Sentence, load_conll2003, read_conll
from zoo.data.errors import CorpusError
from zoo.data.vectors import read_vectors, reduce_vectors
from zoo.data.word_tables import WordTables, word_tables

__all__ = [
    "CorpusError",
    "Sentence",
    "WordTables",
    "bucket_batches",
    "load_conll2003",
    "padding_waste",
    "read_conll",
    "read_vectors",
    "reduce_vectors",
    "word_tables",
]
