"""Table and picture of the comparison of directions on the diagnostic tasks."""

from collections.abc import Sequence
from statistics import mean, pstdev
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from zoo.data.diagnostics import DIAGNOSTICS, DIRECTIONS
from zoo.inspect.figures.style import (
    BLACK,
    DIRECTION_COLOURS,
    SMALL,
    bare,
    integer_ticks,
    legend_above,
    new_figure,
)

CELL_NAMES = {"simple_rnn": "vanilla", "gru": "GRU", "lstm": "LSTM"}
COLOURS = {**DIRECTION_COLOURS, "both": BLACK}
MARKERS = {"forward": ">", "backward": "<", "both": "o"}
COLUMNS, PANEL_HEIGHT = 4, 2.0  # inches
Rows = Sequence[dict[str, Any]]


def table(rows: Rows) -> str:
    """Return the accuracies as a Markdown table, a row for each task, test length and cell.

    Args:
        rows: rows of `results.csv`.

    Returns:
        For each direction its accuracy in percent, mean ± standard deviation over the seeds, and
        the largest excess over the exact ceiling, in percentage points.

    Example:

    >>> row = {"task": "copy", "cell": "gru", "seed": 0, "length": 20, "ceiling": 0.25}
    >>> print(table([{**row, "direction": "backward", "accuracy": 0.24}]))
    | task | T | cell | seeds | forward | backward | both |
    | --- | ---: | --- | ---: | ---: | ---: | ---: |
    | copy | 20 | GRU | 1 |  | 24.0 of 25.0 |  |
    """
    lines = [["task", "T", "cell", "seeds", *DIRECTIONS], ["---", "---:", "---"]]
    lines[1] += ["---:"] * 4
    for task, length, cell in dict.fromkeys((r["task"], r["length"], r["cell"]) for r in rows):
        found = _chosen(rows, task=task, length=length, cell=cell)
        seeds = len({row["seed"] for row in found})
        cells = [_score(_chosen(found, direction=each)) for each in DIRECTIONS]
        lines.append([task, str(length), CELL_NAMES[cell], str(seeds), *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _chosen(rows: Rows, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _score(rows: Rows) -> str:
    """Return mean ± deviation in percent, and the ceiling."""
    if not rows:
        return ""
    scores = [100 * float(row["accuracy"]) for row in rows]
    spread = f" ± {pstdev(scores):.1f}" if len(scores) > 1 else ""
    return f"{mean(scores):.1f}{spread} of {100 * float(rows[0]['ceiling']):.1f}"


def diagnostics_figure(rows: Rows, cell: str = "lstm") -> Figure:
    """Draw the accuracy of each direction, a panel for each task.

    Args:
        rows: rows of `results.csv`.
        cell: the cell whose accuracy is drawn by position. A task that is tested at several lengths
            is drawn by length, a task with one label for each sequence by cell.

    Returns:
        The figure: markers are means over the seeds, dashed lines the exact ceilings.

    Example:

    >>> row = {"task": "copy", "cell": "lstm", "length": 2, "by_position": "- 25.0"}
    >>> figure = diagnostics_figure([{**row, "direction": "backward", "accuracy": 0.25}])
    >>> figure.axes[0].get_title()
    'copy'
    """
    tasks = list(dict.fromkeys(row["task"] for row in rows))
    lines = -(-len(tasks) // COLUMNS)
    figure = new_figure(0.5 + PANEL_HEIGHT * lines)
    panels = figure.subplots(lines, COLUMNS, sharey=True, squeeze=False).ravel()
    for axes, task in zip(panels, tasks, strict=False):
        bare(axes)
        axes.set_title(task, fontsize=SMALL)
        axes.set_ylim(0, 1.05)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        for direction in DIRECTIONS:
            found = _chosen(rows, task=task, direction=direction)
            if found:
                _draw(axes, task, direction, found, cell)
    for axes in panels[len(tasks) :]:
        axes.remove()
    handles = [
        Line2D([], [], color=COLOURS[each], marker=MARKERS[each], label=each) for each in DIRECTIONS
    ]
    legend_above(figure, [*handles, Line2D([], [], color=BLACK, linestyle="--", label="ceiling")])
    return figure


def _draw(axes: Axes, name: str, direction: str, rows: Rows, cell: str) -> None:
    task = DIAGNOSTICS[name]
    look = {"color": COLOURS[direction], "marker": MARKERS[direction], "markersize": 4}
    mine = _chosen(rows, cell=cell)
    if task.whole:
        _draw_means(axes, rows, "cell", look)
        axes.set_xticks(range(len(CELL_NAMES)), list(CELL_NAMES.values()))
    elif task.longer:
        _draw_means(axes, mine, "length", look)
        axes.set_xlabel("length T", fontsize=SMALL)
    elif mine:
        listed = [row["by_position"].replace("-", "nan").split() for row in mine]
        axes.plot(np.mean(np.array(listed, float), axis=0) / 100, linewidth=0, **look)
        limit = task.ceiling(direction, int(mine[0]["length"]))
        axes.plot(limit, "--", color=COLOURS[direction], linewidth=1)
        integer_ticks(axes.xaxis)
        axes.set_xlabel("position t", fontsize=SMALL)


def _draw_means(axes: Axes, rows: Rows, key: str, look: dict[str, Any]) -> None:
    """Draw the mean accuracy for each value of a column."""
    values = list(dict.fromkeys(row[key] for row in rows))
    means = [mean(float(row["accuracy"]) for row in rows if row[key] == each) for each in values]
    places = [list(CELL_NAMES).index(each) if key == "cell" else int(each) for each in values]
    axes.plot(places, means, linewidth=1 if key == "length" else 0, **look)
