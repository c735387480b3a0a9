"""From a raw text to sentences of words, and from tags to spans, for peers that tag words."""

from pathlib import Path

from protocol import Peer

from zoo.text import Vocabulary, WordEncoder, WordTokenizer, split_sentences
from zoo.text.addresses import addresses
from zoo.text.markup import blank_markup
from zoo.text.tags import tags_to_spans

CHUNK = 1000  # texts whose sentences are sorted by length together


class TaggingPeer(Peer):
    """A peer that tags sentences; subclasses implement `tag`. It reads texts as the zoo does."""

    tokenizer = WordTokenizer()

    def tag(self, sentences):
        """Return the tags of each sentence, a list of words."""
        raise NotImplementedError

    def answer(self, text):
        return self._answer_chunk([text])[0]

    def answer_all(self, texts):
        starts = range(0, len(texts), CHUNK)
        return [a for start in starts for a in self._answer_chunk(texts[start : start + CHUNK])]

    def _answer_chunk(self, texts):
        split = [self._sentences(text) for text in texts]
        tags = iter(self.tag([[token.text for token in s] for each in split for s in each]))
        return [[span for s in each for span in _spans(s, next(tags))] for each in split]

    def _sentences(self, text):
        clean = blank_markup(text)
        return split_sentences(clean, self.tokenizer(clean))


def _spans(tokens, tags):
    found = zip(tags, addresses(tokens), strict=True)
    tags = ["O" if address else tag for tag, address in found]
    for label, first, last in tags_to_spans(tags):
        yield [tokens[first].start, tokens[last - 1].end, label]


def encoder_of(folder):
    """Return the `WordEncoder` of a model folder."""
    names = ("words", "characters")
    return WordEncoder(*(Vocabulary.load(Path(folder, f"{name}.txt")) for name in names))


def longest_first(sequences, size):
    """Yield lists of indices of sequences of similar length, the longest first."""
    order = sorted(range(len(sequences)), key=lambda index: -len(sequences[index]))
    for start in range(0, len(order), size):
        yield order[start : start + size]
