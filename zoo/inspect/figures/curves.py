"""Pictures that compare models: over training, and over positions."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    COLOURS,
    GREY,
    LONGEST_NAME,
    MARKERS,
    bare,
    integer_ticks,
    legend_above,
    marker_size,
    new_figure,
    plain,
)


def learning_curves(histories, ceilings=None, metric="accuracy", unit="epoch"):
    """Draw a metric of several models over their training.

    Args:
        histories: dict of model name to dict of `metric` and/or `"val_" + metric`, each a list of
            fractions, one an epoch or step, as in `keras.callbacks.History.history`.
        ceilings: dict of model name to the best value possible, a fraction; or None.
        metric: the name of a fraction of 1: accuracy, f1, ...
        unit: what a point on the x axis is, "epoch" or "step".

    Returns:
        The figure: solid lines are validation, dotted ones training, dashed ones ceilings.

    Raises:
        ValueError: no model, one without values, a ceiling of a model that is not there.

    Example:

    >>> figure = learning_curves({"both": {"accuracy": [0.8, 0.9], "val_accuracy": [0.7, 0.8]}})
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
    ('epoch', 'accuracy (%)')
    """
    keys = (f"val_{metric}", metric)
    if not histories or not all(any(h.get(key) for key in keys) for h in histories.values()):
        got = {name: list(history) for name, history in histories.items()}
        raise ValueError(
            f"learning_curves: `histories` must hold values of {' or '.join(map(repr, keys))} for "
            f"every model, got {got}."
        )
    ceilings = _check_ceilings("learning_curves", ceilings, histories)
    figure, axes = _axes()
    kinds = {}
    for index, (name, history) in enumerate(histories.items()):
        if name in ceilings:
            axes.axhline(ceilings[name], **_dashes(index, len(ceilings)))
            kinds["ceiling"] = "--"
        for key, kind, style in zip(keys, ("validation", "training"), ("-", ":"), strict=True):
            if history.get(key):
                epochs = np.arange(1, len(history[key]) + 1)
                size = marker_size(len(epochs)) / (1 if style == "-" else 2)
                axes.plot(epochs, history[key], style, markersize=size, **_look(index))
                kinds[kind] = style
    axes.set(xlabel=unit, ylabel=f"{metric} (%)")
    _legend(figure, histories, kinds)
    return figure


def per_position_figure(curves, ceilings=None, position="position t"):
    """Draw the accuracy of several models at every position, beside the best possible.

    Args:
        curves: dict of model name to (T,) fractions as from `zoo.inspect.per_position_accuracy`,
            NaN where there is none.
        ceilings: dict of model name to (T,) exact ceilings, fractions; or None.
        position: what is counted along the x axis.

    Returns:
        The figure: a model's ceiling is dashed, in the model's colour.

    Raises:
        ValueError: no curve, lengths that differ, a ceiling of a model that is not there.

    Example:

    >>> figure = per_position_figure({"forward": [0.8, 0.9]}, {"forward": [0.84, 1.0]})
    >>> [line.get_linestyle() for line in figure.axes[0].lines]
    ['--', '-']
    """
    curves = check_alike("per_position_figure", "curves", curves)
    ceilings = _check_ceilings("per_position_figure", ceilings, curves)
    length = len(next(iter(curves.values())))
    shapes = {name: np.shape(ceiling) for name, ceiling in ceilings.items()}
    if set(shapes.values()) - {(length,)}:
        raise ValueError(
            f"per_position_figure: `ceilings` must be ({length},) as the curves are, got {shapes}."
        )
    figure, axes = _axes()
    for index, (name, curve) in enumerate(curves.items()):
        if name in ceilings:
            axes.plot(ceilings[name], **_dashes(index, len(ceilings)))
        axes.plot(curve, markersize=marker_size(length), **_look(index))
    axes.set(xlabel=position, ylabel="accuracy (% of the tokens there)")
    axes.set_xlim(-0.5, length - 0.5)
    _legend(figure, curves, {"model": "-", "exact ceiling": "--"} if ceilings else {})
    return figure


def _check_ceilings(function, ceilings, models):
    unknown = set(ceilings or {}) - set(models)
    if unknown:
        raise ValueError(
            f"{function}: `ceilings` belong to models, {list(models)}, got {sorted(unknown)} too."
        )
    return ceilings or {}


def _axes():
    figure = new_figure(3.8)
    axes = figure.add_subplot()
    bare(axes)
    integer_ticks(axes.xaxis)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    return figure, axes


def _look(index):
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
    }


def _dashes(index, count):
    """Return a dashed line whose gaps show the other ceilings where several coincide."""
    dash = 4
    return {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": (index * dash, (dash, dash * max(1, count - 1))),
        "linewidth": 2,
    }


def _legend(figure, models, kinds):
    """Name the models by colour and marker, and the kinds of lines by style."""
    names = [plain(name, LONGEST_NAME) for name in models]
    lines = [Line2D([], [], label=name, **_look(i)) for i, name in enumerate(names)]
    lines += [Line2D([], [], color=GREY, linestyle=s, label=kind) for kind, s in kinds.items()]
    legend_above(figure, lines)
