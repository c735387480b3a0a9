"""One label a word, by the network of entity taggers: parts of speech, chunks."""

from zoo.tasks.task import Part, Task


class WordTagging(Task):
    """One label a word, in sentences."""

    name = "word-tagging"
    model = Part("zoo.models.word_tagger:WordTagger")
    predictor = Part("zoo.runtime.words:WordTaggingPredictor")
    field = "tokens"

    metric_name = "word accuracy"
    metric = Part("zoo.training.task_metric:word_accuracy")
    read_examples = Part("zoo.training.task_metric:read_tags")

    graph_runs = Part("zoo.export.raw_text:windows_of_sentences")
    graph_inputs = Part("zoo.export.raw_text:word_inputs")
    graph_answers = Part("zoo.export.raw_text:tagged")
    from_graph = Part("zoo.export.text_answers:tagged_tokens")

    cut = "sentences"
    answer = "tokens"
    device_inputs = Part("zoo.export.kit_settings:word_inputs")

    inspect_reading = Part("zoo.inspect.reading:read_tags")
    inspect_labels = Part("zoo.inspect.opened:each_label")
