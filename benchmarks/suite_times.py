"""Where the time of the tests goes: tables of what `tests/times.py` measured, by suite.

    python benchmarks/suite_times.py 'make test=a.csv,b.csv' 'make test-slow=c.csv,d.csv'

writes `suite_whole.csv`, `suite_causes.csv` and `suite_files.csv`. Rows and columns of other suites
stay in the first two.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from tables import put_rows, write_rows

HERE = Path(__file__).resolve().parent
WHOLE = "whole run"
FILES = 15  # that are named


def processor():
    """Return the processor's name, as Linux knows it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))


def read(paths):
    """Return of several runs: their seconds, number of tests, seconds by cause and by file."""
    whole, tests, causes, files = 0.0, 0, Counter(), Counter()
    for path in paths:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                test, seconds = row.pop("test"), float(row.pop("seconds"))
                if test == WHOLE:
                    whole += seconds
                    continue
                tests += 1
                files[test.partition("::")[0]] += seconds
                known = {cause: float(value or 0) for cause, value in row.items()}
                causes.update({**known, "all else": seconds - sum(known.values())})
    return whole, tests, causes, files


def main(arguments):
    """Write the tables of suites, given as NAME=FILE,FILE."""
    suites = {}
    for argument in arguments:
        name, _, paths = argument.partition("=")
        suites[name] = read(paths.split(","))
    whole = [
        {"suite": name, "minutes": f"{w / 60:.1f}", "tests": n, "processor": processor()}
        for name, (w, n, *_) in suites.items()
    ]
    put_rows(whole, HERE / "suite_whole.csv", ["suite"])
    write_rows(
        _rows("cause", suites, 2, before=HERE / "suite_causes.csv"), HERE / "suite_causes.csv"
    )
    write_rows(_rows("file", suites, 3)[:FILES], HERE / "suite_files.csv")


def _rows(title, suites, position, before=None):
    """Return the seconds of each cause or file, a column a suite, the largest sum first."""
    known = {}
    if before and before.is_file():
        with open(before, newline="") as file:
            known = {row[title]: row for row in csv.DictReader(file)}
    total = sum((suite[position] for suite in suites.values()), Counter())
    return [
        {
            **known.get(key, {title: key}),
            **{name: round(suite[position][key]) for name, suite in suites.items()},
        }
        for key, seconds in total.most_common()
        if round(seconds)
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
