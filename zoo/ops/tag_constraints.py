"""Which tag may follow which, in the schemes that write spans as tags; NumPy only."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


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


# Scheme -> prefix of a label -> prefixes that it must follow, and that must follow it, of the same
# type; None for any.
SCHEMES = {
    "BIO": {"B": (None, None), "I": ("BI", None)},
    "IOB1": {"B": ("BI", None), "I": (None, None)},
    "BIOES": {"B": (None, "IE"), "I": ("BI", "IE"), "E": ("BI", None), "S": (None, None)},
}


def allowed_tags(labels: Iterable[str], scheme: str | None) -> Allowed:
    """Return which sequences of labels are well-formed in a scheme.

    - BIO (also called IOB2): a span is B, then I's.
    - IOB1: a span is I's; B starts a span only directly after another one of the same type.
    - BIOES: a span is S alone, or B, then I's, then E.

    Args:
        labels: the K labels in the order of their numbers: "O", or a prefix and a type, "B-PER".
        scheme: "BIO", "IOB1" or "BIOES"; None or "" for no constraint.

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
    if scheme not in SCHEMES:
        raise ValueError(f"`scheme` must be one of {list(SCHEMES)} or None, got {scheme!r}.")
    if len(set(labels)) < count:
        raise ValueError(f"`labels` must differ from each other, got {labels}.")
    parts = [_split(label, scheme) for label in labels]
    transitions = [[_fits(left, right, scheme) for right in parts] for left in parts]
    outside = ("O", "")
    return Allowed(
        np.array(transitions, bool),
        np.array([_fits(outside, right, scheme) for right in parts]),
        np.array([_fits(left, outside, scheme) for left in parts]),
    )


def _split(label, scheme):
    """Return a label's prefix and type."""
    prefix, _, kind = str(label).partition("-")
    if label != "O" and (prefix not in SCHEMES[scheme] or not kind):
        prefixes = ", ".join(f"{prefix}-" for prefix in SCHEMES[scheme])
        raise ValueError(
            f"`labels` of the scheme {scheme} must be O or start with one of {prefixes} and a type "
            f"must follow, got {label!r}."
        )
    return prefix, kind


def _fits(left, right, scheme):
    """Return whether two neighbours meet the requirements of each other."""
    _, before = SCHEMES[scheme].get(left[0], (None, None))
    behind, _ = SCHEMES[scheme].get(right[0], (None, None))
    same = left[1] == right[1]
    return (before is None or (same and right[0] in before)) and (
        behind is None or (same and left[0] in behind)
    )
