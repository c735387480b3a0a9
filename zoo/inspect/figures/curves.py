"""Figures that compare models: over training, and over positions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

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
    name_axis,
    new_figure,
    plain,
)


def learning_curves(
    histories: Mapping[str, Mapping[str, Sequence[float]]],
    ceilings: Mapping[str, float] | None = None,
    metric: str = "accuracy",
    unit: str = "epoch",
) -> Figure:
    """Draw a metric of several models over their training.

    Args:
        histories: by model, `metric` and/or `"val_" + metric`, each a list of fractions, one per
            epoch or step, as in `keras.callbacks.History.history`.
        ceilings: the best possible value by model, a fraction; or None.
        metric: name of the metric: accuracy, f1, ...
        unit: unit of the x axis, "epoch" or "step".

    Returns:
        The figure: solid lines are validation, dotted lines training, dashed lines ceilings.

    Raises:
        ValueError: there is no model, a model has no values, or a ceiling has no model.

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
    kinds: dict[str, str] = {}
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


def per_position_figure(
    curves: Mapping[str, ArrayLike],
    ceilings: Mapping[str, ArrayLike] | None = None,
    position: str = "position t",
) -> Figure:
    """Draw the accuracy of several models at every position, with the best possible accuracy.

    Args:
        curves: fractions (T,) by model, as returned by `zoo.inspect.per_position_accuracy`, NaN
            where undefined.
        ceilings: exact ceilings (T,) by model, fractions; or None.
        position: label of the x axis.

    Returns:
        The figure: the ceiling of a model is dashed, in the model's colour.

    Raises:
        ValueError: there is no curve, lengths differ, or a ceiling has no model.

    Example:

    >>> figure = per_position_figure({"forward": [0.8, 0.9]}, {"forward": [0.84, 1.0]})
    >>> [line.get_linestyle() for line in figure.axes[0].lines]
    ['--', '-']
    """
    accuracies = check_alike("per_position_figure", "curves", curves)
    ceilings = _check_ceilings("per_position_figure", ceilings, accuracies)
    length = len(next(iter(accuracies.values())))
    shapes = {name: np.shape(ceiling) for name, ceiling in ceilings.items()}
    if set(shapes.values()) - {(length,)}:
        raise ValueError(
            f"per_position_figure: `ceilings` must be ({length},) as the curves are, got {shapes}."
        )
    figure, axes = _axes()
    for index, (name, curve) in enumerate(accuracies.items()):
        if name in ceilings:
            axes.plot(ceilings[name], **_dashes(index, len(ceilings)))
        axes.plot(curve, markersize=marker_size(length), **_look(index))
    axes.set_xlabel(position)
    name_axis(axes.yaxis, "accuracy (% of the tokens there)", "accuracy (%)")
    axes.set_xlim(-0.5, length - 0.5)
    _legend(figure, accuracies, {"model": "-", "exact ceiling": "--"} if ceilings else {})
    return figure


def _check_ceilings(function, ceilings, models):
    unknown = set(ceilings or {}) - set(models)
    if unknown:
        raise ValueError(
            f"{function}: `ceilings` must be of the models {list(models)}, got {sorted(unknown)}."
        )
    return ceilings or {}


def _axes():
    figure = new_figure(3.8)
    axes = figure.add_subplot()
    bare(axes)
    integer_ticks(axes.xaxis)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    return figure, axes


def _look(index) -> dict[str, Any]:
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
    }


def _dashes(index, count) -> dict[str, Any]:
    """Return the style of a dashed line with gaps that show the other ceilings."""
    dash = 4
    return {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": (index * dash, (dash, dash * max(1, count - 1))),
        "linewidth": 2,
    }


def _legend(figure, models, kinds):
    """Draw a legend of the models by colour and marker, and of the line styles."""
    names = [plain(name, LONGEST_NAME) for name in models]
    lines = [Line2D([], [], label=name, **_look(i)) for i, name in enumerate(names)]
    lines += [Line2D([], [], color=GREY, linestyle=s, label=kind) for kind, s in kinds.items()]
    legend_above(figure, lines)
