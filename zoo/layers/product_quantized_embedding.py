"""An embedding whose vectors are compressed by product quantization."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from zoo.layers.guards import check_positive_int
from zoo.ops.tensor_types import Shape, Tensor

CODEBOOK_SIZE = 256  # an index takes one byte
SAMPLE, ROUNDS = 20_000, 12  # vectors for fitting a codebook, and iterations


@keras.saving.register_keras_serializable(package="zoo")
class ProductQuantizedEmbedding(keras.layers.Layer):
    """An embedding with product-quantized vectors; it is not trained by gradients.

    ```
    v_i = [c_1[q_i1] ; ... ; c_M[q_iM]],   q_im in 0 .. 255,  c_m: codebook of 256 subvectors
    ```

    Args:
        input_dim: N, the number of ids.
        output_dim: D, the width of a vector.
        num_subvectors: M, the number of subvectors of a vector; each takes one byte.

    Call arguments:
        ids: integers of any shape (...).

    Returns:
        (..., D).

    Masking:
        An implicit mask of the ids goes out with the vectors.

    Raises:
        ValueError: `num_subvectors` is above `output_dim`; in `encode`, vectors of another shape.

    Example:

    >>> layer = ProductQuantizedEmbedding(3, 4, num_subvectors=2)
    >>> layer.build()
    >>> layer.encode(np.array([[0, 0, 1, 1], [2, 2, 1, 1], [0, 0, 5, 5.0]]))
    >>> ops.convert_to_numpy(layer(np.array([[2, 1]])))
    array([[[0., 0., 5., 5.],
            [2., 2., 1., 1.]]], dtype=float32)

    Reference: Jegou et al., Product Quantization for Nearest Neighbor Search, 2011.
    """

    def __init__(self, input_dim: int, output_dim: int, num_subvectors: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.input_dim = check_positive_int("input_dim", input_dim)
        self.output_dim = check_positive_int("output_dim", output_dim)
        self.num_subvectors = check_positive_int("num_subvectors", num_subvectors)
        if num_subvectors > output_dim:
            raise ValueError(
                f"`num_subvectors` must be at most {output_dim}, got {num_subvectors}."
            )
        self.subvector_width = -(-output_dim // num_subvectors)

    def build(self, ids_shape: Shape | None = None) -> None:
        """Create the codes and the codebooks."""
        shape = self.input_dim, self.num_subvectors
        self.codes = self.add_weight(shape, "zeros", dtype="uint8", trainable=False, name="codes")
        shape = self.num_subvectors * CODEBOOK_SIZE, self.subvector_width
        self.codebooks = self.add_weight(shape, "zeros", trainable=False, name="codebooks")

    def call(self, ids: Tensor) -> Tensor:
        """Return the vectors of ids; see the class."""
        codes = ops.cast(ops.take(self.codes, ids, axis=0), "int32")
        rows = codes + CODEBOOK_SIZE * np.arange(self.num_subvectors, dtype="int32")
        subvectors = ops.take(self.codebooks, rows, axis=0)
        shape = (*ops.shape(ids), self.num_subvectors * self.subvector_width)
        return ops.reshape(subvectors, shape)[..., : self.output_dim]

    def encode(self, vectors: ArrayLike, seed: int = 0) -> None:
        """Fit the codebooks to vectors (N, D) by k-means, and store the nearest codes."""
        if np.shape(vectors) != (self.input_dim, self.output_dim):
            raise ValueError(
                f"`vectors` must have the shape {(self.input_dim, self.output_dim)}, got "
                f"{np.shape(vectors)}."
            )
        count, width = self.num_subvectors, self.subvector_width
        padding = count * width - self.output_dim
        padded = np.pad(np.asarray(vectors, "float32"), ((0, 0), (0, padding)))
        parts = padded.reshape(-1, count, width).swapaxes(0, 1)
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
        names = ("input_dim", "output_dim", "num_subvectors")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _fit(points, rng):
    """Return 256 centroids of points (N, w), by Lloyd's algorithm; points are sampled if w > 1."""
    scalars = points.shape[1] == 1
    # The few largest scalars matter most, and a sample would miss them.
    some = points if scalars else points[rng.permutation(len(points))[:SAMPLE]]
    points = np.unique(some, axis=0)
    if len(points) <= CODEBOOK_SIZE:  # nothing to fit
        return np.pad(points, ((0, CODEBOOK_SIZE - len(points)), (0, 0)), mode="edge")
    if scalars:
        centroids = np.linspace(points[0], points[-1], CODEBOOK_SIZE, dtype="float32")
    else:
        centroids = points[rng.choice(len(points), CODEBOOK_SIZE, replace=False)]
    for _ in range(ROUNDS):
        nearest = _nearest(points, centroids)
        counts = np.bincount(nearest, minlength=CODEBOOK_SIZE)[:, None]
        sums = [np.bincount(nearest, column, CODEBOOK_SIZE) for column in points.T]
        means = np.stack(sums, axis=1) / np.maximum(counts, 1)
        centroids = np.where(counts, means, centroids).astype("float32")
    if scalars and 0 in points:
        centroids[np.abs(centroids).argmin()] = 0  # a weight of 0 must stay exactly 0
    return centroids


def _nearest(points, centroids, block=50_000):
    """Return the index of the nearest centroid of each point."""
    squares = (centroids**2).sum(axis=1)
    blocks = (points[i : i + block] for i in range(0, len(points), block))
    return np.concatenate([np.argmin(squares - 2 * each @ centroids.T, axis=1) for each in blocks])
