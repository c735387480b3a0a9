"""Token tagging: one label per token; each text is one sequence."""

from collections.abc import Sequence

from zoo.tasks.task import Part, Task


class TokenTagging(Task):
    """One label per token, such as a character."""

    name = "token-tagging"
    model = Part("zoo.models.tagger:TokenTagger")
    predictor = Part("zoo.runtime.tagger:TokenTaggingPredictor")
    config_rules = Part("zoo.trust.configs:TOKEN_TAGGING")
    field = "tokens"

    metric_name = "token accuracy"
    metric = Part("zoo.metrics.examples:token_accuracy_of_texts")
    read_examples = Part("zoo.metrics.examples:read_tags")

    graph_runs = Part("zoo.export.saved_model.raw_text:whole_texts")
    graph_inputs = Part("zoo.export.saved_model.raw_text:character_inputs")
    graph_answers = Part("zoo.export.saved_model.raw_text:tagged")
    from_graph = Part("zoo.export.saved_model.text_answers:tagged_tokens")

    cut = "whole"
    answer = "tokens"
    device_inputs = Part("zoo.export.device.settings:token_inputs")

    inspect_reading = Part("zoo.inspect.report.reading:read_tags")
    inspect_labels = Part("zoo.inspect.model_parts:each_label")

    def none_label(self, labels: Sequence[str]) -> str | None:
        """Return the first label, by convention the one for "none", such as "outside"."""
        return labels[0]
