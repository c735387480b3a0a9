"""One label a token, each text read whole: brackets, and whatever is spelt in characters."""

from zoo.tasks.task import Part, Task


class TokenTagging(Task):
    """One label a token."""

    name = "token-tagging"
    model = Part("zoo.models.tagger:TokenTagger")
    predictor = Part("zoo.runtime.tagger:TokenTaggingPredictor")
    field = "tokens"

    metric_name = "token accuracy"
    metric = Part("zoo.training.task_metric:token_accuracy_of_texts")
    read_examples = Part("zoo.training.task_metric:read_tags")

    graph_runs = Part("zoo.export.raw_text:whole_texts")
    graph_inputs = Part("zoo.export.raw_text:character_inputs")
    graph_answers = Part("zoo.export.raw_text:tagged")
    from_graph = Part("zoo.export.text_answers:tagged_tokens")

    cut = "whole"
    answer = "tokens"
    device_inputs = Part("zoo.export.kit_settings:token_inputs")

    inspect_reading = Part("zoo.inspect.reading:read_tags")
    inspect_labels = Part("zoo.inspect.opened:each_label")
