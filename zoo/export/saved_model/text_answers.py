"""From what a SavedModel says of raw texts to the answers that a predictor gives, and the check."""

import tensorflow as tf

from zoo.runtime import Classification, Entity, TaggedToken
from zoo.text import tags_to_spans
from zoo.text.tags import SchemeError

# What a tokenizer, a list of sentences and a vocabulary may go wrong with.
TEXTS = (
    "",
    " \n",
    "Mr. O'Neil doesn't owe the U.S.-led Bank of Rome $5. He said: 'Why?' No one knew.",
    "GEORGE WASHINGTON WENT TO İSTANBUL\n\nΟΔΟΣ 1996-08-22 … <br />A great film &amp; fun, 10/10!",
    "é\u0301 👩🏽\u200d🚀 🇫🇷 \0 (a[b]c) 中文。" * 30,
    "Bo Diddley met Ada Lovelace in Paris , " * 40,
)


def check_texts(folder, predictor, texts=TEXTS, tolerance=1e-4):
    """Return what is wrong with how a SavedModel reads texts, one sentence for each thing.

    Args:
        folder: of the SavedModel.
        predictor: of the same model on another engine; what it says is right.
        texts: list of strings, which are asked together.
        tolerance: largest difference of a score allowed.

    Returns:
        List of strings; empty when all is well.
    """
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    if "text" not in serve.structured_input_signature[1]:
        return ["the SavedModel takes no texts"]
    found = {name: each.numpy() for name, each in serve(text=tf.constant(texts)).items()}
    problems = []
    try:
        answers = predictor.task.from_graph(found, texts)
    except (KeyError, SchemeError):  # the outputs are those of another kind of model
        return [f"the SavedModel's answer to {texts[0]!r:.40} is another one"]
    pairs = zip(texts, answers, predictor(list(texts)), strict=True)
    for text, got, expected in pairs:
        got, expected = (each if isinstance(each, list) else [each] for each in (got, expected))
        if [_without_score(each) for each in got] != [_without_score(each) for each in expected]:
            problems.append(f"the SavedModel's answer to {text!r:.40} is another one")
        elif not all(
            abs(a.score - b.score) <= tolerance for a, b in zip(got, expected, strict=True)
        ):
            problems.append(f"the SavedModel's scores of {text!r:.40} differ")
    return problems


def labels(found, texts):
    """Return the `zoo.runtime.Classification` of each text, of a classifier.

    Args:
        found: dict of arrays, as `zoo.export.saved_model.raw_text.text_function` describes them.
        texts: list of the B strings that were asked.
    """
    pairs = zip(found["label"], found["scores"], strict=True)
    return [Classification(label.decode() or None, float(row.max())) for label, row in pairs]


def tagged_tokens(found, texts):
    """Return the list of `zoo.runtime.TaggedToken` of each text; see `labels`."""
    return [
        [
            TaggedToken(text[start:end], tag, start, end, score)
            for tag, start, end, score in zip(*_columns(found, row), strict=True)
        ]
        for row, text in enumerate(texts)
    ]


def entities(found, texts):
    """Return the list of `zoo.runtime.Entity` of each text; see `labels`."""
    answers = []
    for row, text in enumerate(texts):
        tags, starts, ends, scores = _columns(found, row)
        spans = [(label, slice(first, last)) for label, first, last in tags_to_spans(tags)]
        edges = [(label, starts[s][0], ends[s][-1], min(scores[s])) for label, s in spans]
        answers.append([Entity(text[i:j], label, i, j, score) for label, i, j, score in edges])
    return answers


def _columns(found, row):
    """Return the tags, starts, ends and scores of the tokens of a text, as lists."""
    size = found["lengths"][row]
    names = ("tags", "starts", "ends", "scores")
    tags, *rest = (found[name][row, :size].tolist() for name in names)
    return [tag.decode() for tag in tags], *rest


def _without_score(answer):
    return {name: value for name, value in vars(answer).items() if name != "score"}
