"""The same networks with the same weights in PyTorch, on packed sequences."""

from pathlib import Path

import numpy as np
import torch
from networks import ClassifierNetwork, TaggerNetwork
from protocol import Peer, serve
from sentences import TaggingPeer, encoder_of, longest_first

from zoo.text import Vocabulary, WordTokenizer
from zoo.text.markup import blank_markup
from zoo.text.word_encoder import word_ids

BATCH_SIZE = 64  # sequences; the fastest of 16, 32, 64 and 128 for the tagger on two cores


class TorchTagger(TaggingPeer):
    """The entity tagger; the features of a word are computed once in a chunk of texts.

    It finds the best tags and computes no probabilities.
    """

    distributions = ("torch", "numpy")

    def __init__(self, folder, weights, labels):
        self.labels = labels
        self.encode = encoder_of(folder)
        self.network = TaggerNetwork.of(dict(np.load(weights)))
        self.model_files = [Path(weights), *Path(folder).glob("*.txt")]

    @torch.inference_mode()
    def tag(self, sentences):
        words = {word: None for sentence in sentences for word in sentence}
        rows = {word: row for row, word in enumerate(words)}
        arrays = self.encode(list(words))
        features = self.network.features(*(torch.from_numpy(a).long() for a in arrays.values()))
        tags = [[]] * len(sentences)
        for batch in longest_first(sentences, BATCH_SIZE):
            ids = [torch.tensor([rows[word] for word in sentences[index]]) for index in batch]
            lengths = torch.tensor([len(each) for each in ids])
            padded = features[torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)]
            best = self.network.decode(self.network.emissions(padded, lengths), lengths)
            for index, row in zip(batch, best.tolist(), strict=True):
                tags[index] = [self.labels[tag] for tag in row[: len(sentences[index])]]
        return tags


class TorchClassifier(Peer):
    """The text classifier."""

    distributions = TorchTagger.distributions
    tokenizer = WordTokenizer()

    def __init__(self, folder, weights, labels):
        self.labels = labels
        self.vocabulary = Vocabulary.load(Path(folder, "words.txt"))
        self.network = ClassifierNetwork.of(dict(np.load(weights)))
        self.model_files = [Path(weights), *Path(folder).glob("*.txt")]

    def answer(self, text):
        return self.answer_all([text])[0]

    @torch.inference_mode()
    def answer_all(self, texts):
        sequences = [self._ids(text) for text in texts]
        found = [""] * len(texts)
        for batch in longest_first(sequences, BATCH_SIZE):
            ids = [sequences[index] for index in batch]
            lengths = torch.tensor([len(each) for each in ids])
            logits = self.network(torch.nn.utils.rnn.pad_sequence(ids, batch_first=True), lengths)
            for index, label in zip(batch, logits.argmax(dim=1).tolist(), strict=True):
                found[index] = self.labels[label]
        return found

    def _ids(self, text):
        words = [token.text for token in self.tokenizer(blank_markup(text))]
        return torch.from_numpy(word_ids(self.vocabulary, words)).long()


def open_peer(task, workers, **options):
    torch.set_num_threads(workers)
    return {"entities": TorchTagger, "sentiment": TorchClassifier}[task](**options)


if __name__ == "__main__":
    serve(open_peer)
