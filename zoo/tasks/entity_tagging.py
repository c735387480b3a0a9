"""Named-entity recognition: labelled spans of words, decoded from one tag per word."""

from collections.abc import Sequence

from zoo.tasks.task import Part
from zoo.tasks.word_tagging import WordTagging


class EntityTagging(WordTagging):
    """Labelled spans of words, such as named entities."""

    name = "entity-tagging"
    predictor = Part("zoo.runtime.entities:EntityTagger")
    config_rules = Part("zoo.trust.configs:ENTITY_TAGGING")
    field = "entities"

    metric_name = "entity F1"
    metric = Part("zoo.metrics.examples:entity_f1")
    read_examples = Part("zoo.metrics.examples:read_spans")

    graph_answers = Part("zoo.export.saved_model.raw_text:named")
    from_graph = Part("zoo.export.saved_model.text_answers:entities")
    answer = "spans"

    train = Part("zoo.training.tagging.recipe:train_entity_tagger")
    reader = Part("zoo.data.readers.sentences:EntityReader")

    inspect_reading = Part("zoo.inspect.report.reading:read_spans")
    inspect_labels = Part("zoo.inspect.model_parts:label_of_tags")

    def none_label(self, labels: Sequence[str]) -> str | None:
        """Return "O", the tag of words outside of all spans."""
        return "O"
