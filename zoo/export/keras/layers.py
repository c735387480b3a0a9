"""Layers of Keras inside a model, in forms that TFLite can run, while a model is traced."""

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import keras
from keras import ops

from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor


class FoldedTimeDistributed(keras.layers.TimeDistributed):
    """`keras.layers.TimeDistributed` that calls its layer once, on (B * T, ...).

    In a graph of unknown T, Keras 3.15 runs its layer on as many positions as the batch has rows.
    """

    def call(
        self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Return the outputs of the layer for every position, (B, T, ...)."""
        with_mask = mask is not None and self.layer._call_has_mask_arg
        arguments = {"mask": _folded(mask)} if with_mask else {}
        outputs = self.layer(_folded(inputs), **arguments)
        batch, time = ops.shape(inputs)[:2]
        return ops.reshape(outputs, (batch, time, *ops.shape(outputs)[1:]))


def _folded(x):
    """Return (B, T, ...) as (B * T, ...)."""
    batch, time, *others = ops.shape(x)
    return ops.reshape(x, (batch * time, *others))


class MaskedAttention(keras.layers.MultiHeadAttention):
    """`keras.layers.MultiHeadAttention` with its causal mask as a tensor.

    Keras 3.15 lets TensorFlow make the mask, with an operator that TFLite has not.
    """

    def call(
        self,
        query: Tensor,
        value: Tensor,
        *args: Any,
        attention_mask: Tensor | None = None,
        use_causal_mask: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return the output of the attention, (B, T, ...), and the scores if asked for."""
        if use_causal_mask:
            queries, values = (ops.shape(each)[1] for each in (query, value))
            rows, columns = ops.arange(queries), ops.arange(values)
            mask = ops.reshape(rows, (1, -1, 1)) >= ops.reshape(columns, (1, 1, -1))
            attention_mask = mask if attention_mask is None else attention_mask & mask
        return super().call(query, value, *args, attention_mask=attention_mask, **kwargs)


class In32Bits(keras.DTypePolicy):
    """The policy of a layer that computes in 32 bits, whatever its variables have.

    Args:
        variables: dtype of the variables.
    """

    def __init__(self, variables: str) -> None:
        super().__init__("float32")
        self.variables = variables

    @property
    def variable_dtype(self) -> str:
        """The dtype of the variables, from which Keras casts them."""
        return self.variables


PORTABLE = {
    keras.layers.TimeDistributed: FoldedTimeDistributed,
    keras.layers.MultiHeadAttention: MaskedAttention,
}


@contextlib.contextmanager
def portable_layers(model: keras.Model) -> Iterator[None]:
    """Let the layers of Keras inside a model run what TFLite can run, in the `with` block.

    Recurrent layers of any cell run by `zoo.ops.scan.scan`, the layers of `PORTABLE` as there, and
    layers of 16 bits compute in 32, as the operators of TFLite do.

    Args:
        model: a built Keras model; it is as before after the block.
    """
    with contextlib.ExitStack() as stack:
        for layer in model._flatten_layers():
            if isinstance(layer, keras.layers.RNN):
                layer.inner_loop = partial(scan_layer, layer)
                stack.callback(delattr, layer, "inner_loop")
            if portable := PORTABLE.get(type(layer)):
                stack.callback(setattr, layer, "__class__", type(layer))
                layer.__class__ = portable
            if is_sixteen_bit(layer):
                stack.callback(setattr, layer, "dtype_policy", layer.dtype_policy)
                layer.dtype_policy = In32Bits(layer.variable_dtype)
        yield


def is_sixteen_bit(layer: keras.layers.Layer) -> bool:
    """Return whether a layer computes in float16 or bfloat16."""
    return layer.compute_dtype in ("float16", "bfloat16")


def scan_layer(
    layer: keras.layers.RNN,
    sequences: Tensor,
    initial_state: Any,
    mask: Tensor | None,
    training: bool = False,
) -> tuple[Tensor, Tensor, list[Any]]:
    """Run the cell of a recurrent layer over time; it takes the place of `layer.inner_loop`.

    Args:
        layer: a `keras.layers.RNN` or subclass.
        sequences: (B, T, ...).
        initial_state: the states, a nested structure of tensors.
        mask: (B, T) boolean, or None for all True.
        training: not used; dropout is off.

    Returns:
        `(last_output, outputs, states)`: (B, ...), (B, T, ...) in the order of reading, and the
        final states, in the structure of `initial_state`.
    """
    start = tuple(keras.tree.flatten(initial_state))
    xs = [_in_order(sequences, layer.go_backwards)]
    if mask is not None:
        xs.append(_in_order(ops.cast(mask, "bool"), layer.go_backwards))

    def step(states, x):
        output, new = layer.cell(x, keras.tree.pack_sequence_as(initial_state, states))
        return output, tuple(keras.tree.flatten(new))

    output, _ = step(start, xs[0][0])  # the loop must know its shape
    blank = ops.zeros_like(output)

    def body(carried, xs_t):
        output, new = step(carried[1:], xs_t[0])
        if mask is None:
            return (output, *new), (output,)
        kept = tuple(map(partial(_where, xs_t[1]), (output, *new), carried))
        shown = _where(xs_t[1], output, blank) if layer.zero_output_for_mask else kept[0]
        return kept, (shown,)

    (last, *states), (outputs,) = scan(body, (blank, *start), xs, (blank,), unroll=layer.unroll)
    if layer.zero_output_for_mask and mask is not None:
        last = _where(xs[1][-1], last, blank)
    outputs = ops.moveaxis(outputs, 0, 1)
    return last, outputs, keras.tree.pack_sequence_as(initial_state, states)


def _in_order(x, backwards):
    """Return (B, T, ...) as (T, B, ...) in the order of reading."""
    x = ops.moveaxis(x, 1, 0)
    return ops.flip(x, axis=0) if backwards else x


def _where(keep, new, old):
    """Return `new` in the rows where `keep` (B,) is true, else `old`."""
    return ops.where(ops.reshape(keep, (-1, *(1,) * (len(new.shape) - 1))), new, old)
