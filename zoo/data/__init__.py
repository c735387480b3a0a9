"""Readers of corpora and word vectors, generators of synthetic data, and training batches."""

from zoo.data.buckets import bucket_batches, padding_waste
from zoo.data.conll import Sentence, load_conll2003, read_conll
from zoo.data.labelled_texts import (
    LabelledText,
    hold_out,
    load_imdb,
    load_labelled_splits,
    read_labelled_csv,
    read_labelled_folder,
)
from zoo.data.texts import TextBatches, frequent_words, words_of
from zoo.data.vectors import read_vectors, reduce_vectors
from zoo.data.word_tables import WordTables, word_tables
from zoo.errors import CorpusError

__all__ = [
    "CorpusError",
    "LabelledText",
    "Sentence",
    "TextBatches",
    "WordTables",
    "bucket_batches",
    "frequent_words",
    "hold_out",
    "load_conll2003",
    "load_imdb",
    "load_labelled_splits",
    "padding_waste",
    "read_conll",
    "read_labelled_csv",
    "read_labelled_folder",
    "read_vectors",
    "reduce_vectors",
    "word_tables",
    "words_of",
]
