"""Time of a step of `BiLSTM` on the CPU, by the code of this checkout and of another one.

A process for each checkout runs the steps of `step_time.py` with the `zoo` of that checkout. Both
take turns, so that what slows the machine down slows both. Writes
`benchmarks/step_time_against.csv`: a row for each step, with the minima and medians of both and
their ratios, this checkout over the other one (below 1: this one is faster).

    git worktree add ../before 13cc515
    python benchmarks/step_time_against.py ../before
    python benchmarks/readme.py
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean, median

from tables import write_rows

HERE = Path(__file__).resolve().parent
TURN_MS = 50  # how long a turn of a process lasts at least: one call or several
WARM_UP = 2  # turns that are not counted


def steps():
    """Return the steps that are timed: pairs of a row's first columns and a function."""
    from step_time import cases, make_calls, recurrent

    found = []
    for sizes, sequences, mask in cases():
        layer = recurrent(sizes["units"], return_sequences=True)
        layer.build(sequences.shape)
        calls = make_calls(layer, sequences, mask)
        found += [({**sizes, "pass": what}, call) for what, call in calls.items()]
    return found


def serve(requests, replies):
    """Time steps on request: the worker's side of `Checkout`."""
    import zoo
    from step_time import milliseconds

    found = steps()
    columns = [columns for columns, _ in found]
    print(json.dumps([zoo.__file__, columns]), file=replies, flush=True)
    for line in requests:
        index, calls = json.loads(line)
        times = [milliseconds(found[index][1]) for _ in range(calls)]
        print(json.dumps(times), file=replies, flush=True)


class Checkout:
    """A process that times steps with the `zoo` of a checkout."""

    def __init__(self, folder):
        folder = Path(folder).resolve()
        command = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
        self.commit = subprocess.run(
            command, capture_output=True, text=True, check=True
        ).stdout.strip()
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            env={**os.environ, "PYTHONPATH": str(folder), "KERAS_BACKEND": "tensorflow"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.folder = folder

    def steps(self):
        """Wait until the steps are built, and return the first columns of their rows."""
        package, columns = json.loads(self.process.stdout.readline())
        if not Path(package).is_relative_to(self.folder):
            raise SystemExit(f"{self.folder} has no zoo: Python found {package}.")
        return columns

    def milliseconds(self, index, calls=1):
        """Return the times of some calls of a step."""
        print(json.dumps([index, calls]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(before, after, index, rounds):
    """Return the times of a step by two checkouts, turn by turn, and their ratios."""
    times = {before: [], after: []}
    calls = 1
    for turn in range(WARM_UP + rounds):
        for each in (before, after) if turn % 2 else (after, before):
            took = each.milliseconds(index, calls)
            times[each] += took if turn >= WARM_UP else []
        if turn < WARM_UP:
            calls = max(1, round(TURN_MS / min(took)))
    row = {}
    for name, summary in (("minimum", min), ("median", median)):
        old, new = summary(times[before]), summary(times[after])
        row[f"{name}_before_ms"], row[f"{name}_after_ms"] = round(old, 2), round(new, 2)
        row[f"{name}_ratio"] = round(new / old, 3)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", type=Path, help="folder of the other checkout")
    parser.add_argument("--rounds", type=int, default=40, help="turns of each process for a step")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    before, after = Checkout(options.before), Checkout(HERE.parent)
    commits = {"before": before.commit, "after": after.commit}
    table = []
    for index, (columns, _) in enumerate(zip(before.steps(), after.steps(), strict=True)):
        row = compare(before, after, index, options.rounds)
        table.append({**commits, **columns, **row})
        print("  ".join(f"{value!s:>9}" for value in table[-1].values()), flush=True)
    before.close()
    after.close()
    write_rows(table, options.output)
    for name in ("forward", "training"):
        for column in ("minimum_ratio", "median_ratio"):
            ratios = [row[column] for row in table if row["pass"] == name]
            print(f"{name}, {column}: geometric mean {geometric_mean(ratios):.3f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        answers = sys.stdout
        with contextlib.redirect_stdout(sys.stderr):  # what libraries print
            serve(sys.stdin, answers)
    else:
        main()
