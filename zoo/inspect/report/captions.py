"""What a page says of each picture; `PICTURES.md` says more."""

TITLES = {
    "influence": "Which words drive the answer",
    "direction_answers": "What each direction alone would say",
    "state_evolution": "States along the text",
    "activations": "Activations, unit by unit",
    "information_flow": "Information flow",
    "direction_correlation": "How the two directions agree",
}
CAPTIONS = {
    "influence": "How far the probability of the answer falls, in percentage points, when a word "
    "is hidden. Below zero, the word speaks against the answer.",
    "direction_answers": "The same weights with the states of one direction set to zero: the "
    "forward direction has seen nothing behind a word, the backward one nothing before it.",
    "state_evolution": "Length (L2 norm) of the state of each direction at each position of the "
    "first recurrent layer. A jump is a word that changes what is remembered.",
    "activations": "Each line is a unit, between -1 and 1. The forward direction has read what "
    "stands to the left of a word, the backward one what stands to the right.",
    "information_flow": "How strongly the output at a position (row) depends on each input "
    "(column), measured by gradients, on a logarithmic scale. Grey is exactly zero: a direction "
    "cannot see what it has not read yet.",
    "direction_correlation": "Left: correlation of forward and backward units over these "
    "positions; in a short text large values come by chance. Right: cosine of the two states at "
    "each position; 0 says that they hold different things.",
}
HIDDEN_WORD = (
    "Choose a word. Orange words hold up its label: hidden, the label becomes less probable. "
    "Purple, dotted ones speak against it. In the picture the word itself is framed."
)
