"""An LSTM loop for TensorFlow with a custom gradient.

Automatic differentiation of a TensorFlow loop accumulates the gradient of the recurrent matrix, a
(U, 4U) tensor, at every step. The custom backward loop carries the gradients of the states only;
the gradient of each recurrent matrix is one matrix product after the loop.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.ops.matmul_dtype import matmul, to_matmul_dtype
from zoo.ops.tensor_types import Tensor
from zoo.ops.tensorflow_loop import empty_array, loop, stack_array

STEPS = 4  # time steps per iteration of the forward loop, to reduce its overhead


def analytic_lstm(
    z: Sequence[Tensor],
    recurrent_kernels: Sequence[Tensor],
    states: Sequence[Tensor],
    mask: Tensor | None = None,
    *,
    backward: Sequence[bool] = (False, True),
    zero_masked: bool = True,
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Run all directions of an LSTM, given the input projection of the gates.

    Args:
        z: for each direction (T, B, 4U), the input projection, with the gates i, f, g, o, in the
            order of positions.
        recurrent_kernels: for each direction (U, 4U).
        states: the initial `(h, c)` of each direction in turn, each (B, U).
        mask: (B, T) boolean, True where there is a token, or None.
        backward, zero_masked: as in `zoo.ops.scan.recurrent_scan`.

    Returns:
        `(outputs, states)`: the outputs of each direction, (B, T, U), in the order of positions,
        and the final states.
    """

    time_major_mask = None
    if mask is not None:
        time_major_mask = tf.transpose(mask)[..., None]  # pyright: ignore[reportArgumentType]

    @tf.custom_gradient
    def run(*tensors: Tensor) -> Any:
        return _run(tensors, backward, mask=time_major_mask)

    found: Any = run(*z, *map(tf.convert_to_tensor, recurrent_kernels), *states)
    hs, final = found[: len(backward)], found[len(backward) :]
    outputs = [tf.transpose(h, (1, 0, 2)) for h in hs]
    if mask is not None and zero_masked:
        keep = tf.cast(mask[..., None], outputs[0].dtype)
        outputs = [output * keep for output in outputs]
    return tuple(outputs), final


def _run(tensors, backward, mask):
    """Return the h of all positions, then the last (h, c), of each direction; and their gradient.

    Args:
        tensors: z of each direction, then the recurrent kernels, then the initial (h, c).
        backward: for each direction, whether it reads backward.
        mask: (T, B, 1) boolean, or None.
    """
    count = len(backward)
    z, recurrent_kernels, states = tensors[:count], tensors[count : 2 * count], tensors[2 * count :]
    start = tuple(zip(states[::2], states[1::2], strict=True))
    length = tf.shape(z[0])[0]
    inputs = tuple(_array(each, length) for each in z)
    keep = None if mask is None else _array(mask, length)
    kernels = tuple(map(to_matmul_dtype, recurrent_kernels))

    def advance(t, states, writes):
        new_states, new_writes = [], []
        for z, r, (h, c), write, at in zip(
            inputs, kernels, states, writes, _positions(t, length, backward), strict=True
        ):
            h_new, c_new, gates = _step(z.read(at) + matmul(h, r), c)
            if keep is not None:
                k = keep.read(at)
                h_new, c_new = tf.where(k, h_new, h), tf.where(k, c_new, c)
            new_states.append((h_new, c_new))
            saved = (h_new, c, gates)
            new_writes.append(tuple(w.write(at, s) for w, s in zip(write, saved, strict=True)))
        return t + 1, tuple(new_states), tuple(new_writes)

    gates = tf.tile(tf.zeros_like(states[0]), (1, 4))  # like z[0][0], which exists only if T > 0
    like = (*start[0], gates)
    writes = tuple(tuple(empty_array(x, length) for x in like) for _ in start)
    ends, writes = loop(advance, length, (start, writes), STEPS)
    hs = tuple(stack_array(h, states[0], z[0].shape[0]) for h, _, _ in writes)
    last = tuple(state for end in ends for state in end)

    def gradient(*given):
        dhs, dlast = given[:count], given[count:]
        saved = tuple(
            (gates, cs, _array(dh, length)) for (_, cs, gates), dh in zip(writes, dhs, strict=True)
        )
        ends = tuple(zip(last[1::2], dlast[::2], dlast[1::2], strict=True))
        dz, ds = _backward(saved, kernels, ends, keep, gates, backward)
        dr = map(_recurrent_gradient, hs, states[::2], dz, backward)
        return *dz, *dr, *(d for pair in ds for d in pair)

    return (*hs, *last), gradient


