"""From the plain configuration in a model folder's `config.json` to a model."""

from zoo.layers.guards import check_choice
from zoo.models.classifier import SequenceClassifier
from zoo.models.encoder import Encoder
from zoo.models.tagger import TokenTagger
from zoo.models.word_tagger import WordTagger

TASKS = {
    "token-tagging": TokenTagger,
    "sequence-classification": SequenceClassifier,
    "entity-tagging": WordTagger,
}


def build(task, config):
    """Build a model from plain configuration.

    Args:
        task: a name in `TASKS`.
        config: dict of the model's arguments; where one is `encoder`, a dict of the encoder's.

    Returns:
        A `keras.Model` with fresh weights.

    Raises:
        ValueError: unknown task.

    Example:

    >>> encoder = {"vocabulary_size": 10, "embedding_dim": 4, "units": 3}
    >>> build("token-tagging", {"encoder": encoder, "num_labels": 2}).count_params()
    246
    """
    model_class = TASKS[check_choice("task", task, TASKS)]
    if "encoder" in config:
        config = {**config, "encoder": Encoder(**config["encoder"])}
    return model_class(**config)
