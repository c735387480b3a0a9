"""Training on the Keras loop: losses that leave padding out, and what is measured on the way."""

from zoo.training.evaluate import predict_tags, token_accuracy
from zoo.training.fit import fit_tagger
from zoo.training.fit_best import fit_best

__all__ = ["fit_best", "fit_tagger", "predict_tags", "token_accuracy"]
