"""The best tag sequences of a linear-chain CRF."""

from typing import Any

from zoo.ops.crf.arguments import check_n, read_bitmap, read_chain
from zoo.ops.crf.search import best
from zoo.ops.tensor_types import Tensor


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
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

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
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

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


def crf_constrained_decode(
    potentials: Tensor,
    tag_bitmap: Tensor,
    transition_params: Tensor | None = None,
    sequence_length: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the best tag sequences among those of the allowed tags, and their scores.

    Args:
        potentials: (B, T, K), emissions.
        tag_bitmap: (B, T, K) boolean, whether a tag is allowed at a position.
        transition_params: (K, K), or None for zeros.
        sequence_length: (B,) integers, or None.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        `(tags, scores)`, as `crf_decode`.

    Raises:
        ValueError: as `crf_log_norm`; a bitmap of another shape.

    Example:

    >>> import numpy as np
    >>> emissions = np.array([[[1.0, 0.0], [0.0, 2.0]]])
    >>> tags, scores = crf_constrained_decode(emissions, [[[True, True], [True, False]]])
    >>> print(np.asarray(tags), np.asarray(scores))
    [[0 0]] [1.]
    """
    chain = read_chain(potentials, sequence_length, transition_params, **options)
    tags, scores = best(chain.limited(read_bitmap(tag_bitmap, chain)), 1)
    return tags[:, 0], scores[:, 0] + chain.offset
