"""Predictors of models that read sentences of words, and tag each word."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import numpy as np

from zoo.runtime.assets import cleaner_of, read_vocabulary, tokenizer_of
from zoo.runtime.bulk.tagger import BulkTagger
from zoo.runtime.litert import LiteRTEngine
from zoo.runtime.parallel import available_cores, chunks, map_in_order
from zoo.runtime.predictor import (
    Arrays,
    Engine,
    Predictor,
    Tokenizer,
    above,
    check_min_score,
    check_text,
)
from zoo.runtime.results import Result, ResultList
from zoo.runtime.split import SIGNATURES, SplitTagger
from zoo.runtime.tagger import TaggedToken
from zoo.text import Token, Vocabulary, WordEncoder, split_sentences
from zoo.text.windows import windows

BATCH_SIZE = 512  # texts or sentences that a thread reads at a time
BATCH_CHARACTERS = 200_000  # a batch of texts ends when it has this many characters
R = TypeVar("R", bound=Result)
# Function from sentences to the tags (T,) and scores (T,) of each.
Tag = Callable[[Sequence[Sequence[str]]], list[tuple[np.ndarray, np.ndarray]]]


class WordPredictor(Predictor[ResultList[R]]):
    """Base class of the predictors that read texts sentence by sentence.

    Sentences of more than 200 words are read in overlapping windows, so that a document can have
    any length. If the TFLite file has the signatures of `zoo.runtime.split`, texts are read in
    batches and in several threads, and the features of each word are computed only once. The tags
    of a text do not depend on the other texts; scores can differ by about 1e-6.

    Args:
        tokenizer: function from a text to a list of `zoo.text.Token`.
        encode: a `zoo.text.WordEncoder`.
        tags: the tags in the order of the model's outputs.
        features: names of the arrays of `encode` that the model reads.
        labels, engine, open_model: as in `Predictor`; the engine maps `features` to `scores` (T, K)
            and `tags` (T,).
        clean: function from a text to the text that the model reads, of the same length, such as
            `zoo.text.markup.blank_markup`; `str` for no change.
        addresses: whether the model was trained to label URLs, mail addresses and handles.

    Attributes:
        threads: number of threads for lists and streams: the number of available cores, or 1 if
            the engine reads one sentence at a time.
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
        clean: Callable[[str], str] = str,
        addresses: bool = False,
    ) -> None:
        super().__init__(labels, engine, open_model)
        self.tokenizer = tokenizer
        self.word_encoder = encode
        self.addresses = addresses
        self.tags = tuple(tags)
        self.threads = 1
        self._features = tuple(features)
        self._clean = clean
        self._tag: Tag = partial(_tag_one_by_one, engine, self.inputs_of)
        if isinstance(engine, LiteRTEngine) and engine.signatures.issuperset(SIGNATURES):
            self.threads = available_cores()
            split = SplitTagger(engine.take_interpreter, encode, self.threads)
            self._tag = BulkTagger(split, engine.content)

    @classmethod
    def open(
        cls,
        folder: Path,
        config: dict[str, Any],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> Self:
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
            cleaner_of(folder, config),
            config["preprocessor"].get("addresses", False),
        )

    def sequential(self) -> Self:
        """Return this tagger without batching: one sentence at a time, in one thread."""
        engine = self._engine.__call__  # a plain function, which has no signatures for batches
        rest = self.tokenizer, self.word_encoder, self.tags, self._features, self.labels
        tagger = type(self)(*rest, engine, self._open_model, self._clean, self.addresses)
        tagger.task = self.task
        return tagger

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The vocabularies whose ids the model reads."""
        return self.word_encoder.words, self.word_encoder.characters

    def raw_scores(self, words: Sequence[str]) -> tuple[np.ndarray, int]:
        """Return all scores that the model gives words, and how many classes it has."""
        if not isinstance(self._tag, BulkTagger):
            return super().raw_scores(words)
        return self._tag([words])[0][1], self._tag.classes

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the model's inputs for words, a dict of arrays (T, ...)."""
        arrays = self.word_encoder(list(words))
        return {name: arrays[name] for name in self._features}

    def stream(
        self, texts: Iterable[str], batch_size: int | None = None, min_score: float = 0.0
    ) -> Iterator[ResultList[R]]:
        """Yield the result of each text of any iterable, in order, in bounded memory.

        An error of the iterable, or an item that is not a string, raises after the results of all
        texts before it; nothing is read from the iterable after that.

        Args:
            texts: any iterable of strings.
            batch_size: how many texts a thread reads at a time, fewer if they are long; 1 to
                answer each text before the next is read, as for interactive input. None chooses
                the fastest: large batches with several threads, else 1.
            min_score: as for a call.

        Yields:
            The results of each text, a `ResultList`.

        Raises:
            TypeError: `texts` is a single string, or an item is not a string.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        check_min_score(min_score)
        answers = self._stream(texts, batch_size or (BATCH_SIZE if self.threads > 1 else 1))
        return (above(each, min_score) for each in answers)

    def clean(self, text: str) -> str:
        """Return the text without markup if the model asks for it, of the same length."""
        return self._clean(text)

    def sentences(self, text: str) -> list[list[Token]]:
        """Return the sentences that the model reads, each a list of tokens with offsets.

        >>> import zoo
        >>> tagger = zoo.load("bilstm-ner")
        >>> [(s[0].start, s[-1].end) for s in tagger.sentences("It rains. We stay.")]
        [(0, 9), (10, 18)]
        """
        return split_sentences(self.clean(text), self.tokens(text), max_length=sys.maxsize)

    def predict_words(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Tag sentences that are already split into words.

        Args:
            sentences: list of sentences of any length, each a list of words.

        Returns:
            A list of tags for each sentence, one tag per word.

        Raises:
            TypeError: a sentence is not a list, or a word is not a string.
            ValueError: a word is empty.
        """
        check_sentences(sentences)
        starts = range(0, len(sentences), BATCH_SIZE)
        batches = (sentences[start : start + BATCH_SIZE] for start in starts)
        found = chain.from_iterable(map_in_order(self._read, batches, self.threads))
        return [self._tags_of(tags) for tags, _ in found]

    def _reads(self, text: str) -> Iterator[tuple[list[Token], int, int]]:
        for sentence in self.sentences(text):
            for start, stop, first, last in windows(len(sentence)):
                yield sentence[start:stop], first - start, last - start

    def _tags_of(self, tags: list[str]) -> list[str]:
        """Convert the model's tags of a sentence to those that `predict_words` returns."""
        return tags

    def _answers_of(
        self, text: str, tokens: list[Token], tags: list[str], scores: list[float]
    ) -> Iterable[R]:
        """Return the results of a sentence of `text`, given the tags and scores of its tokens."""
        raise NotImplementedError

    def _answer(self, text: str) -> ResultList[R]:
        return self._answers([text])[0]

    def _answer_all(self, texts: Sequence[str]) -> list[ResultList[R]]:
        return list(self._stream(texts, BATCH_SIZE))

    def _stream(self, texts: Iterable[str], batch_size: int) -> Iterator[ResultList[R]]:
        batches = chunks(texts, batch_size, BATCH_CHARACTERS, partial(check_text, "text"))
        threads = 1 if batch_size == 1 else self.threads
        for answers, error in map_in_order(lambda b: (self._answers(b[0]), b[1]), batches, threads):
            yield from answers
            if error:
                raise error

    def _answers(self, texts: Sequence[str]) -> list[ResultList[R]]:
        split = [self.sentences(text) for text in texts]
        found = iter(self._read([[token.text for token in s] for each in split for s in each]))
        return [
            ResultList(
                (each for s in sentences for each in self._answers_of(text, s, *next(found))), text
            )
            for text, sentences in zip(texts, split, strict=True)
        ]

    def _read(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[str], list[float]]]:
        """Return the tags and the scores of each sentence."""
        pieces = [(i, *piece) for i, words in enumerate(sentences) for piece in windows(len(words))]
        answers = self._tag([sentences[i][start:stop] for i, start, stop, _, _ in pieces])
        tags: list[list[str]] = [[] for _ in sentences]
        scores: list[list[float]] = [[] for _ in sentences]
        for (i, start, _, first, last), (best, score) in zip(pieces, answers, strict=True):
            tags[i] += [self.tags[tag] for tag in best[first - start : last - start]]
            scores[i] += score[first - start : last - start].tolist()
        return list(zip(tags, scores, strict=True))


