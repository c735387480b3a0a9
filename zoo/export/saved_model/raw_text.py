"""A model on raw texts: tokenizer, vocabulary and answers in one TensorFlow graph.

The graph answers as the predictors of `zoo.runtime` do: a word tagger reads sentence by sentence,
long sentences in windows, and a classifier reads long texts in pieces. Nothing is truncated, and
the answer to a text does not depend on the other texts of the batch.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from zoo.export.saved_model.text_ops.addresses import addresses
from zoo.export.saved_model.text_ops.markup import blank_markup, entity_table
from zoo.export.saved_model.text_ops.segment_ops import indices_of, ragged
from zoo.export.saved_model.text_ops.sentences import sentence_starts
from zoo.export.saved_model.text_ops.tokens import (
    Tokens,
    code_points,
    concat_ranges,
    pad_empty,
    run_starts,
    split_characters,
    split_words,
)
from zoo.export.saved_model.text_ops.word_features import (
    cases,
    character_ids,
    spellings,
    word_ids,
    word_table,
)
from zoo.ops.tensor_types import Tensor
from zoo.runtime.classifier import PIECE
from zoo.tasks import task_named
from zoo.text import Vocabulary
from zoo.text.windows import windows

TOKENIZERS = {"characters": split_characters, "words": split_words}


class Runs(NamedTuple):
    """The runs of a model over N tokens; runs may overlap.

    Args:
        starts: (R,) int32, index of the first token of each run.
        lengths: (R,) int32, number of tokens of each run.
        run: (N,) int32, for each token the run from which its answer is taken.
        position: (N,) int32, the position of the token in that run.
    """

    starts: Tensor
    lengths: Tensor
    run: Tensor
    position: Tensor

    def gather(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the inputs of the runs (R, T, ...), padded with 0.

        Args:
            features: features of tokens (N, ...) by name.
        """
        splits = run_starts(self.lengths, total=True)
        tokens, _ = concat_ranges(self.starts, self.lengths)
        count = tf.size(self.run)
        index = pad_empty(ragged(tokens, splits).to_tensor(count), count)
        padding = {name: [[0, 1]] + [[0, 0]] * (each.ndim - 1) for name, each in features.items()}
        return {n: tf.gather(tf.pad(each, padding[n]), index) for n, each in features.items()}


def text_function(
    answer: Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]],
    config: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary],
) -> tuple[Callable[[Tensor], dict[str, Tensor]], dict[str, Any]]:
    """Return a function on raw texts, and the lookup tables that it uses.

    Args:
        answer: from the model's inputs by name to its outputs by name, as `model.answers`.
        config: the content of the model's `config.json`.
        vocabularies: vocabularies by name.

    Returns:
        The function and its tables, which the saved module must hold. The function takes `text`
        (B,), UTF-8 strings. For a tagger it returns dense tensors (B, T), T the largest number of
        tokens: `tokens`, strings; `starts` and `ends`, offsets in code points; `tags`, strings;
        `scores`, the probability of each tag; padded with "" and 0; and `lengths` (B,), the number
        of tokens of each text. For a classifier it returns `label` (B,), strings, and `scores`
        (B, K); "" and 0 for a text without words.
    """
    preprocessor, task = config["preprocessor"], task_named(config["task"])
    tables: dict[str, Any] = {}
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
        answers = answer(runs.gather(inputs))
        return task.graph_answers(tokens, runs, answers, names, preprocessor)

    return serve, tables


def character_inputs(
    tokens: Tokens,
    first: Tensor,
    preprocessor: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary],
    tables: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return the inputs of a model whose tokens are single characters: `ids` (N,).

    Args:
        tokens: the N tokens.
        first: (N,) int32, the first code point of each token.
        preprocessor: as in `config.json`.
        vocabularies: vocabularies by name.
        tables: lookup tables by name.
    """
    return {"ids": character_ids(first, vocabularies["vocabulary"])}


def word_inputs(
    tokens: Tokens,
    first: Tensor,
    preprocessor: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary],
    tables: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return the features of words that the preprocessor names; see `character_inputs`."""
    readers = {
        "words": lambda: word_ids(tokens, tables["words"]),
        "characters": lambda: spellings(tokens, vocabularies["characters"]),
        "cases": lambda: cases(tokens),
    }
    return {name: readers[name]() for name in preprocessor["features"]}


