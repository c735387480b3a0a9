"""Linear-chain conditional random field: likelihood, decoding, marginals.

```
score(y) = start(y_1) + sum_t potentials(t, y_t) + sum_t transitions(y_t, y_(t+1)) + end(y_T)
p(y) = exp(score(y) - log_norm),  log_norm = log sum_y exp(score(y))
```

The functions take their positional arguments as those of TensorFlow Addons' `tfa.text` of the same
name do. All of them take these by keyword:

- `start`, `end`: (K,), scores of the first and the last tag; None for zeros.
- `mask`: (B, T) boolean, True where there is a token, in place of the sequence lengths. Masked
  positions may stand anywhere: they are skipped, and the chain links the tokens that remain. With
  neither lengths nor a mask, every position is a token.
- `allowed`: triple of booleans, `(transitions (K, K), start (K,), end (K,))`, as
  `zoo.ops.tag_constraints.allowed_tags` gives it: what is False scores `LOWEST`, about minus a
  billion. None for no constraint.

Potentials may be -inf, to forbid a tag at one position. A row without tokens has log norm,
likelihood and score 0 and passes no gradient on. Half precision is computed as float32.

Reference: Lafferty et al. (2001).
"""

import numpy as np
from keras import ops

from zoo.ops import crf_chain
from zoo.ops.crf_chain import Chain


def crf_log_norm(
    inputs,
    sequence_lengths=None,
    transition_params=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the log of the sum of exp(score) over all tag sequences.

    Args:
        inputs: (B, T, K), potentials.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), from the row's tag to the column's, or None for zeros.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        (B,), 0 for a row without tokens.

    Raises:
        ValueError: shapes that do not fit; both lengths and a mask.

    Example:

    >>> import numpy as np
    >>> print(np.exp(np.asarray(crf_log_norm(np.zeros((2, 3, 2)), [3, 1]))).round(4))
    [8. 2.]
    """
    chain = _chain(inputs, sequence_lengths, transition_params, start, end, mask, allowed)
    return crf_chain.log_norm(chain) + chain.offset


def crf_sequence_score(
    inputs,
    tag_indices,
    sequence_lengths=None,
    transition_params=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the score of the given tag sequences.

    Args:
        inputs: (B, T, K), potentials.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions mean nothing.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        (B,), 0 for a row without tokens, NaN for one with a tag outside 0..K-1.

    Raises:
        ValueError: as `crf_log_norm`, and tags outside 0..K-1 where they are a NumPy array.

    Example:

    >>> import numpy as np
    >>> potentials = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> print(np.asarray(crf_sequence_score(potentials, [[0, 1]], [2], [[0, 9], [0, 0]])))
    [14.]
    """
    chain = _chain(inputs, sequence_lengths, transition_params, start, end, mask, allowed)
    return crf_chain.score(chain, _tags(tag_indices, inputs, chain)) + chain.offset


