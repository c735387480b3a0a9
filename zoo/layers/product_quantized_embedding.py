"""Vectors in less than a byte a number: each piece of one is one of 256 in a codebook."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from zoo.layers.guards import check_positive_int
from zoo.ops.tensor_types import Shape, Tensor

CODES = 256
SAMPLE, ROUNDS = 20_000, 12  # vectors that the codebooks are fitted on, and how often


@keras.saving.register_keras_serializable(package="zoo")
class CodedEmbedding(keras.layers.Layer):
    """Turn ids into vectors that are kept by product quantization; none of it is trained.

    ```
    v_i = [c_1[q_i1] ; ... ; c_M[q_iM]],   q_im in 0 .. 255,  c_m: 256 pieces of a vector
    ```

    Args:
        input_dim: N, how many ids there are.
        output_dim: D, the width of a vector.
        pieces: M, the number of pieces of a vector, and of bytes that it takes.

    Call arguments:
        ids: integers of any shape (...).

    Returns:
        (..., D).

    Raises:
        ValueError: more pieces than a vector has numbers; in `encode`, vectors of another shape.

    Example:

    >>> layer = CodedEmbedding(3, 4, pieces=2)
    >>> layer.build()
    >>> layer.encode(np.array([[0, 0, 1, 1], [2, 2, 1, 1], [0, 0, 5, 5.0]]))
    >>> ops.convert_to_numpy(layer(np.array([[2, 1]])))
    array([[[0., 0., 5., 5.],
            [2., 2., 1., 1.]]], dtype=float32)

    Reference: Jegou et al., Product Quantization for Nearest Neighbor Search, 2011.
    """

    def __init__(self, input_dim: int, output_dim: int, pieces: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_dim = check_positive_int("input_dim", input_dim)
        self.output_dim = check_positive_int("output_dim", output_dim)
        self.pieces = check_positive_int("pieces", pieces)
        if pieces > output_dim:
            raise ValueError(f"`pieces` must be at most {output_dim}, got {pieces}.")
        self.piece_width = -(-output_dim // pieces)

    def build(self, ids_shape: Shape | None = None) -> None:
        """Create the codes and the codebooks."""
        self.codes = self.add_weight(
            (self.input_dim, self.pieces), "zeros", dtype="uint8", trainable=False, name="codes"
        )
        self.codebooks = self.add_weight(
            (self.pieces * CODES, self.piece_width), "zeros", trainable=False, name="codebooks"
        )

    def call(self, ids: Tensor) -> Tensor:
        """Look up the vectors; see the class."""
        codes = ops.cast(ops.take(self.codes, ids, axis=0), "int32")
        rows = codes + np.arange(0, self.pieces * CODES, CODES, dtype="int32")
        pieces = ops.take(self.codebooks, rows, axis=0)
        shape = (*ops.shape(ids), self.pieces * self.piece_width)
        return ops.reshape(pieces, shape)[..., : self.output_dim]

    def encode(self, vectors: ArrayLike, seed: int = 0) -> None:
        """Fit the codebooks to vectors, (N, D), by k-means, and keep the nearest pieces."""
        if np.shape(vectors) != (self.input_dim, self.output_dim):
            raise ValueError(
                f"`vectors` must have the shape {(self.input_dim, self.output_dim)}, got "
                f"{np.shape(vectors)}."
            )
        spare = self.pieces * self.piece_width - self.output_dim
        padded = np.pad(np.asarray(vectors, "float32"), ((0, 0), (0, spare)))
        parts = padded.reshape(len(padded), self.pieces, self.piece_width).swapaxes(0, 1)
        rng = np.random.default_rng(seed)
        books = [_fit(part, rng) for part in parts]
        nearest = [_nearest(part, book) for part, book in zip(parts, books, strict=True)]
        self.codebooks.assign(np.concatenate(books))
        self.codes.assign(np.stack(nearest, axis=1).astype("uint8"))

    def compute_output_shape(self, ids_shape: Shape) -> Shape:
        """Return the shape of the vectors."""
        return (*ids_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = ("input_dim", "output_dim", "pieces")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _fit(points, rng):
    """Return 256 centres of points (N, w), by Lloyd's algorithm: on a sample, or on all numbers."""
    numbers = points.shape[1] == 1
    # Of numbers the few largest count most, and a sample has none of them.
    some = points if numbers else points[rng.permutation(len(points))[:SAMPLE]]
    points = np.unique(some, axis=0)
    if len(points) <= CODES:  # nothing to fit
        return np.pad(points, ((0, CODES - len(points)), (0, 0)), mode="edge")
    if numbers:
        centres = np.linspace(points[0], points[-1], CODES, dtype="float32")
    else:
        centres = points[rng.choice(len(points), CODES, replace=False)]
    for _ in range(ROUNDS):
        nearest = _nearest(points, centres)
        counts = np.bincount(nearest, minlength=CODES)[:, None]
        sums = np.stack([np.bincount(nearest, column, CODES) for column in points.T], axis=1)
        centres = np.where(counts, sums / np.maximum(counts, 1), centres).astype("float32")
    if numbers and 0 in points:
        centres[np.abs(centres).argmin()] = 0  # what weighs nothing is to add nothing
    return centres


def _nearest(points, centres, block=50_000):
    """Return for each point the number of its nearest centre."""
    squares = (centres**2).sum(axis=1)
    blocks = (points[i : i + block] for i in range(0, len(points), block))
    return np.concatenate([np.argmin(squares - 2 * each @ centres.T, axis=1) for each in blocks])
