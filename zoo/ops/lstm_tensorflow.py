"""A bidirectional LSTM loop for TensorFlow with a custom gradient.

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
from zoo.ops.tensorflow_loop import loop

STEPS = 4  # time steps per iteration of the forward loop, to reduce its overhead


def bidirectional_lstm(
    z: Sequence[Tensor],
    recurrent_kernels: Sequence[Tensor],
    states: Sequence[Tensor],
    mask: Tensor | None = None,
) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """Run both directions of an LSTM, given the input projection of the gates.

    Args:
        z: pair of (T, B, 4U), the input projections of both directions, with the gates i, f, g, o,
            both in the order of positions.
        recurrent_kernels: pair of (U, 4U).
        states: the initial `(h_f, c_f, h_b, c_b)`, each (B, U).
        mask: (B, T) boolean, True where there is a token, or None.

    Returns:
        `(forward, backward, states)`: the outputs of both directions, (B, T, U), in the order of
        positions and zero where masked, and the final states.
    """

    time_major_mask = None
    if mask is not None:
        time_major_mask = tf.transpose(mask)[..., None]  # pyright: ignore[reportArgumentType]

    @tf.custom_gradient
    def run(*tensors: Tensor) -> Any:
        return _run(*tensors, mask=time_major_mask)

    h_f, h_b, c_f, c_b = run(*z, *map(tf.convert_to_tensor, recurrent_kernels), *states)
    final = h_f[-1], c_f, h_b[0], c_b
    forward, backward = (tf.transpose(h, (1, 0, 2)) for h in (h_f, h_b))
    if mask is None:
        return forward, backward, final
    keep = tf.cast(mask[..., None], forward.dtype)
    return forward * keep, backward * keep, final


def _run(z_f, z_b, r_f, r_b, h_f, c_f, h_b, c_b, mask):
    length = tf.shape(z_f)[0]
    start = ((h_f, c_f), (h_b, c_b))
    inputs = tuple(_array(z, length) for z in (z_f, z_b))
    keep = None if mask is None else _array(mask, length)
    kernels = to_matmul_dtype(r_f), to_matmul_dtype(r_b)

    def advance(t, states, writes):
        new_states, new_writes = [], []
        for z, r, (h, c), write, at in zip(
            inputs, kernels, states, writes, (t, length - 1 - t), strict=True
        ):
            h_new, c_new, gates = _step(z.read(at) + matmul(h, r), c)
            if keep is not None:
                k = keep.read(at)
                h_new, c_new = tf.where(k, h_new, h), tf.where(k, c_new, c)
            new_states.append((h_new, c_new))
            saved = (h_new, c, gates)
            new_writes.append(tuple(w.write(at, s) for w, s in zip(write, saved, strict=True)))
        return t + 1, tuple(new_states), tuple(new_writes)

    like = (h_f, c_f, z_f[0])
    writes = tuple(tuple(_array_like(x, length) for x in like) for _ in start)
    states, writes = loop(advance, length, (start, writes), STEPS)
    (hs_f, cs_f, gates_f), (hs_b, cs_b, gates_b) = writes
    hs_f, hs_b = hs_f.stack(), hs_b.stack()
    (_, c_last_f), (_, c_last_b) = states

    def gradient(dhs_f, dhs_b, dc_f, dc_b):
        saved = ((gates_f, cs_f, _array(dhs_f, length)), (gates_b, cs_b, _array(dhs_b, length)))
        ends = ((c_last_f, dc_f), (c_last_b, dc_b))
        (dz_f, dz_b), ds = _backward(saved, kernels, ends, keep, length)
        # The previous state of the backward direction is that of the following position.
        dr_f = _outer(hs_f[:-1], dz_f[1:]) + _outer(h_f, dz_f[0])
        dr_b = _outer(hs_b[1:], dz_b[:-1]) + _outer(h_b, dz_b[-1])
        return dz_f, dz_b, dr_f, dr_b, *ds[0], *ds[1]

    return (hs_f, hs_b, c_last_f, c_last_b), gradient


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


def _backward(saved, recurrent_kernels, ends, keep, length):
    """Run the backward loop; return dz, and d(h, c) of the initial states.

    Args:
        saved: for each direction, arrays of the sigmoids, of the previous c, and of dh.
        recurrent_kernels: pair of (U, 4U).
        ends: for each direction, the last c and its gradient.
        keep: array of the mask, or None.
        length: T.
    """
    transposed = [tf.transpose(r) for r in recurrent_kernels]

    def advance(t, states, writes):
        new_states, new_writes = [], []
        for (gates, cs, dhs), r, (c, dh, dc), write, at in zip(
            saved, transposed, states, writes, (length - 1 - t, t), strict=True
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

    start = tuple((c, tf.zeros_like(dc), dc) for c, dc in ends)
    gates = saved[0][0].read(0)
    writes = tuple(_array_like(gates, length) for _ in start)
    states, writes = loop(advance, length, (start, writes), 1)
    return [write.stack() for write in writes], [state[1:] for state in states]


def _outer(h, dz):
    """Return the sum of the products of states and gradients, (..., U) and (..., 4U): (U, 4U)."""
    h, dz = (tf.reshape(x, (-1, x.shape[-1])) for x in (h, dz))
    return matmul(tf.transpose(h), dz)


def _array(x, length):
    return tf.TensorArray(
        x.dtype, length, element_shape=x.shape[1:], clear_after_read=False
    ).unstack(x)


def _array_like(x, length):
    return tf.TensorArray(x.dtype, length, element_shape=x.shape, clear_after_read=False)
