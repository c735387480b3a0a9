"""Fine-tuning of a tagger: the words, characters and weights of a trained one to start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from zoo.data.tagger_tables import WordTables, grown_word_tables
from zoo.models import WordTagger
from zoo.recipes.configuration import merged
from zoo.runtime.assets import read_vocabulary
from zoo.tasks import Task
from zoo.text import Vocabulary
from zoo.training.start import copy_layers, read_start

# Keys of the model that may differ from those of the model at the start: no weight depends on them.
FREE = ("input_dropout", "output_dropout", "locked_dropout", "head")
# The tables of words are part of the vocabulary; characters and tags are copied one by one.
BY_PARTS = ("word_vectors", "spare_vectors", "spelling", "scores", "crf")


class TaggerStart(NamedTuple):
    """A trained tagger whose words, characters and weights another one starts from.

    Args:
        tagger: a `zoo.models.WordTagger`.
        words: vocabulary of its words.
        characters: vocabulary of its characters.
        sha256: hash of its file of weights.

    Example:

    >>> from zoo.tasks import task_named
    >>> start = TaggerStart.read(task_named("entity-tagging"), "bilstm-ner-tiny")
    >>> len(start.words), len(start.grown_characters([["\N{SNOWMAN}"]])) - len(start.characters)
    (3400, 1)
    """

    tagger: WordTagger
    words: Vocabulary
    characters: Vocabulary
    sha256: str

    @classmethod
    def read(cls, task: Task, name: str) -> TaggerStart:
        """Read a bundled model, or that of a folder, "path:DIR"; see `zoo.training.start`."""
        found = read_start(task, name)
        words, characters = (read_vocabulary(found.folder, e) for e in ("words", "characters"))
        return cls(found.model, words, characters, found.sha256)

    def config(self, config: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the configuration of a training that starts from this tagger.

        Args:
            config: configuration of the recipe.
            given: the part of the configuration that the user gave.

        Raises:
            ValueError: the user gave a vocabulary size or another structure of the network.
        """
        if "words" in given:
            raise ValueError("`--start` brings its vocabulary: 'words' cannot be set beside it.")
        known = self.tagger.get_config()
        brought = {name: known[name] for name in config["model"]}
        if brought["characters"]:
            brought["characters"] = dict(brought["characters"])
            del brought["characters"]["vocabulary_size"]  # it grows
        model = merged(brought, given.get("model", {}))
        for name, value in brought.items():
            if model[name] != value and name not in FREE:
                raise ValueError(
                    f"`--start` brings 'model.{name}', {value}, which `--config` changes: "
                    f"{model[name]}."
                )
        return {**config, "model": model}

    def grown_tables(self, sentences: Iterable[Sequence[str]], min_count: int) -> WordTables:
        """Return the vectors of its words and of those of a corpus; see `grown_word_tables`.

        Quantized vectors are read as floats.
        """
        tagger = self.tagger
        trainable = _vectors(tagger.word_vectors)
        frozen = trainable[:0]
        if tagger.options.frozen_words:
            frozen = _vectors(tagger.frozen_vectors)
        tables = WordTables(self.words, trainable, frozen, frozenset())
        return grown_word_tables(tables, sentences, min_count=min_count)

    def grown_characters(self, sentences: Iterable[Sequence[str]]) -> Vocabulary:
        """Return the vocabulary of its characters, then of those of a corpus."""
        found = {character for words in sentences for word in words for character in word}
        return Vocabulary([*self.characters.tokens, *sorted(found - {*self.characters.tokens})])

    def copy_weights(self, model: WordTagger) -> list[str]:
        """Copy the weights of all layers but the tables of words.

        A new character starts as the unknown one. Of the head, the weights of the tags that both
        taggers have are copied; those of new tags stay as they are.

        Args:
            model: the tagger to copy to, with the structure of this one.

        Returns:
            List of the tags that both taggers have.
        """
        copy_layers(self.tagger, model, BY_PARTS)
        if model.options.characters:
            old, new = (each.get_layer("spelling") for each in (self.tagger, model))
            pairs = zip(old.get_weights(), new.get_weights(), strict=True)
            new.set_weights([_grown(mine, len(theirs)) for mine, theirs in pairs])
        labels = [each.options.labels for each in (self.tagger, model)]
        shared = [tag for tag in labels[1] if tag in labels[0]]
        places = [[each.index(tag) for tag in shared] for each in labels]
        _copy_tags(self.tagger, model, "scores", places, last_axis=True)
        if self.tagger.crf and model.crf:
            _copy_tags(self.tagger, model, "crf", places)
        return shared


def _vectors(table: Any) -> np.ndarray:
    """Return all vectors of an embedding, quantized or not, as floats."""
    return ops.convert_to_numpy(table(np.arange(table.input_dim)))


def _grown(weights: np.ndarray, count: int) -> np.ndarray:
    """Return weights with `count` rows, the further ones like that of id 1, the unknown."""
    return np.concatenate([weights, np.repeat(weights[1:2], count - len(weights), axis=0)])


def _copy_tags(
    source: WordTagger,
    target: WordTagger,
    name: str,
    places: Sequence[list[int]],
    last_axis: bool = False,
) -> None:
    """Copy the weights of tags from the layer of one tagger to that of another.

    Args:
        source, target: the taggers.
        name: name of the layer.
        places: the ids of the tags in the source, and those in the target.
        last_axis: whether the tags are along the last axis only; else they are along all.
    """
    weights = [np.array(each) for each in target.get_layer(name).get_weights()]
    for mine, theirs in zip(source.get_layer(name).get_weights(), weights, strict=True):
        here, there = (
            (..., each) if last_axis else np.ix_(*[each] * theirs.ndim) for each in places
        )
        theirs[there] = mine[here]
    target.get_layer(name).set_weights(weights)