def crf_log_likelihood(
    inputs,
    tag_indices,
    sequence_lengths=None,
    transition_params=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the log-probability of the given tag sequences, and the transitions.

    Args:
        inputs: (B, T, K), potentials.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions mean nothing.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        `(log_likelihood, transition_params)`: (B,), 0 for a row without tokens, NaN for one with
        a tag outside 0..K-1; and (K, K).

    Raises:
        ValueError: as `crf_sequence_score`.

    Example:

    >>> import numpy as np
    >>> log_likelihood, _ = crf_log_likelihood(np.zeros((1, 3, 2)), [[0, 1, 0]])
    >>> print(np.exp(np.asarray(log_likelihood)).round(4))
    [0.125]
    """
    chain = _chain(inputs, sequence_lengths, transition_params, start, end, mask, allowed)
    tags = _tags(tag_indices, inputs, chain)
    # The offset is in both of them; left out, two large numbers need not be subtracted.
    return crf_chain.score(chain, tags) - crf_chain.log_norm(chain), chain.transitions


def crf_decode(
    potentials,
    transition_params=None,
    sequence_length=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the best tag sequences and their scores, by the Viterbi algorithm.

    Args:
        potentials: (B, T, K).
        transition_params: (K, K), or None for zeros.
        sequence_length: (B,) integers, or None.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        `(tags, scores)`: (B, T) int32, 0 where masked; (B,). If no sequence is allowed, the tags
        are 0 and the score is -inf.

    Raises:
        ValueError: as `crf_log_norm`.

    Example:

    >>> import numpy as np
    >>> potentials = np.array([[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]])
    >>> tags, scores = crf_decode(potentials, [[0, 0], [5, 0]])
    >>> print(np.asarray(tags), np.asarray(scores))
    [[0 1 0]] [8.]
    """
    chain = _chain(potentials, sequence_length, transition_params, start, end, mask, allowed)
    tags, scores = crf_chain.best(chain, 1)
    return tags[:, 0], scores[:, 0] + chain.offset


def crf_n_best(
    potentials,
    n,
    transition_params=None,
    sequence_length=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the n best tag sequences and their scores, the best first.

    Args:
        potentials: (B, T, K).
        n: how many.
        transition_params: (K, K), or None for zeros.
        sequence_length: (B,) integers, or None.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        `(tags, scores)`: (B, n, T) int32, 0 where masked; (B, n). Where fewer than n sequences
        exist or are allowed, the tags are 0 and the score is -inf.

    Raises:
        ValueError: as `crf_log_norm`; n below 1.

    Example:

    >>> import numpy as np
    >>> tags, scores = crf_n_best(np.array([[[0.0, 1.0], [0.0, 5.0]]]), 3)
    >>> print(np.asarray(tags)[0], np.asarray(scores))
    [[1 1] [0 1] [1 0]] [[6. 5. 1.]]
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"`n` must be an integer above 0, got {n!r}.")
    chain = _chain(potentials, sequence_length, transition_params, start, end, mask, allowed)
    tags, scores = crf_chain.best(chain, n)
    return tags, scores + chain.offset[:, None]


def crf_marginals(
    inputs,
    sequence_lengths=None,
    transition_params=None,
    *,
    start=None,
    end=None,
    mask=None,
    allowed=None,
):
    """Return the probability of each tag at each position, by the forward-backward algorithm.

    Args:
        inputs: (B, T, K), potentials.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        start: see the module, as for `end`, `mask` and `allowed`.
        end: likewise.
        mask: likewise.
        allowed: likewise.

    Returns:
        (B, T, K), zeros where masked.

    Raises:
        ValueError: as `crf_log_norm`.

    Example:

    >>> import numpy as np
    >>> stay = [[0.0, -np.inf], [-np.inf, 0.0]]
    >>> potentials = np.log([[[0.5, 0.5], [0.9, 0.1]]])
    >>> print(np.asarray(crf_marginals(potentials, None, stay))[0].round(4))
    [[0.9 0.1] [0.9 0.1]]
    """
    chain = _chain(inputs, sequence_lengths, transition_params, start, end, mask, allowed)
    return crf_chain.marginals(chain)


def _chain(inputs, lengths, transitions, start, end, mask, allowed):
    """Check the arguments of a public function and bring them into one form."""
    inputs = ops.convert_to_tensor(inputs)
    shape = tuple(inputs.shape)
    if len(shape) != 3 or shape[-1] is None:
        raise ValueError(
            f"The potentials must have the shape (batch, time, tags), tags known, got {shape}."
        )
    dtype = "float64" if "float64" in str(inputs.dtype) else "float32"
    count = shape[-1]
    sizes = {"transition_params": (count, count), "start": (count,), "end": (count,)}
    scores = []
    for (name, size), each in zip(sizes.items(), (transitions, start, end), strict=True):
        each = ops.zeros(size, dtype) if each is None else ops.cast(each, dtype)
        _check_shape(name, each, size)
        scores.append(each)
    if allowed is not None:
        for (name, size), each in zip(sizes.items(), allowed, strict=True):
            _check_shape(f"allowed: {name}", each, size)
        scores = [
            ops.where(ops.cast(ok, "bool"), each, crf_chain.LOWEST)
            for ok, each in zip(allowed, scores, strict=True)
        ]
    return Chain.of(ops.cast(inputs, dtype), _mask(inputs, lengths, mask), *scores)


def _mask(inputs, lengths, mask):
    if lengths is not None and mask is not None:
        raise ValueError("Give sequence lengths or a `mask`, not both.")
    if mask is not None:
        _check_shape("mask", mask, tuple(inputs.shape)[:2])
        return ops.cast(mask, "bool")
    batch, time = ops.shape(inputs)[:2]
    if lengths is None:
        return ops.ones((batch, time), "bool")
    lengths = ops.cast(lengths, "int32")
    _check_shape("sequence_lengths", lengths, tuple(inputs.shape)[:1])
    return ops.arange(time) < lengths[:, None]


def _tags(tags, inputs, chain):
    _check_shape("tag_indices", np.asarray(tags) if _concrete(tags) else tags, inputs.shape[:2])


def _check_shape(name, x, size):
    shape = tuple(ops.shape(x))
