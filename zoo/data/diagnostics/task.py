"""What a diagnostic task is: sequences, their labels, and the ceiling of each direction."""

import numpy as np

DIRECTIONS = ("forward", "backward", "both")
UNSCORED = -1  # label of a token that is neither trained on nor scored


class Diagnostic:
    """Base class of the tasks: a random source of sequences whose labels follow from their tokens.

    All sequences of a batch have the same length, so there is no padding; id 0 does not occur.

    Attributes:
        length: T, the length of the sequences.
        tokens: V, the number of ids, 0 included.
        labels: K, the number of labels.
        shorter: further lengths to train on.
        longer: further lengths to test at.
        whole: whether the whole sequence has one label, not each token.
    """

    length: int
    tokens: int
    labels: int
    shorter: tuple[int, ...] = ()
    longer: tuple[int, ...] = ()
    whole = False

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences, int32 of shape (count, length)."""
        raise NotImplementedError

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the labels of ids (B, T): (B, T) with `UNSCORED`, or (B,) if `whole`."""
        raise NotImplementedError

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return the accuracy of the best forward model at each token, shape (T,).

        Such a model has read the tokens 0 to t when it labels token t. The value is NaN at tokens
        that are not scored. The shape is () if the whole sequence has one label.
        """
        raise NotImplementedError

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return the accuracy of the best backward model at each token, as `forward_ceiling`."""
        raise NotImplementedError

    def ceiling(self, direction: str, length: int) -> np.ndarray:
        """Return the accuracy of the best model of a direction at each token.

        Args:
            direction: "forward", "backward" or "both".
            length: T.

        Returns:
            Shape (T,), NaN at tokens that are not scored; or () if the whole sequence has one
            label. A model that reads both directions can be right everywhere.

        Raises:
            ValueError: an unknown direction.

        Example:

        >>> from zoo.data.diagnostics import ReversedCopy
        >>> ReversedCopy(length=4).ceiling("forward", 4)
        array([0.25, 0.25, 1.  , 1.  ])
        """
        if direction not in DIRECTIONS:
            raise ValueError(f"direction must be one of {DIRECTIONS}, got {direction!r}")
        if direction == "both":
            return np.where(np.isnan(self.forward_ceiling(length)), np.nan, 1.0)
        exact = self.forward_ceiling if direction == "forward" else self.backward_ceiling
        return exact(length)


def accuracy_by_token(labels: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return the share of right answers over the sequences, NaN where nothing is scored.

    Args:
        labels: (B, T) integers, `UNSCORED` where nothing is scored; or (B,).
        answers: integers of the same shape.

    Example:

    >>> accuracy_by_token(np.array([[1, UNSCORED], [0, UNSCORED]]), np.array([[1, 0], [1, 0]]))
    array([0.5, nan])
    """
    scored = labels != UNSCORED
    right = ((labels == answers) & scored).sum(axis=0)
    return np.where(scored.any(axis=0), right / np.maximum(scored.sum(axis=0), 1), np.nan)
