"""One label a text."""

from zoo.tasks.task import Part, Task


class SequenceClassification(Task):
    """One label a text, of the words in it."""

    name = "sequence-classification"
    model = Part("zoo.models.classifier:SequenceClassifier")
    predictor = Part("zoo.runtime.classifier:TextClassifier")
    field = None

    metric_name = "accuracy"
    metric = Part("zoo.metrics.examples:label_accuracy")
    read_examples = Part("zoo.data.reviews:read_labelled")

    graph_runs = Part("zoo.export.saved_model.raw_text:even_pieces")
    graph_inputs = Part("zoo.export.saved_model.raw_text:word_ids_alone")
    graph_answers = Part("zoo.export.saved_model.raw_text:classified")
    from_graph = Part("zoo.export.saved_model.text_answers:labels")

    cut = "pieces"
    answer = "label"
    device_inputs = Part("zoo.export.device.settings:classifier_inputs")

    inspect_reading = Part("zoo.inspect.report.reading:read_label")
    inspect_labels = Part("zoo.inspect.model_parts:each_label")
