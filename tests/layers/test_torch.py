"""`torch.nn.LSTM`, `GRU` and `RNN` on the same weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grids import examples
from tests.laws import array, arrays, close, filled
from tests.specs import BIDIRECTIONAL, CELLS, FEATURES, MASK, UNITS, Spec, X
from zoo.layers import (
    RecurrentStack,
    copy_weights,
    from_torch,
    read_weights,
    recurrent,
    split_outputs,
    split_torch_states,
    to_torch,
)

torch = pytest.importorskip(
    "torch", reason="parity with torch.nn needs torch, which users of the library do not"
)
pytestmark = pytest.mark.grid
MODULES = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}
several = pytest.mark.parametrize("num_layers", [1, 2])
cells = pytest.mark.parametrize("cell", CELLS)


def torch_module(cell, num_layers=1, seed=0):
    torch.manual_seed(seed)
    return MODULES[cell](FEATURES, UNITS, num_layers, batch_first=True, bidirectional=True)


def run_torch(module, x, lengths=None):
    """Return the concatenated outputs, h_n and, of an LSTM, c_n."""
    x = torch.from_numpy(x)
    if lengths is not None:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    with torch.no_grad():
        outputs, states = module(x)
    if lengths is not None:
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
    return [a.numpy() for a in (outputs, *(states if isinstance(states, tuple) else [states]))]


def layers_for(spec, num_layers):
    """Return built layers for one stack, which give outputs and states."""
    return [
        filled(spec.make(return_sequences=True, return_state=True), width, seed=index)
        for index, width in enumerate([FEATURES, 2 * UNITS][:num_layers])
    ]


def run_layers(layers, x, mask=None):
    """Return outputs and states in torch's stacked form."""
    stacked = []
    for layer in layers:
        x, *states = arrays(layer(x, mask=mask))
        count = len(states) // len(layer.directions)
        stacked += [states[i : i + count] for i in range(0, len(states), count)]
    return [x, *(np.stack(kind) for kind in zip(*stacked, strict=True))]


@several
@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_parity(spec, num_layers):
    module, layers = torch_module(spec.cell, num_layers), layers_for(spec, num_layers)
    from_torch(module.state_dict(), layers)
    close(run_layers(layers, X), run_torch(module, X))


@cells
def test_parity_on_padded_sequences(cell):
    """Right padding, which is all that torch packs: its last step is the true one."""
    module, layers = torch_module(cell, 2), layers_for(Spec(cell, "hoisted"), 2)
    from_torch(module.state_dict(), layers)
    x, mask = X[:2], MASK[:2]
    close(run_layers(layers, x, mask), run_torch(module, x, lengths=mask.sum(axis=1)))


@several
@cells
def test_to_torch(cell, num_layers):
    module, layers = torch_module(cell, num_layers), layers_for(Spec(cell, "hoisted"), num_layers)
    state_dict = {name: torch.from_numpy(a) for name, a in to_torch(layers).items()}
    module.load_state_dict(state_dict, strict=True)
    close(run_torch(module, X), run_layers(layers, X))


@several
@cells
def test_torch_to_zoo_to_torch(cell, num_layers):
    """Every matrix comes back bit by bit; two biases that act as one come back as their sum."""
    before = {k: v.numpy() for k, v in torch_module(cell, num_layers).state_dict().items()}
    layers = layers_for(Spec(cell, "hoisted"), num_layers)
    from_torch(before, layers)
    after = to_torch(layers)
    assert set(after) == set(before)
    exact = [k for k in before if cell == "gru" or k.startswith("weight")]
    close([after[k] for k in exact], [before[k] for k in exact], tolerance=0)
    for name in before:
        if name.startswith("bias_ih"):
            twin = name.replace("bias_ih", "bias_hh")
            close(after[name] + after[twin], before[name] + before[twin], tolerance=0)


@cells
def test_zoo_to_torch_to_zoo_is_exact(cell):
    source, target = (filled(Spec(cell, "hoisted").make(), seed=seed) for seed in (0, 1))
    from_torch(to_torch(source), target)
    close(target.get_weights(), source.get_weights(), tolerance=0)


@pytest.mark.parametrize("backend_layer", ["zoo", "keras"])
def test_a_stack(backend_layer):
    module = torch_module("lstm", 2)
    stack = RecurrentStack(UNITS, 2, backend_layer=backend_layer)
    stack.build(X.shape)
    from_torch(module.state_dict(), stack)
    close(stack(X), run_torch(module, X)[0])


def test_tensors_that_want_gradients():
    module, layer = torch_module("lstm"), filled(Spec("lstm", "hoisted").make())
    from_torch(dict(module.named_parameters()), layer)
    close(layer.get_weights()[0], module.weight_ih_l0.detach().numpy().T, tolerance=0)


