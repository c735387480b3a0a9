"""Training on the Keras loop: losses that leave padding out, and what is measured on the way."""

from zoo.metrics.accuracy import predict_tags, token_accuracy
from zoo.training.loop import fit_best
from zoo.training.tagging.fit_tokens import fit_tagger

__all__ = ["fit_best", "fit_tagger", "predict_tags", "token_accuracy"]
