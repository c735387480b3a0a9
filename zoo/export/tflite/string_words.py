"""A TFLite file that takes words as strings: its vocabularies are hash tables inside of it.

TFLite's builtin operators compare and look up whole strings; none looks into one. No file of them
can lower a word, take it apart or tell how it is written, and so a tokenizer is out of reach, too.
What is left to whoever runs the file needs no vocabulary: to lower, to replace digits, to split
into characters, and to tell the case; see `string_inputs`.
"""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.export.signature import SERVING
from zoo.export.tflite.convert import convert_in_child
from zoo.export.tflite.model import variant_answers
from zoo.layers.guards import check_choice
from zoo.text import WordEncoder
from zoo.text.word_encoder import LONGEST, case_of, normalize, word_ids

VARIANTS = ("fused", "while")
PADDING, UNKNOWN = 0, 1
SPELLINGS = ("THE", "10TH", "1996", "İstanbul", "ΟΔΟΣ", "[PAD]", "[UNK]", "é", "中", "x" * 40)
# The vocabularies of a model -> the strings that its file takes.
KINDS = {
    frozenset(["vocabulary"]): ("tokens",),
    frozenset(["words"]): ("words", "normalized"),
    frozenset(["words", "characters"]): ("words", "normalized", "characters"),
}


def export_string_words(model, path, vocabularies, variant="fused", quantization="float32"):
    """Convert a model to TFLite that takes the split words of one sentence as strings.

    What the signature takes, T words in UTF-8, is what `string_inputs` gives; what it answers is
    what the file of `zoo.export.export_tflite` answers on the ids of these words.

    Args:
        model: a zoo model with `answers`.
        path: of the `.tflite` file to write.
        vocabularies: dict of `zoo.text.Vocabulary` by name, as `zoo.export.export_folder` takes it.
        variant: "fused" or "while", as `zoo.export.export_tflite` takes it.
        quantization: "float32", "float16" or "dynamic".

    Returns:
        The path as a `pathlib.Path`.

    Raises:
        ValueError: an argument that is none of these.
        ExportError: the converter cannot do it.
    """
    check_choice("variant", variant, VARIANTS)
    check_choice("quantization", quantization, ("float32", "float16", "dynamic"))
    if frozenset(vocabularies) not in KINDS:
        known = ", ".join(" and ".join(map(repr, sorted(names))) for names in KINDS)
        raise ValueError(f"`vocabularies` must be of {known}, got {list(vocabularies)}.")
    module = tf.Module()
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


def string_inputs(words, inputs):
    """Return what the file takes, for the words of one sentence.

    Args:
        words: list of T strings.
        inputs: names of the file's inputs.

    Returns:
        Dict of those among these: `tokens` (T,), the words as they are; `words` (T,), in lower
        case; `normalized` (T,), with digits as 0, too; `characters` (T, C), strings of one
        character, of a word with more than 30 the first and the last 15, "" behind them; `cases`
        (T,) int32. Strings are bytes in UTF-8.

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


def ids_of(words, vocabularies):
    """Return what a file of ids takes for the same words: dict of int32 arrays (T, ...)."""
    if "vocabulary" in vocabularies:
        return {"ids": vocabularies["vocabulary"].encode(words)}
    if "characters" in vocabularies:
        return WordEncoder(vocabularies["words"], vocabularies["characters"])(words)
    return {"ids": word_ids(vocabularies["words"], words)}


def check_string_words(path, model, vocabularies, tolerance=1e-4):
    """Return what is wrong with a file of `export_string_words`, one sentence for each thing.

    Sentences of words that the model knows, that it does not know and of all spellings are answered
    one after the other, and compared with what the model says of their ids.

    Args:
        path: of the file.
        model: the zoo model that it was made from.
        vocabularies: as in `export_string_words`.
        tolerance: largest difference of a score allowed.

    Returns:
        List of strings; empty when all is well.
    """
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner(SERVING)
    known = vocabularies.get("vocabulary", vocabularies.get("words")).tokens[2:]
    rng = np.random.default_rng(0)
    problems = []
    for length in (1, 7, 200, 2, 7):
        words = [*rng.choice(known, length), *SPELLINGS[: length // 2]]
        interpreter.reset_all_variables()  # the fused operator keeps its state
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
    # The converter reads keys that stand in the graph as they are, unlike those of a SavedModel.
    keys = tf.constant(["", *vocabulary.tokens[2:]])
    ids = tf.constant([PADDING, *range(2, len(vocabulary))], tf.int64)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, ids), UNKNOWN)


def _specs(model, vocabularies):
    specs = {name: ((None,), tf.string) for name in KINDS[frozenset(vocabularies)]}
    if "characters" in specs:
        specs["characters"] = ((None, None), tf.string)
    if "cases" in model.input_sizes:
        specs["cases"] = ((None,), tf.int32)
    return {name: tf.TensorSpec(*spec, name=name) for name, spec in specs.items()}


def _with_ids(model, tables, serve):
    """Return a function that looks strings up and answers with `serve`."""

    def find(name, strings):
        # In the converter's eyes a table may give any shape, with which nothing can be fused.
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
