"""Word tagging: one label per word, such as a part of speech; by the network of entity taggers."""

from types import MappingProxyType

from zoo.tasks.task import START, Part, Task


class WordTagging(Task):
    """One label per word; a text is split into sentences."""

    name = "word-tagging"
    model = Part("zoo.models.word_tagger:WordTagger")
    predictor = Part("zoo.runtime.words:WordTaggingPredictor")
    config_rules = Part("zoo.trust.configs:WORD_TAGGING")
    field = "tokens"

    metric_name = "word accuracy"
    metric = Part("zoo.metrics.examples:word_accuracy")
    read_examples = Part("zoo.metrics.examples:read_tags")

    graph_runs = Part("zoo.export.saved_model.raw_text:windows_of_sentences")
    graph_inputs = Part("zoo.export.saved_model.raw_text:word_inputs")
    graph_answers = Part("zoo.export.saved_model.raw_text:tagged")
    from_graph = Part("zoo.export.saved_model.text_answers:tagged_tokens")

    cut = "sentences"
    answer = "tokens"
    device_inputs = Part("zoo.export.device.settings:word_inputs")

    train = Part("zoo.training.tagging.recipe:train_word_tagger")
    reader = Part("zoo.data.readers.sentences:TagReader")
    train_files = MappingProxyType(
        {
            "train": "tagged sentences of your own, instead of the recipe's corpus",
            "dev": "the same: epoch and seed are chosen on it (default: a tenth of train)",
            "test": "the same, only for the report",
            **START,
        }
    )

    inspect_reading = Part("zoo.inspect.report.reading:read_tags")
    inspect_labels = Part("zoo.inspect.model_parts:each_label")
