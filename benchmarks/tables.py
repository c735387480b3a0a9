"""Tables that the benchmarks write, as CSV files."""

import csv
from pathlib import Path


def write_rows(rows, path):
    """Write dicts as a table, whose columns are all that some row has.

    Args:
        rows: list of dicts, a row each; what one has not is left empty.
        path: of the file.
    """
    columns = dict.fromkeys(name for row in rows for name in row)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def put_rows(rows, path, key):
    """Write rows into a table that may be there: in place of those of the same key, or at the end.

    Args:
        rows: list of dicts.
        path: of the file.
        key: names of the columns that say what a row is of.

    Example:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "table.csv")
    ...     put_rows([{"model": "a", "ms": 1}, {"model": "b", "ms": 2}], path, ["model"])
    ...     put_rows([{"model": "c", "ms": 3}, {"model": "a", "ms": 4}], path, ["model"])
    ...     path.read_text().split()
    ['model,ms', 'a,4', 'b,2', 'c,3']
    """
    before = []
    if Path(path).is_file():
        with open(path, newline="") as file:
            before = list(csv.DictReader(file))
    table = {tuple(row[name] for name in key): row for row in (*before, *rows)}
    write_rows([*table.values()], path)
