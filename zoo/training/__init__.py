"""Training on the Keras loop: losses that leave padding out, and what is measured on the way."""

from zoo.training.evaluate import predict_tags, token_accuracy
from zoo.training.fit import fit_tagger

__all__ = ["fit_tagger", "predict_tags", "token_accuracy"]
