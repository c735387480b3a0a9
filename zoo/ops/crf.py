"""Linear-chain conditional random field: likelihood, decoding, marginals.

```
score(y) = start(y_1) + sum_t emissions(t, y_t) + sum_t transitions(y_t, y_(t+1)) + end(y_T)
p(y) = exp(score(y) - log_norm),  log_norm = log sum_y exp(score(y))
```

The functions have the arguments of TensorFlow Addons' `tfa.text` functions with the same name. All
of them also take these options by keyword:

- `start`, `end`: (K,), scores of the first and the last tag; None for zeros.
- `mask`: (B, T) boolean, True where there is a token, instead of the sequence lengths. Masked
  positions may be anywhere: they are skipped, and the chain links the remaining tokens. With
  neither lengths nor a mask, every position is a token.
- `allowed`: triple of booleans `(transitions (K, K), start (K,), end (K,))`, as
  returned by `zoo.ops.tag_constraints.allowed_tags`; a False entry scores -1e9. None for no
  constraint.

Emissions may be -inf, to forbid a tag at a position. A row without tokens has log norm, likelihood
and score 0, and no gradient. Half precision is computed as float32.

Reference: Lafferty et al. (2001).
"""

from typing import Any

from zoo.ops import crf_chain
from zoo.ops.crf_arguments import check_n, read_chain, read_tags
from zoo.ops.crf_search import best
from zoo.ops.tensor_types import Tensor


def crf_log_norm(
    inputs: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the log of the sum of exp(score) over all tag sequences.

    Args:
        inputs: (B, T, K), emissions.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), from the tag of the row to that of the column, or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        (B,), 0 for a row without tokens.

    Raises:
        ValueError: shapes that do not match; both lengths and a mask.

    Example:

    >>> import numpy as np
    >>> print(np.exp(np.asarray(crf_log_norm(np.zeros((2, 3, 2)), [3, 1]))).round(4))
    [8. 2.]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    return crf_chain.log_norm(chain) + chain.offset


def crf_sequence_score(
    inputs: Tensor,
    tag_indices: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the score of the given tag sequences.

    Args:
        inputs: (B, T, K), emissions.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        (B,), 0 for a row without tokens, NaN for one with a tag outside 0..K-1.

    Raises:
        ValueError: as `crf_log_norm`; a tag outside 0..K-1, if tags and lengths or mask are
            arrays and not tensors.

    Example:

    >>> import numpy as np
    >>> emissions = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> print(np.asarray(crf_sequence_score(emissions, [[0, 1]], [2], [[0, 9], [0, 0]])))
    [14.]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    tags = read_tags(tag_indices, chain, sequence_lengths, options.get("mask"))
    return crf_chain.score(chain, tags) + chain.offset


def crf_log_likelihood(
    inputs: Tensor,
    tag_indices: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the log-probability of the given tag sequences, and the transitions.

    Args:
        inputs: (B, T, K), emissions.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        `(log_likelihood, transition_params)`: (B,), 0 for a row without tokens, NaN for one with
        a tag outside 0..K-1; and the transitions, (K, K).

    Raises:
        ValueError: as `crf_sequence_score`.

    Example:

    >>> import numpy as np
    >>> log_likelihood, _ = crf_log_likelihood(np.zeros((1, 3, 2)), [[0, 1, 0]])
    >>> print(np.exp(np.asarray(log_likelihood)).round(4))
    [0.125]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    tags = read_tags(tag_indices, chain, sequence_lengths, options.get("mask"))
    # Both contain the offset; leaving it out avoids subtracting two large numbers.
    return crf_chain.score(chain, tags) - crf_chain.log_norm(chain), chain.transitions


def crf_decode(
    potentials: Tensor,
    transition_params: Tensor | None = None,
    sequence_length: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the best tag sequences and their scores, by the Viterbi algorithm.

    Args:
        potentials: (B, T, K), emissions.
        transition_params: (K, K), or None for zeros.
        sequence_length: (B,) integers, or None.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        `(tags, scores)`: (B, T) int32, 0 where masked; (B,). If no sequence is allowed, the tags
        are 0 and the score is -inf.

    Raises:
        ValueError: as `crf_log_norm`.

    Example:

    >>> import numpy as np
    >>> emissions = np.array([[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]])
    >>> tags, scores = crf_decode(emissions, [[0, 0], [5, 0]])
    >>> print(np.asarray(tags), np.asarray(scores))
    [[0 1 0]] [8.]
    """
    chain = read_chain(potentials, sequence_length, transition_params, **options)
    tags, scores = best(chain, 1)
    return tags[:, 0], scores[:, 0] + chain.offset


def crf_n_best(
    emissions: Tensor,
    n: int,
    transition_params: Tensor | None = None,
    sequence_length: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the n best tag sequences and their scores, the best first.

    Args:
        emissions: (B, T, K).
        n: number of sequences.
        transition_params: (K, K), or None for zeros.
        sequence_length: (B,) integers, or None.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        `(tags, scores)`: (B, n, T) int32, 0 where masked; (B, n). If fewer than n sequences
        exist or are allowed, the remaining tags are 0 and their scores -inf.

    Raises:
        ValueError: as `crf_log_norm`; n below 1.

    Example:

    >>> import numpy as np
    >>> tags, scores = crf_n_best(np.array([[[0.0, 1.0], [0.0, 5.0]]]), 3)
    >>> print(np.asarray(tags)[0].tolist(), np.asarray(scores))
    [[1, 1], [0, 1], [1, 0]] [[6. 5. 1.]]
    """
    check_n(n)
    chain = read_chain(emissions, sequence_length, transition_params, **options)
    tags, scores = best(chain, n)
    return tags, scores + chain.offset[:, None]


def crf_marginals(
    inputs: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the probability of each tag at each position, by the forward-backward algorithm.

    Args:
        inputs: (B, T, K), emissions.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see the module.

    Returns:
        (B, T, K), zeros where masked.

    Raises:
        ValueError: as `crf_log_norm`.

    Example:

    >>> import numpy as np
    >>> stay = [[0.0, -np.inf], [-np.inf, 0.0]]
    >>> emissions = np.log([[[0.5, 0.5], [0.9, 0.1]]])
    >>> print(np.asarray(crf_marginals(emissions, None, stay))[0].round(4))
    [[0.9 0.1] [0.9 0.1]]
    """
    return crf_chain.marginals(read_chain(inputs, sequence_lengths, transition_params, **options))
