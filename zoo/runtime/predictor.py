"""What all predictors share: one text or many, in order, and nothing that is no text."""

from zoo.errors import refuse_causal_use


class Predictor:
    """Answers texts; a task's predictor says in `_answer` how it answers one.

    Args:
        labels: what the model can say.
        engine: from a dict of int32 arrays (T, ...), one sequence, to a dict of arrays.
        open_model: function that returns the Keras model, the same at every call.

    Attributes:
        task: the `zoo.tasks.Task` of the model.
        tags: what the model's outputs stand for, in their order; of most models the labels.
    """

    task = None

    def __init__(self, labels, engine, open_model):
        self.labels = tuple(labels)
        self.tags = self.labels
        self._engine = engine
        self._open_model = open_model

    def __call__(self, text):
        """Answer one text, or each of a list of texts.

        Args:
            text: a string of any length, or a list of them.

        Returns:
            The answer; of a list, the list of answers.

        Raises:
            TypeError: neither a string nor a list of strings; nothing is answered then.
        """
        if not isinstance(text, list | tuple):
            check_text("text", text)
            return self._answer(text)
        for index, each in enumerate(text):
            check_text(f"text[{index}]", each)
        return self._answer_all(text)

    def stream(self, texts, ahead=None):
        """Yield the answer to each text of any iterable, in order, in bounded memory.

        Args:
            texts: any iterable of strings.
            ahead: how many texts may be taken before the first of them is answered; a predictor
                that reads one after another takes one.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        return map(self, texts)

    def clean(self, text):
        """Return what is read of a text, every character where it was: all of it."""
        return text

    def inputs_of(self, words):
        """Return what the model reads of a text's tokens, a dict of arrays (T, ...)."""
        raise NotImplementedError

    @property
    def model(self):
        """The `keras.Model` with its trained weights; needs the [train] extra."""
        return self._open_model()

    def generate(self, *args, **kwargs):
        """Refuse: a model that reads the whole sequence cannot continue it."""
        refuse_causal_use(f"{type(self).__name__}.generate")

    def _answer_all(self, texts):
        return [self._answer(each) for each in texts]

    def _answer(self, text):
        raise NotImplementedError


def check_text(name, text):
    """Raise TypeError unless `text` is a string."""
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be a str, got {type(text).__name__}: {text!r:.60}.")
