"""Pictures of what a model answers: which words drive it, and what half of the model would say."""

import numpy as np
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import PercentFormatter

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    BLACK,
    COLOURS,
    GREY,
    PALE_GREY,
    SMALL,
    bare,
    legend_above,
    name_positions,
    new_figure,
    plain,
    signed_image,
    token_ticks,
)

FOR, AGAINST = COLOURS[0], COLOURS[1]
PALE = 0.55  # of a label's colour that it is sure of, so that black reads well on it


def label_colours(labels):
    """Return a colour for each label but the first, which is what is not marked.

    >>> label_colours(["O", "LOC"])
    {'O': '#d9d9d9', 'LOC': '#009E73'}
    """
    order = [*COLOURS[2:6], *COLOURS[:2]]
    marked = {label: order[i % len(order)] for i, label in enumerate(labels[1:])}
    return {labels[0]: PALE_GREY, **marked}


def influence_figure(influence, tokens, rows):
    """Draw how much the labels of words hang on every word.

    Args:
        influence: (R, T), how far the probability of the row's label falls when the column's
            word is hidden.
        tokens: T strings.
        rows: R pairs of a position among the tokens and a label.

    Returns:
        The figure; the scale is symmetric about 0, and a word's own column is framed.

    Raises:
        ValueError: no row or token, or a matrix of another shape.

    Example:

    >>> figure = influence_figure([[0.1, 0.9]], ["Mr.", "Bo"], [(1, "PER")])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['Bo  PER']
    """
    influence = np.asarray(influence, "float64")
    if not influence.size or influence.shape != (len(rows), len(tokens)):
        raise ValueError(
            "influence_figure: `influence` must be (rows, tokens), not empty, "
            f"{(len(rows), len(tokens))}, got {influence.shape}."
        )
    figure = new_figure(2.8 + 0.22 * len(rows))
    axes = figure.add_subplot()
    image = signed_image(axes, influence, np.abs(influence).max() or 1.0)
    for row, (position, _) in enumerate(rows):
        axes.add_patch(
            Rectangle((position - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=BLACK, linewidth=1)
        )
    names = [f"{plain(tokens[position])}  {plain(label)}" for position, label in rows]
    token_ticks(axes.xaxis, len(tokens), tokens)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL)
    axes.set(xlabel="word that is hidden", ylabel="word and label")
    bar = figure.colorbar(
        image,
        ax=axes,
        location="bottom",
        aspect=40,
        label="fall of the label's probability (points)",
    )
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    return figure


