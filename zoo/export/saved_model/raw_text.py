"""A model that takes raw texts: tokenizer, vocabulary and answers in one graph of TensorFlow.

It answers as the predictors of `zoo.runtime` do, of which it is the graph: names are looked for
sentence by sentence, in windows where one is long, and long reviews are read in pieces; nothing is
cut off, and the other texts of a batch change nothing.
"""

import inspect
from typing import NamedTuple

import tensorflow as tf

from zoo.export.saved_model.text_ops.markup import blank_markup, entity_table
from zoo.export.saved_model.text_ops.segment_ops import places_of
from zoo.export.saved_model.text_ops.sentences import sentence_starts
from zoo.export.saved_model.text_ops.tokens import (
    code_points,
    never_empty,
    pieces,
    split_characters,
    split_words,
    starts_of,
)
from zoo.export.saved_model.text_ops.word_features import (
    cases,
    character_ids,
    spellings,
    word_ids,
    word_table,
)
from zoo.runtime.classifier import PIECE
from zoo.tasks import task_named
from zoo.text.windows import windows

TOKENIZERS = {"characters": split_characters, "words": split_words}


class Runs(NamedTuple):
    """In which runs through the model tokens are read.

    Args:
        starts: (R,) int32, index of each run's first token.
        lengths: (R,) int32, how many tokens it has.
        run: (N,) int32, the run whose answer to a token counts.
        position: (N,) int32, where the token stands in it.
    """

    starts: tf.Tensor
    lengths: tf.Tensor
    run: tf.Tensor
    position: tf.Tensor

    def gather(self, features):
        """Return what runs are given, (R, T, ...), padded with 0, from the features of tokens.

        Args:
            features: dict of tensors (N, ...).
        """
        ends = starts_of(self.lengths, total=True)
        places, _ = pieces(self.starts, self.lengths)
        count = tf.size(self.run)
        ragged = tf.RaggedTensor.from_row_splits(places, ends, validate=False)
        index = never_empty(ragged.to_tensor(count), count)
        padding = {name: [[0, 1]] + [[0, 0]] * (each.ndim - 1) for name, each in features.items()}
        return {n: tf.gather(tf.pad(each, padding[n]), index) for n, each in features.items()}


def text_function(answer, config, vocabularies):
    """Return a function on raw texts, and the tables that it uses.

    Args:
        answer: from the model's inputs by name to its answers by name, as `model.answers`.
        config: the content of the model's `config.json`.
        vocabularies: dict of `zoo.text.Vocabulary` by name.

    Returns:
        The pair of the function and its tables, which the saved module must keep. The function
        takes `text` (B,), strings in UTF-8. Of a tagger it gives dense tensors (B, T), T that of
        the text with the most tokens: `tokens`, strings; `starts` and `ends`, their offsets in code
        points; `tags`, strings; `scores`, the probability of each tag; and `lengths` (B,), how
        many tokens each text has: what is behind them is "" and 0. Of a classifier it gives
        `label` (B,), a string, and `scores` (B, K); "" and 0 for a text without words.
    """
    preprocessor, task = config["preprocessor"], task_named(config["task"])
    tables = {}
    if "markup" in preprocessor:
        tables["entities"] = entity_table()
    if "words" in vocabularies:
        tables["words"] = word_table(vocabularies["words"])

    def serve(text):
        codes, texts = code_points(text)
        read = blank_markup(codes, tables["entities"]) if "markup" in preprocessor else codes
        tokens = TOKENIZERS[preprocessor["tokenizer"]](read, texts)
        runs = task.graph_runs(tokens)
        first = tf.gather(tokens.characters.codes, tokens.starts)
        inputs = task.graph_inputs(tokens, first, preprocessor, vocabularies, tables)
        names = config["model"].get("labels", config["labels"])
        return task.graph_answers(tokens, runs, answer(runs.gather(inputs)), names)

    return serve, tables


def character_inputs(tokens, first, preprocessor, vocabularies, tables):
    """Return what a model reads of tokens that are single characters: `ids` (N,).

    Args:
        tokens: `zoo.export.saved_model.text_ops.tokens.Tokens`, N of them.
        first: (N,) int32, the code point that each token begins with.
        preprocessor: as in `config.json`.
        vocabularies: dict of `zoo.text.Vocabulary` by name.
        tables: dict of lookup tables by name.
    """
    return {"ids": character_ids(first, vocabularies["vocabulary"])}


