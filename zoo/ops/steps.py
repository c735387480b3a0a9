"""One time step of each recurrent cell, one direction, as pure functions.

Each step takes `z`, the input projection of the gates (`x_t W + b`, computed by the caller for one
step or for the whole sequence at once), the previous states, and the recurrent weights. It returns
the new states; the first of them, `h`, is the output of the step.

`tanh` and `sigmoid` in the equations are the defaults of `activation` and `recurrent_activation`.
"""

from collections.abc import Callable

from keras import ops

from zoo.ops.matmul_dtype import matmul
from zoo.ops.tensor_types import Tensor

Activation = Callable[[Tensor], Tensor]


def lstm_step(
    z: Tensor,
    states: tuple[Tensor, Tensor],
    recurrent_kernel: Tensor,
    recurrent_mask: Tensor | None = None,
    *,
    activation: Activation = ops.tanh,
    recurrent_activation: Activation = ops.sigmoid,
) -> tuple[Tensor, Tensor]:
    """Advance an LSTM by one step.

    ```
    [i f g o] = z + h R
    c' = sigmoid(f) * c + sigmoid(i) * tanh(g)
    h' = sigmoid(o) * tanh(c')
    ```

    Args:
        z: (B, 4U), the input projection of the gates, in the order i, f, g, o.
        states: pair `(h, c)`, each (B, U).
        recurrent_kernel: R, (U, 4U).
        recurrent_mask: (B, U) scaled dropout mask on `h`, or None.
        activation: of the candidate g and of the output.
        recurrent_activation: of the gates i, f and o.

    Returns:
        The pair `(h', c')`.

    Example:

    >>> import numpy as np
    >>> h, c = lstm_step(np.zeros((1, 8)), (np.zeros((1, 2)), np.ones((1, 2))), np.zeros((2, 8)))
    >>> print(np.asarray(c))
    [[0.5 0.5]]

    Reference: Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    """
    h, c = states
    i, f, g, o = ops.split(z + _recurrent(h, recurrent_kernel, recurrent_mask), 4, axis=-1)
    c = recurrent_activation(f) * c + recurrent_activation(i) * activation(g)
    return recurrent_activation(o) * activation(c), c


def gru_step(
    z: Tensor,
    states: tuple[Tensor],
    recurrent_kernel: Tensor,
    recurrent_bias: Tensor | None,
    recurrent_mask: Tensor | None = None,
    *,
    activation: Activation = ops.tanh,
    recurrent_activation: Activation = ops.sigmoid,
) -> tuple[Tensor]:
    """Advance a GRU by one step; the reset gate acts after the recurrent product.

    ```
    [a_z a_r a_n] = z,   [b_z b_r b_n] = h R + b_R
    u = sigmoid(a_z + b_z),   r = sigmoid(a_r + b_r),   n = tanh(a_n + r * b_n)
    h' = u * h + (1 - u) * n
    ```

    Args:
        z: (B, 3U), the input projection of the gates, in the order update, reset, candidate.
        states: the 1-tuple `(h,)`, h (B, U).
        recurrent_kernel: R, (U, 3U).
        recurrent_bias: b_R, (3U,), or None for zeros.
        recurrent_mask: (B, U) scaled dropout mask on `h` in the product, or None.
        activation: of the candidate n.
        recurrent_activation: of the gates u and r.

    Returns:
        The 1-tuple `(h',)`.

    Example:

    >>> import numpy as np
    >>> (h,) = gru_step(np.zeros((1, 3)), (np.ones((1, 1)),), np.zeros((1, 3)), np.zeros(3))
    >>> print(np.asarray(h))
    [[0.5]]

    Reference: Cho et al. (2014), in the form of cuDNN, `torch.nn.GRU` and Keras' `reset_after`.
    """
    (h,) = states
    a_z, a_r, a_n = ops.split(z, 3, axis=-1)
    recurrent = _recurrent(h, recurrent_kernel, recurrent_mask)
    if recurrent_bias is not None:
        recurrent += recurrent_bias
    b_z, b_r, b_n = ops.split(recurrent, 3, axis=-1)
    u, r = recurrent_activation(a_z + b_z), recurrent_activation(a_r + b_r)
    n = activation(a_n + r * b_n)
    return (u * h + (1 - u) * n,)


def gru_reset_before_step(
    z: Tensor,
    states: tuple[Tensor],
    recurrent_kernel: Tensor,
    recurrent_mask: Tensor | None = None,
    *,
    activation: Activation = ops.tanh,
    recurrent_activation: Activation = ops.sigmoid,
) -> tuple[Tensor]:
    """Advance a GRU by one step; the reset gate acts before the recurrent product.

    ```
    [a_z a_r a_n] = z,   R = [R_z R_r R_n]
    u = sigmoid(a_z + h R_z),   r = sigmoid(a_r + h R_r),   n = tanh(a_n + (r * h) R_n)
    h' = u * h + (1 - u) * n
    ```

    Args:
        z: (B, 3U), the input projection of the gates, in the order update, reset, candidate.
        states: the 1-tuple `(h,)`, h (B, U).
        recurrent_kernel: R, (U, 3U).
        recurrent_mask: (B, U) scaled dropout mask on `h` in the products, or None.
        activation: of the candidate n.
        recurrent_activation: of the gates u and r.

    Returns:
        The 1-tuple `(h',)`.

    Example:

    >>> import numpy as np
    >>> (h,) = gru_reset_before_step(np.zeros((1, 3)), (np.ones((1, 1)),), np.zeros((1, 3)))
    >>> print(np.asarray(h))
    [[0.5]]

    Reference: Cho et al. (2014), in their own form, which is Keras' `reset_after=False`.
    """
    (h,) = states
    units = h.shape[-1]
    a_z, a_r, a_n = ops.split(z, 3, axis=-1)
    gates = _recurrent(h, recurrent_kernel[:, : 2 * units], recurrent_mask)
    b_z, b_r = ops.split(gates, 2, axis=-1)
    u, r = recurrent_activation(a_z + b_z), recurrent_activation(a_r + b_r)
    n = activation(a_n + _recurrent(r * h, recurrent_kernel[:, 2 * units :], recurrent_mask))
    return (u * h + (1 - u) * n,)


def simple_rnn_step(
    z: Tensor,
    states: tuple[Tensor],
    recurrent_kernel: Tensor,
    recurrent_mask: Tensor | None = None,
    *,
    activation: Activation = ops.tanh,
) -> tuple[Tensor]:
    """Advance a vanilla RNN by one step: `h' = tanh(z + h R)`.

    Args:
        z: (B, U), the input projection.
        states: the 1-tuple `(h,)`, h (B, U).
        recurrent_kernel: R, (U, U).
        recurrent_mask: (B, U) scaled dropout mask on `h`, or None.
        activation: of the new state.

    Returns:
        The 1-tuple `(h',)`.

    Example:

    >>> import numpy as np
    >>> (h,) = simple_rnn_step(np.zeros((1, 1)), (np.ones((1, 1)),), np.zeros((1, 1)))
    >>> print(np.asarray(h))
    [[0.]]

    Reference: Elman (1990).
    """
    (h,) = states
    return (activation(z + _recurrent(h, recurrent_kernel, recurrent_mask)),)


def _recurrent(h, recurrent_kernel, recurrent_mask):
    return matmul(h if recurrent_mask is None else h * recurrent_mask, recurrent_kernel)
