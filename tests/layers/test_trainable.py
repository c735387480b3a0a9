"""Freezing: by the argument `trainable`, by the attribute, and of one direction alone."""

import keras
import numpy as np
import pytest

import zoo.layers
from tests.grids import quick
from tests.laws import built, close, filled
from tests.layers.public_layers import LAYERS, symbolic
from tests.specs import BIDIRECTIONAL, FEATURES, TIME, UNITS, Spec, X
from zoo.layers import BiLSTM, RecurrentStack
from zoo.models import CRFModel, Encoder, SequenceClassifier, TokenTagger, WordTagger

pytestmark = pytest.mark.exhaustive

OTHER = {"forward": "backward", "backward": "forward"}
CELLS = [name for name in zoo.layers.__all__ if name.endswith("Cell")]
every_layer = pytest.mark.parametrize(
    "layer",
    quick(
        LAYERS,
        *("BiLSTM", "KerasBidirectional", "LSTM", "UnidirectionalRNN", "RecurrentStack"),
        *("keras stack", "MaskedPooling", "Merge projection", "cnn", "bilstm", "CRF"),
        *("HashedBigrams", "ProductQuantizedEmbedding"),
    ),
)
every_spec = pytest.mark.parametrize(
    "spec", quick(BIDIRECTIONAL, Spec("gru", "hoisted"), Spec("lstm", "keras")), ids=str
)


def frozen(layer):
    """Return whether no weight of a layer is trained, in the layer or in a model around it."""
    return not layer.trainable_weights and not any(w.trainable for w in layer.weights)


@every_layer
def test_a_frozen_layer_is_frozen_by_its_configuration_too(layer):
    by_attribute = LAYERS[layer][0]()
    by_attribute.trainable = False
    by_argument = type(by_attribute).from_config(by_attribute.get_config())
    for each in (by_attribute, by_argument):
        inputs = symbolic(layer)
        model = keras.Model(inputs, each(*inputs))
        assert each.trainable is False and frozen(each) and frozen(model)


@every_layer
def test_a_frozen_layer_is_thawed_by_the_attribute(layer):
    whole = LAYERS[layer][0]()
    thawed = type(whole).from_config({**whole.get_config(), "trainable": False})
    later = type(whole).from_config({**whole.get_config(), "trainable": False})
    thawed.trainable = True
    for each in (whole, thawed, later):
        each(*symbolic(layer))
    later.trainable = True
    for each in (thawed, later):
        assert [w.trainable for w in each.weights] == [w.trainable for w in whole.weights]


@pytest.mark.parametrize("name", [n for n in CELLS if n not in ("BiCell", "RecurrentCell")])
def test_a_cell_is_frozen_by_its_argument(name):
    layer = keras.layers.RNN(getattr(zoo.layers, name)(UNITS, trainable=False))
    assert frozen(keras.Sequential([keras.Input((TIME, 6)), layer])) and layer.weights


def test_a_frozen_layer_of_a_file_does_not_learn(tmp_path):
    layer = BiLSTM(UNITS, merge_mode="projection", projection_units=3)
    model = keras.Sequential([keras.Input((TIME, FEATURES)), layer, keras.layers.Dense(1)])
    layer.trainable = False
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    before = [layer.get_weights() for layer in loaded.layers]
    trained(loaded)
    close(loaded.layers[0].get_weights(), before[0], tolerance=0)
    assert len(loaded.trainable_weights) == 2
    assert np.abs(loaded.layers[1].get_weights()[0] - before[1][0]).max() > 0


def test_a_model_with_a_crf_is_frozen_as_a_whole():
    inputs = keras.Input((TIME, FEATURES))
    base = keras.Model(inputs, keras.layers.Dense(4)(inputs))
    by_attribute = CRFModel(base, 3)
    by_attribute.trainable = False
    for model in (by_attribute, CRFModel.from_config(by_attribute.get_config())):
        assert frozen(model) and len(model.weights) == 7
    assert frozen(CRFModel(keras.Model(inputs, keras.layers.Dense(4)(inputs)), 3, trainable=False))


def saved_and_loaded(model, folder):
    model.save(folder / "model.keras")
    return keras.saving.load_model(folder / "model.keras")


def copies(layer, folder):
    """Return copies of a layer: by its configuration, and from the file of a model around it."""
    again = type(layer).from_config(layer.get_config())
    model = keras.Sequential([keras.Input((TIME, FEATURES)), layer])
    return [built(again), saved_and_loaded(model, folder).layers[0]]


@every_spec
@pytest.mark.parametrize("direction", OTHER)
def test_a_direction_stays_frozen_in_copies(spec, direction, tmp_path):
    layer = spec.make()
    getattr(layer, f"{direction}_layer").trainable = False
    for each in [layer, *copies(layer, tmp_path)]:
        views = {name: getattr(each, f"{name}_layer") for name in OTHER}
        assert not views[direction].trainable and views[OTHER[direction]].trainable
        assert each.trainable and len(each.trainable_weights) == 3


