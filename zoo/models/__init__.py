"""Models: an encoder with heads; `build` creates one from plain configuration."""

import zoo.train_extra  # noqa: F401
from zoo.models.budget import units_of_budget
from zoo.models.build import build
from zoo.models.classifier import SequenceClassifier
from zoo.models.crf_model import CRFModel, CRFModelWrapper
from zoo.models.encoder import BidirectionalModel, Encoder
from zoo.models.quantized import quantize_embedding, quantize_words, trainable_weights_of
from zoo.models.tagger import TokenTagger
from zoo.models.tagger_options import TaggerOptions
from zoo.models.word_tagger import WordTagger

__all__ = [
    "CRFModel",
    "CRFModelWrapper",
    "Encoder",
    "SequenceClassifier",
    "TaggerOptions",
    "TokenTagger",
    "BidirectionalModel",
    "WordTagger",
    "build",
    "quantize_embedding",
    "quantize_words",
    "trainable_weights_of",
    "units_of_budget",
]
