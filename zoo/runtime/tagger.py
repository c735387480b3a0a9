"""From text to one label a token."""

from dataclasses import dataclass

from zoo.errors import refuse_causal_use


@dataclass(frozen=True)
class TaggedToken:
    """A token with its label.

    Args:
        text: the token.
        label: what it is.
        start: offset of its first character in the text.
        end: offset behind its last one.
        score: probability of the label, between 0 and 1.
    """

    text: str
    label: str
    start: int
    end: int
    score: float


class TokenTaggingPredictor:
    """Tags the tokens of texts.

    Args:
        tokenizer: from a text to a list of `zoo.text.Token`.
        vocabulary: a `zoo.text.Vocabulary`.
        labels: the labels in the order of the model's outputs.
        engine: from ids (T,) to a dict with `scores` (T, K) and `tags` (T,).
        open_model: function that returns the Keras model, the same at every call.

    Example:

    >>> import zoo
    >>> tagger = zoo.load("bilstm-brackets")
    >>> [(token.text, token.label) for token in tagger("a(b)")]
    [('a', 'outside'), ('(', 'inside'), ('b', 'inside'), (')', 'inside')]
    """

    def __init__(self, tokenizer, vocabulary, labels, engine, open_model):
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        self.labels = tuple(labels)
        self._engine = engine
        self._open_model = open_model

    def __call__(self, text):
        """Tag one text, or each of a list of texts.

        Args:
            text: a string of any length, or a list of them.

        Returns:
            List of `TaggedToken`, empty for a text without tokens; or a list of such lists.

        Raises:
            TypeError: neither a string nor a list of strings.
        """
        if isinstance(text, list | tuple):
            return [self._tag(each) for each in text]
        return self._tag(text)

    def _tag(self, text):
        tokens = self.tokenizer(text)
        if not tokens:
            return []
        outputs = self._engine(self.vocabulary.encode(token.text for token in tokens))
        return [
            TaggedToken(token.text, self.labels[tag], token.start, token.end, float(scores[tag]))
            for token, tag, scores in zip(tokens, outputs["tags"], outputs["scores"], strict=True)
        ]

    def stream(self, texts):
        """Yield the tagged tokens of each text of any iterable, in order, one text in memory."""
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        return map(self._tag, texts)

    @property
    def model(self):
        """The `keras.Model` with its trained weights; needs the [train] extra."""
        return self._open_model()

    def generate(self, *args, **kwargs):
        """Refuse: a model that reads the whole sequence cannot continue it."""
        refuse_causal_use(f"{type(self).__name__}.generate")
