"""What the runs of several seeds come to, as Markdown tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def seeds_table(scores: Mapping[int, Mapping[tuple[str, str], float]]) -> str:
    """Return a table of scores in percent: mean ± deviation over the seeds, and each seed's.

    Args:
        scores: dict from a seed to its scores, a dict from `(split, casing)` to a fraction.

    Example:

    >>> print(seeds_table({0: {("dev", "as written"): 1.0}}))
    | split | mean ± deviation | seed 0 |
    | --- | ---: | ---: |
    | dev, as written | 100.00 ± 0.00 | 100.00 |
    """
    heads = " | ".join(f"seed {seed}" for seed in scores)
    lines = [f"| split | mean ± deviation | {heads} |", "| --- | ---: |" + " ---: |" * len(scores)]
    for split, casing in next(iter(scores.values())):
        values = np.array([100 * each[split, casing] for each in scores.values()])
        seeds = " | ".join(f"{value:.2f}" for value in values)
        lines.append(f"| {split}, {casing} | {values.mean():.2f} ± {values.std():.2f} | {seeds} |")
    return "\n".join(lines)


def ceiling_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of accuracies and ceilings in percent, a line per model and lengths.

    Over the seeds: mean ± deviation, the worst position of the worst seed, the ceiling, and the
    distance of the best seed above it, also in standard errors.

    Args:
        rows: list of dicts, one per model, seed and range of lengths: `model`, `parameters`,
            `lengths`, and as fractions `accuracy`, `standard_error`, `worst_position` and
            `ceiling`; 1 for no ceiling.

    Example:

    >>> row = {"model": "forward", "parameters": 9, "lengths": "8-32", "accuracy": 0.5}
    >>> row |= {"standard_error": 0.01, "worst_position": 0.25, "ceiling": 0.52}
    >>> print(ceiling_table([row]).splitlines()[-1])
    | forward | 9 | 8-32 | 50.000 ± 0.000 | 25.00 | 52.00 | -2.00 (-2.0 se) |
    """
    lines = [
        "| model | parameters | lengths | accuracy | worst position | ceiling | largest excess |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for name, lengths in dict.fromkeys((row["model"], row["lengths"]) for row in rows):
        same = [row for row in rows if (row["model"], row["lengths"]) == (name, lengths)]
        accuracy, best = np.array([row["accuracy"] for row in same]), same[0]["ceiling"]
        worst = min(row["worst_position"] for row in same)
        gap, error = max((row["accuracy"] - best, row["standard_error"]) for row in same)
        above = f"{100 * gap:+.2f} ({gap / max(error, 1e-9):+.1f} se)" if best < 1 else ""
        lines.append(
            f"| {name} | {same[0]['parameters']:,} | {lengths} | {100 * accuracy.mean():.3f} ± "
            f"{100 * accuracy.std():.3f} | {100 * worst:.2f} | {100 * best:.2f} | {above} |"
        )
    return "\n".join(lines)
