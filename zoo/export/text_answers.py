"""From what a SavedModel says of raw texts to the answers that a predictor gives, and the check."""

import tensorflow as tf

from zoo.runtime import Entity, Sentiment, TaggedToken
from zoo.text import tags_to_spans

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
    pairs = zip(texts, text_answers(found, texts), predictor(list(texts)), strict=True)
    for text, got, expected in pairs:
        got, expected = (each if isinstance(each, list) else [each] for each in (got, expected))
        if [_without_score(each) for each in got] != [_without_score(each) for each in expected]:
            problems.append(f"the SavedModel's answer to {text!r:.40} is another one")
        elif not all(
            abs(a.score - b.score) <= tolerance for a, b in zip(got, expected, strict=True)
        ):
            problems.append(f"the SavedModel's scores of {text!r:.40} differ")
    return problems


def text_answers(found, texts):
    """Return the answers to texts that stand in the outputs of the signature on texts.

    Args:
        found: dict of arrays, as `zoo.export.raw_text.text_function` describes them.
        texts: list of the B strings that were asked.

    Returns:
        List of B answers: a `zoo.runtime.Sentiment`, or a list of `zoo.runtime.Entity` where the
        tags are those of a scheme, else of `zoo.runtime.TaggedToken`.
    """
    if "label" in found:
        pairs = zip(found["label"], found["scores"], strict=True)
        return [Sentiment(label.decode() or None, float(row.max())) for label, row in pairs]
    return [_tagged(text, row, found) for row, text in enumerate(texts)]


def _tagged(text, row, found):
    columns = ("tags", "starts", "ends", "scores")
    size = found["lengths"][row]
    tags, starts, ends, scores = (found[name][row, :size].tolist() for name in columns)
    tags = [tag.decode() for tag in tags]
    if all(tag == "O" or tag[1:2] == "-" for tag in tags):
        spans = [(label, slice(first, last)) for label, first, last in tags_to_spans(tags)]
        edges = [(label, starts[s][0], ends[s][-1], min(scores[s])) for label, s in spans]
        return [Entity(text[start:end], label, start, end, p) for label, start, end, p in edges]
    rows = zip(tags, starts, ends, scores, strict=True)
    return [TaggedToken(text[start:end], tag, start, end, score) for tag, start, end, score in rows]


def _without_score(answer):
    return {name: value for name, value in vars(answer).items() if name != "score"}