def word_weights_figure(weights, tokens, label):
    """Draw what each word does for the verdict on its text.

    Args:
        weights: (T,), how far the label's probability falls when the word is hidden.
        tokens: T strings.
        label: the verdict.

    Returns:
        The figure: bars, blue for the label and orange against it.

    Raises:
        ValueError: no weight, another number of tokens.

    Example:

    >>> figure = word_weights_figure([0.2, -0.1], ["good", "not"], "positive")
    >>> [float(bar.get_height()) for bar in figure.axes[0].patches]
    [0.2, -0.1]
    """
    weights = check_alike("word_weights_figure", "weights", {"": weights})[""]
    figure = new_figure(3.2)
    axes = figure.add_subplot()
    bare(axes)
    axes.bar(range(len(weights)), weights, color=np.where(weights < 0, AGAINST, FOR))
    axes.axhline(0, color=GREY, linewidth=1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    axes.set(xlim=(-0.5, len(weights) - 0.5))
    axes.set_ylabel(f"fall of P({plain(label)})\nwithout the word (points)")
    name_positions(axes, len(weights), tokens)
    patches = [
        Patch(color=FOR, label=f"for {plain(label)}"),
        Patch(color=AGAINST, label="against"),
    ]
    legend_above(figure, patches)
    return figure


def direction_answers_figure(answers, labels, tokens):
    """Draw what a tagger says of each word, and what each of its directions alone would say.

    Args:
        answers: dict of name to a pair of the labels given, (T,) indices, and probabilities
            (T, L), such as a `zoo.inspect.model_parts.Answer`; the first is the whole model.
        labels: L labels; the first is what is not marked.
        tokens: T strings.

    Returns:
        The figure: a row each, coloured by the label given, the paler the less sure; framed where
        it is another than that of the whole model.

    Raises:
        ValueError: no answer, shapes that differ or are not (T, L).

    Example:

    >>> answers = {"both": ([1], [[0.1, 0.9]]), "forward alone": ([0], [[0.8, 0.2]])}
    >>> figure = direction_answers_figure(answers, ["O", "PER"], ["Bo"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['PER']
    """
    best = {name: np.asarray(each) for name, (each, _) in answers.items()}
    scores = {name: np.asarray(each, "float64") for name, (_, each) in answers.items()}
    shapes = {(best[name].shape, scores[name].shape) for name in answers}
    if not tokens or shapes != {((len(tokens),), (len(tokens), len(labels)))}:
        raise ValueError(
            "direction_answers_figure: `answers` must be pairs of (time,) and (time, labels), "
            f"{(len(tokens), len(labels))}, got {sorted(shapes)}."
        )
    whole = next(iter(best.values()))
    figure = new_figure(1.5 + 0.6 * len(best))
    axes = figure.add_subplot()
    axes.set(xlim=(-0.5, len(tokens) - 0.5), ylim=(len(best) - 0.5, -0.5))
    for row, name in enumerate(best):
        for t, index in enumerate(best[name]):
            _cell(axes, row, t, labels, index, scores[name][t, index], index != whole[t])
    axes.set_yticks(range(len(best)), best)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    name_positions(axes, len(tokens), tokens)
    legend_above(figure, _legend(labels, best, whole))
    return figure


def _cell(axes, row, t, labels, index, score, other):
    """Draw one answer."""
    label = labels[index]
    strength = PALE * score if index else 0.5
    box = (t - 0.46, row - 0.42), 0.92, 0.84
    colour = label_colours(labels)[label]
    axes.add_patch(Rectangle(*box, color=colour, alpha=strength, linewidth=0))
    if other:
        axes.add_patch(Rectangle(*box, fill=False, edgecolor=BLACK, linewidth=1.6))
    if index:
        turn = 90 if axes.get_xlim()[1] > 12 else 0
        place = {"ha": "center", "va": "center", "rotation": turn, "fontsize": SMALL}
        axes.text(t, row, plain(label, 7), **place)


def _legend(labels, best, whole):
    colours = label_colours(labels)
    there = sorted({int(index) for each in best.values() for index in each})
    patches = [Patch(color=colours[labels[i]], alpha=PALE, label=plain(labels[i])) for i in there]
    if any((each != whole).any() for each in best.values()):
        patches.append(Patch(fill=False, edgecolor=BLACK, label="other than both directions"))
    return patches


def direction_verdicts_figure(shares, label):
    """Draw how probable the verdict is, and how probable each direction alone would find it.

    Args:
        shares: dict of name to the label's probability, a fraction.
        label: the verdict.

    Returns:
        The figure: a bar each, and a line where the model has no opinion.

    Raises:
        ValueError: no share, or one that is not between 0 and 1.

    Example:

    >>> figure = direction_verdicts_figure({"both": 0.9, "forward alone": 0.4}, "positive")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['90.0', '40.0']
    """
    if not shares or not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError(f"direction_verdicts_figure: `shares` must be fractions, got {shares}.")
    figure = new_figure(1.1 + 0.42 * len(shares))
    axes = figure.add_subplot()
    bare(axes)
    axes.grid(visible=False)
    rows = range(len(shares))
    colours = [FOR if share >= 0.5 else AGAINST for share in shares.values()]
    axes.barh(rows, list(shares.values()), height=0.6, color=colours)
    for row, share in zip(rows, shares.values(), strict=True):
        axes.text(share + 0.01, row, f"{100 * share:.1f}", va="center", fontsize=SMALL)
    axes.axvline(0.5, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(rows, shares)
    axes.set(xlim=(0, 1.08), ylim=(len(shares) - 0.5, -0.5))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel(f"P({plain(label)}) (%)")
    return figure
