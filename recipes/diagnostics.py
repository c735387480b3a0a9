"""Compare forward, backward and bidirectional networks on small tasks with exact ceilings.

Every network is trained from scratch on each task of `zoo.data.diagnostics`: vanilla, GRU and LSTM
cells, each forward, backward and in both directions, with the same layers, units and seeds, so that
only the direction differs. The table shows each accuracy beside the exact accuracy of the best
possible network of its direction.

    python -m zoo.recipes.diagnostics --output runs/diagnostics
    python -m zoo.recipes.diagnostics --output runs/one --tasks "reversed copy" --cells lstm

The folder gets `results.csv`, `results.md` and `results.png`. An interrupted run continues.
"""

import argparse
from dataclasses import fields
from pathlib import Path

from zoo.recipes.checks import whole_number

SMOKE = {"units": 4, "embedding_dim": 4, "hidden_units": 4, "steps": 2, "batch_size": 4}
SMOKE |= {"test_tokens": 200}
SMOKE_TASKS = ("reversed copy", "adding")


def main(arguments: list[str] | None = None) -> None:
    """Train the networks; write the table and the picture."""
    options = _parser().parse_args(arguments)

    from zoo.data.diagnostics import DIAGNOSTICS
    from zoo.inspect import save_png
    from zoo.training.diagnostics.grid import Grid, run_grid
    from zoo.training.diagnostics.report import diagnostics_figure, table
    from zoo.training.diagnostics.run import DiagnosticOptions

    sizes = dict(SMOKE) if options.smoke else {}
    sizes |= {
        each.name: value
        for each in fields(DiagnosticOptions)
        if (value := getattr(options, each.name, None)) is not None
    }
    tasks = options.tasks or (SMOKE_TASKS if options.smoke else tuple(DIAGNOSTICS))
    if unknown := [name for name in tasks if name not in DIAGNOSTICS]:
        raise SystemExit(f"no task is named {unknown[0]!r}. Tasks: {', '.join(DIAGNOSTICS)}")
    seeds, jobs = (1, 1) if options.smoke else (options.seeds, options.jobs)
    grid = Grid(tasks, options.cells, options.directions, seeds, DiagnosticOptions(**sizes))
    rows = run_grid(grid, options.output, jobs)
    (options.output / "results.md").write_text(table(rows) + "\n")
    save_png(diagnostics_figure(rows), options.output / "results.png", colours=256)
    print(f"\n{table(rows)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, required=True, help="folder of the results")
    parser.add_argument("--tasks", nargs="+", help="names of tasks (default all)")
    cells, directions = ("simple_rnn", "gru", "lstm"), ("forward", "backward", "both")
    parser.add_argument("--cells", nargs="+", choices=cells, default=cells)
    parser.add_argument("--directions", nargs="+", choices=directions, default=directions)
    parser.add_argument("--seeds", type=whole_number, default=5, help="number of seeds, from 0")
    parser.add_argument("--steps", type=whole_number, help="batches of a training")
    jobs = "number of processes, one thread each (default 2)"
    parser.add_argument("--jobs", type=whole_number, default=2, help=jobs)
    smoke = "a few seconds: two tasks, tiny networks, two steps, one seed, this process"
    parser.add_argument("--smoke", action="store_true", help=smoke)
    return parser


if __name__ == "__main__":
    main()