def test_split_as_the_view_of_torch():
    """`output.view(B, T, 2, H)` and `h_n.view(num_layers, 2, B, H)`."""
    module = torch_module("lstm", 2)
    outputs, h_n, _ = run_torch(module, X)
    forward, backward = split_outputs(outputs)
    viewed = outputs.reshape(*X.shape[:2], 2, UNITS)
    close([forward, backward], [viewed[:, :, 0], viewed[:, :, 1]], tolerance=0)
    h_forward, h_backward = split_torch_states(h_n)
    viewed = h_n.reshape(2, 2, len(X), UNITS)
    close([h_forward, h_backward], [viewed[:, 0], viewed[:, 1]], tolerance=0)
    close([forward[:, -1], backward[:, 0]], [h_forward[-1], h_backward[-1]], tolerance=0)


def test_copying_on_from_what_came_from_torch():
    """torch to a layer of the zoo to Keras' own layer."""
    module, layer = torch_module("gru"), filled(Spec("gru", "hoisted").make())
    theirs = filled(Spec("gru", "keras").make(return_sequences=True), seed=1)
    from_torch(module.state_dict(), layer)
    copy_weights(layer, theirs)
    close(theirs(X), run_torch(module, X)[0])
    close(read_weights(theirs)["forward"].bias, read_weights(layer)["forward"].bias, tolerance=0)


# Mode of a module -> the cell and its activation here.
MODES = {
    "LSTM": ("lstm", "tanh"),
    "GRU": ("gru", "tanh"),
    "RNN_TANH": ("simple_rnn", "tanh"),
    "RNN_RELU": ("simple_rnn", "relu"),
}
MODULE_ARGUMENTS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(sorted(MODES)),
        "input_size": st.integers(1, 4),
        "hidden_size": st.integers(1, 4),
        "num_layers": st.integers(1, 3),
        "bidirectional": st.booleans(),
        "bias": st.booleans(),
    }
)


def module_of(mode, **arguments):
    if mode.startswith("RNN_"):
        mode, arguments["nonlinearity"] = "RNN", MODES[mode][1]
    return getattr(torch.nn, mode)(batch_first=True, **arguments)


def layers_like(module, backend_layer="zoo"):
    """Return built layers that take the weights of a module."""
    cell, activation = MODES[module.mode]
    layers = [
        recurrent(
            module.hidden_size,
            cell=cell,
            direction="both" if module.bidirectional else "forward",
            backend_layer=backend_layer,
            activation=activation,
            use_bias=module.bias,
            return_sequences=True,
            return_state=True,
        )
        for _ in range(module.num_layers)
    ]
    width = module.input_size
    for layer in layers:
        filled(layer, width)
        width = len(layer.directions) * module.hidden_size
    return layers


def inside(module, prefix):
    """Return a module that contains another one under a path."""
    for name in reversed(prefix.split(".") if prefix else []):
        outer = torch.nn.Module()
        outer.add_module(name, module)
        module = outer
    return module


@examples(100)
@given(
    arguments=MODULE_ARGUMENTS,
    dtype=st.sampled_from(["float32", "float64", "float16", "bfloat16"]),
    prefix=st.sampled_from(["", "lstm", "encoder.rnn"]),
    as_module=st.booleans(),
    backend_layer=st.sampled_from(["zoo", "keras"]),
    batch=st.integers(1, 3),
    time=st.integers(1, 5),
    seed=st.integers(0, 999),
)
def test_any_module_has_its_outputs_here_and_comes_back(
    arguments, dtype, prefix, as_module, backend_layer, batch, time, seed
):
    torch.manual_seed(seed)
    module = module_of(**arguments).to(getattr(torch, dtype))
    source = inside(module, prefix)
    layers = layers_like(module, backend_layer)
    from_torch(source if as_module else source.state_dict(), layers)
    back = to_torch(layers, prefix=prefix and prefix + ".")

    module = module.float()  # from here on: half precision has been read
    x = np.random.default_rng(seed).normal(size=(batch, time, module.input_size))
    close(run_layers(layers, x.astype("float32")), run_torch(module, x.astype("float32")))
    before = {name: array(value) for name, value in source.state_dict().items()}
    assert list(back) == list(before)
    close(list(with_one_bias(back, module)), list(with_one_bias(before, module)), tolerance=1e-6)


def with_one_bias(state_dict, module):
    """Yield arrays; two biases that act as one are added."""
    for name, value in state_dict.items():
        if "bias_ih" in name and module.mode != "GRU":
            yield value + state_dict[name.replace("bias_ih", "bias_hh")]
        elif "bias_hh" not in name or module.mode == "GRU":
            yield value


def test_a_module_with_another_nonlinearity_is_refused():
    module = module_of("RNN_RELU", input_size=FEATURES, hidden_size=UNITS)
    layer = recurrent(UNITS, cell="simple_rnn", direction="forward")
    filled(layer)
    with pytest.raises(ValueError, match="must have activation='relu', the nonlinearity .*'tanh'"):
        from_torch(module, layer)


def test_a_module_with_a_projected_state_is_refused():
    module = torch.nn.LSTM(FEATURES, UNITS, proj_size=2, bidirectional=True)
    with pytest.raises(ValueError, match="must be a module with proj_size=0"):
        from_torch(module, filled(Spec("lstm", "hoisted").make()))