@pytest.mark.parametrize("part", ["rnn_0", "rnn_1", "norm_1"])
def test_a_part_of_a_stack_stays_frozen_in_copies(part, tmp_path):
    stack = RecurrentStack(UNITS, 2, layer_norm=True)
    parts = {each.name: each for each in [*stack.rnns, *stack.norms]}
    parts[part].trainable = False
    for each in [stack, *copies(stack, tmp_path)]:
        found = {part.name: part.trainable for part in [*each.rnns, *each.norms]}
        assert [name for name, trained in found.items() if not trained] == [part]
        assert len(each.trainable_weights) == 14 - len(parts[part].weights)


MODELS = {
    "encoder": lambda: Encoder(9, 4, UNITS),
    "tagger": lambda: TokenTagger(Encoder(9, 4, UNITS), 2, hidden_units=3),
    "classifier": lambda: SequenceClassifier(Encoder(9, 4, UNITS), 2, pooling="attention"),
    "word tagger": lambda: WordTagger(
        9, ["O", "B-X"], word_dim=4, stack={"units": 2}, num_cases=3, frozen_words=4
    ),
    "crf": lambda: CRFModel(TokenTagger(Encoder(9, 4, UNITS), 3), 3),
}


@pytest.mark.parametrize("name", quick(MODELS, "classifier", "crf"))
def test_parts_of_a_model_stay_frozen_in_copies(name, tmp_path):
    parts = [part.name for part in MODELS[name]().layers if part.trainable_weights]
    for frozen in [None, "all", *parts]:
        model = MODELS[name]()
        if frozen == "all":
            model.trainable = False
        elif frozen:
            model.get_layer(frozen).trainable = False
        expected = {w.path.split("/", 1)[1] for w in model.trainable_weights}
        by_config = type(model).from_config(model.get_config())
        for each in (by_config, saved_and_loaded(model, tmp_path)):
            assert {w.path.split("/", 1)[1] for w in each.trainable_weights} == expected
            assert each.trainable == (frozen != "all") and each.get_config() == model.get_config()


def test_a_part_inside_the_encoder_stays_frozen(tmp_path):
    model = MODELS["tagger"]()
    model.encoder.embedding.trainable = False
    for each in (type(model).from_config(model.get_config()), saved_and_loaded(model, tmp_path)):
        assert not each.encoder.embedding.trainable and each.encoder.recurrent.trainable


def trained(model):
    """Train a model for a step of plain descent."""
    model.compile(keras.optimizers.SGD(0.5), "mse", run_eagerly=True)
    model.train_on_batch(X, np.ones((len(X), *model.output_shape[1:]), "float32"))


@every_spec
@pytest.mark.parametrize("direction", OTHER)
def test_a_frozen_direction_stays_and_the_other_learns(spec, direction):
    layer = filled(spec.make(merge_mode="projection", projection_units=2))
    views = {name: getattr(layer, f"{name}_layer") for name in OTHER}
    views[direction].trainable = False
    assert [views[name].trainable for name in (direction, OTHER[direction])] == [False, True]
    assert len(layer.trainable_weights) == 5 and not views[direction].trainable_weights
    before = {name: view.get_weights() for name, view in views.items()}
    trained(keras.Sequential([keras.Input((TIME, FEATURES)), layer]))
    close(views[direction].get_weights(), before[direction], tolerance=0)
    after = views[OTHER[direction]].get_weights()
    assert all(
        np.abs(a - b).max() > 0 for a, b in zip(after, before[OTHER[direction]], strict=True)
    )
    views[direction].trainable = True
    assert len(layer.trainable_weights) == 8


@every_spec
def test_a_layer_freezes_both_directions(spec):
    layer = filled(spec.make())
    layer.trainable = False
    for name in OTHER:
        view = getattr(layer, f"{name}_layer")
        assert not view.trainable and not view.trainable_weights and len(view.weights) == 3


@every_spec
def test_a_view_reads_and_sets_the_weights_of_the_layer(spec):
    layer = filled(spec.make())
    for name in OTHER:
        view = getattr(layer, f"{name}_layer")
        weights = layer.direction_weights(name)
        assert view.weights == list(weights) == [view.kernel, view.recurrent_kernel, view.bias]
        assert view.count_params() == sum(np.prod(w.shape) for w in weights)
        assert (view.name, view.go_backwards) == (f"{name}_{spec.cell}", name == "backward")
        view.set_weights([np.full(w.shape, 0.5) for w in weights])
        close(view.get_weights(), [np.full(w.shape, 0.5) for w in weights], tolerance=0)
    close(layer.get_weights(), [np.full(w.shape, 0.5) for w in layer.weights], tolerance=0)


def test_a_view_without_a_bias():
    view = built(BiLSTM(UNITS, use_bias=False)).backward_layer
    assert view.bias is None and len(view.weights) == 2


def test_errors_of_a_view():
    with pytest.raises(ValueError, match="has no weights yet: call it on data, or"):
        BiLSTM(UNITS, name="rnn").forward_layer.get_weights()
    view = built(BiLSTM(UNITS)).forward_layer
    shapes = r"`weights` must have the shapes \[\(3, 16\), \(4, 16\), \(16,\)\], got \[\(3, 16\)\]"
    with pytest.raises(ValueError, match=shapes):
        view.set_weights([np.ones((3, 16))])
