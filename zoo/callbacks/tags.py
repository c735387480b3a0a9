"""The tags under which TensorBoard shows a training, in reading order, and what each one means.

TensorBoard sorts tags by name. The numbers put the results first and the weights last, and leave
the names of the metrics free.
"""

from fnmatch import fnmatchcase

RESULTS = "1 results"
SPEED = "2 speed"
GRADIENTS = "3 gradients"
SATURATION = "4 gates"
STATES = "5 states"
DIRECTIONS = "6 directions"
FLOW = "7 information flow"
CRF_SCORES = "8 CRF"
WEIGHTS = "9 weights"

LOSS, DEV = f"{RESULTS}/loss/train", f"{RESULTS}/measure/dev"
RATE, TOKENS_A_SECOND = f"{SPEED}/learning rate", f"{SPEED}/tokens a second"
ALONG, ACTIVATIONS = f"{STATES}/along the sequence", f"{STATES}/activations"
CORRELATION, COSINE = f"{DIRECTIONS}/correlation of units", f"{DIRECTIONS}/cosine by token"
LEARNING_CURVES = f"{RESULTS}/learning curves"
CONFUSION, BY_POSITION = f"{RESULTS}/confusion", f"{RESULTS}/accuracy by position"

# Logs of Keras and of `zoo.training.fit` that are not metrics.
_LOGS = {"dev": DEV, "tokens_per_second": TOKENS_A_SECOND, "learning_rate": RATE}

DESCRIPTIONS = {  # pattern of a tag -> its description, in Markdown; the first that fits counts
    DEV: "The score on the development set after each epoch, which chooses the best epoch.",
    f"{BY_POSITION}*": "The accuracy at each position. A model of one direction is worst at the "
    "end that it reads first. Dashed, where it is known: the best possible accuracy.",
    LEARNING_CURVES: "The accuracy on the development set over the training, by model. Dashed: the "
    "best possible accuracy of the model's direction.",
    CONFUSION: "The labels of the sample: rows are true labels, columns predicted labels, colours "
    "shares of a row, numbers counts. Grey: the label does not occur.",
    f"{RESULTS}/*/batch": "One value a batch; in `fit`, the running mean of the epoch. *Spikes: "
    "the learning rate is too high, or gradients are not clipped.*",
    f"{RESULTS}/*/sample": "Measured on the sample, without dropout: the trend without the noise "
    "of the batches.",
    f"{RESULTS}/*/validation": "Measured on the validation data after each epoch. *Rises while "
    "the training loss falls: overfitting.*",
    f"{RESULTS}/*/train": "The mean over the training data in each epoch.",
    RATE: "The learning rate of the optimizer. *Does the schedule do what it should?*",
    TOKENS_A_SECOND: "Training speed, without padding. *A drop: longer batches, or other load on "
    "the machine.*",
    f"{GRADIENTS}/of gates/*": "The L2 norm of the gradient of the sample's loss, for the columns "
    "of one gate. *One direction far below the other: it is hardly used.*",
    f"{GRADIENTS}/*": "The L2 norm of the gradient of the sample's loss. *0: the layer does not "
    "learn; a hundredfold rise: exploding gradients.*",
    f"{SATURATION}/*": "The share of the gate's values in this range, over tokens and units; a "
    "tanh value a counts as (1 + a) / 2. *A saturated gate passes no gradient. A forget gate above "
    "0.9 remembers, below 0.1 it forgets at every token.*",
    f"{ALONG}*": "The L2 norm of the state at each token of one sequence. The forward curve starts "
    "low on the left, the backward curve on the right. *A jump: a word that changes the memory.*",
    f"{ACTIVATIONS}*": "The activation of each unit (row) at each token of one sequence, between "
    "-1 and 1.",
    f"{STATES}/*": "The mean L2 norm of the states. *A steady rise: saturation.*",
    f"{COSINE}*": "The cosine of the forward and the backward state at each "
    "token. At 0 they are orthogonal.",
    f"{CORRELATION}*": "The correlation of each forward unit (row) with each "
    "backward unit (column).",
    f"{DIRECTIONS}/*/mean cosine": "The mean cosine of the two states of a token. *Falls as the "
    "directions specialize.*",
    f"{DIRECTIONS}/*/mean size": "The mean absolute correlation of forward and backward units. "
    "*Near 1: both directions carry the same information.*",
    f"{FLOW}/*/from the left": "The share of the information flow that comes from earlier tokens.",
    f"{FLOW}/*/from the right": "The share of the information flow that comes from later tokens.",
    f"{FLOW}/*/mean distance": "The mean distance, in tokens, over which information flows: the "
    "range of the layer.",
    f"{FLOW}/*": "How strongly the state at a token (row) depends on the input at another token "
    "(column), by gradients, on a logarithmic scale. Grey is exactly 0: a direction cannot see "
    "what it has not read yet.",
    f"{CRF_SCORES}/*": "The score of each tag after another tag. `[start]` is the row and `[end]` "
    "the column of the ends of a sequence. Forbidden transitions become purple.",
    f"{WEIGHTS}/*": "At most 20,000 evenly spaced values of the weight.",
    "projector": "What the Projector tab shows.",
    "tagged text/*": "Sequences of the sample with their predictions. A wrong label is bold, true "
    "→ predicted; a correct `O` is not shown.",
}

_PICTURES = {  # beginning of a name as from `zoo.inspect.sequence_pictures` -> that of its tag
    "learning_curves": LEARNING_CURVES,
    "accuracy": BY_POSITION,
    "state_evolution": ALONG,
    "activations": ACTIVATIONS,
    "information_flow": FLOW,
    "direction_correlation/units": CORRELATION,
    "direction_correlation/cosine": COSINE,
}


def description(tag: str) -> str:
    """Return the description of a tag in Markdown, "" for a tag that is not in `DESCRIPTIONS`.

    Example:

    >>> description("2 speed/tokens a second").partition(".")[0]
    'Training speed, without padding'
    """
    fitting = (text for pattern, text in DESCRIPTIONS.items() if fnmatchcase(tag, pattern))
    return next(fitting, "")


def picture_tag(name: str) -> str:
    """Return the tag of a picture of a training of several directions.

    Example:

    >>> picture_tag("accuracy_forward"), picture_tag("information_flow/backward")
    ('1 results/accuracy by position/forward', '7 information flow/backward')
    """
    start = next(each for each in _PICTURES if name.startswith(each))
    return f"{_PICTURES[start]}/{name.removeprefix(start).strip('_/')}".strip("/")


def epoch_tag(name: str) -> str:
    """Return the tag of a log of an epoch.

    Example:

    >>> [epoch_tag(name) for name in ("loss", "val_accuracy", "dev")]
    ['1 results/loss/train', '1 results/accuracy/validation', '1 results/measure/dev']
    """
    if name.startswith("val_"):
        return f"{RESULTS}/{name.removeprefix('val_')}/validation"
    return _LOGS.get(name, f"{RESULTS}/{name}/train")
