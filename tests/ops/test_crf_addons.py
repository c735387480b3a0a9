"""Code for TensorFlow Addons' `tfa.text.crf` gives the same results here."""

import inspect

import keras
import numpy as np
import pytest
from keras import ops

from tests.laws import array, arrays, close
from tests.ops.crf_cases import TRANSITIONS, ZERO, log_sum, sequences_of
from zoo.ops import crf

random = np.random.default_rng(8)
BATCH, TAGS = 4, 3
# Rows of all lengths that there are, and an array of one position.
LENGTHS = {"long": np.array([5, 3, 1, 0], "int64"), "one position": np.array([1, 1, 1, 0], "int32")}
every_length = pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float16"])

# TensorFlow Addons' functions and the names of their arguments, in order.
SIGNATURES = {
    "crf_filtered_inputs": "inputs tag_bitmap",
    "crf_sequence_score": "inputs tag_indices sequence_lengths transition_params",
    "crf_multitag_sequence_score": "inputs tag_bitmap sequence_lengths transition_params",
    "crf_log_norm": "inputs sequence_lengths transition_params",
    "crf_log_likelihood": "inputs tag_indices sequence_lengths transition_params",
    "crf_unary_score": "tag_indices sequence_lengths inputs",
    "crf_binary_score": "tag_indices sequence_lengths transition_params",
    "crf_forward": "inputs state transition_params sequence_lengths",
    "viterbi_decode": "score transition_params",
    "CrfDecodeForwardRnnCell": "transition_params",
    "crf_decode_forward": "inputs state transition_params sequence_lengths",
    "crf_decode_backward": "inputs state",
    "crf_decode": "potentials transition_params sequence_length",
    "crf_constrained_decode": "potentials tag_bitmap transition_params sequence_length",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_arguments_have_the_names_and_the_order_of_tensorflow_addons(name):
    names = SIGNATURES[name].split()
    assert list(inspect.signature(getattr(crf, name)).parameters)[: len(names)] == names
    assert name in crf.__all__


class Data:
    """A batch of emissions, tags and sets of tags; all sequences of a row and their scores."""

    def __init__(self, lengths, dtype="float32"):
        self.lengths, time = lengths, max(lengths)
        self.inputs = random.normal(0, 2, (BATCH, time, TAGS)).astype(dtype)
        self.transitions = TRANSITIONS.astype(dtype)
        self.tags = random.integers(0, TAGS, (BATCH, time))
        self.bitmap = random.random((BATCH, time, TAGS)) < 0.5
        np.put_along_axis(self.bitmap, self.tags[..., None], True, axis=-1)  # no set is empty
        self.tolerance = 2e-2 if dtype == "float16" else 1e-5

    def rows(self, scores=None):
        """Yield each row's number and length, its sequences, and their scores."""
        scores = {**ZERO, "transition_params": self.transitions.astype("float64")}
        for row, length in enumerate(self.lengths):
            yield row, length, *sequences_of(self.inputs[row, :length], **scores)

    def is_allowed(self, row, sequences):
        """Return which sequences have allowed tags only."""
        places = np.arange(sequences.shape[1])
        return self.bitmap[row][places, sequences].all(axis=1)


@every_dtype
@every_length
def test_scores_and_norms_are_those_of_the_enumeration(lengths, dtype):
    data = Data(lengths, dtype)
    inputs, rest = data.inputs, (lengths, data.transitions)
    score = array(crf.crf_sequence_score(inputs, data.tags, *rest))
    norm = array(crf.crf_log_norm(inputs, *rest))
    multitag = array(crf.crf_multitag_sequence_score(inputs, data.bitmap, *rest))
    likelihood, transitions = arrays(crf.crf_log_likelihood(inputs, data.tags, *rest))
    close(transitions, data.transitions, tolerance=0)
    for row, length, every, scores in data.rows():
        own = scores[(every == data.tags[row, :length]).all(axis=1)].item()
        close(score[row], own, data.tolerance)
        close(norm[row], log_sum(scores), data.tolerance)
        close(likelihood[row], own - log_sum(scores), data.tolerance)
        close(multitag[row], log_sum(scores[data.is_allowed(row, every)]), data.tolerance)


@every_dtype
@every_length
def test_unary_and_binary_scores_add_up_to_the_score(lengths, dtype):
    data = Data(lengths, dtype)
    unary = array(crf.crf_unary_score(data.tags, lengths, data.inputs))
    binary = array(crf.crf_binary_score(data.tags, lengths, data.transitions))
    for row, length in enumerate(lengths):
        own = data.inputs[row, np.arange(length), data.tags[row, :length]].astype("float64")
        close(unary[row], own.sum(), data.tolerance)
    score = crf.crf_sequence_score(data.inputs, data.tags, lengths, data.transitions)
    close(unary + binary, array(score), data.tolerance)


@every_dtype
@every_length
def test_decoding_finds_the_best_of_the_enumeration(lengths, dtype):
    data = Data(lengths, dtype)
    tags, best = arrays(crf.crf_decode(data.inputs, data.transitions, lengths))
    inputs = data.inputs, data.bitmap, data.transitions, lengths
    limited_tags, limited = arrays(crf.crf_constrained_decode(*inputs))
    filtered = crf.crf_filtered_inputs(*inputs[:2])
    assert keras.backend.standardize_dtype(filtered.dtype) == dtype
    close(filtered, np.where(data.bitmap, data.inputs, -np.inf).astype(dtype), tolerance=0)
    close([limited_tags, limited], arrays(crf.crf_decode(filtered, data.transitions, lengths)))
    for row, length, every, scores in data.rows():
        close(best[row], scores.max(), data.tolerance)
        close(scores[(every == tags[row, :length]).all(axis=1)].item(), best[row], data.tolerance)
        allowed = data.is_allowed(row, every)
        close(limited[row], scores[allowed].max(), data.tolerance)
        assert data.is_allowed(row, limited_tags[row : row + 1, :length]).all()
        found, score = crf.viterbi_decode(data.inputs[row, :length], data.transitions)
        assert found == tags[row, :length].tolist() and isinstance(score, float)
        close(score, best[row], data.tolerance)


def steps(data):
    """Return the emissions after the first position, and those of the first."""
    return data.inputs[:, 1:], data.inputs[:, 0]


@every_length
def test_the_forward_algorithm_is_the_log_norm_by_tag(lengths):
    data = Data(lengths)
    alpha = array(crf.crf_forward(*steps(data), data.transitions, lengths))
    for row, length, every, scores in data.rows():
        expected = [log_sum(scores[every[:, -1] == tag]) for tag in range(TAGS) if length]
        close(alpha[row], np.array(expected) if length else data.inputs[row, 0])


@every_length
def test_the_steps_of_viterbi_decode_as_one_function_does(lengths):
    data = Data(lengths)
    later = np.maximum(lengths - 1, 0)
    pointers, last = crf.crf_decode_forward(*steps(data), data.transitions, later)
    assert not array(pointers)[np.arange(max(lengths) - 1) >= later[:, None]].any()
    tags, best = arrays(crf.crf_decode(data.inputs, data.transitions, lengths))
    for row in np.flatnonzero(lengths):
        own = array(pointers)[row : row + 1, : later[row]][:, ::-1]
        final = array(last)[row].argmax()
        before = array(crf.crf_decode_backward(own, np.array([[final]])))
        assert [*before[0, ::-1, 0], final] == tags[row, : lengths[row]].tolist()
        close(array(last)[row].max(), best[row])


def test_the_cell_runs_in_keras_rnn_and_is_saved():
    data = Data(LENGTHS["long"])
    cell = crf.CrfDecodeForwardRnnCell(data.transitions)
    cell = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(cell))
    layer = keras.layers.RNN(
        cell, return_sequences=True, return_state=True, zero_output_for_mask=True
    )
    inputs, state = map(ops.convert_to_tensor, steps(data))
    later = np.maximum(data.lengths - 1, 0)
    mask = ops.convert_to_tensor(np.arange(4) < later[:, None])
    found = layer(inputs, initial_state=state, mask=mask)
    close(arrays(found), arrays(crf.crf_decode_forward(inputs, state, data.transitions, later)))