class WordTaggingPredictor(WordPredictor[TaggedToken]):
    """Predicts one label per word; the result is a list of `TaggedToken` per text.

    Args:
        tokenizer, encode, tags, features, labels, engine, open_model, clean, addresses: as in
            `WordPredictor`.

    Example:

    >>> from zoo.text import Vocabulary, WordTokenizer
    >>> words = Vocabulary(["[PAD]", "[UNK]", "run"])
    >>> def engine(inputs):  # in place of a model
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
            TaggedToken(text[start:end], tag, start, end, score)
            for (_, start, end), tag, score in zip(tokens, tags, scores, strict=True)
        ]


def _tag_one_by_one(
    engine: Engine, inputs_of: Callable[[Sequence[str]], Arrays], sentences: Sequence[Sequence[str]]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Tag sentences as `SplitTagger` does, by an engine that reads one sentence at a time."""
    answers: list[tuple[np.ndarray, np.ndarray]] = []
    for words in sentences:
        outputs = engine(inputs_of(words))
        tags = outputs["tags"]
        answers.append((tags, outputs["scores"][np.arange(len(tags)), tags]))
    return answers


def check_sentences(sentences: object) -> None:
    """Raise an error unless `sentences` is a list of lists of non-empty words.

    Raises:
        TypeError: a sentence is not a list, or a word is not a string.
        ValueError: a word is empty.
    """
    if not isinstance(sentences, list | tuple):
        raise TypeError(f"`sentences` must be a list of lists of words, got {sentences!r:.60}.")
    for index, words in enumerate(cast("Sequence[object]", sentences)):
        if not isinstance(words, list | tuple):
            raise TypeError(f"`sentences[{index}]` must be a list of words, got {words!r:.60}.")
        for position, word in enumerate(cast("Sequence[object]", words)):
            check_text(f"sentences[{index}][{position}]", word)
            if not word:
                raise ValueError(f"`sentences[{index}][{position}]` is an empty word.")
