"""The options of a `zoo.models.WordTagger`, as one dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoo.layers.guards import check_choice

HEADS = ("crf", "softmax")


@dataclass(frozen=True)
class TaggerOptions:
    """The options of a `WordTagger`.

    Args:
        vocabulary_size: number of trainable words; id 0 is padding.
        labels: the K labels.
        frozen_words: number of words whose embeddings are frozen, with ids from `vocabulary_size`
            on: words outside the training data, which would get no gradient.
        scheme: a name in `zoo.text.SCHEMES`, whose rules the CRF enforces, or None.
        word_dim: width of the word embeddings.
        characters: dict of arguments of `zoo.layers.CharacterFeatures`, or None for a model that
            does not read characters.
        num_cases: number of cases, or 0 for a model that does not read them.
        case_dim: width of the case embeddings.
        stack: dict of the fields of `zoo.layers.StackOptions`.
        input_dropout: dropout rate of the features that enter the recurrent layers.
        output_dropout: dropout rate of the outputs of the recurrent layers.
        locked_dropout: whether the same features are dropped at all positions of a sequence.
        head: "crf" or "softmax".
        quantized_words: whether the trainable embeddings are stored as int8, and the frozen ones
            as a `zoo.layers.ProductQuantizedEmbedding`; then none is trained.

    Raises:
        ValueError: an unknown `head`.
    """

    vocabulary_size: int
    labels: list[str]
    stack: dict[str, Any]
    frozen_words: int = 0
    scheme: str | None = "BIOES"
    word_dim: int = 100
    characters: dict[str, Any] | None = None
    num_cases: int = 8
    case_dim: int = 8
    input_dropout: float = 0.0
    output_dropout: float = 0.0
    locked_dropout: bool = False
    head: str = "crf"
    quantized_words: bool = False

    def __post_init__(self) -> None:
        """Check the head; the layers check the rest."""
        check_choice("head", self.head, HEADS)

    def input_sizes(self) -> dict[str, int]:
        """Return the number of ids of each input that the model reads."""
        sizes = {"words": self.vocabulary_size + self.frozen_words}
        if self.characters:
            sizes["characters"] = self.characters["vocabulary_size"]
        if self.num_cases:
            sizes["cases"] = self.num_cases
        return sizes