def test_rows_without_tokens_score_zero():
    inputs, none = np.ones((2, 10, 5), "float32"), np.zeros(2, "int32")
    transitions = np.ones((5, 5), "float32")
    close(crf.crf_log_norm(inputs, none, transitions), np.zeros(2), tolerance=0)
    tags, scores = arrays(crf.crf_decode(inputs, transitions, none))
    assert tags.shape == (2, 10) and scores.shape == (2,) and not tags.any() and not scores.any()


def test_tags_and_lengths_may_be_of_another_integer_type():
    tags, lengths = np.ones((2, 4), "int64"), ops.convert_to_tensor(np.full(2, 4, "int64"))
    inputs = np.zeros((2, 4, 5), "float32")
    likelihood, transitions = crf.crf_log_likelihood(inputs, tags, lengths)
    close(likelihood, np.full(2, -4 * np.log(5), "float32"))
    close(transitions, np.zeros((5, 5)), tolerance=0)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a function of TensorFlow")
def test_a_function_of_tensorflow_with_an_unknown_length_decodes():
    import tensorflow as tf

    shapes = [None, None, TAGS], [TAGS, TAGS]
    signature = [*map(tf.TensorSpec, shapes), tf.TensorSpec([None], "int32")]
    decode = tf.function(crf.crf_decode, input_signature=signature)
    for lengths in LENGTHS.values():
        data = Data(lengths.astype("int32"))
        inputs = data.inputs, data.transitions, data.lengths
        close(arrays(decode(*inputs)), arrays(crf.crf_decode(*inputs)))


@keras.saving.register_keras_serializable(package="tests")
class Decode(keras.layers.Layer):
    def call(self, potentials, lengths):
        return crf.crf_decode(potentials, TRANSITIONS, lengths)[0]


def test_a_model_that_decodes_is_trained_saved_and_loaded(tmp_path):
    x, lengths = keras.Input((5, TAGS), name="x"), keras.Input((), dtype="int32", name="lengths")
    scores = keras.layers.Dense(TAGS, name="scores")(x)
    model = keras.Model([x, lengths], {"scores": scores, "tags": Decode()(scores, lengths)})
    model.compile("adam", loss={"scores": "sparse_categorical_crossentropy"})
    data = Data(LENGTHS["long"])
    inputs = {"x": data.inputs, "lengths": data.lengths.astype("int32")}
    model.fit(inputs, {"scores": data.tags}, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    close(loaded.predict(inputs, verbose=0)["tags"], model.predict(inputs, verbose=0)["tags"])
    loaded.fit(inputs, {"scores": data.tags}, verbose=0)
