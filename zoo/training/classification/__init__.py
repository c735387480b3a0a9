"""Training of text classifiers: warm start, language model, distillation, linear baseline."""

from zoo.training.classification.adversarial import AdversarialClassifier
from zoo.training.classification.bigrams import add_bigrams, fit_bigrams
from zoo.training.classification.distillation import (
    load_soft_labels,
    save_soft_labels,
    soft_label_logits,
    with_soft_labels,
)
from zoo.training.classification.fit import fit_classifier, fit_language_model
from zoo.training.classification.language_model import BidirectionalLanguageModel, LanguageBatches
from zoo.training.classification.linear import LinearBaseline, fit_linear, measure_linear
from zoo.training.classification.run import run_classifier, train_classifier
from zoo.training.classification.warm_start import (
    WarmStart,
    read_word_vectors,
    set_word_vectors,
    warm_start_config,
)

__all__ = [
    "AdversarialClassifier",
    "BidirectionalLanguageModel",
    "LanguageBatches",
    "LinearBaseline",
    "WarmStart",
    "add_bigrams",
    "fit_classifier",
    "fit_language_model",
    "fit_linear",
    "fit_bigrams",
    "load_soft_labels",
    "measure_linear",
    "read_word_vectors",
    "run_classifier",
    "save_soft_labels",
    "set_word_vectors",
    "soft_label_logits",
    "train_classifier",
    "warm_start_config",
    "with_soft_labels",
]
