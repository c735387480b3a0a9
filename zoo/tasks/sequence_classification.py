"""One label a text."""

from zoo.tasks.task import Part, Task


class SequenceClassification(Task):
    """One label a text, of the words in it."""

    name = "sequence-classification"
    model = Part("zoo.models.classifier:SequenceClassifier")
    predictor = Part("zoo.runtime.classifier:TextClassifier")
    field = None

    metric_name = "accuracy"
    metric = Part("zoo.training.task_metric:label_accuracy")
    read_examples = Part("zoo.data.reviews:read_labelled")

    graph_runs = Part("zoo.export.raw_text:even_pieces")
    graph_inputs = Part("zoo.export.raw_text:word_ids_alone")
    graph_answers = Part("zoo.export.raw_text:classified")
    from_graph = Part("zoo.export.text_answers:labels")

    cut = "pieces"
    answer = "label"
    device_inputs = Part("zoo.export.kit_settings:classifier_inputs")

    inspect_reading = Part("zoo.inspect.reading:read_verdict")
    inspect_labels = Part("zoo.inspect.opened:each_label")
