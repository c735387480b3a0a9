"""The base class of recurrent layers: input, masks and the structure of the outputs."""

from typing import Any, Literal

import keras
from keras import ops

from zoo.layers.guards import check_sequences, check_sequences_shape
from zoo.layers.masks import find_mask, outgoing_mask
from zoo.ops.tensor_types import Shape, Tensor


class SequenceLayer(keras.layers.Layer):
    """Base class of the recurrent layers: reads (B, T, F) sequences and takes part in masking.

    Subclasses define `output_widths` and `state_widths`; shapes and masks of the outputs follow.
    An implicit mask of the sequences is used unless an explicit one is passed, and goes out with
    every output that has positions.

    Attributes:
        return_sequences: whether the outputs have positions, (B, T, W), or not, (B, W).
    """

    return_sequences: bool

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    @property
    def output_widths(self) -> list[int]:
        """The width of each output: one, or one for each direction."""
        raise NotImplementedError

    @property
    def state_widths(self) -> list[int]:
        """The width of each state that follows the outputs."""
        raise NotImplementedError

    def read(
        self, sequences: Tensor, mask: Tensor | Literal[False] | None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the sequences in the compute dtype, and their mask.

        Args:
            sequences: (B, T, F), of any dtype.
            mask: (B, T) boolean, None for the implicit mask, or False for none at all.

        Raises:
            ValueError: another rank, a mask of another shape or dtype.
        """
        if mask is False:
            sequences = ops.copy(sequences)  # without the implicit mask, which layers of Keras read
        mask = find_mask(sequences, mask)
        check_sequences(type(self).__name__, sequences, mask)
        return ops.cast(sequences, self.compute_dtype), mask

    def compute_output_shape(self, sequences_shape: Shape) -> Any:
        """Return the shape of the output, or a tuple of shapes."""
        check_sequences_shape(type(self).__name__, sequences_shape)
        lead = sequences_shape[: 2 if self.return_sequences else 1]
        shapes = [(*lead, width) for width in self.output_widths]
        shapes += [(sequences_shape[0], width) for width in self.state_widths]
        return _structured(shapes)

    def compute_mask(self, sequences: Tensor, mask: Tensor | Literal[False] | None = None) -> Any:
        """Return the mask of outputs with positions, None for those without and for states."""
        mask = outgoing_mask(sequences, mask)
        masks = [mask if self.return_sequences else None] * len(self.output_widths)
        return _structured([*masks, *[None] * len(self.state_widths)])


def _structured(items):
    """Return what a layer returns: an output alone, or a tuple."""
    return tuple(items) if len(items) > 1 else items[0]
