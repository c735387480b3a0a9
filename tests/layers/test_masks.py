"""Layers in the models of users: an implicit mask comes in, is used, and goes out.

The models begin with an embedding that makes a mask. Its vector of padding is not zero, so that
padding shows in every result of which a mask was lost.
"""

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.laws import array, arrays, close
from tests.specs import BIDIRECTIONAL, MASK, MODES, RECURRENT, UNITS, Spec, X
from zoo.layers import CRF, LSTM, CRFLoss, MaskedPooling, Merge, RecurrentStack
from zoo.layers.character_features import CharacterFeatures

pytestmark = pytest.mark.exhaustive

ROWS = {"right": 1, "left": 2, "inside": 3, "empty": 5}
WORDS, WIDTH = 9, 3
_random = np.random.default_rng(5)
IDS = np.where(MASK, _random.integers(1, WORDS, MASK.shape), 0)
TARGETS = _random.normal(size=(*MASK.shape, 2)).astype("float32")


def projected(mode):
    return {"merge_mode": mode, "projection_units": 3 if mode == "projection" else None}


def directions(mode):
    """Return a function that runs both directions apart and merges them by the public layer."""

    def run(x):
        forward, backward = (
            Spec("gru", "hoisted", name).make(return_sequences=True)(x)
            for name in ("forward", "backward")
        )
        return Merge(mode, 3 if mode == "projection" else None)(forward, backward)

    return run


# Each from embeddings (B, T, F) to a sequence (B, T, W).
SEQUENCES = {
    **{str(s): lambda s=s: s.make(return_sequences=True) for s in RECURRENT},
    **{
        f"{spec} {mode}": lambda spec=spec, mode=mode: spec.make(
            return_sequences=True, **projected(mode)
        )
        for spec in (Spec("lstm", "hoisted"), Spec("lstm", "keras"))
        for mode in MODES[1:-1]
    },
    **{f"Merge {mode}": lambda mode=mode: directions(mode) for mode in MODES[:-1]},
    "stack": lambda: RecurrentStack(UNITS, 2, residual=True, layer_norm=True),
    "keras stack": lambda: RecurrentStack(UNITS, 2, backend_layer="keras"),
    "backward stack": lambda: RecurrentStack(UNITS, 2, direction="backward"),
    "CRF": lambda: CRF(WIDTH),
}


def attention(x):
    return keras.layers.MultiHeadAttention(2, 3)(x, x)


# What follows: a result of positions, which is compared at tokens, or one of rows.
OF_POSITIONS = {
    "Dense": lambda: keras.layers.Dense(2),
    "TimeDistributed": lambda: keras.layers.TimeDistributed(keras.layers.Dense(2)),
    "attention": lambda: attention,
    "CRF": lambda: lambda x: CRF(2)(keras.layers.Dense(2)(x), returns="marginals"),
    "LSTM": lambda: keras.layers.LSTM(3, return_sequences=True),
}
OF_ROWS = {
    "recurrent": lambda: Spec("lstm", "hoisted").make(),
    "stack": lambda: lambda x: RecurrentStack(UNITS, 2, return_final=True)(x)[1],
    "average": keras.layers.GlobalAveragePooling1D,
    "max": lambda: MaskedPooling("max"),
    "mean": lambda: MaskedPooling("mean"),
    "attention pooling": lambda: MaskedPooling("attention"),
}


def filled(model, seed=0):
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(0, 0.5, size=w.shape) for w in model.weights])
    return model


def functional(*functions):
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(WORDS, WIDTH, mask_zero=True)(ids)
    for function in functions:
        x = function(x)
    return filled(keras.Model(ids, x))


def sequential(*layers):
    embedding = keras.layers.Embedding(WORDS, WIDTH, mask_zero=True)
    model = keras.Sequential([embedding, *layers])
    model.build((None, None))
    return filled(model)


def alone(model, row):
    """Return the result of a row without its padding; an empty row keeps one position."""
    return array(model(IDS[row : row + 1, MASK[row]] if MASK[row].any() else np.zeros((1, 1))))[0]


def check_rows(model):
    inside = array(model(IDS))
    for row in ROWS.values():
        close(inside[row], alone(model, row), tolerance=1e-6)


def check_positions(model):
    inside = array(model(IDS))
    for row in (1, 2, 3):
        close(inside[row, MASK[row]], alone(model, row), tolerance=1e-6)