def word_inputs(tokens, first, preprocessor, vocabularies, tables):
    """Return the features of words that the preprocessor names; see `character_inputs`."""
    readers = {
        "words": lambda: word_ids(tokens, tables["words"]),
        "characters": lambda: spellings(tokens, vocabularies["characters"]),
        "cases": lambda: cases(tokens),
    }
    return {name: readers[name]() for name in preprocessor["features"]}


def word_ids_alone(tokens, first, preprocessor, vocabularies, tables):
    """Return the `ids` of words; see `character_inputs`."""
    return {"ids": word_ids(tokens, tables["words"])}


def whole_texts(tokens):
    """Return the `Runs` of a model that reads all tokens of a text at once."""
    lengths = _lengths(tokens)
    starts = starts_of(lengths)
    position = tf.range(tf.size(tokens.rows)) - tf.gather(starts, tokens.rows)
    return Runs(starts, lengths, tokens.rows, position)


def windows_of_sentences(tokens):
    """Return the `Runs` of sentences, in `zoo.text.windows` where they are long."""
    size, margin = (inspect.signature(windows).parameters[n].default for n in ("size", "margin"))
    step = size - 2 * margin
    begins = sentence_starts(tokens)
    starts = places_of(begins)
    sentence = tf.cumsum(tf.cast(begins, tf.int32)) - 1
    lengths = tf.math.bincount(sentence, minlength=tf.size(starts))
    counts = (tf.maximum(lengths - size, 0) + step - 1) // step + 1
    number, of = pieces(tf.zeros_like(counts), counts)
    position = tf.range(tf.size(sentence)) - tf.gather(starts, sentence)
    mine = tf.clip_by_value((position - margin) // step, 0, tf.gather(counts, sentence) - 1)
    return Runs(
        tf.gather(starts, of) + step * number,
        tf.minimum(tf.gather(lengths, of) - step * number, size),
        tf.gather(starts_of(counts), sentence) + mine,
        position - step * mine,
    )


def even_pieces(tokens):
    """Return the `Runs` of texts in pieces of nearly equal length, of at most `PIECE` tokens."""
    lengths = _lengths(tokens)
    counts = (lengths + PIECE - 1) // PIECE
    number, of = pieces(tf.zeros_like(counts), counts)
    each, longer = (
        tf.gather(x, of)
        for x in (lengths // tf.maximum(counts, 1), lengths % tf.maximum(counts, 1))
    )
    sizes = each + tf.cast(number < longer, tf.int32)
    position, run = pieces(tf.zeros_like(sizes), sizes)
    return Runs(starts_of(sizes), sizes, run, position)


def tagged(tokens, runs, answers, names):
    """Return the answers of a tagger by text, dense; as `text_function` says.

    Args:
        tokens: `zoo.export.saved_model.text_ops.tokens.Tokens`.
        runs: `Runs`.
        answers: dict of `tags` (R, T) and `scores` (R, T, K).
        names: of the K tags.
    """
    place = tf.stack([runs.run, runs.position], axis=1)
    tags = tf.cast(tf.gather_nd(answers["tags"], place), tf.int32)
    scores = tf.gather(tf.gather_nd(answers["scores"], place), tags, batch_dims=1)
    first = tf.gather(tokens.texts, tokens.rows)
    of_tokens = {
        "tokens": tokens.strings(tf.gather(tokens.characters.codes, tokens.places)),
        "starts": tokens.starts - first,
        "ends": tokens.ends - first,
        "tags": tf.gather(tf.constant(list(names)), tags),
        "scores": scores,
    }
    lengths = _lengths(tokens)
    splits = starts_of(lengths, total=True)
    dense = {
        name: tf.RaggedTensor.from_row_splits(each, splits, validate=False).to_tensor()
        for name, each in of_tokens.items()
    }
    return {**dense, "lengths": lengths}


def classified(tokens, runs, answers, labels):
    """Return the answers of a classifier by text; as `text_function` says.

    Args:
        tokens: `zoo.export.saved_model.text_ops.tokens.Tokens`.
        runs: `Runs`.
        answers: dict of `scores` (R, K).
        labels: the K of them.
    """
    lengths = _lengths(tokens)
    row = tf.gather(tokens.rows, runs.starts)
    share = tf.cast(runs.lengths, tf.float32) / tf.cast(tf.gather(lengths, row), tf.float32)
    scores = answers["scores"][: tf.size(row)] * share[:, None]
    scores = tf.math.unsorted_segment_sum(scores, row, tf.size(lengths))
    names = tf.gather(tf.constant(list(labels)), tf.argmax(scores, axis=1))
    return {"label": tf.where(lengths > 0, names, ""), "scores": scores}


def _lengths(tokens):
    return tf.math.bincount(tokens.rows, minlength=tf.size(tokens.texts))
