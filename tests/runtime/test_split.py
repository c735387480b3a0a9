"""Laws of a tagger run in parts: the whole model's answers, in any order, from any thread."""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.grids import examples, quick
from zoo.export.signature import serving_module
from zoo.export.tflite.convert import convert
from zoo.export.tflite.recurrent_loop import loop_rnn
from zoo.export.tflite.tagger_signatures import tagger_signatures
from zoo.hub import bundled
from zoo.layers.rnn.kernels import use_kernel
from zoo.models import build
from zoo.runtime import open_predictor
from zoo.runtime.bulk.tagger import BulkTagger
from zoo.runtime.split import (
    BATCH_SIZE,
    CACHE_CHARACTERS,
    MAX_SINGLE,
    SIGNATURES,
    Pool,
    SplitTagger,
    WordFeatureCache,
    batches,
)

NAME = "bilstm-ner-tiny"
TEXTS = [
    "George Washington went to Washington. EU rejects German call to boycott British lamb.",
    "",
    " \n\t ",
    "😀",
    "Zoë's naïve café in Łódź",
    "A" * 5000,
    "People went to Germany " * 120,
    "Ada met Bo.",
] * 9


def write(folder, model, signatures):
    """Write a TFLite file of a model with more signatures beside its own."""

    def serve(inputs):
        with use_kernel(loop_rnn):
            return model.answers(inputs)

    module, own = serving_module(model, 1, None, serve)
    tf.saved_model.save(module, str(folder / "saved"), signatures=own | signatures)
    path = folder / "model.tflite"
    path.write_bytes(convert(folder / "saved"))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("split") / "model"
    shutil.copytree(bundled("saved_models") / NAME, folder)
    shutil.rmtree(folder / "saved_model")
    model = zoo.load(NAME).model
    write(folder, model, tagger_signatures(model))
    return folder


def open_tagger(folder):
    return open_predictor(folder, json.loads((folder / "config.json").read_text()))


@pytest.fixture(scope="module")
def tagger(folder):
    tagger = open_tagger(folder)
    assert isinstance(tagger._tag, BulkTagger)
    assert tagger._tag.network
    tagger.threads = 2
    return tagger


@pytest.fixture(scope="module")
def whole(tagger):
    return tagger.sequential()


def assert_same(found, expected, atol=1e-4):
    """Names and places are the same, scores nearly."""
    for mine, theirs in zip(found, expected, strict=True):
        assert [(e.text, e.label, e.start, e.end) for e in mine] == [
            (e.text, e.label, e.start, e.end) for e in theirs
        ]
        scores = [[each.score for each in answer] for answer in (mine, theirs)]
        np.testing.assert_allclose(*scores, atol=atol)


def test_answers_are_those_of_the_whole_model(tagger, whole):
    assert not isinstance(whole._tag, BulkTagger)
    expected = whole(TEXTS)
    assert sum(map(len, expected)) > 100
    assert_same(tagger(TEXTS), expected)
    assert_same([tagger(text) for text in TEXTS], expected)


@given(st.lists(st.lists(st.text(min_size=1, max_size=12), max_size=30), max_size=40))
@examples(40)
def test_tags_of_any_words_are_those_of_the_whole_model(tagger, whole, sentences):
    assert tagger.predict_words(sentences) == whole.predict_words(sentences)


def test_what_else_is_read_changes_no_answer(tagger):
    alone = [tagger(text) for text in TEXTS]
    order = np.random.default_rng(0).permutation(len(TEXTS))
    shuffled = tagger([TEXTS[i] for i in order])
    assert_same(shuffled, [alone[i] for i in order], atol=1e-5)
    for batch_size in (1, 2, 7, 1000):
        assert_same(tagger.stream(iter(TEXTS), batch_size=batch_size), alone, atol=1e-5)


