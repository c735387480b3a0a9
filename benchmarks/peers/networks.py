"""The networks of the entity tagger and of the text classifier in PyTorch, on packed sequences."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def load(network, arrays):
    """Return a network with the weights of a dict of arrays, as `weights.py` writes it."""
    state = {name: torch.from_numpy(arrays[name]) for name in network.state_dict()}
    network.load_state_dict(state)
    return network.eval()


class TaggerNetwork(nn.Module):
    """Words, characters and case to emissions: the network of `zoo.models.WordTagger`.

    Args:
        words, characters, cases: sizes of the tables, pairs of rows and columns.
        filters: dict from the width of a filter to the number of filters.
        units: of each direction.
        tags: K, number of tags.
        dropout: rates before and after the recurrent layer; the same features are dropped at all
            positions of a sequence.
    """

    def __init__(self, words, characters, cases, filters, units, tags, dropout=(0.0, 0.0)):
        super().__init__()
        self.words = nn.Embedding(*words)
        self.characters = nn.Embedding(*characters)
        self.cases = nn.Embedding(*cases)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(characters[1], count, width, padding=width // 2)
            for width, count in filters.items()
        )
        features = words[1] + sum(filters.values()) + cases[1]
        self.lstm = nn.LSTM(features, units, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(2 * units, tags)
        self.before, self.after = (nn.Dropout1d(rate) for rate in dropout)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.start, self.end = (nn.Parameter(torch.zeros(tags)) for _ in range(2))

    @classmethod
    def of(cls, arrays):
        """Return the network with the weights, and so of the sizes, of a dict of arrays."""
        tables = (arrays[f"{name}.weight"].shape for name in ("words", "characters", "cases"))
        names = [name for name in arrays if name.startswith("convolutions") and "weight" in name]
        filters = {arrays[name].shape[2]: arrays[name].shape[0] for name in names}
        tags, outputs = arrays["scores.weight"].shape
        return load(cls(*tables, filters, outputs // 2, tags), arrays)

    def features(self, words, characters, cases):
        """Return the features (N, F) of words (N,) with characters (N, C) and cases (N,)."""
        inside = (characters != 0)[:, None]
        spelled = self.characters(characters).transpose(1, 2) * inside
        filtered = torch.cat([each(spelled) for each in self.convolutions], dim=1)
        # Of a word without characters no value is left, and its features are zeros.
        highest = filtered.tanh().masked_fill(~inside, -2.0).amax(dim=2)
        highest = highest * inside.any(dim=2)
        return torch.cat([self.words(words), highest, self.cases(cases)], dim=1)

    def emissions(self, features, lengths):
        """Return the emissions (B, T, K) for features (B, T, F), the longest sequence first."""
        features = self.before(features.transpose(1, 2)).transpose(1, 2)
        packed = pack_padded_sequence(features, lengths, batch_first=True)
        outputs, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.scores(self.after(outputs.transpose(1, 2)).transpose(1, 2))

    def decode(self, emissions, lengths):
        """Return the best tags (B, T) for emissions (B, T, K), by the Viterbi algorithm."""
        best, before = self.start + emissions[:, 0], []
        for step in range(1, emissions.shape[1]):
            highest, tag = (best[:, :, None] + self.transitions).max(dim=1)
            going_on = (step < lengths)[:, None]
            best = torch.where(going_on, highest + emissions[:, step], best)
            before.append(torch.where(going_on, tag, torch.arange(tag.shape[1])))
        tags = [(best + self.end).argmax(dim=1, keepdim=True)]
        for came_from in reversed(before):
            tags.append(came_from.gather(1, tags[-1]))
        return torch.cat(tags[::-1], dim=1)

    def loss(self, emissions, lengths, tags):
        """Return the mean of -log P(tags | sequence) for tags (B, T), by the forward algorithm."""
        inside = torch.arange(tags.shape[1]) < lengths[:, None]
        moves = self.transitions[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]
        chosen = emissions.gather(2, tags[..., None])[..., 0] * inside
        last = tags.gather(1, lengths[:, None] - 1)[:, 0]
        score = chosen.sum(1) + moves.sum(1) + self.start[tags[:, 0]] + self.end[last]
        total = self.start + emissions[:, 0]
        for step in range(1, tags.shape[1]):
            reached = (total[:, :, None] + self.transitions).logsumexp(1) + emissions[:, step]
            total = torch.where(inside[:, step, None], reached, total)
        return ((total + self.end).logsumexp(1) - score).mean()


class ClassifierNetwork(nn.Module):
    """Word ids to logits: the network of `zoo.models.SequenceClassifier` with maximum pooling.

    Args:
        words: rows and columns of the table of words.
        units: of each direction.
        labels: number of labels.
        buckets: number of hash buckets of bigrams, 0 for no linear model of words and bigrams.
        dropout: rates of the embeddings and of the pooled features.
    """

    def __init__(self, words, units, labels, buckets=0, dropout=(0.0, 0.0)):
        super().__init__()
        self.words = nn.Embedding(*words)
        self.lstm = nn.LSTM(words[1], units, batch_first=True, bidirectional=True)
        self.logits = nn.Linear(2 * units, labels)
        self.before, self.after = nn.Dropout1d(dropout[0]), nn.Dropout(dropout[1])
        self.buckets = buckets
        if buckets:
            self.bigrams = nn.Embedding(words[0] + buckets, 1)

    @classmethod
    def of(cls, arrays):
        """Return the network with the weights, and so of the sizes, of a dict of arrays."""
        words = arrays["words.weight"].shape
        labels, outputs = arrays["logits.weight"].shape
        buckets = len(arrays["bigrams.weight"]) - words[0] if "bigrams.weight" in arrays else 0
        return load(cls(words, outputs // 2, labels, buckets), arrays)

    def forward(self, ids, lengths):
        """Return the logits (B, K) for ids (B, T), the longest sequence first."""
        embedded = self.before(self.words(ids).transpose(1, 2)).transpose(1, 2)
        packed = pack_padded_sequence(embedded, lengths, batch_first=True)
        outputs, _ = pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, padding_value=float("-inf")
        )
        logits = self.logits(self.after(outputs.amax(dim=1)))
        if self.buckets:
            odds = self.linear(ids)[:, None]
            logits = logits + torch.cat([-odds, odds], dim=1) / 2
        return logits

    def linear(self, ids):
        """Return the log-odds (B,) of the linear model; the bias is that of `logits`."""
        count = self.words.num_embeddings
        following = nn.functional.pad(ids, (0, 1))[:, 1:]
        hashed = (ids * ((2**31 - 1) // count - 1) + following) % self.buckets
        inside = ids != 0
        words = self.bigrams(ids)[..., 0] * inside
        bigrams = self.bigrams(count + hashed)[..., 0] * (inside & (following != 0))
        return (words + bigrams).sum(dim=1)
