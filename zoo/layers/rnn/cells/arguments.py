"""The arguments that recurrent cells and layers have in common with those of Keras."""

from collections.abc import Mapping
from typing import Any

import keras

from zoo.layers.guards import check_choice
from zoo.layers.initializers import GateNormal

# Weight -> prefix of the arguments that concern it, such as `recurrent_initializer`.
ROLES = {"kernel": "kernel", "recurrent_kernel": "recurrent", "bias": "bias"}

# Argument -> the module of Keras that understands its value.
MODULES: dict[str, Any] = {
    "activation": keras.activations,
    "recurrent_activation": keras.activations,
    **{f"{prefix}_initializer": keras.initializers for prefix in ROLES.values()},
    **{f"{prefix}_regularizer": keras.regularizers for prefix in ROLES.values()},
    **{f"{prefix}_constraint": keras.constraints for prefix in ROLES.values()},
}

CELL_ARGUMENTS = (
    *MODULES,
    "use_bias",
    "unit_forget_bias",
    "reset_after",
    "dropout",
    "recurrent_dropout",
    "seed",
)

# The equations of cuDNN, torch and the exporters' kernels.
USUAL = {
    "activation": keras.activations.tanh,
    "recurrent_activation": keras.activations.sigmoid,
    "reset_after": True,
}


def understood(name: str, value: Any, gates: int | None = None) -> Any:
    """Return the object that an argument's value stands for.

    Args:
        name: an argument of a cell.
        value: an object of Keras, its name, its configuration, or any other value.
        gates: number of gates of the cell, for the initializer "gate_normal".

    Example:

    >>> understood("kernel_initializer", "gate_normal", gates=4).gates
    4
    """
    if name not in MODULES:
        return value
    if gates and name.endswith("_initializer") and value == "gate_normal":
        return GateNormal(gates)
    return MODULES[name].get(value)


def serialized(name: str, value: Any) -> Any:
    """Return an argument's value as a plain one, which `understood` reads back.

    >>> serialized("activation", keras.activations.relu)
    'relu'
    """
    return value if value is None or name not in MODULES else MODULES[name].serialize(value)


def pop_cell_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """Remove the arguments of a cell from keyword arguments and return them.

    >>> pop_cell_arguments({"use_bias": False, "name": "x"})
    {'use_bias': False}
    """
    return {name: arguments.pop(name) for name in CELL_ARGUMENTS if name in arguments}


# Arguments with which Keras chooses its own code for a step, and the values that fit ours.
OWN_CODE = {"implementation": (0, 1, 2), "use_cudnn": ("auto", False)}


def drop_choice_of_code(arguments: dict[str, Any]) -> None:
    """Remove `implementation` and `use_cudnn`, which change no result, from keyword arguments.

    Raises:
        ValueError: a value that Keras does not know, or `use_cudnn=True`.

    Example:

    >>> arguments = {"implementation": 1, "use_bias": False}
    >>> drop_choice_of_code(arguments)
    >>> arguments
    {'use_bias': False}
    """
    for name in OWN_CODE.keys() & arguments.keys():
        check_choice(name, arguments.pop(name), OWN_CODE[name])


def arguments_of(cell: Any) -> dict[str, Any]:
    """Return the arguments of a cell of the zoo or of Keras, as objects."""
    return {name: getattr(cell, name) for name in CELL_ARGUMENTS if hasattr(cell, name)}


def unusual_argument(arguments: Mapping[str, Any]) -> str:
    """Return the first argument that differs from the equations in `USUAL`, or "" if none does.

    >>> unusual_argument({"activation": keras.activations.relu})
    "activation='relu'"
    """
    for name, usual in USUAL.items():
        value = arguments.get(name, usual)
        if value is not usual:
            return f"{name}={serialized(name, value)!r}"
    return ""
