"""Keras' own tests of its recurrent layers, run on the layers of the zoo on three backends.

Writes `benchmarks/keras_suite.csv`: a row for each test of Keras and for what stands in it for
Keras' layers. "not public": the check does not pass, and is not about public behaviour.

    python benchmarks/keras_suite.py
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tables import write_rows

HERE = Path(__file__).resolve().parent
BACKENDS = ("tensorflow", "jax", "torch")
QUICKLY = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}


def report(backend):
    """Return (test, ours, status, reason) of every check on a backend."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.layers.keras_suite"],
        cwd=HERE.parent,
        env={**os.environ, **QUICKLY, "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(run.stdout)


def rows():
    """Return the rows of the table."""
    table = {}
    for backend in BACKENDS:
        for test, ours, status, reason in report(backend):
            row = table.setdefault((test, ours), {"test": test, "ours": ours})
            row |= {backend: status, "reason": reason or row.get("reason", "")}
    columns = ("test", "ours", *BACKENDS, "reason")
    return [{name: row[name] for name in columns} for row in table.values()]


def main():
    """Write the table and print how many checks have which status."""
    table = rows()
    write_rows(table, HERE / "keras_suite.csv")
    for backend in BACKENDS:
        print(backend, dict(Counter(row[backend] for row in table)))


if __name__ == "__main__":
    main()
