"""The weights of a recurrent `torch.nn` module, found in a module or a state dict."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

ROLES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
NAME = re.compile(r"(?P<prefix>(.*\.)?)(weight_(ih|hh|hr)|bias_(ih|hh))_l\d+(_reverse)?")


class TorchState(NamedTuple):
    """The arrays of one recurrent module by their names, and the module's nonlinearity.

    The nonlinearity is that of a `torch.nn.RNN`; None for other modules and if it is not known.
    """

    arrays: dict[str, np.ndarray]
    nonlinearity: str | None


def torch_names(layer: int, direction: str, use_bias: bool) -> list[str]:
    """Return the names of the weights of one direction.

    Args:
        layer: its number in the module.
        direction: "forward" or "backward".
        use_bias: whether it has biases.

    Example:

    >>> torch_names(0, "backward", use_bias=False)
    ['weight_ih_l0_reverse', 'weight_hh_l0_reverse']
    """
    suffix = f"_l{layer}" + ("_reverse" if direction == "backward" else "")
    return [role + suffix for role in (ROLES if use_bias else ROLES[:2])]


def read_torch(source: Any, prefix: str | None) -> TorchState:
    """Return the weights of the recurrent module in a module or state dict.

    Args:
        source: a `torch.nn.Module`, or a mapping of names to tensors or arrays of any float dtype.
        prefix: the path of the recurrent module in it, such as "encoder.lstm"; None if the names
            of `source` have one prefix or none.

    Raises:
        TypeError: `source` is neither.
        ValueError: no recurrent module, more than one, or other modules too, and no `prefix`; a
            `prefix` without a recurrent module.

    Example:

    >>> read_torch({"rnn.weight_ih_l0": np.zeros((3, 2), "float16")}, None).arrays
    {'weight_ih_l0': array([[0., 0.], [0., 0.], [0., 0.]], dtype=float32)}
    """
    state = source.state_dict() if hasattr(source, "state_dict") else source
    if not isinstance(state, Mapping):
        raise TypeError(
            f"`source` must be a torch.nn module or its state dict, got {type(source).__name__}."
        )
    prefix = _prefix(list(state), prefix)
    arrays = {
        name.removeprefix(prefix): _as_numpy(value)
        for name, value in state.items()
        if name.startswith(prefix)
    }
    module = source.get_submodule(prefix[:-1]) if hasattr(source, "get_submodule") else None
    return TorchState(arrays, getattr(module, "nonlinearity", None))


def _prefix(names, asked):
    """Return the prefix of the recurrent module among names of weights, with its last dot."""
    found = sorted({match["prefix"] for name in names if (match := NAME.fullmatch(name))})
    if not found:
        raise ValueError(
            "`source` must have the weights of a torch.nn.LSTM, GRU or RNN (weight_ih_l0, ...), "
            f"got the names {names}."
        )
    if asked is not None:
        prefix = asked and asked.removesuffix(".") + "."
        if prefix not in found:
            raise ValueError(f"`prefix` must be one of {found}, got {asked!r}.")
        return prefix
    if len(found) > 1:
        raise ValueError(
            f"`source` has several recurrent modules, {found}: choose one by `prefix`."
        )
    others = [name for name in names if not name.startswith(found[0])]
    if others:
        raise ValueError(
            f"`source` has unexpected names {others} beside those that start with {found[0]!r}. "
            f"Pass prefix={found[0]!r} to read the recurrent module alone."
        )
    return found[0]


def _as_numpy(value):
    """Return an array of at least 32 bits: NumPy has no bfloat16."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if value.element_size() < 4 else value
    value = np.asarray(value)
    return value.astype("float32") if value.dtype.itemsize < 4 else value
