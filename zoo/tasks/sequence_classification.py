"""Text classification: one label per text."""

from argparse import Namespace
from types import MappingProxyType

from zoo.tasks.task import START, Part, Task


class SequenceClassification(Task):
    """One label per text."""

    name = "sequence-classification"
    model = Part("zoo.models.classifier:SequenceClassifier")
    predictor = Part("zoo.runtime.classifier:TextClassifier")
    config_rules = Part("zoo.trust.configs:SEQUENCE_CLASSIFICATION")
    field = None

    metric_name = "accuracy"
    metric = Part("zoo.metrics.examples:label_accuracy")
    read_examples = Part("zoo.data.labelled_texts:read_labelled")

    graph_runs = Part("zoo.export.saved_model.raw_text:even_pieces")
    graph_inputs = Part("zoo.export.saved_model.raw_text:word_ids_alone")
    graph_answers = Part("zoo.export.saved_model.raw_text:classified")
    from_graph = Part("zoo.export.saved_model.text_answers:labels")

    cut = "pieces"
    answer = "label"
    device_inputs = Part("zoo.export.device.settings:classifier_inputs")

    train = Part("zoo.training.classification.recipe:train_classifier")
    reader = Part("zoo.data.readers.texts:TextReader")
    train_files = MappingProxyType(
        {
            "train": "labelled texts of your own, a file or a folder of folders",
            "dev": "the same: epoch and seed are chosen on it (default: a tenth of train)",
            "test": "the same, only for the report",
            "extra": "the same: more texts to train on, beside --train or IMDB; never part of dev",
            "teacher": "soft labels of the unlabelled texts, a file that --teach wrote",
            **START,
        }
    )
    train_flags = MappingProxyType({"teach": "write soft labels of the unlabelled texts"})

    inspect_reading = Part("zoo.inspect.report.reading:read_label")
    inspect_labels = Part("zoo.inspect.model_parts:each_label")

    def check_training(self, options: Namespace) -> None:
        """Raise `ValueError` where the options of a training do not go together."""
        super().check_training(options)
        if options.train and (options.teacher or options.teach):
            raise ValueError("--teacher and --teach need unlabelled texts: not with --train")
