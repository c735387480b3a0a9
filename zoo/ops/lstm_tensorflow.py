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
from zoo.ops.tensorflow_loop import loop

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
    hs, cs = found[: len(backward)], found[len(backward) :]
    ends = [(h[0] if back else h[-1], c) for h, c, back in zip(hs, cs, backward, strict=True)]
    final = tuple(state for end in ends for state in end)
    outputs = [tf.transpose(h, (1, 0, 2)) for h in hs]
    if mask is not None and zero_masked:
        keep = tf.cast(mask[..., None], outputs[0].dtype)
        outputs = [output * keep for output in outputs]
    return tuple(outputs), final


def _run(tensors, backward, mask):
    """Return the h of all positions and the last c of each direction, and their gradient.

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

    like = (*start[0], z[0][0])
    writes = tuple(tuple(_array_like(x, length) for x in like) for _ in start)
    ends, writes = loop(advance, length, (start, writes), STEPS)
    hs = tuple(h.stack() for h, _, _ in writes)
    last = tuple(c for _, c in ends)

    def gradient(*given):
        dhs, dcs = given[:count], given[count:]
        saved = tuple(
            (gates, cs, _array(dh, length)) for (_, cs, gates), dh in zip(writes, dhs, strict=True)
        )
        ends = tuple(zip(last, dcs, strict=True))
        dz, ds = _backward(saved, kernels, ends, keep, length, backward)
        dr = map(_recurrent_gradient, hs, states[::2], dz, backward)
        return *dz, *dr, *(d for pair in ds for d in pair)

    return (*hs, *last), gradient


def _positions(t, length, backward):
    """Return the position that each direction reads at iteration t."""
    return tuple(length - 1 - t if back else t for back in backward)


def _recurrent_gradient(hs, start, dz, backward):
    """Return the gradient of a recurrent kernel (U, 4U)."""
    if backward:  # the previous state is that of the following position
        return _outer(hs[1:], dz[:-1]) + _outer(start, dz[-1])
    return _outer(hs[:-1], dz[1:]) + _outer(start, dz[0])


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


def _backward(saved, recurrent_kernels, ends, keep, length, backward):
    """Run the loop of the gradient; return dz, and d(h, c) of the initial states.

    Args:
        saved: for each direction, arrays of the sigmoids, of the previous c, and of dh.
        recurrent_kernels: for each direction, (U, 4U).
        ends: for each direction, the last c and its gradient.
        keep: array of the mask, or None.
        length: T.
        backward: for each direction, whether it reads backward.
    """
    transposed = [tf.transpose(r) for r in recurrent_kernels]

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
