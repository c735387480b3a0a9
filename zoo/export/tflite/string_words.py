"""A TFLite file that takes words as strings, with its vocabularies as hash tables inside.

The builtin operators of TFLite compare and look up whole strings, but none looks inside a string.
So the file cannot tokenize, lower a word, split it into characters or tell its case.
`string_inputs` does this for the caller; it needs no vocabulary.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.export.signature import SERVING
from zoo.export.tflite.convert import QUANTIZATIONS, convert_in_child
from zoo.export.tflite.model import variant_answers
from zoo.layers.guards import check_choice
from zoo.models import BidirectionalModel
from zoo.text import Vocabulary, WordEncoder
from zoo.text.word_encoder import LONGEST, case_of, normalize, word_ids

VARIANTS = ("while", "fused")
PADDING, UNKNOWN = 0, 1
SPELLINGS = ("THE", "10TH", "1996", "İstanbul", "ΟΔΟΣ", "[PAD]", "[UNK]", "é", "中", "x" * 40)
# Names of a model's vocabularies -> the string inputs of its file.
KINDS: dict[frozenset[str], tuple[str, ...]] = {
    frozenset(["vocabulary"]): ("tokens",),
    frozenset(["words"]): ("words", "normalized"),
    frozenset(["words", "characters"]): ("words", "normalized", "characters"),
}


def export_string_words(
    model: BidirectionalModel,
    path: str | os.PathLike[str],
    vocabularies: Mapping[str, Vocabulary],
    variant: str = "while",
    quantization: str = "float32",
) -> Path:
    """Convert a model to a TFLite file that takes the words of one sentence as strings.

    The inputs of the signature are those of `string_inputs`. Its outputs are those of the file of
    `zoo.export.export_tflite` for the ids of the same words.

    Args:
        model: a zoo model with `answers`.
        path: the `.tflite` file to write.
        vocabularies: vocabularies by name, as for `zoo.export.export_folder`.
        variant: "while" or "fused", as in `zoo.export.export_tflite`.
        quantization: "float32", "float16" or "dynamic".

    Returns:
        The path.

    Raises:
        ValueError: an argument is invalid.
        ExportError: the conversion failed.
    """
    check_choice("variant", variant, VARIANTS)
    check_choice("quantization", quantization, QUANTIZATIONS)
    if frozenset(vocabularies) not in KINDS:
        known = ", ".join(" and ".join(map(repr, sorted(names))) for names in KINDS)
        raise ValueError(f"`vocabularies` must be named {known}, got {list(vocabularies)}.")
    module: Any = tf.Module()
    module.variables_of_model = [weight.value for weight in model.weights]
    module.tables = {name: _table(each) for name, each in vocabularies.items()}
    serve = _with_ids(model, module.tables, variant_answers(model, variant))
    serve = serve.get_concrete_function(_specs(model, vocabularies))
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures={SERVING: serve})
        output = Path(folder, "model.tflite")
        convert_in_child(folder, output, quantization)
        content = output.read_bytes()
    path = Path(path)
    path.write_bytes(content)
    return path


def string_inputs(words: Sequence[str], inputs: Iterable[str]) -> dict[str, np.ndarray]:
    """Return the inputs of a file for the words of one sentence.

    Args:
        words: T words.
        inputs: names of the file's inputs.

    Returns:
        The inputs of these names: `tokens` (T,), the words unchanged; `words` (T,), in lower case;
        `normalized` (T,), in lower case with digits as 0; `characters` (T, C), strings of one
        character, of a word longer than 30 the first and the last 15, padded with ""; `cases` (T,),
        int32. Strings are UTF-8 bytes.

    Example:

    >>> found = string_inputs(["The", "1996"], ["words", "normalized", "characters", "cases"])
    >>> found["words"].tolist(), found["normalized"].tolist(), found["cases"].tolist()
    ([b'the', b'1996'], [b'the', b'0000'], [2, 5])
    >>> found["characters"].tolist()
    [[b'T', b'h', b'e', b''], [b'1', b'9', b'9', b'6']]
    """
    half = LONGEST // 2
    read = [word if len(word) <= LONGEST else word[:half] + word[-half:] for word in words]
    width = max(map(len, read), default=0)
    readers = {
        "tokens": lambda: _strings(words),
        "words": lambda: _strings(word.lower() for word in words),
        "normalized": lambda: _strings(map(normalize, words)),
        "characters": lambda: _strings(
            character for word in read for character in [*word, *[""] * (width - len(word))]
        ).reshape(len(words), width),
        "cases": lambda: np.array([case_of(word) for word in words], "int32"),
    }
    return {name: readers[name]() for name in inputs}


def ids_of(words: Sequence[str], vocabularies: Mapping[str, Vocabulary]) -> dict[str, np.ndarray]:
    """Return the inputs of a file of `export_tflite` for the same words, int32 arrays (T, ...)."""
    if "vocabulary" in vocabularies:
        return {"ids": vocabularies["vocabulary"].encode(words)}
    if "characters" in vocabularies:
        return WordEncoder(vocabularies["words"], vocabularies["characters"])(words)
    return {"ids": word_ids(vocabularies["words"], words)}


def check_string_words(
    path: str | os.PathLike[str],
    model: BidirectionalModel,
    vocabularies: Mapping[str, Vocabulary],
    tolerance: float = 1e-4,
) -> list[str]:
    """Compare a file of `export_string_words` with its model.

    The file answers several sentences in a row, of known words, unknown words and unusual
    spellings.

    Args:
        path: the file.
        model: the zoo model that it was made from.
        vocabularies: as in `export_string_words`.
        tolerance: largest allowed difference of a score.

    Returns:
        The problems, one sentence each; empty if there are none.
    """
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner(SERVING)
    known = vocabularies["vocabulary" if "vocabulary" in vocabularies else "words"].tokens[2:]
    rng = np.random.default_rng(0)
    problems = []
    for length in (1, 7, 200, 2, 7):
        words = [*rng.choice(known, length), *SPELLINGS[: length // 2]]
        interpreter.reset_all_variables()  # the fused operator keeps its state between calls
        found = run(**string_inputs(words, run.get_input_details()))
        ids = ids_of(words, vocabularies)
        expected = model.answers({name: ids[name][None] for name in model.input_sizes})
        difference = np.abs(found["scores"] - np.array(expected["scores"])).max()
        if not difference <= tolerance:
            problems.append(f"scores of {len(words)} words differ by {difference:.2g}")
    return problems


def _strings(strings):
    return np.array([string.encode() for string in strings], object)


def _table(vocabulary):
    # Keys as constants in the graph: the converter does not read the assets of a SavedModel.
    keys = tf.constant(["", *vocabulary.tokens[2:]])
    ids = tf.constant([PADDING, *range(2, len(vocabulary))], tf.int64)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, ids), UNKNOWN)


def _specs(model, vocabularies):
    specs: dict[str, Any] = {name: ((None,), tf.string) for name in KINDS[frozenset(vocabularies)]}
    if "characters" in specs:
        specs["characters"] = ((None, None), tf.string)
    if "cases" in model.input_sizes:
        specs["cases"] = ((None,), tf.int32)
    return {name: tf.TensorSpec(*spec, name=name) for name, spec in specs.items()}


def _with_ids(model, tables, serve):
    """Return a function that looks strings up and runs `serve` on their ids."""

    def find(name, strings):
        # The converter infers no shape of a lookup, and fuses no operator of unknown shape.
        ids = tf.reshape(tables[name].lookup(strings), tf.shape(strings))
        return tf.cast(ids, tf.int32)

    def answer(inputs):
        found = {}
        if "tokens" in inputs:
            found["ids"] = find("vocabulary", inputs["tokens"])
        else:
            ids, others = (find("words", inputs[name]) for name in ("words", "normalized"))
            first = next(iter(model.input_sizes))  # "words" of a tagger, "ids" of a classifier
            found[first] = tf.where(ids == UNKNOWN, others, ids)
        if "characters" in inputs:
            found["characters"] = find("characters", inputs["characters"])
        if "cases" in inputs:
            found["cases"] = inputs["cases"]
        return serve({name: found[name][None] for name in model.input_sizes})

    return tf.function(answer, autograph=False)
