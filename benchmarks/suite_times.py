"""Where the time of the tests goes: tables of what `tests/times.py` measured, by suite.

    python benchmarks/suite_times.py before=a.csv,b.csv test=c.csv,d.csv test-slow=e.csv

writes `suite_whole.csv`, `suite_causes.csv` and `suite_files.csv`, a column a suite.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from tables import write_rows

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
    write_rows(whole, HERE / "suite_whole.csv")
    for position, title, limit in ((2, "cause", None), (3, "file", FILES)):
        counters = {name: suite[position] for name, suite in suites.items()}
        first = next(iter(counters.values()))
        rows = [
            {title: key, **{name: round(each[key]) for name, each in counters.items()}}
            for key, _ in first.most_common(limit)
            if any(round(each[key]) for each in counters.values())
        ]
        write_rows(rows, HERE / f"suite_{title}s.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
