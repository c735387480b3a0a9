"""The arguments and the weights of the CRF output layer."""

from collections.abc import Iterable
from typing import Any

import keras

from zoo.layers.guards import check_choice, check_positive_int
from zoo.ops.tag_constraints import SCHEMES, allowed_tags


class ChainWeights(keras.layers.Layer):
    """What a CRF holds: its arguments and the scores of the chain. `CRF` documents the arguments.

    Attributes:
        transitions: (K, K), the scores of two tags in a row.
        start, end: (K,), the scores of the first and the last tag, or None.
    """

    def __init__(
        self,
        num_tags: int,
        labels: Iterable[str] | None = None,
        scheme: str | None = None,
        use_start_end: bool = True,
        constrain_training: bool = False,
        transitions_initializer: Any = "zeros",
        start_end_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        # Sums over sequences need more than half precision.
        super().__init__(autocast=False, **kwargs)
        self.supports_masking = True
        self.num_tags = check_positive_int("num_tags", num_tags)
        self.labels = None if labels is None else list(labels)
        self.scheme = check_choice("scheme", scheme, [None, *SCHEMES])
        self.use_start_end = use_start_end
        self.constrain_training = constrain_training
        if self.labels is not None and len(self.labels) != num_tags:
            raise ValueError(
                f"`labels` must be {num_tags}, one for each of `num_tags`, got "
                f"{len(self.labels)}: {self.labels}."
            )
        if scheme and labels is None:
            raise ValueError(
                f"scheme={scheme!r} requires `labels`, the names of the tags, got None."
            )
        self._allowed = allowed_tags(self.labels or [], scheme) if scheme else None
        self.transitions_initializer = keras.initializers.get(transitions_initializer)
        self.start_end_initializer = keras.initializers.get(start_end_initializer)
        size = (num_tags, num_tags)
        self.transitions = self.add_weight(size, self.transitions_initializer, name="transitions")
        self.start = self.end = None
        if use_start_end:
            self.start = self.add_weight((num_tags,), self.start_end_initializer, name="start")
            self.end = self.add_weight((num_tags,), self.start_end_initializer, name="end")

    def _options(self, mask, constrained=True, temperature=1.0):
        weights = {
            "transition_params": self.transitions,
            "start": self.start,
            "end": self.end,
        }
        return {
            **{name: w if w is None else w / temperature for name, w in weights.items()},
            "mask": mask,
            "allowed": self._allowed if constrained else None,
        }

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        config = super().get_config()
        return {
            **config,
            "num_tags": self.num_tags,
            "labels": self.labels and list(self.labels),
            "scheme": self.scheme,
            "use_start_end": self.use_start_end,
            "constrain_training": self.constrain_training,
            **{
                name: keras.initializers.serialize(getattr(self, name))
                for name in ("transitions_initializer", "start_end_initializer")
            },
        }
