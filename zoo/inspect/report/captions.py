"""Titles and captions of the figures on a page; `PICTURES.md` explains them in full."""

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
    "is hidden. Below zero, the word opposes the answer.",
    "direction_answers": "The same weights with the states of one direction set to zero: the "
    "forward direction sees nothing after a word, the backward direction nothing before it.",
    "state_evolution": "L2 norm of the state of each direction at each position of the first "
    "recurrent layer. A jump is a word that changes the memory.",
    "activations": "Each row is a unit, between -1 and 1. The forward direction has read the words "
    "to the left, the backward direction those to the right.",
    "information_flow": "How strongly the output at a position (row) depends on each input "
    "(column), measured by gradients, on a logarithmic scale. Grey is exactly zero: a direction "
    "cannot see what it has not read yet.",
    "direction_correlation": "Left: correlation of forward and backward units over these "
    "positions; in a short text, large values occur by chance. Right: cosine of the two states at "
    "each position; at 0 they are orthogonal.",
}
HIDDEN_WORD = (
    "Choose a word. Orange words support its label: without them it is less probable. Purple "
    "dotted words oppose it. In the figure, the word itself is framed."
)
