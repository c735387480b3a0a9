"""From text to one label a word, by a model that reads sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from zoo.runtime.assets import read_vocabulary, tokenizer_of
from zoo.runtime.litert import LiteRTEngine
from zoo.runtime.parallel import available_cores, chunks, map_in_order
from zoo.runtime.predictor import Engine, Predictor, check_text
from zoo.runtime.split import SIGNATURES, SplitTagger
from zoo.runtime.tagger import TaggedToken, Tokenizer
from zoo.text import Token, WordEncoder, split_sentences
from zoo.text.windows import windows

TEXTS = 512  # texts or sentences that a thread reads at once
CHARACTERS = 200_000  # a thread takes no more texts when it has so many
Mark = TypeVar("Mark")  # one of the answers to a text


class WordPredictor(Predictor[list[Mark]]):
    """Base of the predictors that read texts sentence by sentence, words with their features.

    A sentence of more than 200 words is read in pieces that overlap: a document may have any
    length. With a TFLite file that can be run in parts, many texts are read at once, in threads,
    sentences of like lengths side by side, and the features of a word are computed once. Tags never
    depend on what else is read; scores may in their sixth digit.

    Args:
        tokenizer: from a text to a list of `zoo.text.Token`.
        encode: a `zoo.text.WordEncoder`.
        tags: the tags in the order of the model's outputs.
        features: the arrays of `encode` that the model reads.
        labels, engine, open_model: as in `Predictor`; the engine takes `features` and gives
            `scores` (T, K) and `tags` (T,).

    Attributes:
        threads: in how many threads lists and streams are read; as many as there are cores, or 1
            where the engine reads sentence by sentence.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        encode: WordEncoder,
        tags: Iterable[str],
        features: Iterable[str],
        labels: Iterable[str],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> None:
        super().__init__(labels, engine, open_model)
        self.tokenizer = tokenizer
        self.encode = encode
        self.tags = tuple(tags)
        self.threads = 1
        self._features = tuple(features)
        self._tag: Callable = partial(_tag_one_by_one, engine, self.inputs_of)
        if isinstance(engine, LiteRTEngine) and engine.signatures.issuperset(SIGNATURES):
            self.threads = available_cores()
            self._tag = SplitTagger(engine.take_interpreter, encode, self.threads)

    @classmethod
    def open(
        cls, folder: Path, config: dict, engine: Engine, open_model: Callable[[], Any] | None
    ) -> WordPredictor[Mark]:
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        encode = WordEncoder(*(read_vocabulary(folder, name) for name in ("words", "characters")))
        return cls(
            tokenizer_of(folder, config),
            encode,
            config["model"]["labels"],
            config["preprocessor"]["features"],
            config["labels"],
            engine,
            open_model,
        )

    def unsplit(self) -> WordPredictor[Mark]:
        """Return the same tagger on the whole model, one sentence after another in one thread."""
        whole = self._engine.__call__  # any function is an engine, and one that has no parts
        rest = self.tokenizer, self.encode, self.tags, self._features, self.labels
        return type(self)(*rest, whole, self._open_model).of_task(self.task)

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return what the model reads of words, a dict of arrays (T, ...)."""
        arrays = self.encode(list(words))
        return {name: arrays[name] for name in self._features}

    def stream(self, texts: Iterable[str], ahead: int | None = None) -> Iterator[list[Mark]]:
        """Yield the answer to each text of any iterable, in order, in bounded memory.

        What is no text, and an error of the iterable, is raised in its place, when the answers to
        all texts before it are out; nothing is taken from the iterable after it.

        Args:
            texts: any iterable of strings.
            ahead: how many texts a thread takes at once, fewer where they are long; 1 for an
                answer to each before the next is taken, as for someone who types them. None for
                what is fastest: many in threads, else 1.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        return self._stream(texts, ahead or (TEXTS if self.threads > 1 else 1))

    def predict_words(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Tag sentences that are split into words already.

        Args:
            sentences: list of sentences, each a list of words; of any length, also empty.

        Returns:
            List of lists of tags, one a word.

        Raises:
            TypeError: a sentence that is no list, or a word that is no str.
            ValueError: an empty word.
        """
        check_sentences(sentences)
        parts = (sentences[i : i + TEXTS] for i in range(0, len(sentences), TEXTS))
        found = chain.from_iterable(map_in_order(self._read, parts, self.threads))
        return [self._tags_of(tags) for tags, _ in found]

    def _tags_of(self, tags: list[str]) -> list[str]:
        """Return what `predict_words` says of a sentence of which the model gives these tags."""
        return tags

    def _answers_of(
        self, text: str, tokens: list[Token], tags: list[str], scores: list[float]
    ) -> Iterable[Mark]:
        """Return the answers of a sentence: its tokens, their tags and their scores."""
        raise NotImplementedError

    def _answer(self, text: str) -> list[Mark]:
        return self._answers([text])[0]

    def _answer_all(self, texts: Sequence[str]) -> list[list[Mark]]:
        return list(self._stream(texts, TEXTS))

    def _stream(self, texts: Iterable[str], ahead: int) -> Iterator[list[Mark]]:
        taken = chunks(texts, ahead, CHARACTERS, partial(check_text, "text"))
        threads = 1 if ahead == 1 else self.threads
        for answers, error in map_in_order(lambda c: (self._answers(c[0]), c[1]), taken, threads):
            yield from answers
            if error:
                raise error

    def _answers(self, texts: Sequence[str]) -> list[list[Mark]]:
        split = [
            split_sentences(text, self.tokenizer(text), max_length=sys.maxsize) for text in texts
        ]
        found = iter(self._read([[token.text for token in s] for each in split for s in each]))
        return [
            [each for s in sentences for each in self._answers_of(text, s, *next(found))]
            for text, sentences in zip(texts, split, strict=True)
        ]

    def _read(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[str], list[float]]]:
        """Return for each sentence, a list of words, its tags and their scores, two lists."""
        pieces = [(i, *piece) for i, words in enumerate(sentences) for piece in windows(len(words))]
        answers = self._tag([sentences[i][start:stop] for i, start, stop, _, _ in pieces])
        tags: list[list[str]] = [[] for _ in sentences]
        scores: list[list[float]] = [[] for _ in sentences]
        for (i, start, _, first, last), (best, score) in zip(pieces, answers, strict=True):
            tags[i] += [self.tags[tag] for tag in best[first - start : last - start]]
            scores[i] += score[first - start : last - start].tolist()
        return list(zip(tags, scores, strict=True))


class WordTaggingPredictor(WordPredictor[TaggedToken]):
    """Tags the words of texts: a list of `TaggedToken` a text, empty where there are no words.

    Args:
        tokenizer, encode, tags, features, labels, engine, open_model: as in `WordPredictor`.

    Example:

    >>> from zoo.text import Vocabulary, WordTokenizer
    >>> words = Vocabulary(["[PAD]", "[UNK]", "run"])
    >>> def engine(inputs):  # where a model would be
    ...     tags = (inputs["words"] == 2).astype(int)
    ...     return {"tags": tags, "scores": np.full((len(tags), 2), 0.5)}
    >>> encode, tags = WordEncoder(words, words), ["NOUN", "VERB"]
    >>> tag = WordTaggingPredictor(WordTokenizer(), encode, tags, ["words"], tags, engine, None)
    >>> [(token.text, token.label) for token in tag("Dogs run.")]
    [('Dogs', 'NOUN'), ('run', 'VERB'), ('.', 'NOUN')]
    >>> tag.predict_words([["Run", "!"]])
    [['VERB', 'NOUN']]
    """

    def _answers_of(
        self, text: str, tokens: list[Token], tags: list[str], scores: list[float]
    ) -> list[TaggedToken]:
        return [
            TaggedToken(token.text, tag, token.start, token.end, score)
            for token, tag, score in zip(tokens, tags, scores, strict=True)
        ]


def _tag_one_by_one(engine, inputs_of, sentences):
    """Tag sentences as `SplitTagger` does, by an engine that reads one after another."""
    answers = []
    for words in sentences:
        outputs = engine(inputs_of(words))
        tags = outputs["tags"]
        answers.append((tags, outputs["scores"][np.arange(len(tags)), tags]))
    return answers


def check_sentences(sentences: object) -> None:
    """Raise unless `sentences` is a list of lists of words, none empty."""
    if not isinstance(sentences, list | tuple):
        raise TypeError(f"`sentences` must be a list of lists of words, got {sentences!r:.60}.")
    for index, words in enumerate(sentences):
        if not isinstance(words, list | tuple):
            raise TypeError(f"`sentences[{index}]` must be a list of words, got {words!r:.60}.")
        for position, word in enumerate(words):
            check_text(f"sentences[{index}][{position}]", word)
            if not word:
                raise ValueError(f"`sentences[{index}][{position}]` is an empty word.")