def word_ids_alone(
    tokens: Tokens,
    first: Tensor,
    preprocessor: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary],
    tables: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return the `ids` of words; see `character_inputs`."""
    return {"ids": word_ids(tokens, tables["words"])}


def whole_texts(tokens: Tokens) -> Runs:
    """Return one run per text."""
    lengths = _lengths(tokens)
    starts = run_starts(lengths)
    position = tf.range(tf.size(tokens.rows)) - tf.gather(starts, tokens.rows)
    return Runs(starts, lengths, tokens.rows, position)


def windows_of_sentences(tokens: Tokens) -> Runs:
    """Return one run per sentence, or per window of a long sentence; see `zoo.text.windows`."""
    size, margin = (inspect.signature(windows).parameters[n].default for n in ("size", "margin"))
    step = size - 2 * margin
    begins = sentence_starts(tokens)
    starts = indices_of(begins)
    sentence = tf.cumsum(tf.cast(begins, tf.int32)) - 1
    lengths = tf.math.bincount(sentence, minlength=tf.size(starts))
    counts = (tf.maximum(lengths - size, 0) + step - 1) // step + 1
    number, of = concat_ranges(tf.zeros_like(counts), counts)
    position = tf.range(tf.size(sentence)) - tf.gather(starts, sentence)
    mine = tf.clip_by_value((position - margin) // step, 0, tf.gather(counts, sentence) - 1)
    return Runs(
        tf.gather(starts, of) + step * number,
        tf.minimum(tf.gather(lengths, of) - step * number, size),
        tf.gather(run_starts(counts), sentence) + mine,
        position - step * mine,
    )


def even_pieces(tokens: Tokens) -> Runs:
    """Return one run per piece of a text; pieces of a text have nearly equal lengths."""
    lengths = _lengths(tokens)
    counts = (lengths + PIECE - 1) // PIECE
    number, of = concat_ranges(tf.zeros_like(counts), counts)
    each, longer = (
        tf.gather(x, of)
        for x in (lengths // tf.maximum(counts, 1), lengths % tf.maximum(counts, 1))
    )
    sizes = each + tf.cast(number < longer, tf.int32)
    position, run = concat_ranges(tf.zeros_like(sizes), sizes)
    return Runs(run_starts(sizes), sizes, run, position)


def tagged(
    tokens: Tokens,
    runs: Runs,
    answers: Mapping[str, Tensor],
    names: Sequence[str],
    preprocessor: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return the dense outputs of a tagger by text; see `text_function`.

    Args:
        tokens: the N tokens.
        runs: the R runs.
        answers: `tags` (R, T) and `scores` (R, T, K).
        names: the K tags.
        preprocessor: as in `config.json`.
    """
    place = tf.stack([runs.run, runs.position], axis=1)
    tags = tf.cast(tf.gather_nd(answers["tags"], place), tf.int32)
    scores = tf.gather(tf.gather_nd(answers["scores"], place), tags, batch_dims=1)
    of_tokens = {
        "tokens": tokens.strings(tf.gather(tokens.characters.codes, tokens.positions)),
        "starts": tokens.offsets[:, 0],
        "ends": tokens.offsets[:, 1],
        "tags": tf.gather(tf.constant(list(names)), tags),
        "scores": scores,
    }
    lengths = _lengths(tokens)
    splits = run_starts(lengths, total=True)
    dense = {name: ragged(each, splits).to_tensor() for name, each in of_tokens.items()}
    return {**dense, "lengths": lengths}


def named(
    tokens: Tokens,
    runs: Runs,
    answers: Mapping[str, Tensor],
    names: Sequence[str],
    preprocessor: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return `tagged`, with the tag "O" for addresses unless the model was trained to label them.

    The score of such a token remains that of the model's own tag.
    """
    found = tagged(tokens, runs, answers, names, preprocessor)
    if preprocessor.get("addresses", False):
        return found
    splits = run_starts(_lengths(tokens), total=True)
    outside = ragged(addresses(tokens), splits).to_tensor()
    return {**found, "tags": tf.where(outside, "O", found["tags"])}


def classified(
    tokens: Tokens,
    runs: Runs,
    answers: Mapping[str, Tensor],
    labels: Sequence[str],
    preprocessor: Mapping[str, Any],
) -> dict[str, Tensor]:
    """Return the outputs of a classifier by text; see `text_function`.

    Args:
        tokens: the N tokens.
        runs: the R runs.
        answers: `scores` (R, K).
        labels: the K labels.
        preprocessor: as in `config.json`.
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