KINDS = quick(
    SEQUENCES,
    "lstm-hoisted",
    "gru-step",
    "lstm-keras",
    "simple_rnn-hoisted-forward",
    "gru-keras-backward",
    "lstm-hoisted projection",
    "lstm-keras max",
    "Merge sum",
    "stack",
    "keras stack",
    "CRF",
)
LAYERS = quick(
    RECURRENT,
    *BIDIRECTIONAL,
    Spec("lstm", "hoisted", "forward"),
    Spec("gru", "step", "backward"),
    Spec("lstm", "keras", "backward"),
)


@pytest.mark.grid
@pytest.mark.parametrize("after", OF_ROWS)
@pytest.mark.parametrize("layer", KINDS)
def test_rows_in_a_padded_batch_equal_rows_alone(layer, after):
    check_rows(functional(SEQUENCES[layer](), OF_ROWS[after]()))


@pytest.mark.grid
@pytest.mark.parametrize("after", OF_POSITIONS)
@pytest.mark.parametrize("layer", KINDS)
def test_tokens_in_a_padded_batch_equal_tokens_alone(layer, after):
    check_positions(functional(SEQUENCES[layer](), OF_POSITIONS[after]()))


SEQUENTIAL = quick(
    [name for name in SEQUENCES if not name.startswith("Merge")],
    "lstm-hoisted",
    "gru-keras",
    "simple_rnn-step-backward",
    "backward stack",
    "keras stack",
    "CRF",
)
ONE_OF_EACH = quick(SEQUENCES, "lstm-hoisted", "gru-keras", "Merge concat", "stack")


@pytest.mark.grid
@pytest.mark.parametrize("after", ["recurrent", "average", "max"])
@pytest.mark.parametrize("layer", SEQUENTIAL)
def test_a_sequential_model(layer, after):
    check_rows(sequential(SEQUENCES[layer](), OF_ROWS[after]()))


@pytest.mark.parametrize("kind", ["cnn", "bilstm"])
def test_the_mask_of_words_passes_through_character_features(kind):
    """Keras' `Masking` makes a mask of the words that have characters."""
    characters = keras.Input((None, WIDTH))
    words = CharacterFeatures(WORDS, 4, kind=kind)(keras.layers.Masking()(characters))
    model = filled(keras.Model(characters, keras.layers.GlobalAveragePooling1D()(words)))
    ids = _random.integers(1, WORDS, (*MASK.shape, WIDTH)) * MASK[..., None]
    inside = array(model(ids))
    for row in (1, 2, 3):
        close(inside[row], array(model(ids[row : row + 1, MASK[row]]))[0], tolerance=1e-6)


def trained(layer, eagerly=True):
    model = functional(SEQUENCES[layer](), OF_POSITIONS["Dense"]())
    sgd = keras.optimizers.SGD(0.5)
    model.compile(sgd, "mse", weighted_metrics=["mae"], run_eagerly=eagerly)
    return model


@pytest.mark.parametrize("layer", ONE_OF_EACH)
def test_losses_and_weighted_metrics_count_tokens(layer):
    model = trained(layer)
    tokens = np.concatenate([alone(model, row) for row in range(5)])
    error = tokens - np.concatenate([TARGETS[row, MASK[row]] for row in range(5)])
    expected = [np.square(error).mean(), np.abs(error).mean()]
    close(model.evaluate(IDS, TARGETS, verbose=0, batch_size=len(IDS)), expected)


@pytest.mark.parametrize("row", quick([1, 2, 3], 3))
@pytest.mark.parametrize("layer", quick(SEQUENCES, "lstm-hoisted", "gru-keras", "stack"))
def test_a_step_of_training_on_a_padded_row_is_that_of_the_row_alone(layer, row):
    keep, losses, weights = MASK[row], [], []
    for ids, targets in ((IDS[row], TARGETS[row]), (IDS[row, keep], TARGETS[row, keep])):
        model = trained(layer, eagerly=(layer, row) != ("lstm-hoisted", 3))
        history = model.fit(ids[None], targets[None], epochs=2, verbose=0).history
        losses.append(history["loss"])
        weights.append(model.get_weights())
    close(losses[0], losses[1])
    close(*weights)


@pytest.mark.parametrize("layer", ["lstm-hoisted", "stack"])
def test_the_loss_of_a_crf_reads_the_mask(layer):
    """Tags of padding need no special value; a batch as long as it is wide is no other case."""
    crf = CRF(2)
    model = functional(SEQUENCES[layer](), OF_POSITIONS["Dense"](), crf)
    model.compile("sgd", CRFLoss(crf), run_eagerly=layer == "stack")
    tags = _random.integers(0, 2, MASK.shape)
    each = [
        -array(crf.log_likelihood(alone(model, row)[None], tags[row : row + 1, MASK[row]]))[0]
        for row in range(5)
    ]
    close(model.evaluate(IDS, tags, verbose=0, batch_size=len(IDS)), np.sum(each) / len(IDS))
    weights = np.arange(len(IDS), dtype="float32")
    found = model.evaluate(IDS, tags, sample_weight=weights, verbose=0, batch_size=len(IDS))
    close(found, np.sum(each * weights[:5]) / len(IDS))


