"""Signatures of an exported model: its inputs and outputs by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from zoo.models import BidirectionalModel
from zoo.ops.tensor_types import Tensor
from zoo.ops.trusted_input import trust_input
from zoo.text.word_encoder import LONGEST

SERVING = "serving_default"  # the default signature
IDS = "ids"  # the signature on ids of a SavedModel whose default signature takes texts


def serving_module(
    model: BidirectionalModel,
    batch: int | None,
    length: int | None = None,
    serve: Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]] | None = None,
    others: Sequence[tf.TensorSpec] = (),
) -> tuple[Any, dict[str, Any]]:
    """Return a `tf.Module` with a model's weights, and its signatures.

    Args:
        model: a zoo model with `answers`.
        batch: batch size, or None for any.
        length: number of tokens, or None for any. With a fixed number, words have
            `zoo.text.word_encoder.LONGEST` characters.
        serve: function from inputs to outputs, or None for `model.answers`.
        others: inputs of `serve` that are not the model's.

    Returns:
        `(module, signatures)` for `tf.saved_model.save`. The signature takes the inputs that
        `model.input_sizes` names, int32, and returns the outputs of `model.answers`.
    """
    inputs: dict[str, Any] = model.input if isinstance(model.input, dict) else {"ids": model.input}
    sizes = (batch, length, None if length is None else LONGEST)
    specs = {
        name: tf.TensorSpec(sizes[: len(each.shape)], tf.int32, name=name)
        for name, each in inputs.items()
    }
    specs |= {spec.name: spec for spec in others}
    # As an attribute of the module, the function would be saved a second time.
    function: Any = tf.function(serve or model.answers, autograph=False)
    module: Any = tf.Module()
    module.variables_of_model = [w.value for w in model.weights]
    with trust_input():
        return module, {SERVING: function.get_concrete_function(specs)}