def test_threads_may_share_a_tagger(folder):
    tagger = open_tagger(folder)
    alone = tagger.sequential()(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        assert_same(pool.map(tagger, TEXTS), alone)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_an_answer_before_what_is_no_text_is_not_lost(tagger, batch_size, threads):
    texts = iter([*TEXTS[:5], None, "Ada met Bo."])
    tagger.threads = threads
    stream, found = tagger.stream(texts, batch_size), []
    with pytest.raises(TypeError, match="`text` must be a str, got NoneType"):
        found += (each for each in stream)
    tagger.threads = 2
    assert len(found) == 5
    assert list(texts) == ["Ada met Bo."]


def test_a_stream_without_end_is_read_in_bounded_memory(tagger):
    taken = []
    stream = tagger.stream((taken.append(n) or "Ada met Bo." for n in range(10**9)), batch_size=4)
    for _ in range(20):
        next(stream)
    assert len(taken) <= 20 + 4 * (tagger.threads + 1)
    typed = []
    stream = tagger.stream((typed.append(n) or "Ada met Bo." for n in range(9)), batch_size=1)
    next(stream), next(stream)
    assert typed == [0, 1]


def test_a_text_is_no_stream(tagger):
    with pytest.raises(TypeError, match="`texts` must be an iterable of strings"):
        tagger.stream("Ada met Bo.")


def test_the_whole_model_is_still_what_an_interpreter_runs_that_is_told_no_name(folder):
    interpreter = Interpreter(str(folder / "model.tflite"))
    interpreter.allocate_tensors()
    interpreter.reset_all_variables()
    assert set(interpreter.get_signature_list()) == {"serving_default", *SIGNATURES}
    names = interpreter.get_signature_runner("serving_default").get_output_details()
    assert {each["index"] for each in interpreter.get_output_details()} == {
        each["index"] for each in names.values()
    }
    operators = [each["op_name"] for each in interpreter._get_ops_details()]
    assert "DELEGATE" in operators  # XNNPACK: it refuses a file for one graph without operators


def test_weights_are_stored_once(folder):
    model = schema.ModelT.InitFromPackedBuf((folder / "model.tflite").read_bytes())
    large = [bytes(b.data) for b in model.buffers if b.data is not None and len(b.data) > 1000]
    assert large
    assert max(Counter(large).values()) == 1
    before = (bundled("saved_models") / NAME / "model.tflite").read_bytes()
    before = schema.ModelT.InitFromPackedBuf(before)
    sizes = [len(b.data) for b in before.buffers if b.data is not None and len(b.data) > 1000]
    assert sum(map(len, large)) < 1.02 * sum(sizes)


STACKS = {
    "wide": {"units": 300},
    "stacked": {"units": 3, "num_layers": 2},
    "two layers": {"units": 3, "num_layers": 2, "residual": True, "layer_norm": True},
    "forward": {"units": 3, "direction": "forward"},
    "backward": {"units": 3, "direction": "backward", "backend_layer": "keras"},
    "gru": {"units": 3, "cell": "gru"},
    "builtin, summed": {"units": 3, "merge_mode": "sum", "backend_layer": "keras"},
}
IN_NUMPY = {"wide", "stacked"}  # the others are left to LiteRT


@pytest.mark.exhaustive
@pytest.mark.grid
@pytest.mark.parametrize("head", ["crf", "softmax"])
@pytest.mark.parametrize("stack", quick(STACKS, "two layers"))
def test_parts_of_any_tagger_agree_with_it(tmp_path, stack, head):
    config = {"vocabulary_size": 30, "labels": ["O", "B-X", "E-X", "I-X", "S-X"]}
    config |= {"word_dim": 4, "case_dim": 2, "stack": STACKS[stack], "head": head}
    model = build("entity-tagging", {**config, "temperature": 2.0})
    for seed, weight in enumerate(model.weights):  # no two layers are equal and stored once
        scale = max(1, *weight.shape[:1]) ** -0.5  # larger ones make chaos of a wide layer
        weight.assign(np.random.default_rng(seed).normal(scale=scale, size=weight.shape))
    path = write(tmp_path, model, tagger_signatures(model))
    rng = np.random.default_rng(0)
    sizes = 5, 1, 9, 9, 3, 2, 7, 4, 30
    sentences = [rng.integers(1, 30, size).astype(str).tolist() for size in sizes]

    def encode(words):
        words = np.array(words).astype("int32")
        return {"words": words, "cases": words % 8}

    split = SplitTagger(lambda: Interpreter(str(path)), encode, 1)
    bulk = BulkTagger(split, path.read_bytes())
    assert bool(bulk.network) == (stack in IN_NUMPY)
    found = zip(2 * sentences, split(sentences) + bulk(sentences), strict=True)
    for words, (tags, scores) in found:
        batch = {name: array[None] for name, array in encode(words).items()}
        expected = {name: np.asarray(value)[0] for name, value in model.answers(batch).items()}
        assert tags.tolist() == expected["tags"].tolist()
        best = expected["scores"][np.arange(len(words)), expected["tags"]]
        np.testing.assert_allclose(scores, best, atol=1e-4)


def test_models_of_other_kinds_have_no_parts():
    encoder = {"vocabulary_size": 9, "embedding_dim": 2, "units": 2}
    assert tagger_signatures(build("token-tagging", {"encoder": encoder, "num_labels": 2})) == {}


@given(st.lists(st.integers(1, 200), max_size=100))
def test_batches_hold_every_sentence_once_the_longest_first(lengths):
    found = list(batches(lengths))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    order = [lengths[i] for batch in found for i in batch]
    assert order == sorted(order, reverse=True)
    assert {len(batch) for batch in found} <= {1, *range(MAX_SINGLE + 1, BATCH_SIZE + 1)}


def test_a_word_is_computed_once_and_memory_is_bounded():
    computed = []

    def compute(words):
        computed.extend(words)
        return np.array([[len(word), ord(word[0])] for word in words], "float32")

    features = WordFeatureCache(encode=list, width=2, size=4)
    for words in (["a", "bb", "a"], ["bb", "a"], ["c"], ["d", "e"], ["a"], list("fghijk"), ["d"]):
        expected = [[len(word), ord(word[0])] for word in words]
        assert features(words, compute).tolist() == expected
    assert computed == ["a", "bb", "c", "d", "e", "a", *"fghijk", "d"]


def test_long_words_do_not_fill_the_cache():
    features = WordFeatureCache(encode=list, width=1, size=100)
    for first in range(20):
        words = [f"{first}-{n}" + "x" * (CACHE_CHARACTERS // 5) for n in range(3)]
        found = features([*words, "a"], lambda new: np.array([[len(w)] for w in new], "float32"))
        assert found[:, 0].tolist() == [*map(len, words), 1]
        assert sum(map(len, features._rows)) <= CACHE_CHARACTERS
    features(["x" * 2 * CACHE_CHARACTERS], lambda new: np.zeros((len(new), 1)))
    assert sum(map(len, features._rows)) <= CACHE_CHARACTERS


def test_a_pool_lends_nothing_twice_at_a_time_and_makes_no_more_than_it_may():
    made = []
    pool = Pool(lambda: made.append(object()) or made[-1], size=3, idle=[])
    lent = set()

    def use(_):
        with pool.borrow() as thing:
            assert thing not in lent
            lent.add(thing)
            lent.remove(thing)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(500)))
    assert 1 <= len(made) <= 3
    with pytest.raises(ZeroDivisionError), pool.borrow():
        raise ZeroDivisionError
    with pool.borrow() as a, pool.borrow() as b, pool.borrow() as c:
        assert len({a, b, c}) == 3