def test_a_crf_decodes_under_the_implicit_mask():
    crf = CRF(2)
    emissions = functional(OF_POSITIONS["Dense"](), crf)(IDS)
    tags = _random.integers(0, 2, MASK.shape)
    close(arrays(crf.decode(emissions)), arrays(crf.decode(emissions, MASK)), tolerance=0)
    found, expected = (crf.n_best(emissions, 2, *mask) for mask in ((), (MASK,)))
    close(arrays(found), arrays(expected), tolerance=0)
    close(crf.marginals(emissions), array(crf.marginals(emissions, MASK)), tolerance=0)
    found, expected = (crf.log_likelihood(emissions, tags, *mask) for mask in ((), (MASK,)))
    close(found, array(expected), tolerance=0)


def masked(mask):
    """Return X as a tensor with an implicit mask."""
    return keras.layers.Masking(mask_value=7.0)(np.where(mask[..., None], X, 7).astype("float32"))


def mask_of(output):
    return getattr(output, "_keras_mask", None)


OTHER = np.roll(MASK, 1, axis=0)


@pytest.mark.parametrize("spec", LAYERS, ids=str)
def test_an_explicit_mask_wins(spec):
    layer = spec.make(return_sequences=True)
    output = layer(masked(MASK), mask=OTHER)
    close(output, array(layer(masked(MASK & OTHER), mask=OTHER)))
    close(mask_of(output), OTHER)


def test_an_explicit_mask_wins_in_a_crf_and_leaves_the_input_alone():
    emissions = masked(MASK)
    for returns in ("emissions", "tags", "marginals"):
        close(mask_of(CRF(3)(emissions, mask=OTHER, returns=returns)), OTHER)
    close(mask_of(emissions), MASK)


@pytest.mark.parametrize("spec", LAYERS, ids=str)
def test_an_initial_state_hides_no_mask(spec):
    layer, initial = spec.make(return_sequences=True), spec.initial_state()
    output = layer(masked(MASK), initial_state=initial)
    close(output, array(layer(X, initial_state=initial, mask=MASK)))
    close(mask_of(output), MASK)


@pytest.mark.parametrize("spec", LAYERS, ids=str)
def test_a_layer_reads_padding_if_the_mask_is_false(spec):
    layer, x = spec.make(return_sequences=True), masked(MASK)
    output = layer(x, mask=False)
    close(output, array(layer(array(x))))
    close(mask_of(output), MASK)


def test_outputs_in_the_order_of_reading_have_their_mask_in_that_order():
    layer = LSTM(UNITS, go_backwards=True, return_sequences=True, zero_output_for_mask=True)
    output = layer(masked(MASK))
    close(mask_of(output), MASK[:, ::-1])
    assert array(output)[MASK[:, ::-1]].all() and not array(output)[~MASK[:, ::-1]].any()


@pytest.mark.grid(2)
@pytest.mark.parametrize("return_state", [False, True, "h"])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("mode", ["sum", None])
@pytest.mark.parametrize("spec", LAYERS, ids=str)
def test_masks_have_the_structure_of_the_outputs(spec, mode, return_sequences, return_state):
    merging = {"merge_mode": mode} if spec in BIDIRECTIONAL else {}
    layer = spec.make(return_sequences=return_sequences, return_state=return_state, **merging)
    x = masked(MASK)
    outputs, masks = layer(x), layer.compute_mask(x, MASK)
    several = isinstance(outputs, tuple)
    assert isinstance(masks, tuple) == several
    outputs, masks = (outputs, masks) if several else ((outputs,), (masks,))
    for output, mask in zip(outputs, masks, strict=True):
        assert (mask is not None) == (mask_of(output) is not None) == (len(output.shape) == 3)


@pytest.mark.parametrize("after", ["recurrent", "average"])
@pytest.mark.parametrize("layer", ONE_OF_EACH)
def test_masks_when_layers_of_keras_propagate_none(layer, after, monkeypatch):
    """As from Keras 3.16 on."""
    never = property(lambda self: False, lambda self, value: None)
    for each in (keras.layers.RNN, keras.layers.Bidirectional, keras.layers.TimeDistributed):
        monkeypatch.setattr(each, "supports_masking", never, raising=False)
    check_rows(functional(SEQUENCES[layer](), OF_ROWS[after]()))
