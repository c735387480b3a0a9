"""Which tag may follow which, in the schemes that write spans as tags; NumPy only."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from zoo.text.schemes import SCHEMES, scheme_named


class Allowed(NamedTuple):
    """Which tags may follow each other, start or end a sequence.

    Args:
        transitions: (K, K) boolean, whether the tag of the column may follow that of the row.
        start: (K,) boolean, whether a tag may be the first one.
        end: (K,) boolean, whether a tag may be the last one.
    """

    transitions: np.ndarray
    start: np.ndarray
    end: np.ndarray


def allowed_tags(labels: Iterable[str], scheme: str | None) -> Allowed:
    """Return which sequences of labels are well-formed in a scheme.

    - BIO (also called IOB2): a span is B, then I's.
    - IOB1: a span is I's; B starts a span only directly after another one of the same type.
    - IOE1: a span is I's; E ends a span only directly before another one of the same type.
    - IOE2: a span is I's, then E.
    - BIOES (IOBES): a span is S alone, or B, then I's, then E.
    - BILOU, BMEWO: BIOES with other letters.
    - IO: a span is I's, and adjacent spans of one type are one.

    Args:
        labels: the K labels in the order of their numbers: "O", or a prefix and a type, "B-PER".
        scheme: a name in `zoo.text.SCHEMES`; None or "" for no constraint.

    Returns:
        `Allowed`.

    Raises:
        ValueError: an unknown scheme, a label outside the scheme, a duplicate label.

    Example:

    >>> allowed_tags(["O", "B-PER", "I-PER"], "BIO").transitions
    array([[ True,  True, False],
           [ True,  True,  True],
           [ True,  True,  True]])
    >>> allowed_tags(["O", "B-PER", "I-PER"], "IOB1").start
    array([ True, False,  True])

    Reference: Ramshaw & Marcus (1995); Tjong Kim Sang & Veenstra (1999).
    """
    labels = list(labels)
    count = len(labels)
    if not scheme:
        return Allowed(np.ones((count, count), bool), np.ones(count, bool), np.ones(count, bool))
    row = scheme_named(scheme)
    if len(set(labels)) < count:
        raise ValueError(f"`labels` must differ from each other, got {labels}.")
    parts = [_split(label, scheme) for label in labels]
    same, different = row.neighbours()

    def fits(left: tuple[str, str], right: tuple[str, str]) -> bool:
        return (left[0], right[0]) in (same if left[1] == right[1] else different)

    outside = ("O", "")
    return Allowed(
        np.array([[fits(left, right) for right in parts] for left in parts], bool),
        np.array([fits(outside, right) for right in parts], bool),
        np.array([fits(left, outside) for left in parts], bool),
    )


def _split(label: str, scheme: str) -> tuple[str, str]:
    """Return a label's prefix and type."""
    prefix, _, kind = str(label).partition("-")
    letters = SCHEMES[scheme].letters
    if label != "O" and (prefix not in tuple(letters) or not kind):
        prefixes = ", ".join(f"{letter}-" for letter in letters)
        raise ValueError(
            f"`labels` of the scheme {scheme} must be O or start with one of {prefixes} and a type "
            f"must follow, got {label!r}."
        )
    return prefix, kind
