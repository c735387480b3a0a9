"""A copy of a Keras model in which some layers are replaced."""

import tempfile
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Layer = keras.layers.Layer


def copy_model(
    model: keras.Model,
    replace: Callable[[Layer], Layer | None],
    copy_weights: Callable[[Layer, Layer], bool],
    call: Callable[..., Any],
    share: bool = False,
) -> keras.Model:
    """Return a copy of a model, nested models included, with the same weights and other layers.

    Args:
        model: a built `keras.Sequential` or functional model.
        replace: function from a layer to the one in its place, or None to copy it.
        copy_weights: function `(old, new) -> bool` that sets the weights of a replaced layer and
            returns True, or returns False for a layer whose copy has the same variables.
        call: function `(layer, *args, **kwargs)` that calls a layer that has replaced another one.
        share: whether a layer that has no usable configuration, such as a `Lambda` or a subclassed
            model, is part of the copy itself.

    Returns:
        The copy: names, inputs and outputs are those of the model.

    Raises:
        TypeError: `model` is neither Sequential nor functional.
        ValueError: `model` is not built.
    """
    _check_model(model)
    pairs: list[tuple[Layer, Layer]] = []
    replaced: set[Layer] = set()

    def called(layer: Any, *args: Any, **kwargs: Any) -> Any:
        return call(layer, *args, **kwargs) if layer in replaced else layer(*args, **kwargs)

    def cloned(model: keras.Model) -> keras.Model:
        # The layers of a Sequential have one argument each.
        own = {} if isinstance(model, keras.Sequential) else {"call_function": called}
        return keras.models.clone_model(model, clone_function=clone, recursive=True, **own)

    def clone(layer: Any) -> Any:
        if share and not _is_clonable(layer):
            return layer
        if isinstance(layer, keras.Model):  # inside a wrapper; Keras handles the other ones
            return cloned(layer)
        if not isinstance(layer, Layer):  # an operation such as x + y, which has no weights
            return type(layer).from_config(layer.get_config())
        new = replace(layer)
        if new is None and isinstance(layer, keras.layers.Wrapper):
            return _wrapped(layer, clone(layer.layer))
        if new is None:
            new = type(layer).from_config(layer.get_config())
        else:
            replaced.add(new)
        pairs.append((layer, new))
        return new

    copy = cloned(model)
    for old, new in pairs:
        if not copy_weights(old, new):
            _copy_variables(old, new)
    return copy


def _is_clonable(layer):
    """Return whether a layer, or all that a wrapper holds, is made anew from its configuration."""
    if isinstance(layer, keras.layers.Wrapper) and not isinstance(
        layer, keras.layers.Bidirectional
    ):
        return _is_clonable(layer.layer)
    if isinstance(layer, keras.Model):
        return _is_functional(layer)
    try:
        type(layer).from_config(layer.get_config())
    except Exception:  # what the class of a user raises
        return False
    return True


def _is_functional(model):
    return isinstance(model, keras.Sequential) or (
        isinstance(model, keras.Model) and hasattr(model, "operations")
    )


def _check_model(model):
    if not _is_functional(model):
        raise TypeError(
            "`model` must be a keras.Sequential or functional model, whose layers are known, got "
            f"{type(model).__name__}. Take the models inside it, or wrap it: "
            "inputs = keras.Input(...); keras.Model(inputs, model(inputs))."
        )
    if not model.built or not model.inputs:
        raise ValueError(
            f"`model` {model.name!r} has no weights yet: give it a keras.Input, or call it on data."
        )


def _wrapped(wrapper, inner):
    """Return a wrapper such as `TimeDistributed` around another layer."""
    config = {name: value for name, value in wrapper.get_config().items() if name != "layer"}
    return type(wrapper)(inner, **config)


def _copy_variables(old, new):
    """Copy all variables of a layer and of the layers inside it, and vocabularies."""
    # The pairwise order is that of construction. A private name, without a public equivalent.
    for source, target in zip(old._flatten_layers(), new._flatten_layers(), strict=True):
        store: dict[str, Any] = {}
        source.save_own_variables(store)
        # On JAX both would share the arrays of the variables, which a step of training frees.
        target.load_own_variables({name: ops.copy(value) for name, value in store.items()})
        if hasattr(source, "save_assets"):
            with tempfile.TemporaryDirectory() as folder:
                source.save_assets(folder)
                target.load_assets(folder)
