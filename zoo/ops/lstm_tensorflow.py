"""A bidirectional LSTM loop for TensorFlow with its gradient written out.

Automatic differentiation of a TensorFlow loop adds up the gradient of the recurrent matrix, a
(U, 4U) tensor, at every step. Written out, the backward loop carries the gradients of the states
alone, and each recurrent matrix gets its gradient from one product after the loop.
"""

import tensorflow as tf

from zoo.ops.tensorflow_loop import loop

STEPS = 4  # of the sequence in one iteration of the forward loop: fewer turns, less overhead


def bidirectional_lstm(z, recurrent_kernels, states, mask=None):
    """Run both directions of an LSTM, given the input's share of the gates.

    Args:
        z: pair of (B, T, 4U), the gates' input share of both directions, i, f, g, o, both in the
            order of positions.
        recurrent_kernels: pair of (U, 4U).
        states: `(h_f, c_f, h_b, c_b)` to start from, each (B, U).
        mask: (B, T) boolean, True where there is a token, or None.

    Returns:
        `(forward, backward, states)`: the outputs of both directions, (B, T, U), in the order of
        positions and zero where masked, and the final states.
    """

    time_major_mask = None if mask is None else tf.transpose(mask)[..., None]

    @tf.custom_gradient
    def run(*tensors):
        return _run(*tensors, time_major_mask)

    z = [_time_major(each) for each in z]
    h_f, h_b, c_f, c_b = run(*z, *map(tf.convert_to_tensor, recurrent_kernels), *states)
    final = h_f[-1], c_f, h_b[0], c_b
    forward, backward = _time_major(h_f), _time_major(h_b)
    if mask is None:
        return forward, backward, final
    keep = tf.cast(mask[..., None], forward.dtype)
    return forward * keep, backward * keep, final


def _run(z_f, z_b, r_f, r_b, h_f, c_f, h_b, c_b, mask):
    length = tf.shape(z_f)[0]
    start = ((h_f, c_f), (h_b, c_b))
    inputs = tuple(_array(z, length) for z in (z_f, z_b))
    keep = None if mask is None else _array(mask, length)

    def advance(t, states, writes):
        new_states, new_writes = [], []
        for z, r, (h, c), write, at in zip(
            inputs, (r_f, r_b), states, writes, (t, length - 1 - t), strict=True
        ):
            h_new, c_new, gates = _step(z.read(at) + tf.matmul(h, r), c)
            if keep is not None:
                k = keep.read(at)
                h_new, c_new = tf.where(k, h_new, h), tf.where(k, c_new, c)
            new_states.append((h_new, c_new))
            saved = (h_new, c_new, gates)
            new_writes.append(tuple(w.write(at, s) for w, s in zip(write, saved, strict=True)))
        return t + 1, tuple(new_states), tuple(new_writes)

    like = (h_f, c_f, z_f[0])
    writes = tuple(tuple(_array_like(x, length) for x in like) for _ in start)
    states, writes = loop(advance, length, (start, writes), STEPS)
    (hs_f, cs_f, gates_f), (hs_b, cs_b, gates_b) = (
        tuple(write.stack() for write in direction) for direction in writes
    )

    def gradient(dhs_f, dhs_b, dc_f, dc_b):
        # The state before a position: the position before, or the one after for the other way.
        before_f = [tf.concat([s[None], x[:-1]], 0) for s, x in ((h_f, hs_f), (c_f, cs_f))]
        before_b = [tf.concat([x[1:], s[None]], 0) for s, x in ((h_b, hs_b), (c_b, cs_b))]
        factors = (
            _factors(gates_f, cs_f, before_f[1]) + (dhs_f,),
            _factors(gates_b, cs_b, before_b[1]) + (dhs_b,),
        )
        dz, ds = _backward(factors, (r_f, r_b), (dc_f, dc_b), mask)
        dr = [
            tf.tensordot(h, d, [[0, 1], [0, 1]])
            for h, d in zip((before_f[0], before_b[0]), dz, strict=True)
        ]
        return (*dz, *dr, *ds[0], *ds[1])

    return (hs_f, hs_b, states[0][1], states[1][1]), gradient


def _step(z, c):
    i, f, g, o = tf.split(z, 4, axis=-1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * c + i * g
    return o * tf.tanh(c), c, tf.concat([i, f, g, o], -1)


def _factors(gates, c, c_before):
    """Return what the backward loop multiplies with, for all positions at once.

    ```
    dc += dh * o (1 - tanh(c)^2)
    d[i f g] = dc * [g i (1 - i), c_before f (1 - f), i (1 - g^2)],  d[o] = dh * tanh(c) o (1 - o)
    dc_before = dc * f
    ```
    """
    i, f, g, o = tf.split(gates, 4, axis=-1)
    tanh_c = tf.tanh(c)
    by_dc = tf.concat([g * i * (1 - i), c_before * f * (1 - f), i * (1 - g * g)], -1)
    return by_dc, tanh_c * o * (1 - o), o * (1 - tanh_c * tanh_c), f


def _backward(factors, recurrent_kernels, dcs, mask):
    """Run the loop against each direction's time; return dz, and d(h, c) of the first states."""
    length = tf.shape(factors[0][0])[0]
    reads = tuple(tuple(_array(x, length) for x in each) for each in factors)
    keep = None if mask is None else _array(tf.cast(mask, dcs[0].dtype), length)
    transposed = [tf.transpose(r) for r in recurrent_kernels]

    def advance(t, states, writes):
        new_states, new_writes = [], []
        for read, r, (dh, dc), write, at in zip(
            reads, transposed, states, writes, (length - 1 - t, t), strict=True
        ):
            by_dc, o_by_dh, dc_by_dh, f, dh_out = (x.read(at) for x in read)
            dh += dh_out
            k = None if keep is None else keep.read(at)
            dh_in, dc_in = (dh, dc) if keep is None else (dh * k, dc * k)
            dc_new = dc_in + dh_in * dc_by_dh
            dz = tf.concat([tf.tile(dc_new, [1, 3]) * by_dc, dh_in * o_by_dh], -1)
            dh_before, dc_before = tf.matmul(dz, r), dc_new * f
            if keep is not None:  # a masked position hands its gradient on as it is
                dh_before, dc_before = dh_before + (dh - dh_in), dc_before + (dc - dc_in)
            new_states.append((dh_before, dc_before))
            new_writes.append(write.write(at, dz))
        return t + 1, tuple(new_states), tuple(new_writes)

    start = tuple((tf.zeros_like(dc), dc) for dc in dcs)
    dz_like = tf.concat([factors[0][0][0], factors[0][1][0]], -1)
    writes = tuple(_array_like(dz_like, length) for _ in start)
    states, writes = loop(advance, length, (start, writes), 1)
    return [write.stack() for write in writes], states


def _time_major(x):
    """Swap batch and time: (B, T, F) to (T, B, F) and back."""
    return tf.transpose(x, (1, 0, 2))


def _array(x, length):
    return tf.TensorArray(
        x.dtype, length, element_shape=x.shape[1:], clear_after_read=False
    ).unstack(x)


def _array_like(x, length):
    return tf.TensorArray(x.dtype, length, element_shape=x.shape)