def _positions(t, length, backward):
    """Return the position that each direction reads at iteration t."""
    return tuple(length - 1 - t if back else t for back in backward)


def _recurrent_gradient(hs, start, dz, backward):
    """Return the gradient of a recurrent kernel (U, 4U)."""
    start = start[None][: tf.shape(dz)[0]]  # nothing if T is 0
    if backward:  # the previous state is that of the following position
        return _outer(hs[1:], dz[:-1]) + _outer(start, dz[-1:])
    return _outer(hs[:-1], dz[1:]) + _outer(start, dz[:1])


def _step(z, c):
    """Return the new h and c, and the sigmoids s of all gates.

    ```
    i f o = s(z),   g = tanh(z) = 2 s(2 z) - 1
    ```
    """
    width = z.shape[-1] // 4
    s = tf.sigmoid(z * tf.constant(np.repeat([1, 1, 2, 1], width), z.dtype))
    i, f, g, o = tf.split(s, 4, axis=-1)
    c = f * c + i * (2 * g - 1)
    return o * tf.tanh(c), c, s


def _step_back(s, c, c_before, dh, dc):
    """Return the gradients of one step: dz and that of the previous c.

    ```
    dc += dh * o (1 - tanh(c)^2),  dc_before = dc * f
    dz = [dc g, dc c_before, 4 dc i, dh tanh(c)] s (1 - s)
    ```
    """
    i, f, g, o = tf.split(s, 4, axis=-1)
    tanh_c = tf.tanh(c)
    dc += dh * o * (1 - tanh_c * tanh_c)
    by = tf.concat([dc * (2 * g - 1), dc * c_before, 4 * dc * i, dh * tanh_c], -1)
    return by * (s * (1 - s)), dc * f


def _backward(saved, recurrent_kernels, ends, keep, like, backward):
    """Run the loop of the gradient; return dz, and d(h, c) of the initial states.

    Args:
        saved: for each direction, arrays of the sigmoids, of the previous c, and of dh.
        recurrent_kernels: for each direction, (U, 4U).
        ends: for each direction, the last c and the gradients of the last h and c.
        keep: array of the mask, or None.
        like: (B, 4U), a tensor with the shape of dz at one step.
        backward: for each direction, whether it reads backward.
    """
    transposed = [tf.transpose(r) for r in recurrent_kernels]
    length = saved[0][0].size()

    def advance(t, states, writes):
        new_states, new_writes = [], []
        positions = _positions(t, length, [not back for back in backward])
        for (gates, cs, dhs), r, (c, dh, dc), write, at in zip(
            saved, transposed, states, writes, positions, strict=True
        ):
            c_before = cs.read(at)
            dh += dhs.read(at)
            k = None if keep is None else tf.cast(keep.read(at), dh.dtype)
            dh_in, dc_in = (dh, dc) if keep is None else (dh * k, dc * k)
            dz, dc_before = _step_back(gates.read(at), c, c_before, dh_in, dc_in)
            dh_before = matmul(dz, r)
            if keep is not None:  # a masked position passes its gradient through
                dh_before, dc_before = dh_before + (dh - dh_in), dc_before + (dc - dc_in)
            new_states.append((c_before, dh_before, dc_before))
            new_writes.append(write.write(at, dz))
        return t + 1, tuple(new_states), tuple(new_writes)

    writes = tuple(empty_array(like, length) for _ in ends)
    states, writes = loop(advance, length, (ends, writes), 1)
    return [stack_array(w, like, None) for w in writes], [state[1:] for state in states]


def _outer(h, dz):
    """Return the sum of the products of states and gradients, (..., U) and (..., 4U): (U, 4U)."""
    h, dz = (tf.reshape(x, (-1, x.shape[-1])) for x in (h, dz))
    return matmul(tf.transpose(h), dz)


def _array(x, length):
    return tf.TensorArray(
        x.dtype, length, element_shape=x.shape[1:], clear_after_read=False
    ).unstack(x)
